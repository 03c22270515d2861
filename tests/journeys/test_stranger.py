"""A headteacher of another trust: nothing of this one exists for him. And nobody reads a private page without signing in."""

import pytest
from django.urls import reverse

from tools_registry.models import Clearance, Request

from .conftest import PHONE

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def private_pages(demo):
    """Pages that people of Oakfield read every day."""
    park, entry, case = demo.place("park"), demo.entry_url("park", "kahoot-play"), demo.case("canva-education")
    return [
        reverse("schools:place", args=[park.urn]),
        park.register_url(),
        entry,
        f"{entry}decide/",
        f"{entry}suspend/",
        reverse("tools_registry:preview", args=[park.urn]),
        case.get_absolute_url(),
        *(
            reverse(f"dpia:{name}", args=[case.reference])
            for name in ("screening", "who", "risks", "review", "sign", "pdf")
        ),
        reverse("dpia:section", args=[case.reference, "what"]),
        demo.tool("copilot-chat-school").agreements.get().get_absolute_url(),
        Request.objects.filter(trust=park.trust).first().get_absolute_url(),
        Clearance.objects.filter(trust=park.trust).first().get_absolute_url(),
    ]


def test_nothing_of_another_trust_exists_for_a_stranger(person, demo):
    owen = person("head@elmbank.example", viewport=PHONE)
    owen.check()
    for path in private_pages(demo):
        assert owen.go(path) == 404, path
        owen.reads("There is no such page here")
        assert "Oakfield" not in owen.page.locator("body").inner_text()
    owen.check()
    owen.go("/look-up/?q=kahoot")
    owen.reads("Not approved here: do not use it.").check()
    assert "Oakfield" not in owen.page.locator("body").inner_text()
    owen.go("/dpia/")
    owen.check()
    assert "OST-" not in owen.page.locator("main").inner_text()


def test_without_signing_in_there_is_only_what_is_published(visitor, demo):
    anybody = visitor()
    for path in private_pages(demo):
        anybody.go(path)
        assert "/accounts/login/?next=/" in anybody.page.url, path
    anybody.check()
    for urn in (demo.place("lane").urn, demo.place("elm").urn, "123456"):
        for name in ("", "approved-ai-tools.pdf", "approved-ai-tools.json", "approved-ai-tools.csv", "poster.pdf"):
            answered = anybody.page.request.get(f"{anybody.server.url}/s/{urn}/{name}")
            assert answered.status == 404, (urn, name)
    anybody.go("/s/123456/")
    anybody.check()


def test_a_sign_in_leads_back_to_the_page_that_was_asked_for(visitor, demo):
    """And not to another site."""
    entry = demo.entry_url("park", "kahoot-play")
    for wanted, led_to in ((entry, entry), ("https://elsewhere.example/", "/look-up/")):
        tom = visitor(viewport=PHONE)
        tom.go(f"/accounts/login/?next={wanted}")
        tom.page.get_by_label("E-mail").fill("staff@oakfield.example")
        tom.page.get_by_label("Password", exact=True).fill(tom.password)
        tom.press("Sign in")
        assert tom.page.url == tom.server.url + led_to
        tom.check()
