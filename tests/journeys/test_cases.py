"""The pages of a case in a browser: axe, no sideways scroll, phone and desktop, light and dark; and typing that saves itself."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from dpia.actions import comments, drafts
from dpia.rules.reviews import SetCondition
from dpia.workflow import Verdict
from tests import make
from tools_registry.words import Audience, ConditionKind, DataClass, Subject

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
STAFF, PUPILS = make.allowance(), make.allowance(Audience.PUPILS)


def case_with_everything(world):
    """In its second round: the Network Team agrees on a condition, the DSL has asked for changes, the Deputy reads."""
    made = make.case(world)
    staff = make.allowance(data=DataClass.PERSONAL, subjects={Subject.PUPILS, Subject.STAFF})
    answers = {
        "what.aim": "Staff and older pupils make posters and slides. Lessons are prepared faster, and pupils learn to design.",
        "flow.kept": "Designs stay for as long as the account is open. Accounts are closed at the end of the school year.",
        "before.notices": {"state": "not_yet", "on": "", "note": ""},
    }
    make.write_case(world, made, staff, make.allowance(Audience.PUPILS), answers=answers, residual="medium")
    make.add_risk(world, made)
    made = make.send_case(world, made)
    acts = world.acts("network")
    comments.post(assessment_id=made.pk, section="flow", text="Where do images go when a pupil leaves?", **acts)
    make.verdict(world, made, "network", Verdict.CHANGES, reason="Say what happens when a pupil leaves.")
    new = (
        "Designs stay for as long as the account is open. "
        "An account is closed within 5 school days of a pupil leaving, and its designs are deleted 30 days later."
    )
    make.answer_question(world, made, "flow.kept", new)
    made = make.send_case(world, made)
    briefed = SetCondition(ConditionKind.BY_DATE, "All staff are briefed.", "head", "", date(2027, 1, 12))
    make.verdict(world, made, "network", Verdict.CONDITIONS, conditions=(briefed,))
    make.verdict(world, made, "dsl", Verdict.CHANGES, reason="Say how image search is limited for Years 7 to 9.")
    return made


def pages(made, risk):
    ref = made.reference
    return {
        "list": ("deputydpo", "/dpia/"),
        "case": ("ailead", made.get_absolute_url()),
        "section": ("ailead", reverse("dpia:section", args=[ref, "flow"])),
        "before-use": ("ailead", reverse("dpia:section", args=[ref, "before-use"])),
        "read-only": ("governor", reverse("dpia:section", args=[ref, "what"])),
        "screening": ("ailead", reverse("dpia:screening", args=[ref])),
        "who": ("ailead", reverse("dpia:who", args=[ref])),
        "who-pupils": ("ailead", reverse("dpia:who_edit", args=[ref, "pupils"])),
        "risks": ("ailead", reverse("dpia:risks", args=[ref])),
        "risk": ("ailead", reverse("dpia:risk", args=[ref, risk.public_id])),
        "measure": ("ailead", reverse("dpia:measure_new", args=[ref, risk.public_id])),
        "withdraw": ("ailead", reverse("dpia:withdraw", args=[ref])),
        "start": ("network", reverse("dpia:start")),
        "review": ("deputydpo", reverse("dpia:review", args=[ref])),
        "review-closed": ("ailead", reverse("dpia:review", args=[ref])),
        "advice": ("dpo", reverse("dpia:advice", args=[ref])),
        "sign": ("head", reverse("dpia:sign", args=[ref])),
    }


def test_every_page_of_a_case(visitor):
    world = make.world(trust_facts={"code": "OAK"}, edition="School account")
    made = case_with_everything(world)
    walk = {}
    for who, path in pages(made, made.risks.first()).values():
        person = walk.get(who)
        if person is None:
            person = walk[who] = visitor().sign_in(world.people[who].email)
        assert person.go(path) == 200
        person.check_everywhere()


def test_the_pages_of_the_end(visitor):
    world = make.world()
    made = make.sent_case(world, residual="high")
    make.verdict(world, made, "network", Verdict.OBJECT, reason="Its sign-in cannot be locked.")
    make.verdict(world, made, "deputydpo")
    make.advise(world, made, may_go_ahead=False)
    for who, name in [("dpo", "ico"), ("trustlead", "sign"), ("trustlead", "case")]:
        person = visitor().sign_in(world.people[who].email)
        assert person.go(reverse(f"dpia:{name}", args=[made.reference])) == 200
        person.check_everywhere()


def test_the_first_pages_of_a_case_and_mistakes(visitor):
    world = make.world()
    person = visitor().sign_in(world.people["ailead"].email)
    person.go("/dpia/")
    person.check()
    made = make.case(world)
    for name in ("case", "screening", "who", "risks"):
        person.go(reverse(f"dpia:{name}", args=[made.reference]))
        person.check()
    person.go(reverse("dpia:risk_new", args=[made.reference]))
    person.page.get_by_role("button", name="Add the risk").click()
    person.page.locator(".wrong:focus").wait_for()
    person.check()


def test_an_answer_saves_itself_as_it_is_typed(visitor):
    world = make.world()
    made = make.case(world)
    drafts.set_asked(assessment_id=made.pk, asked=make.allowance(), revision=0, **world.acts("ailead"))
    person = visitor().sign_in(world.people["ailead"].email)
    person.go(reverse("dpia:section", args=[made.reference, "what"]))
    box = person.page.locator("#id_what_aim")
    box.fill("To plan lessons")
    person.page.get_by_text("Saved at").wait_for()
    box.fill("To plan lessons faster")
    expect(person.page.locator("#id_what_aim__revision")).to_have_value("2")
    assert made.answers.get(question="what.aim").value == "To plan lessons faster"
    person.check()


def test_two_people_at_one_answer(visitor):
    world = make.world()
    made = make.case(world)
    person = visitor().sign_in(world.people["ailead"].email)
    person.go(reverse("dpia:section", args=[made.reference, "what"]))
    make.answer_question(world, made, "what.aim", "The head was quicker", by="head")
    person.page.locator("#id_what_aim").fill("My own words")
    person.page.get_by_text("Not saved:").wait_for()
    person.press("Save, and go on")
    assert person.page.locator("#id_what_aim").input_value() == "My own words"
    assert made.answers.get(question="what.aim").value == "The head was quicker"
    person.trouble = [said for said in person.trouble if "Error Code 409" not in said]
    person.check()


def test_a_choice_saves_itself_and_says_what_it_still_lacks(visitor):
    world = make.world()
    made = make.case(world)
    person = visitor().sign_in(world.people["ailead"].email)
    address = reverse("dpia:section", args=[made.reference, "before-use"])
    person.go(address)
    said = person.page.locator("#saved-before_notices")
    person.page.locator("input[name=before_notices][value=yes]").check()
    expect(said).to_contain_text("but not finished: type the day it was done.")
    person.page.locator("input[name=before_views][value=not_yet]").check()
    expect(person.page.locator("#saved-before_views")).to_contain_text("Saved at")
    person.page.locator("#id_before_notices__on").fill("99/99/2020")
    expect(said).to_contain_text("type a day like 31 8 2027.")
    person.check()
    person.go(address)
    expect(person.page.locator("input[name=before_notices][value=yes]")).to_be_checked()
    expect(person.page.locator("input[name=before_views][value=not_yet]")).to_be_checked()
    expect(said).to_have_text("Not finished: type the day it was done.")


LAPTOP = {"width": 1280, "height": 800}


def test_conditions_open_with_their_verdict_and_the_button_is_always_in_sight(visitor):
    world = make.world()
    made = make.sent_case(world, STAFF, PUPILS)
    person = visitor(viewport=LAPTOP).sign_in(world.people["network"].email)
    page = person.page
    person.go(reverse("dpia:review", args=[made.reference]))
    words, button = page.locator("#id_conditions-0-words"), page.get_by_role("button", name="Give this verdict")
    expect(words).to_be_hidden()
    for verdict in ("agree", "object"):
        page.locator(f"input[name=verdict][value={verdict}]").check()
        expect(words).to_be_hidden()
    page.locator("input[name=verdict][value=conditions]").check()
    expect(words).to_be_visible()
    for down in (0, 500, 100_000, -100_000):
        page.mouse.wheel(0, down)
        expect(button).to_be_in_viewport(ratio=1)
    words.fill("All staff are briefed.")
    page.locator("#id_conditions-0-due_on").fill("99/99/2020")
    person.press("Give this verdict")
    page.locator(".wrong:focus").wait_for()
    expect(page.locator("#id_conditions-0-due_on")).to_have_value("99/99/2020")
    page.get_by_role("link", name="Condition 1: type a day like 31 8 2027").click()
    expect(page.locator("#id_conditions-0-due_on")).to_be_focused()
    expect(page.locator("#id_conditions-0-due_on")).to_be_in_viewport(ratio=1)
    person.press("Give this verdict")
    page.locator(".wrong:focus").wait_for()
    person.check_everywhere()
    person.look(LAPTOP)
    person.press("Another condition")
    expect(page.locator("#id_conditions-1-words")).to_be_focused()
    person.look({"width": 1280, "height": 300})
    expect(page.locator(".verdict-pane")).to_have_css("position", "static")


def test_without_the_script_the_conditions_stand_open_and_the_pane_is_whole(visitor):
    world = make.world()
    made = make.sent_case(world)
    person = visitor(viewport=LAPTOP, scripts=False).sign_in(world.people["network"].email)
    person.go(reverse("dpia:review", args=[made.reference]))
    expect(person.page.locator("#id_conditions-0-words")).to_be_visible()
    expect(person.page.locator(".verdict-pane")).to_have_css("position", "static")
    person.page.get_by_label("Agree", exact=True).check()
    person.press("Give this verdict").reads("Your verdict is recorded")


def test_a_signature_leads_on_to_the_decision(visitor):
    world = make.world()
    made = make.ready_case(world)
    person = visitor().sign_in(world.people["head"].email)
    person.go(reverse("dpia:sign", args=[made.reference]))
    for label in ("I approve the measures", "I accept the risks", "I follow it"):
        person.page.get_by_label(label).check()
    person.pick("Who keeps it under review", "Headteacher").press("Sign and issue the clearance")
    person.reads("is signed, and the clearance is issued.").check_everywhere()
    person.follow(f"Decide it now for {world.place.name}")
    assert person.page.url.endswith(f"/schools/{world.place.urn}/tools/{world.tool.public_id}/decide/")
