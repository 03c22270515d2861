"""Ways in which an answer could grow without a decision that was made on it, each of them closed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse

from dpia.actions import cases
from dpia.questions import QUESTIONS
from dpia.workflow import Team, Verdict
from schools.models import EntryDecider, Role
from tests import make
from tools_registry.actions import catalogue, changes, clearances, conditions, day_one, entries, facts
from tools_registry.actions import requests as asked_for
from tools_registry.models import Clearance, Condition, ListEdition, Request, Tool
from tools_registry.models.catalogue import FactField
from tools_registry.models.clearances import Origin
from tools_registry.queries import decisions, situations
from tools_registry.queries.facts import facts_today
from tools_registry.words import Audience, ChangeKind, DataClass, SignIn, Subject
from trustai.rules import Conflict, Refused

pytestmark = pytest.mark.django_db
STAFF, PUPILS = Audience.STAFF, Audience.PUPILS
PERSONAL = make.allowance(STAFF, DataClass.PERSONAL, subjects={Subject.STAFF}, purposes={"planning"})
SIXTH_FORM = make.allowance(PUPILS, DataClass.NONE, year_groups={13})
OLDER = make.allowance(PUPILS, DataClass.NONE, year_groups=range(9, 14))
DAY = timedelta(days=1)


def answer_at(place, tool, on=make.TODAY):
    tools = situations.with_situation(Tool.objects.filter(pk=tool.pk), place, on)
    ((_, found),) = situations.answers(tools, place, on)
    return found


def approve(place, tool, by, decision, at=make.NOW):
    return entries.approve(
        place_id=place.pk,
        tool_id=tool.pk,
        decision=decision,
        by=by,
        standing=make.standing(by, on=at.date()),
        at=at,
    )


def new_terms(trust, tool, by, at):
    return changes.record(
        new=changes.NewChange(trust.pk, tool.pk, ChangeKind.TERMS, "It now trains on what is put in", at.date()),
        by=by,
        standing=make.standing(by, on=at.date()),
        at=at,
    )


# What changed since it was looked at ----------------------------------------------------------------------------------


def test_a_signature_does_not_answer_a_change_that_data_protection_never_read():
    world = make.world(sign_in=SignIn.NONE)
    make.agreement(world.trust, world.tool)
    old = make.clearance(world.trust, world.tool, PERSONAL, places=[world.place])
    make.approved(world.place, world.tool, PERSONAL, within=old, by=world.people["head"])
    again = cases.NewCase(world.trust.pk, world.tool.pk, frozenset({world.place.pk}), replaces_id=old.pk)
    case = cases.start(new=again, **world.acts("ailead"))
    make.write_case(world, case, PERSONAL)
    make.send_case(world, case)
    make.verdict(world, case, "deputydpo")
    make.advise(world, case)
    make.verdict(world, case, "network", Verdict.CHANGES)
    new_terms(world.trust, world.tool, world.people["network"], make.NOW + DAY)
    of_network = next(key for key, asked in QUESTIONS.items() if asked.teams == frozenset({Team.NETWORK}))
    later = make.NOW + 2 * DAY
    make.answer_question(world, case, of_network, "Another word.", at=later)
    make.send_case(world, case, at=later)
    make.verdict(world, case, "network", at=later)
    make.sign(world, case, at=later)
    given = answer_at(world.place, world.tool, later.date())
    assert given.of(STAFF).data_class == DataClass.INTERNAL
    assert given.needs_attention


def test_a_first_decision_stands_on_what_its_own_clearance_has_in_view():
    """Signed after the change it is answered; an older clearance of the same tool is not."""
    world = make.world(sign_in=SignIn.NONE)
    make.agreement(world.trust, world.tool)
    older = make.clearance(world.trust, world.tool, PERSONAL)
    new_terms(world.trust, world.tool, world.people["network"], make.NOW - DAY)
    case = make.signed_case(world, PERSONAL)
    head = world.people["head"]
    with pytest.raises(Refused, match="have changed"):
        approve(world.place, world.tool, head, make.decision(older, PERSONAL))
    approve(world.place, world.tool, head, make.decision(Clearance.objects.get(reference=case.reference), PERSONAL))
    assert answer_at(world.place, world.tool).of(STAFF).data_class == DataClass.PERSONAL


# Looser facts ---------------------------------------------------------------------------------------------------------


def looser_age(trust, tool, age, *, shown, at):
    deputy = make.member(trust, Role.DEPUTY_DPO)
    new = facts.NewFact(trust.pk, tool.pk, FactField.MINIMUM_AGE, age, "With the school", "Terms", date(2026, 5, 1))
    return facts.lay(fact=new, shown=shown, by=deputy, standing=make.standing(deputy), at=at)


def check(fact, trust, at=make.NOW):
    network = make.member(trust, Role.NETWORK)
    return facts.check(fact_id=fact.pk, by=network, standing=make.standing(network), at=at)


def test_a_looser_fact_opens_nothing_within_a_clearance_that_stood_before_it():
    trust = make.trust()
    place, tool = make.place(trust), make.shared_tool("chat", minimum_age=18)
    head = make.member(place, Role.HEAD)
    make.member(place, Role.DSL)
    older = make.allowance(PUPILS, DataClass.NONE, year_groups=range(7, 14))
    stood = make.clearance(trust, tool, make.allowance(), older, places=[place])
    entry = make.approved(place, tool, within=stood, by=head)
    check(looser_age(trust, tool, 12, shown=18, at=make.NOW + DAY), trust, make.NOW + DAY)
    wider = make.decision(stood, make.allowance(), make.allowance(PUPILS, DataClass.NONE, year_groups=range(8, 14)))
    with pytest.raises(Refused, match="must be 18"):
        approve(place, tool, head, replace(wider, revision=entry.revision), make.NOW + DAY)
    # A clearance that was given with the looser fact in view has it.
    new = make.clearance(trust, tool, make.allowance(), older, places=[place], assessed_at=make.NOW + 2 * DAY)
    decided = make.decision(
        new, make.allowance(PUPILS, DataClass.NONE, year_groups=range(8, 14)), revision=entry.revision
    )
    approve(place, tool, head, decided, make.NOW + 2 * DAY)
    assert answer_at(place, tool, (make.NOW + 2 * DAY).date()).of(PUPILS).year_groups == tuple(range(8, 14))


def test_a_limit_that_rose_is_not_undone_by_a_fact_put_forward_before():
    trust = make.trust()
    tool = make.shared_tool("chat", minimum_age=16)
    waiting = looser_age(trust, tool, 13, shown=16, at=make.NOW - 30 * DAY)
    deputy = make.member(trust, Role.DEPUTY_DPO)
    risen = changes.NewChange(trust.pk, tool.pk, ChangeKind.AGE, "The terms now say 18", make.TODAY, new_age=18)
    changes.record(new=risen, by=deputy, standing=make.standing(deputy), at=make.NOW)
    with pytest.raises(Conflict, match="has changed since this was put forward"):
        check(waiting, trust)
    assert facts_today(tool, trust.pk).minimum_age == 18


def test_nor_one_that_the_catalogue_raised():
    trust = make.trust()
    tool = make.shared_tool("chat", minimum_age=16)
    waiting = looser_age(trust, tool, 13, shown=16, at=make.NOW - 30 * DAY)
    catalogue.load(rows=[make.tool_row("chat", minimum_age=18, source_on=date(2026, 11, 1))], at=make.NOW)
    with pytest.raises(Conflict):
        check(waiting, trust)


# Clearances that were stopped -----------------------------------------------------------------------------------------


def test_what_was_withdrawn_comes_alive_only_by_a_decision():
    """The case was begun to replace it; meanwhile the trust lead stops it."""
    world = make.world(sign_in=SignIn.NONE)
    old = make.clearance(world.trust, world.tool, places=[world.place])
    entry = make.approved(world.place, world.tool, within=old, by=world.people["head"])
    new = cases.NewCase(world.trust.pk, world.tool.pk, frozenset({world.place.pk}), replaces_id=old.pk)
    case = cases.start(new=new, **world.acts("ailead"))
    make.write_case(world, case)
    make.send_case(world, case)
    clearances.withdraw(clearance_id=old.pk, reason="An incident", revision=1, **world.acts("trustlead"))
    make.verdict(world, case, "network")
    make.verdict(world, case, "deputydpo")
    make.advise(world, case)
    make.sign(world, case)
    assert not answer_at(world.place, world.tool).allows_anybody
    signed = Clearance.objects.get(reference=case.reference)
    approve(world.place, world.tool, world.people["head"], make.decision(signed, revision=entry.revision))
    assert answer_at(world.place, world.tool).allows_anybody


def test_one_that_was_replaced_is_not_replaced_again():
    trust = make.trust()
    place, tool, lead = make.place(trust), make.shared_tool(), make.member(trust, Role.TRUST_LEAD)
    first = make.clearance(trust, tool)
    make.approved(place, tool, within=first)
    second = make.clearance(trust, tool, replaces_id=first.pk)
    clearances.withdraw(
        clearance_id=second.pk, reason="An incident", revision=1, by=lead, standing=make.standing(lead), at=make.NOW
    )
    with pytest.raises(Refused, match="has been replaced already"):
        make.clearance(trust, tool, replaces_id=first.pk)
    assert first not in Clearance.objects.not_replaced()
    assert not answer_at(place, tool).allows_anybody


# Who agrees to what ---------------------------------------------------------------------------------------------------


@pytest.fixture
def school():
    return make.place()


@pytest.fixture
def head(school):
    return make.member(school, Role.HEAD)


@pytest.fixture
def dsl(school):
    return make.member(school, Role.DSL)


def test_the_dsl_agrees_to_the_years_that_were_read(school, head, dsl):
    tool = make.shared_tool()
    wide = make.clearance(school.trust, tool, make.allowance(), OLDER)
    entry = make.approved(school, tool, SIXTH_FORM, within=wide, by=head)
    read = Condition.objects.get(words=conditions.DSL_AGREES)
    approve(school, tool, head, make.decision(wide, OLDER, revision=entry.revision))
    said = {"revision": 0, "evidence": "Year 13 only", "by": dsl, "standing": make.standing(dsl), "at": make.NOW}
    with pytest.raises(Conflict, match="was taken off while you were reading"):
        conditions.confirm(condition_id=read.pk, place_id=school.pk, **said)
    assert not answer_at(school, tool).of(PUPILS).may
    asked = Condition.objects.get(words=conditions.DSL_AGREES, withdrawn_at=None)
    conditions.confirm(condition_id=asked.pk, place_id=school.pk, **said)
    assert answer_at(school, tool).of(PUPILS).may


def test_an_earlier_consultation_for_one_school_asks_its_dsl_too(school, head, dsl, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    tool = make.shared_tool()
    document = make.stored_file(school.trust, by=head)
    once = make.clearance(
        school.trust,
        tool,
        OLDER,
        places=[school],
        origin=Origin.DAY_ONE,
        document_id=document.pk,
        ends_on=date(2027, 5, 1),
    )
    make.approved(school, tool, OLDER, within=once, by=head, review_on=date(2027, 4, 1))
    assert not answer_at(school, tool).of(PUPILS).may


def test_that_parents_have_agreed_is_said_anew_for_each_decision(school, head):
    tool = make.shared_tool("chat", minimum_age=18, parental_age=10)
    within = make.clearance(school.trust, tool, OLDER, places=[school])
    make.approved(school, tool, SIXTH_FORM, within=within, by=head, parents_agreed=True)
    page = decisions.decide_page(make.standing(head), school, tool.public_id, "")
    assert not page.initial.get("parents_agreed")
    assert not page.initial.get("work_consent")


# Whose it is ----------------------------------------------------------------------------------------------------------


def test_an_ai_lead_names_the_tool_for_requests_of_their_own_school_alone():
    trust = make.trust()
    mine, other = make.place(trust), make.place(trust)
    tool = make.shared_tool()
    here, there = make.request(mine, name="Deepthing"), make.request(other, name="Deepthing")
    lead, network = make.member(mine, Role.AI_LEAD), make.member(trust, Role.NETWORK)
    asked_for.link(request_public_id=here.public_id, tool=tool, by=lead, standing=make.standing(lead), at=make.NOW)
    assert list(Request.objects.filter(tool=tool)) == [here]
    asked_for.link(
        request_public_id=there.public_id, tool=tool, by=network, standing=make.standing(network), at=make.NOW
    )
    assert Request.objects.filter(tool=tool).count() == 2


def test_a_head_narrows_within_a_clearance_that_replaced_the_one_decided_on():
    trust = make.trust(entry_decider=EntryDecider.TRUST)
    place, tool = make.place(trust), make.shared_tool()
    head, lead = make.member(place, Role.HEAD), make.member(trust, Role.TRUST_LEAD)
    entry = make.approved(place, tool, within=make.clearance(trust, tool), by=lead)
    new = make.clearance(trust, tool, replaces_id=entry.clearance_id)
    less = make.allowance(purposes={"planning"})
    assert approve(place, tool, head, make.decision(new, less, revision=entry.revision)).decided_by == head


# What is published, and what a document is called ---------------------------------------------------------------------


def test_the_title_of_an_earlier_document_is_not_published_and_takes_no_cases_reference(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    world = make.world(sign_in=SignIn.NONE)
    world.place.is_published = True
    world.place.save()
    title = "DPIA after the incident with a pupil"
    document = make.stored_file(world.trust, by=world.people["admin"])
    once = make.clearance(
        world.trust,
        world.tool,
        origin=Origin.DAY_ONE,
        document_id=document.pk,
        reference=title,
        ends_on=date(2027, 5, 1),
    )
    make.approved(world.place, world.tool, within=once, by=world.people["head"], review_on=date(2027, 4, 1))
    published = ListEdition.objects.get(place=world.place).document
    assert title not in published
    assert "from an earlier consultation" in published

    earlier = day_one.Earlier(
        world.tool.pk, f"{world.trust.code}-2026-0007", date(2026, 1, 1), date(2027, 1, 1), None, (make.allowance(),)
    )
    with pytest.raises(Refused, match="looks like the reference of an assessment"):
        day_one.enter(trust_id=world.trust.pk, earlier=earlier, upload=make.paper(), **world.acts("admin"))


def test_private_pages_are_kept_by_no_browser(client):
    world = make.world()
    case = make.sent_case(world)
    client.force_login(world.people["head"])
    register = reverse("tools_registry:register", args=[world.place.urn])
    for path in ("/", "/requests/", f"/dpia/{case.reference}/", f"/dpia/{case.reference}/review/", register):
        assert client.get(path)["Cache-Control"] == "private, no-store", path
