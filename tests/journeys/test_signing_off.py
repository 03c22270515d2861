"""One person gives at most one of writing, reviewing, advising and signing; and changes asked for are answered."""

from datetime import timedelta

import pytest

from dpia.workflow import Team
from tests import make
from tools_registry.words import DataClass
from trustai.home.demo.cases import Plan
from trustai.home.demo.story import PLANNING, staff

from .conftest import PHONE

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_head_who_wrote_a_case_cannot_sign_it_and_the_trust_lead_can(person, demo):
    asked = (staff(DataClass.INTERNAL, PLANNING),)
    case = demo.teller().case(
        Plan("curipod", "head", asked, make.NOW - timedelta(days=12), places=("park",), until="ready")
    )
    address = case.get_absolute_url()

    ruth = person("head", viewport=PHONE)
    assert "Sign off: Curipod" not in ruth.page.locator("main").inner_text()
    ruth.go(f"{address}sign/")
    ruth.reads("You wrote part of this case, so you cannot also give the signature. It can be given by: Trust lead.")
    ruth.check()
    closed = ruth.page.get_by_role("button", name="Sign and issue the clearance")
    closed.press("Enter")
    assert closed.get_attribute("aria-disabled") == "true"

    amara = person("trustlead")
    amara.follow("Sign off: Curipod")
    amara.check()
    amara.page.get_by_label("I approve the measures").check()
    amara.page.get_by_label("I accept the risks that are left").check()
    amara.choose("The Data Protection Officer’s advice", "I follow it")
    amara.pick("Who keeps it under review?", "Deputy")
    amara.press("Sign and issue the clearance")
    amara.reads("Signed", "Amara Cole").check()

    ruth.go("/")
    ruth.reads("may Oakfield Park School use Curipod").check()


def test_changes_asked_for_are_answered_and_only_that_team_reads_again(person, demo):
    """Safeguarding wants more about the younger years; the Network Team has agreed and is left alone."""
    case = demo.case("canva-education")
    before = case.reviews.get(team=Team.NETWORK, superseded_at=None)
    marcus = person("ailead")
    marcus.go("/dpia/")
    marcus.check()
    marcus.follow("Canva for Education")
    marcus.reads("Say how image search is limited for the younger years.").check()
    marcus.follow("Children’s needs")
    marcus.check()
    marcus.write(
        "7.2", "Year 9 and older only, in the room with a teacher. Image search is switched off below Year 10."
    )
    marcus.press("Save, and go on")
    marcus.go(case.get_absolute_url())
    marcus.press("Send version 2")
    marcus.reads("Version 2 is with").check()

    ellen = person("dsl", viewport=PHONE, dark=True)
    ellen.follow("Review: Canva for Education")
    ellen.reads("1 part changed since version 1.").check()
    ellen.follow("Show only what changed")
    ellen.reads("Image search is switched off below Year 10.").check()
    assert ellen.page.locator("ins").count() > 0
    ellen.choose("Verdict", "Agree")
    ellen.press("Give this verdict")
    ellen.check()

    network = person("network")
    assert "Canva" not in network.page.get_by_role("main").inner_text()
    network.check()
    after = case.reviews.get(team=Team.NETWORK, superseded_at=None)
    assert after.verdict == before.verdict
    network.go(case.get_absolute_url())
    network.reads("Agrees").check()
