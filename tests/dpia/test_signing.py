"""Whose signature it is, what stands before it, and the clearance it issues."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import IntegrityError, connection, transaction

from dpia.actions import advice as advising
from dpia.actions import signing as actions
from dpia.models import Assessment, Measure, SignOff
from dpia.queries.cases import sees
from dpia.rules.reviews import SetCondition
from dpia.words import IcoOutcome
from dpia.workflow import Status, Verdict
from schools.models import Role
from tests import make
from tests.dpia.test_writing import may
from tools_registry.models import Clearance, Consultation, ToolChange, ToolChangeAnswer
from tools_registry.words import Audience, ConditionKind, DataClass, Subject
from trustai.audit.models import Event
from trustai.notices.models import Notice
from trustai.rules import AlreadyDone, Conflict, Refused

pytestmark = pytest.mark.django_db
STAFF = make.allowance(data=DataClass.PERSONAL, subjects={Subject.PUPILS})
PUPILS = make.allowance(Audience.PUPILS)
CONDITION = SetCondition(
    ConditionKind.BY_DATE, "All staff are briefed.", "head", "Staff are briefed.", date(2027, 1, 12), is_per_person=True
)


def decline(world, made, who="head", reason="Not at this school."):
    made.refresh_from_db()
    return actions.decline(assessment_id=made.pk, reason=reason, revision=made.revision, **world.acts(who))


# Whose it is ---------------------------------------------------------------------------------------------------------


def test_the_head_signs_for_one_school_and_nobody_else():
    world = make.world()
    made = make.ready_case(world)
    assert {who for who in make.SITTING if may(make.sign, world, made, who)} == {"head"}
    assert {who for who in make.SITTING if may(decline, world, made, who)} == {"head"}


@pytest.mark.parametrize("reach", ["several", "wide", "office"])
def test_the_trust_lead_signs_for_more_than_one_school(reach):
    world = make.world()
    places = {"several": [world.place, make.place(world.trust)], "office": [make.office(world.trust)]}
    made = make.case(world, by="deputydpo", places=places.get(reach, ()), wide=reach == "wide")
    make.member(world.trust, Role.DEPUTY_DPO)
    make.write_case(world, made, by="deputydpo")
    world.people["deputydpo2"] = make.member(world.trust, Role.DEPUTY_DPO)
    made = make.send_case(world, made, by="deputydpo")
    make.verdict(world, made, "network")
    make.verdict(world, made, "deputydpo2", team="deputydpo")
    make.advise(world, made)
    assert {who for who in make.SITTING if may(make.sign, world, made, who)} == {"trustlead"}


def test_a_head_who_drafted_a_case_cannot_sign_it_and_the_trust_lead_can():
    world = make.world()
    made = make.sent_case(world, by="head")
    make.verdict(world, made, "network")
    make.verdict(world, made, "deputydpo")
    make.advise(world, made)
    with pytest.raises(
        Refused, match=r"You wrote part of this case, so you cannot also give the signature.*Trust lead"
    ):
        make.sign(world, made, "head")
    assert make.sign(world, made, "trustlead").status == Status.SIGNED


def test_a_second_head_signs_what_the_first_wrote():
    world = make.world()
    world.people["head2"] = make.member(world.place, Role.HEAD)
    made = make.sent_case(world, by="head")
    make.verdict(world, made, "network")
    make.verdict(world, made, "deputydpo")
    make.advise(world, made)
    assert {who for who in world.people if may(make.sign, world, made, who)} == {"head2"}


def test_where_nobody_is_head_the_trust_lead_signs():
    world = make.world(without=["head"])
    made = make.ready_case(world)
    assert {who for who in world.people if may(make.sign, world, made, who)} == {"trustlead"}


def test_a_trust_lead_who_reviewed_for_a_team_does_not_sign():
    world = make.world(without=["head", "network"])
    make.membership(world.trust, Role.NETWORK, who=world.people["trustlead"])
    world.people["lead2"] = make.member(world.trust, Role.TRUST_LEAD)
    made = make.sent_case(world)
    make.verdict(world, made, "trustlead", team="network")
    make.verdict(world, made, "deputydpo")
    make.advise(world, made)
    with pytest.raises(Refused, match="You gave the Network Team's review"):
        make.sign(world, made, "trustlead")
    assert make.sign(world, made, "lead2").status == Status.SIGNED


@pytest.mark.parametrize("why", ["objection", "advice says no", "advice not accepted", "high"])
def test_it_is_the_trust_leads_when(why):
    world = make.world()
    made = make.sent_case(world, residual="high" if why == "high" else "low")
    make.verdict(world, made, "network", Verdict.OBJECT if why == "objection" else Verdict.AGREE)
    make.verdict(world, made, "deputydpo")
    make.advise(world, made, may_go_ahead=why != "advice says no")
    if why == "high":
        ico(world, made, IcoOutcome.GO_AHEAD)
    said = {
        "advice_accepted": not why.startswith("advice"),
        "overruling_reasons": "The gain is great, and a teacher is there.",
    }
    able = {who for who in make.SITTING if may(make.sign, world, made, who, **said)}
    assert able == {"trustlead"}


def ico(world, made, outcome):
    made.refresh_from_db()
    answer = advising.IcoAnswer(outcome, make.TODAY)
    advising.record_ico(assessment_id=made.pk, answer=answer, revision=made.revision, **world.acts("dpo"))


# What stands before it -----------------------------------------------------------------------------------------------


def test_not_before_the_dpo_has_advised():
    world = make.world()
    made = make.ready_case(world, advised=False)
    with pytest.raises(Refused, match="has not advised"):
        make.sign(world, made)
    assert decline(world, made).status == Status.DECLINED


@pytest.mark.parametrize("outcome", [None, IcoOutcome.NONE_YET, IcoOutcome.PAUSED, IcoOutcome.DO_NOT])
def test_a_high_risk_that_is_left_is_blocked_until_the_ico_says_go_ahead(outcome):
    world = make.world()
    made = make.ready_case(world, residual="high")
    if outcome:
        ico(world, made, outcome)
    with pytest.raises(Refused, match="UK GDPR Art 36"):
        make.sign(world, made, "trustlead")
    ico(world, made, IcoOutcome.GO_AHEAD)
    assert make.sign(world, made, "trustlead").status == Status.SIGNED


def test_the_newest_word_of_the_ico_counts():
    world = make.world()
    made = make.ready_case(world, residual="high")
    ico(world, made, IcoOutcome.GO_AHEAD)
    ico(world, made, IcoOutcome.PAUSED)
    with pytest.raises(Refused, match="Art 36"):
        make.sign(world, made, "trustlead")


def test_what_the_ico_said_about_an_earlier_version_does_not_count():
    world = make.world()
    made = make.sent_case(world, residual="high")
    ico(world, made, IcoOutcome.GO_AHEAD)
    make.verdict(world, made, "network", Verdict.CHANGES)
    make.verdict(world, made, "deputydpo")
    make.answer_question(world, made, "flow.kept", "For ever.")
    made = make.send_case(world, made)
    make.verdict(world, made, "network")
    make.verdict(world, made, "deputydpo")
    make.advise(world, made)
    with pytest.raises(Refused, match="not been asked about this version"):
        make.sign(world, made, "trustlead")
    ico(world, made, IcoOutcome.GO_AHEAD)
    assert [row.version.number for row in made.ico.order_by("pk")] == [1, 2]
    assert make.sign(world, made, "trustlead").status == Status.SIGNED


def test_no_dpia_needs_the_deputys_agreement():
    world = make.world(sign_in=make.SignIn.NONE)
    made = make.sent_case(world, dpia=False)
    make.verdict(world, made, "network")
    make.verdict(world, made, "deputydpo", Verdict.OBJECT)
    with pytest.raises(Refused, match="does not agree that no DPIA is needed"):
        make.sign(world, made, "trustlead", overruling_reasons="We see it otherwise.")


def test_no_dpia_with_the_deputys_agreement_is_signed_by_the_head():
    world = make.world(sign_in=make.SignIn.NONE)
    assert make.sign(world, make.ready_case(world, dpia=False)).status == Status.SIGNED


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"measures_approved": False}, "Approve the measures"),
        ({"residual_accepted": False}, "Accept the risks"),
        ({"valid_until": None}, "until which day"),
        ({"valid_until": make.TODAY}, "until which day"),
        ({"review_by_role": ""}, "under review"),
    ],
)
def test_what_the_signature_still_lacks(said, sentence):
    world = make.world()
    made = make.ready_case(world)
    with pytest.raises(Refused, match=sentence):
        make.sign(world, made, **said)


def test_an_objection_and_advice_not_followed_want_reasons():
    world = make.world()
    made = make.sent_case(world)
    make.verdict(world, made, "network", Verdict.OBJECT)
    make.verdict(world, made, "deputydpo")
    make.advise(world, made, may_go_ahead=False)
    with pytest.raises(Refused, match="A team objects"):
        make.sign(world, made, "trustlead", advice_accepted=False)
    make.sign(world, made, "trustlead", advice_accepted=False, overruling_reasons="The gain is great.")
    assert told_of(world, "assessment.overruled") == {"network", "dpo"}
    assert told_of(world, "assessment.signed") == {"ailead", "deputydpo"}


@pytest.mark.parametrize(("go_ahead", "accepted"), [(False, True), (True, False), (True, True)])
def test_whoever_advised_hears_whether_the_advice_was_followed(go_ahead, accepted):
    world = make.world()
    made = make.sent_case(world)
    make.verdict(world, made, "network")
    make.verdict(world, made, "deputydpo")
    make.advise(world, made, may_go_ahead=go_ahead)
    followed = go_ahead and accepted
    who = "head" if followed else "trustlead"
    make.sign(world, made, who, advice_accepted=accepted, overruling_reasons="The gain is great.")
    overruled = set() if followed else {"dpo"}
    assert told_of(world, "assessment.overruled") == overruled
    assert told_of(world, "assessment.signed") == {"ailead", "network", "deputydpo", "dpo"} - overruled


def test_a_reviewer_who_has_left_is_told_of_no_signature():
    world = make.world()
    made = make.ready_case(world)
    world.people["network"].memberships.update(ends_on=make.TODAY)
    make.sign(world, made)
    assert told_of(world, "assessment.signed") == {"ailead", "deputydpo", "dpo"}


def told_of(world, kind):
    names = {person.pk: name for name, person in world.people.items()}
    return {names[person] for person in Notice.objects.filter(kind=kind).values_list("person_id", flat=True)}


def test_a_stale_page_signs_nothing_and_a_second_click_signs_once():
    world = make.world()
    made = make.ready_case(world)
    shown = made.revision
    with pytest.raises(Conflict):
        actions.sign(assessment_id=made.pk, said=make.signature(), revision=shown - 1, **world.acts("head"))
    make.sign(world, made)
    with pytest.raises(AlreadyDone):
        actions.sign(assessment_id=made.pk, said=make.signature(), revision=shown, **world.acts("head"))
    assert Clearance.objects.filter(reference=made.reference).count() == 1


@pytest.mark.django_db(transaction=True)
def test_signing_and_declining_at_the_same_moment_are_decided_once(monkeypatch):
    world = make.world()
    world.people["head2"] = make.member(world.place, Role.HEAD)
    made = make.ready_case(world)
    together = Barrier(2, timeout=1)
    sign_off = actions._sign_off

    def both_inside(*args, **kwargs):
        with suppress(BrokenBarrierError):
            together.wait()
        return sign_off(*args, **kwargs)

    def act(who):
        try:
            said = {"assessment_id": made.pk, "revision": made.revision, **world.acts(who)}
            if who == "head":
                actions.sign(said=make.signature(), **said)
            else:
                actions.decline(reason="No.", **said)
        except (Conflict, Refused) as late:
            return str(late)
        finally:
            connection.close()
        return ""

    monkeypatch.setattr(actions, "_sign_off", both_inside)
    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(act, ["head", "head2"]))

    assert sum(not words for words in said) == 1
    assert SignOff.objects.filter(assessment=made).count() == 1
    made.refresh_from_db()
    signed = made.status == Status.SIGNED
    assert Clearance.objects.filter(reference=made.reference).exists() is signed


# What it issues ------------------------------------------------------------------------------------------------------


class TestClearance:
    def test_it_gives_what_was_asked_for_and_nothing_more(self):
        world = make.world()
        made = make.signed_case(world, STAFF, PUPILS, answers={"data.sign_up": "sign_up"})
        clearance = Clearance.objects.get(reference=made.reference)
        allowed = {row.audience: row for row in clearance.allowances.all()}
        assert set(allowed) == {"staff", "pupils"}
        assert (allowed["staff"].data_class, allowed["staff"].subjects) == ("personal", ["pupils"])
        assert allowed["pupils"].year_groups == list(range(9, 14))
        assert (clearance.version, clearance.staff_sign_up, clearance.is_trust_wide) == (1, True, False)
        assert (clearance.starts_on, clearance.ends_on) == (make.TODAY, date(2027, 11, 25))
        assert [p.place for p in clearance.places.all()] == [world.place]
        assert (clearance.signed_by, clearance.signed_role) == (world.people["head"], Role.HEAD)
        assert all(Measure.objects.filter(risk__assessment=made).values_list("is_approved", flat=True))
        assert Consultation.objects.get(reference=made.reference).closed_at == make.NOW

    def test_conditions_of_teams_and_each_not_yet_go_with_it(self):
        world = make.world()
        answers = {"before.notices": {"state": "not_yet", "on": "", "note": ""}}
        made = make.sent_case(world, answers=answers)
        make.verdict(world, made, "network", Verdict.CONDITIONS, conditions=(CONDITION,))
        make.verdict(world, made, "deputydpo")
        make.advise(world, made)
        make.sign(world, made)
        clearance = Clearance.objects.get(reference=made.reference)
        found = {c.kind: c for c in clearance.conditions.all()}
        assert set(found) == {"by_date", "before_use"}
        assert (found["by_date"].set_by_role, found["by_date"].set_by) == (Role.NETWORK, world.people["network"])
        assert (found["by_date"].due_on, found["by_date"].is_per_person) == (date(2027, 1, 12), True)
        assert (found["before_use"].owner_role, found["before_use"].set_by_role) == (Role.HEAD, Role.DEPUTY_DPO)

    def test_a_trust_wide_clearance_is_offered_to_every_school(self):
        world = make.world(without=["head"])
        heads = {make.member(place, Role.HEAD).pk for place in (world.place, make.place(world.trust))}
        made = make.case(world, by="deputydpo", wide=True)
        world.people["deputydpo2"] = make.member(world.trust, Role.DEPUTY_DPO)
        make.write_case(world, made, by="deputydpo")
        made = make.send_case(world, made, by="deputydpo")
        make.verdict(world, made, "network")
        make.verdict(world, made, "deputydpo2", team="deputydpo")
        make.advise(world, made)
        make.sign(world, made, "trustlead")
        told = set(Notice.objects.filter(kind="clearance.issued").values_list("person", flat=True))
        assert heads <= told

    def test_a_declined_case_issues_nothing_and_says_why(self):
        world = make.world()
        made = make.ready_case(world)
        with pytest.raises(Refused, match="Say why"):
            decline(world, made, reason=" ")
        decline(world, made)
        assert not Clearance.objects.filter(reference=made.reference).exists()
        assert made.sign_off.comment == "Not at this school."
        told = set(Notice.objects.filter(kind="assessment.declined").values_list("person", flat=True))
        assert told == {world.people[name].pk for name in ("ailead", "network", "deputydpo", "dpo")}


def test_events_hold_codes_and_ids_and_no_words():
    world = make.world()
    made = make.signed_case(world, STAFF)
    names = [person.name for person in world.people.values()]
    for event in Event.objects.filter(subject_id=made.public_id):
        assert not any(name in str(event.detail) for name in names)
        assert "law" not in str(event.detail)


def test_a_signature_is_whole_or_refused_by_the_database():
    world = make.world()
    made = make.ready_case(world)
    with pytest.raises(IntegrityError, match="dpia_signoff_signed_is_whole"), transaction.atomic():
        SignOff.objects.create(
            trust=world.trust,
            assessment=made,
            version=made.versions.get(),
            signed=True,
            measures_approved=True,
            residual_accepted=False,
            advice_accepted=True,
            by=world.people["head"],
            role="head",
            at=make.NOW,
        )


# Needs attention -----------------------------------------------------------------------------------------------------


def needs_attention(world, made):
    return sees(world.standing("head"), made.reference).attention


def test_a_change_of_the_tool_after_the_signature_needs_attention_until_it_is_answered():
    world = make.world()
    made = make.signed_case(world)
    old = {"trust": None, "tool": world.tool, "kind": "terms", "summary": "x", "effective_on": make.TODAY}
    ToolChange.objects.create(**old, at=make.NOW - timedelta(days=1))
    assert not needs_attention(world, made)
    change = ToolChange.objects.create(**old, at=make.NOW + timedelta(days=1))
    assert needs_attention(world, made)
    ToolChangeAnswer.objects.create(
        trust=world.trust, change=change, reason="Nothing to us.", by=world.people["deputydpo"], at=make.NOW
    )
    assert not needs_attention(world, made)
    other = make.world()
    ToolChange.objects.create(**{**old, "trust": other.trust}, at=make.NOW + timedelta(days=1))
    assert not needs_attention(world, made)


def test_a_signature_answers_no_change_that_came_after_the_version_was_sent():
    world = make.world()
    made = make.ready_case(world)
    between = {"at": make.NOW + timedelta(days=1), "kind": "terms", "summary": "x", "effective_on": make.TODAY}
    ToolChange.objects.create(tool=world.tool, **between)
    make.sign(world, made, at=make.NOW + timedelta(days=2))
    assert needs_attention(world, made)
    assert Clearance.objects.get(reference=made.reference).assessed_at == made.versions.get().at


def test_staff_and_strangers_do_not_see_cases():
    world, other = make.world(), make.world()
    made = make.case(world)
    seen = {who for who in make.SITTING if Assessment.objects.visible_to(world.standing(who)).filter(pk=made.pk)}
    assert seen == set(make.SITTING) - {"staff"}
    assert not any(Assessment.objects.visible_to(other.standing(who)).filter(pk=made.pk) for who in make.SITTING)
