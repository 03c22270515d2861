"""Taking a review, verdicts, advice, comments, and the reminders."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import IntegrityError, connection, transaction

from dpia import workflow
from dpia.actions import advice as advising
from dpia.actions import comments, reminders
from dpia.actions import reviews as actions
from dpia.models import Advice, Review
from dpia.rules.reviews import SetCondition
from dpia.words import IcoOutcome
from dpia.workflow import Status, Verdict
from schools.models import Role
from tests import make
from tests.dpia.test_writing import may
from tools_registry.words import Audience, ConditionKind
from trustai.audit.models import Event
from trustai.notices.models import Notice
from trustai.rules import AlreadyDone, Conflict, Refused

pytestmark = pytest.mark.django_db
PUPILS = make.allowance(Audience.PUPILS)
BRIEFING = SetCondition(
    ConditionKind.BY_DATE, "All staff are briefed.", "head", "Staff are briefed.", date(2027, 1, 12)
)


def leave(person):
    person.memberships.update(ends_on=make.TODAY)


def take(world, made, who, team, **more):
    review = made.reviews.get(team=team, superseded_at=None)
    return actions.take(
        assessment_id=made.pk, review_id=review.public_id, revision=review.revision, **world.acts(who), **more
    )


class TestTake:
    def test_any_member_takes_it_and_another_may_take_it_over(self):
        world = make.world()
        other = make.member(world.trust, Role.NETWORK)
        world.people["network2"] = other
        made = make.sent_case(world)
        assert take(world, made, "network", "network").taken_by == world.people["network"]
        with pytest.raises(AlreadyDone):
            take(world, made, "network", "network")
        assert take(world, made, "network2", "network").taken_by == other

    def test_whoever_had_taken_it_is_told_that_a_colleague_took_it_over(self):
        world = make.world()
        world.people["network2"] = make.member(world.trust, Role.NETWORK)
        made = make.sent_case(world)
        take(world, made, "network", "network")
        told = Notice.objects.filter(kind="review.taken_over")
        assert not told.exists()
        take(world, made, "network2", "network")
        assert [(n.person, n.path) for n in told] == [(world.people["network"], f"{made.get_absolute_url()}review/")]
        leave(world.people["network2"])
        take(world, made, "network", "network")
        assert told.count() == 1

    def test_the_dpo_takes_the_deputys_only_when_the_deputy_cannot(self):
        world = make.world()
        made = make.sent_case(world)
        with pytest.raises(Refused, match="in their place"):
            take(world, made, "dpo", "deputydpo")
        take(world, made, "dpo", "deputydpo", deputy_away=True)
        make.verdict(world, made, "dpo", reason="It keeps the law.")
        review = made.reviews.get(team="deputydpo")
        assert (review.given_role, review.is_advice_too) == (Role.DPO, True)
        assert made.advice.get().text == "It keeps the law."


REVIEWERS = {"network": {"network"}, "deputydpo": {"deputydpo"}, "safeguarding": {"dsl"}}


@pytest.mark.parametrize("team", list(REVIEWERS))
def test_who_may_review_for_which_team(team):
    world = make.world()
    made = make.sent_case(world, make.allowance(), PUPILS)
    able = {who for who in make.SITTING if may(make.verdict, world, made, who, team=team, reason="x")}
    assert able == REVIEWERS[team]


@pytest.mark.parametrize(
    ("without", "team", "stands_in"),
    [("dsl", "safeguarding", "safeguarding"), ("deputydpo", "deputydpo", "dpo")],
)
def test_an_empty_post_falls_to_the_next(without, team, stands_in):
    world = make.world(without=[without])
    made = make.sent_case(world, make.allowance(), PUPILS)
    able = {who for who in world.people if may(make.verdict, world, made, who, team=team, reason="x")}
    assert able == {stands_in}


def test_a_dsl_who_wrote_leaves_it_to_the_trust_safeguarding_lead():
    world = make.world()
    make.member(world.place, Role.AI_LEAD, who=world.people["dsl"])
    made = make.case(world)
    make.write_case(world, made, make.allowance(), PUPILS)
    make.answer_question(world, made, "children.age", "Years 9 and over.", by="dsl")
    make.send_case(world, made)
    with pytest.raises(Refused, match="You wrote part of this case"):
        make.verdict(world, made, "dsl")
    make.verdict(world, made, "safeguarding")


def test_one_person_gives_one_review_only():
    world = make.world()
    both = world.people["network"]
    make.membership(world.trust, Role.DEPUTY_DPO, who=both)
    made = make.sent_case(world)
    make.verdict(world, made, "network")
    with pytest.raises(Refused, match="You gave the Network Team's review"):
        make.verdict(world, made, "network", team="deputydpo")


class TestVerdict:
    def test_it_is_recorded_with_its_conditions_and_the_writers_are_told(self):
        world = make.world()
        made = make.sent_case(world)
        make.verdict(world, made, "network", Verdict.CONDITIONS, conditions=(BRIEFING,))
        review = made.reviews.get(team="network")
        assert (review.given_by, review.given_role, review.given_on_version) == (
            world.people["network"],
            Role.NETWORK,
            1,
        )
        assert review.conditions.get().due_on == date(2027, 1, 12)
        assert Notice.objects.filter(kind="review.given", person=world.people["ailead"]).count() == 1

    @pytest.mark.parametrize(
        ("said", "more", "sentence"),
        [
            (Verdict.CONDITIONS, {}, "at least one condition"),
            (Verdict.AGREE, {"conditions": (BRIEFING,)}, "go with"),
            (Verdict.CHANGES, {"reason": " "}, "what should change"),
            (Verdict.OBJECT, {"reason": " "}, "why you object"),
            (
                Verdict.CONDITIONS,
                {"conditions": (SetCondition(ConditionKind.BY_DATE, "x", "head"),)},
                "last day",
            ),
            (
                Verdict.CONDITIONS,
                {"conditions": (SetCondition(ConditionKind.BY_DATE, "x", "head", "", date(2026, 1, 1)),)},
                "in the past",
            ),
            (
                Verdict.CONDITIONS,
                {"conditions": (SetCondition(ConditionKind.ALWAYS, " ", "head"),)},
                "what the condition",
            ),
            (Verdict.CONDITIONS, {"conditions": (SetCondition(ConditionKind.ALWAYS, "x", ""),)}, "who sees to"),
        ],
    )
    def test_what_is_wanting_is_said(self, said, more, sentence):
        world = make.world()
        made = make.sent_case(world)
        review = made.reviews.get(team="network")
        with pytest.raises(Refused, match=sentence):
            actions.give_verdict(
                assessment_id=made.pk,
                review_id=review.public_id,
                given=actions.Given(said, **more),
                revision=review.revision,
                **world.acts("network"),
            )

    def test_it_cannot_be_given_twice_or_on_a_page_that_was_overtaken(self):
        world = make.world()
        made = make.sent_case(world)
        take(world, made, "network", "network")
        review = made.reviews.get(team="network")
        acts = world.acts("network")
        given = {"assessment_id": made.pk, "review_id": review.public_id, "given": actions.Given(Verdict.AGREE)}
        with pytest.raises(Conflict):
            actions.give_verdict(**given, revision=1, **acts)
        actions.give_verdict(**given, revision=2, **acts)
        with pytest.raises(AlreadyDone):
            actions.give_verdict(**given, revision=2, **acts)
        given["given"] = actions.Given(Verdict.OBJECT, "No.")
        with pytest.raises(Refused, match="cannot be changed"):
            actions.give_verdict(**given, revision=3, **acts)

    def test_a_new_version_overtakes_the_page_of_a_reader(self):
        world = make.world()
        made = make.sent_case(world)
        shown = made.reviews.get(team="deputydpo")
        make.verdict(world, made, "network", Verdict.CHANGES)
        make.answer_question(world, made, "flow.security", "Anew.")
        make.send_case(world, made)
        with pytest.raises(Conflict):
            actions.give_verdict(
                assessment_id=made.pk,
                review_id=shown.public_id,
                given=actions.Given(Verdict.AGREE),
                revision=shown.revision,
                **world.acts("deputydpo"),
            )

    def test_no_outcome_while_a_review_is_open(self):
        world = make.world()
        made = make.sent_case(world)
        make.verdict(world, made, "network", Verdict.CHANGES)
        made.refresh_from_db()
        assert made.status == Status.IN_REVIEW
        make.verdict(world, made, "deputydpo")
        made.refresh_from_db()
        assert made.status == Status.CHANGES_ASKED

    def test_an_objection_goes_on_to_be_answered(self):
        world = make.world()
        made = make.sent_case(world)
        make.verdict(world, made, "network", Verdict.OBJECT)
        make.verdict(world, made, "deputydpo")
        made.refresh_from_db()
        assert made.status == Status.READY

    def test_a_review_of_another_case_is_none_of_this_one(self):
        world, other = make.world(), make.world()
        theirs = make.sent_case(other).reviews.get(team="network")
        made = make.sent_case(world)
        with pytest.raises(Review.DoesNotExist):
            actions.take(assessment_id=made.pk, review_id=theirs.public_id, revision=1, **world.acts("network"))


@pytest.mark.django_db(transaction=True)
def test_the_last_two_verdicts_at_the_same_moment_move_the_case_once(monkeypatch):
    world = make.world()
    made = make.sent_case(world)
    together = Barrier(2, timeout=1)
    settle = workflow.outcome

    def settle_together(*args, **kwargs):
        """Hold each reviewer inside the transaction until both are in it. The case's lock makes that impossible."""
        with suppress(BrokenBarrierError):
            together.wait()
        return settle(*args, **kwargs)

    def answer(who):
        try:
            make.verdict(world, made, who)
        finally:
            connection.close()

    monkeypatch.setattr(workflow, "outcome", settle_together)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(answer, ["network", "deputydpo"]))

    made.refresh_from_db()
    assert made.status == Status.READY
    assert Event.objects.filter(kind="assessment.all_in").count() == 1


# The DPO's advice ----------------------------------------------------------------------------------------------------


def delegated(**more):
    return make.world(trust_facts={"deputy_may_advise_from": date(2026, 1, 1)}, **more)


class TestAdvice:
    def test_without_delegation_the_deputys_review_is_no_advice(self):
        made = make.ready_case(make.world(), advised=False)
        assert not made.advice.exists()
        assert Notice.objects.filter(kind="assessment.advice_needed").count() == 1

    def test_under_delegation_it_is_and_the_head_is_told_to_sign(self):
        world = delegated()
        made = make.sent_case(world)
        make.verdict(world, made, "network")
        make.verdict(world, made, "deputydpo", reason="It keeps the law.")
        advice = made.advice.get()
        assert (advice.under_delegation, advice.may_go_ahead, advice.by) == (True, True, world.people["deputydpo"])
        assert Notice.objects.filter(kind="assessment.sign_off", person=world.people["head"]).count() == 1

    def test_advice_has_to_be_written(self):
        world = delegated()
        made = make.sent_case(world)
        with pytest.raises(Refused, match="write the advice"):
            make.verdict(world, made, "deputydpo")

    @pytest.mark.parametrize(
        ("residual", "said", "more", "starts_on"),
        [
            ("low", Verdict.AGREE, {"refer": True}, date(2026, 1, 1)),
            ("low", Verdict.OBJECT, {"reason": "No."}, date(2026, 1, 1)),
            ("high", Verdict.AGREE, {}, date(2026, 1, 1)),
            ("low", Verdict.AGREE, {}, date(2027, 1, 1)),
        ],
        ids=["referred", "objects", "a risk is high", "not delegated yet"],
    )
    def test_the_dpo_advises_in_person_when(self, residual, said, more, starts_on):
        world = make.world(trust_facts={"deputy_may_advise_from": starts_on})
        made = make.sent_case(world, residual=residual)
        make.verdict(world, made, "deputydpo", said, **more)
        assert not made.advice.exists()
        make.advise(world, made)
        assert made.advice.get().by == world.people["dpo"]

    def test_it_is_given_once_on_a_version(self):
        world = make.world()
        made = make.ready_case(world)
        made.refresh_from_db()
        with pytest.raises(AlreadyDone):
            make.advise(world, made)
        with pytest.raises(IntegrityError, match="dpia_advice_once_per_version"), transaction.atomic():
            Advice.objects.create(
                trust=world.trust,
                assessment=made,
                version=made.versions.get(),
                may_go_ahead=True,
                text="x",
                by=world.people["dpo"],
                role="dpo",
                at=make.NOW,
            )

    def test_a_consultation_without_a_dpia_asks_for_none(self):
        world = make.world(sign_in=make.SignIn.NONE)
        made = make.ready_case(world, dpia=False)
        with pytest.raises(Refused, match="No DPIA is needed"):
            make.advise(world, made)

    def test_nobody_but_the_dpo_advises(self):
        world = make.world()
        made = make.ready_case(world, advised=False)
        able = {who for who in make.SITTING if may(advise_as, world, made, who)}
        assert able == {"dpo"}

    @pytest.mark.parametrize("said", [Verdict.AGREE, Verdict.OBJECT])
    @pytest.mark.parametrize("who", ["deputydpo", "dpo2"])
    def test_a_review_after_the_dpo_has_advised_is_a_review_only(self, who, said):
        world = delegated(without=["deputydpo"] if who == "dpo2" else [])
        world.people["dpo2"] = make.member(world.trust, Role.DPO)
        made = make.sent_case(world)
        make.advise(world, made)
        review = make.verdict(world, made, who, said, team="deputydpo")
        assert (review.verdict, review.is_advice_too) == (said, False)
        assert made.advice.get().by == world.people["dpo"]

    def test_advice_on_a_version_that_was_changed_for_the_deputy_no_longer_counts(self):
        world = make.world()
        made = make.sent_case(world)
        make.advise(world, made)
        make.verdict(world, made, "network", Verdict.CHANGES)
        make.verdict(world, made, "deputydpo")
        make.answer_question(world, made, "flow.kept", "For a month.")
        made = make.send_case(world, made)
        make.verdict(world, made, "network")
        make.verdict(world, made, "deputydpo")
        make.advise(world, made)
        assert made.advice.count() == 2


def advise_as(world, made, who):
    made.refresh_from_db()
    return advising.advise(
        assessment_id=made.pk, text="x", may_go_ahead=True, revision=made.revision, **world.acts(who)
    )


class TestIco:
    def record(self, world, made, who="dpo", outcome=IcoOutcome.GO_AHEAD, on=make.TODAY):
        made.refresh_from_db()
        return advising.record_ico(
            assessment_id=made.pk,
            answer=advising.IcoAnswer(outcome, on),
            revision=made.revision,
            **world.acts(who),
        )

    def test_it_is_recorded_while_a_risk_that_is_left_is_high(self):
        world = make.world()
        made = make.ready_case(world, residual="high")
        self.record(world, made, outcome=IcoOutcome.PAUSED)
        assert self.record(world, made).outcome == IcoOutcome.GO_AHEAD
        with pytest.raises(AlreadyDone):
            self.record(world, made)
        assert made.ico.count() == 2

    def test_not_otherwise_and_not_for_tomorrow_and_not_by_others(self):
        world = make.world()
        with pytest.raises(Refused, match="No residual risk"):
            self.record(world, make.ready_case(world))
        high = make.world()
        made = make.ready_case(high, residual="high")
        with pytest.raises(Refused, match="after today"):
            self.record(high, made, on=make.TODAY + timedelta(days=1))
        assert {who for who in make.SITTING if may(self.record, high, made, who)} == {"dpo", "deputydpo"}


# Comments ------------------------------------------------------------------------------------------------------------


class TestComments:
    def post(self, world, made, who, text="Where do pictures go?", section="flow"):
        return comments.post(assessment_id=made.pk, section=section, text=text, **world.acts(who))

    def test_commenting_makes_nobody_an_author_and_settling_is_the_askers(self):
        world = make.world()
        made = make.sent_case(world)
        comment = self.post(world, made, "network")
        assert (comment.role, comment.on_version) == (Role.NETWORK, 1)
        assert not made.authors.filter(person=world.people["network"]).exists()
        with pytest.raises(Refused, match="Only whoever wrote"):
            comments.settle(assessment_id=made.pk, comment_id=comment.public_id, **world.acts("ailead"))
        comments.settle(assessment_id=made.pk, comment_id=comment.public_id, **world.acts("network"))
        with pytest.raises(AlreadyDone):
            comments.settle(assessment_id=made.pk, comment_id=comment.public_id, **world.acts("network"))

    def test_what_is_not_a_comment(self):
        world = make.world()
        made = make.sent_case(world)
        for section, text, sentence in [
            ("flow", " ", "first"),
            ("nowhere", "x", "no such"),
            ("flow", "x" * 5001, "5000"),
        ]:
            with pytest.raises(Refused, match=sentence):
                self.post(world, made, "network", text, section)
        self.post(world, made, "network")
        with pytest.raises(AlreadyDone):
            self.post(world, made, "network")


# Reminders -----------------------------------------------------------------------------------------------------------


class TestReminders:
    def test_a_review_that_is_nearly_due_is_reminded_of_once_a_day(self):
        world = make.world(trust_facts={"review_working_days": 10})
        made = make.sent_case(world)
        assert reminders.remind(at=make.NOW) == 0
        near = make.NOW + timedelta(days=12)
        assert reminders.remind(at=near) == 2
        assert reminders.remind(at=near + timedelta(hours=3)) == 0
        assert reminders.remind(at=near + timedelta(days=1)) == 2
        told = Notice.objects.filter(kind="review.due")
        assert {n.person for n in told} == {world.people["network"], world.people["deputydpo"]}
        make.verdict(world, made, "network", at=near)
        assert reminders.remind(at=near + timedelta(days=2)) == 1

    def test_whoever_took_it_and_left_the_post_hears_nothing_more_and_the_others_do(self):
        world = make.world()
        second = make.member(world.trust, Role.NETWORK)
        made = make.sent_case(world)
        take(world, made, "network", "network")
        leave(world.people["network"])
        make.member(world.place, Role.STAFF, who=world.people["network"])
        reminders.remind(at=make.NOW + timedelta(days=30))
        told = Notice.objects.filter(kind="review.due").exclude(person=world.people["deputydpo"])
        assert {n.person for n in told} == {second}

    def test_whoever_wrote_it_and_left_the_trust_hears_nothing_more(self):
        world = make.world()
        made = make.sent_case(world)
        leave(world.people["ailead"])
        make.verdict(world, made, "network")
        assert not Notice.objects.filter(kind="review.given", person=world.people["ailead"]).exists()

    def test_whoever_took_it_is_reminded_alone(self):
        world = make.world()
        make.member(world.trust, Role.NETWORK)
        made = make.sent_case(world)
        take(world, made, "network", "network")
        reminders.remind(at=make.NOW + timedelta(days=30))
        told = Notice.objects.filter(kind="review.due").exclude(person=world.people["deputydpo"])
        assert {n.person for n in told} == {world.people["network"]}
