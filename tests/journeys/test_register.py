"""The register, the page of a tool and its decision in a real browser: axe, the phone, and two taps to suspend."""

from datetime import date
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.core.files.base import File

from schools.models import Role
from tests import make
from tools_registry.actions import clearances, conditions, day_one, entries
from tools_registry.actions.clearances import NewCondition
from tools_registry.actions.conditions import OwnCondition
from tools_registry.actions.day_one import Earlier
from tools_registry.models import Condition, RegisterEntry, ToolChange
from tools_registry.words import Audience, ChangeKind, ConditionKind, DataClass, SignIn, Subject

from .conftest import PHONE

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
STAFF, PUPILS = Audience.STAFF, Audience.PUPILS
PEOPLE = {
    Role.HEAD: "Ruth Adeyemi",
    Role.AI_LEAD: "Marcus Bell",
    Role.DSL: "Ellen Moss",
    Role.STAFF: "Tom Hargreaves",
    Role.NETWORK: "Yusuf Demir",
    Role.DEPUTY_DPO: "Dina Osei",
    Role.TRUST_LEAD: "Amara Cole",
    Role.ADMIN: "Priya Nair",
}


@pytest.fixture
def world(settings, tmp_path, time_machine):
    """A school with a tool in every state."""
    settings.MEDIA_ROOT = tmp_path
    time_machine.move_to(make.NOW)
    trust = make.trust("Oakfield Schools Trust")
    place = make.place(trust, "Oakfield Park School", published=True)
    made = SimpleNamespace(trust=trust, place=place, people={}, tools={})
    for role, name in PEOPLE.items():
        where = place if role in {Role.HEAD, Role.AI_LEAD, Role.DSL, Role.STAFF} else trust
        made.people[role] = make.member(where, role, who=make.person(name, f"{role}@oakfield.example"))
    _tools(made)
    return made


def _tools(made):
    facts = {
        "aila": ("Aila lesson assistant", "Free account", "Oak National Academy", 18, SignIn.PERSONAL),
        "canva": ("Canva for Education", "School account", "Canva", 0, SignIn.SCHOOL),
        "copilot": ("Microsoft 365 Copilot Chat", "School account", "Microsoft", 13, SignIn.SCHOOL),
        "consumer": ("Microsoft Copilot", "Personal account", "Microsoft", 13, SignIn.PERSONAL),
        "diffit": ("Diffit", "Free account", "Diffit", 13, SignIn.PERSONAL),
        "gemini": ("Gemini", "School account", "Google", 13, SignIn.SCHOOL),
        "padlet": ("Padlet", "School account", "Padlet", 16, SignIn.SCHOOL),
        "teachmate": ("TeachMateAI", "School licence", "TeachMateAI", 18, SignIn.SCHOOL),
    }
    for code, (name, edition, supplier, age, sign_in) in facts.items():
        made.tools[code] = make.shared_tool(
            code, name=name, edition=edition, supplier=supplier, minimum_age=age, sign_in=sign_in
        )
    head = made.people[Role.HEAD]
    _copilot(made, head)
    make.approved(made.place, made.tools["aila"], by=head)
    make.approved(made.place, made.tools["padlet"], by=head, review_on=date(2026, 12, 1))
    ToolChange.objects.create(
        tool=made.tools["padlet"],
        kind=ChangeKind.TERMS,
        summary="Its new terms name a further company.",
        effective_on=make.TODAY,
        at=make.NOW,
    )
    make.approved(made.place, made.tools["teachmate"], by=head)
    _act(
        made,
        entries.suspend,
        "teachmate",
        Role.DSL,
        trust_id=made.trust.pk,
        reason="Pupils’ names were seen by others.",
    )
    _act(made, entries.decline, "consumer", Role.HEAD, reason="Trains on what people type.", revision=0)
    clearances.open_consultation(
        trust_id=made.trust.pk, tool_id=made.tools["canva"].pk, place_ids=None, reference="OST-2026-0007", at=make.NOW
    )
    make.request(made.place, made.tools["diffit"], by=made.people[Role.STAFF])
    staff = make.allowance(STAFF, DataClass.INTERNAL, purposes={"planning", "quizzes", "simplify"})
    make.clearance(made.trust, made.tools["gemini"], staff, reference="OST-2026-0044", conditions=(_gems(made),))


def _gems(made, **facts):
    plain = {
        "kind": ConditionKind.ALWAYS,
        "words": "“Gems” made by others stay off",
        "public_words": "",
        "due_on": None,
        "audiences": frozenset(),
        "owner_role": Role.NETWORK,
        "set_by_role": Role.NETWORK,
        "set_by_id": made.people[Role.NETWORK].pk,
    }
    return NewCondition(**{**plain, **facts})


def _copilot(made, head):
    tool = made.tools["copilot"]
    make.agreement(made.trust, tool)
    pupils = make.allowance(PUPILS, DataClass.INTERNAL)
    staff = make.allowance(STAFF, DataClass.PERSONAL, subjects={Subject.STAFF}, purposes={"planning", "quizzes"})
    due = _gems(made, kind=ConditionKind.BY_DATE, words="All staff have had the briefing", due_on=date(2026, 12, 12))
    within = make.clearance(made.trust, tool, staff, pupils, places=[made.place], conditions=(due, _gems(made)))
    logs = OwnCondition(ConditionKind.ALWAYS, "A teacher is in the room")
    make.approved(
        made.place, tool, staff, pupils, within=within, by=head, conditions=(logs,), equity_note="Read aloud for all."
    )


def _act(made, act, code, role, **more):
    who = made.people[role]
    act(
        place_id=made.place.pk,
        tool_id=made.tools[code].pk,
        by=who,
        standing=make.standing(who),
        at=make.NOW,
        **more,
    )


def address(made, code, act=""):
    return f"/schools/{made.place.urn}/tools/{made.tools[code].public_id}/{act}"


def signed_in(visitor, role, **wishes):
    return visitor(**wishes).sign_in(f"{role}@oakfield.example")


def test_every_page_of_the_register(world, visitor):
    head = signed_in(visitor, Role.HEAD)
    first = Condition.objects.get(words="All staff have had the briefing")
    clearance = world.tools["gemini"].clearances.get()
    for path in (
        world.place.register_url(),
        world.place.register_url() + "?words=nothing&status=approved",
        *(address(world, code) for code in world.tools),
        address(world, "gemini", "decide/"),
        address(world, "gemini", "decline/"),
        address(world, "copilot", "withdraw/"),
        address(world, "copilot", "suspend/"),
        address(world, "copilot", f"conditions/{first.public_id}/"),
        "/clearances/",
        f"/clearances/{clearance.public_id}/",
    ):
        assert head.go(path) == 200, path
        head.check_everywhere()


def test_every_page_of_the_trust(world, visitor):
    admin = world.people[Role.ADMIN]
    entered = day_one.enter(
        trust_id=world.trust.pk,
        earlier=Earlier(
            world.tools["diffit"].pk,
            "Consultation of May 2025",
            date(2025, 5, 12),
            date(2027, 5, 24),
            None,
            (make.allowance(),),
        ),
        upload=File(BytesIO(b"%PDF-1.7 earlier"), name="earlier.pdf"),
        by=admin,
        standing=make.standing(admin),
        at=make.NOW,
    )
    lead = signed_in(visitor, Role.TRUST_LEAD)
    for path in (
        "/office/tools/",
        f"/office/tools/{world.tools['gemini'].public_id}/",
        f"/office/tools/{world.tools['gemini'].public_id}/decide/",
        "/clearances/",
        "/clearances/?words=nothing",
        "/clearances/day-one/",
        f"/clearances/day-one/for/{world.tools['aila'].public_id}/",
        f"/clearances/day-one/{entered.public_id}/",
    ):
        assert lead.go(path) == 200, path
        lead.check_everywhere()


def test_an_empty_register(world, visitor):
    other = make.place(world.trust, "Oakfield Brook Primary", ages=(4, 11))
    make.member(other, Role.HEAD, who=make.person("Helen Shaw", "head2@oakfield.example"))
    head = visitor().sign_in("head2@oakfield.example")
    head.go(other.register_url())
    head.check()
    assert head.page.get_by_role("heading", name="Start with the 4 tools the trust has cleared").is_visible()


def test_a_head_decides_on_a_phone(world, visitor):
    head = signed_in(visitor, Role.HEAD, viewport=PHONE)
    page = head.page
    head.go(address(world, "gemini"))
    page.get_by_role("link", name="Decide", exact=True).first.click()
    page.get_by_label("What did you consider about SEND and equal access?").fill("Read aloud for those who need it")
    page.get_by_label("When will you look at it again?").fill("31 8 2028")
    page.get_by_role("button", name="Check your answers").click()
    head.check()
    page.get_by_role("link", name="Type a day on or before 23 November 2027, when the clearance ends").click()
    page.get_by_label("When will you look at it again?").fill("31 8 2027")
    page.get_by_role("button", name="Check your answers").click()
    page.get_by_role("heading", name="Check your answers").wait_for()
    assert page.get_by_role("heading", name="Yes, for lesson planning, quizzes and 1 more thing.").is_visible()
    head.check()
    page.get_by_role("button", name="Change Staff may use it for").click()
    page.get_by_label("Making a text simpler to read").uncheck()
    head.press("Add a condition")
    assert page.evaluate("document.activeElement.id") == "new-condition"
    page.get_by_label("What has to be done or kept to?").fill("Keep the logs")
    page.get_by_label("Always: a rule of use").check()
    head.check()
    page.get_by_role("button", name="Check your answers").click()
    page.get_by_label("I have read the clearance").check()
    page.get_by_role("button", name="Approve for Oakfield Park School").click()
    page.get_by_text("is approved for Oakfield Park School").wait_for()
    head.check()
    entry = RegisterEntry.objects.get(tool=world.tools["gemini"])
    assert [row.purposes for row in entry.allowances.all()] == [["planning", "quizzes"]]
    assert [row.words for row in entry.conditions.all()] == ["Keep the logs"]


def test_a_safeguarding_lead_suspends_from_a_phone_in_two_taps_and_both_sides_lift_it(world, visitor):
    dsl = signed_in(visitor, Role.DSL, viewport=PHONE)
    dsl.go(address(world, "copilot"))
    dsl.page.get_by_role("link", name="Suspend").click()
    dsl.page.get_by_label("Why?").fill("It answered a pupil in a harmful way.")
    dsl.page.get_by_role("button", name="Suspend it now").click()
    dsl.page.get_by_text("is suspended at Oakfield Park School").wait_for()
    dsl.check()
    dsl.page.get_by_role("button", name="Agree that it may be lifted").click()
    dsl.page.get_by_text("as soon as the other side says so too").wait_for()
    head = signed_in(visitor, Role.HEAD, viewport=PHONE)
    head.go(address(world, "copilot"))
    head.page.get_by_role("button", name="Lift the suspension").click()
    head.page.get_by_text("The suspension is lifted.").wait_for()
    head.check()


def test_a_condition_is_reported_refused_and_confirmed(world, visitor):
    condition = Condition.objects.get(words="All staff have had the briefing")
    conditions.report(
        condition_id=condition.pk,
        place_id=world.place.pk,
        revision=0,
        evidence="71 of 84 came.",
        by=world.people[Role.HEAD],
        standing=make.standing(world.people[Role.HEAD]),
        at=make.NOW,
    )
    network = signed_in(visitor, Role.NETWORK)
    network.go(address(world, "copilot"))
    network.page.get_by_role("link", name="Confirm it").click()
    network.check()
    network.page.get_by_text("No, something is missing").click()
    network.page.get_by_role("button", name="Not confirmed").click()
    network.check()
    network.page.get_by_label("What is still missing?").fill("13 people")
    network.page.get_by_role("button", name="Not confirmed").click()
    network.page.get_by_text("Whoever reported it is told").wait_for()
    head = signed_in(visitor, Role.HEAD)
    head.go(address(world, "copilot", f"conditions/{condition.public_id}/"))
    head.check()
    head.page.get_by_label("What was done").fill("84 of 84")
    head.page.get_by_role("button", name="Report it").click()
    head.page.get_by_text("It is met when whoever set it confirms").wait_for()
    network.go(address(world, "copilot", f"conditions/{condition.public_id}/"))
    network.page.get_by_role("button", name="Confirm that it is met").click()
    network.page.get_by_text("Confirmed: it is met.").wait_for()
    network.check()
