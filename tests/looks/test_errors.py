"""A page that finds something wrong says so first, in words of its own; and what stands at the foot of each page."""

import re
from importlib import import_module
from pkgutil import iter_modules

import pytest
from django import forms
from django.urls import reverse

import dpia.forms
import tools_registry.forms
from schools.models import Role
from tests import make
from trustai.forms import PlainForm

TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
PLAIN = re.compile(r"^(Type an answer for|Choose an answer for|Choose at least one for|Choose a file for|Tick “)")


def kinds_of(parent):
    return [kind for child in parent.__subclasses__() for kind in (child, *kinds_of(child))]


def our_forms():
    import_module("schools.forms")
    for package in (tools_registry.forms, dpia.forms):
        for module in iter_modules(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    ours = ("schools.", "tools_registry.", "dpia.")
    return [kind for kind in kinds_of(PlainForm) if kind.__module__.startswith(ours)]


# Named where the form is made, with what it is about.
NAMED_LATER = {("who", "Who may use it?"), ("review_on", "When will you look at it again?")}


@pytest.mark.parametrize("kind", our_forms(), ids=lambda kind: kind.__name__)
def test_every_field_that_is_needed_asks_for_itself_in_plain_words(kind):
    needed = [(name, field) for name, field in kind.base_fields.items() if field.required]
    unasked = {
        (name, str(field.label))
        for name, field in needed
        if name not in kind.asks and field.error_messages["required"] == forms.Field.default_error_messages["required"]
    }
    assert unasked <= NAMED_LATER
    assert not [sentence for sentence in kind.asks.values() if PLAIN.match(sentence)]


@pytest.mark.django_db
class TestTheTitle:
    @pytest.fixture
    def world(self, time_machine):
        time_machine.move_to(make.NOW)
        return make.world()

    @pytest.mark.parametrize(
        ("who", "name"),
        [
            ("staff", "tools_registry:ask"),
            ("admin", "schools:give_role"),
            ("admin", "schools:trust_settings"),
            ("admin", "tools_registry:add_tool"),
            ("deputydpo", "tools_registry:add_agreement"),
            ("network", "dpia:start"),
        ],
    )
    def test_begins_with_error_only_when_something_is_wrong(self, world, client, who, name):
        client.force_login(world.people[who])
        self.check(client, reverse(name), {"revision": "1"})

    def test_of_a_review_too(self, world, client):
        made = make.sent_case(world)
        client.force_login(world.people["network"])
        url = reverse("dpia:review", args=[made.reference])
        blank = {"conditions-TOTAL_FORMS": "1", "conditions-INITIAL_FORMS": "0", "revision": "1"}
        self.check(client, url, blank)
        on_the_way = client.post(url, {**blank, "verdict": "conditions", "more": "1"}).text
        assert not self.title(on_the_way).startswith("Error: ")

    def test_of_a_decision_whose_own_condition_is_wrong(self, world, client):
        make.clearance(world.trust, world.tool)
        client.force_login(world.people["head"])
        self.check(
            client, reverse("tools_registry:decide", args=[world.place.urn, world.tool.public_id]), {"revision": "0"}
        )

    def test_of_the_way_in_and_of_a_printed_code(self, client):
        self.check(client, reverse("account_login"), {"login": "nobody", "password": ""})
        assert self.title(client.get("/check/", {"code": "x"}).text).startswith("Error: Check")

    def test_not_for_a_filter_that_makes_no_sense(self, world, client):
        client.force_login(world.people["network"])
        assert not self.title(client.get("/requests/", {"show": "nonsense"}).text).startswith("Error: ")

    def check(self, client, url, typed):
        assert not self.title(client.get(url).text).startswith("Error: ")
        page = client.post(url, typed).text
        assert 'class="wrong"' in page
        assert self.title(page).startswith("Error: ")
        assert not self.title(page).startswith("Error: Error: ")

    @staticmethod
    def title(page):
        return TITLE.search(page)[1].strip()


@pytest.mark.django_db
class TestTheTrustsPolicy:
    def test_an_address_that_is_none_is_said_once(self, client):
        client.force_login(make.member(make.trust(), Role.ADMIN))
        page = client.post("/trust/settings/", {"policy_url": "ftp://x.example", "revision": "1"}).text
        field = page[page.index('id="id_policy_url_error"') :]
        assert field[: field.index("</div>")].count("Type a web address") == 1

    def test_what_leaving_it_out_costs_is_said(self, client):
        trust = make.trust()
        client.force_login(make.member(trust, Role.ADMIN))
        assert (
            "Every no cites the policy: without its address nobody can open it." in client.get("/trust/settings/").text
        )
        client.force_login(make.member(trust, Role.NETWORK))
        assert "every no cites it, and nobody can open it" in client.get("/trust/settings/").text

    @pytest.mark.parametrize("path", ["/look-up/", "/requests/", "/accessibility/"])
    def test_the_foot_leads_to_it_where_it_has_an_address(self, client, path):
        trust = make.trust(policy_url="https://oak.example/policy")
        client.force_login(make.member(make.place(trust), Role.STAFF))
        link = '<a href="https://oak.example/policy" rel="noreferrer">Trust AI policy</a>'
        assert link in self.foot(client.get(path).text)
        trust.policy_url = ""
        trust.save()
        assert link not in self.foot(client.get(path).text)

    @staticmethod
    def foot(page):
        return page[page.index('<footer class="foot">') :]


@pytest.mark.django_db
class TestAccessibility:
    def test_everybody_reads_it_and_every_foot_leads_there(self, client):
        for path in ("/accessibility/", "/accounts/login/", "/check/"):
            assert '<a href="/accessibility/">Accessibility</a>' in client.get(path).text
        assert "tell the school whose list it is" in client.get("/accessibility/").text

    def test_who_is_signed_in_reads_whom_to_tell(self, client):
        place = make.place(contact_role="AI lead", contact_mailbox="ai@oak.example")
        client.force_login(make.member(place, Role.STAFF))
        page = client.get("/accessibility/").text
        assert 'tell your AI lead: <a href="mailto:ai@oak.example">' in page
