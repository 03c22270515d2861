"""Take a review, and give its verdict. The last verdict of a round moves the case, once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from dpia import case as cases
from dpia import workflow
from dpia.actions.moving import _move, announce, lock_case, note, writers
from dpia.models import Advice, Review, ReviewCondition
from dpia.posts import Post
from dpia.rules import reviews as rules
from dpia.rules import signing
from dpia.workflow import Move, Status, Verdict
from schools.models import Role
from trustai.days import day_of
from trustai.rules import AlreadyDone, Refused, check_fresh

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from dpia.case import Case
    from dpia.rules.reviews import SetCondition
    from schools.standing import Standing
    from trustai.accounts.models import User


@dataclass(frozen=True, slots=True)
class Given:
    """A team's verdict on a version. `refer`: the Deputy leaves the advice to the DPO."""

    verdict: Verdict
    reason: str = ""
    conditions: tuple[SetCondition, ...] = ()
    refer: bool = False


@transaction.atomic
def take(
    *,
    assessment_id: int,
    review_id: UUID,
    revision: int,
    by: User,
    standing: Standing,
    at: datetime,
    deputy_away: bool = False,
) -> Review:
    """Say that one reads it for the team. `deputy_away`: the DPO takes it because the Deputy cannot."""
    case = lock_case(assessment_id, at=at)
    review = _standing(case, review_id)
    if review.taken_by_id == by.pk:
        raise AlreadyDone("You have taken this review already.")
    check_fresh(revision, review.revision, what="This review")
    role = rules.check_may_review(standing, case, review, deputy_away=deputy_away)
    before = review.taken_by_id
    review.taken_by, review.taken_at = by, at
    review.revision += 1
    review.save(update_fields=["taken_by", "taken_at", "revision"])
    note(case, "review_taken", by=by, role=role, at=at, team=review.team, deputy_away=deputy_away)
    if before is not None:
        path = reverse("dpia:review", args=[case.assessment.reference])
        announce(case, {before}, "review.taken_over", at=at, path=path)
    return review


@transaction.atomic
def give_verdict(
    *, assessment_id: int, review_id: UUID, given: Given, revision: int, by: User, standing: Standing, at: datetime
) -> Review:
    """Record one team's verdict on the version it was shown. It cannot be changed afterwards."""
    case = lock_case(assessment_id, at=at)
    review = _standing(case, review_id)
    if review.verdict == given.verdict and review.given_by_id == by.pk:
        raise AlreadyDone("You have given this verdict already.")
    check_fresh(revision, review.revision, what="This review")
    role = rules.check_may_review(standing, case, review)
    on = day_of(at)
    is_advice = rules.advises_by_review(case, role, given.verdict, refer=given.refer, on=on)
    rules.check_verdict(given.verdict, given.reason, given.conditions, is_advice=is_advice, on=on)
    _write(review, given, by=by, role=role, at=at, is_advice=is_advice)
    if is_advice:
        _advise(case, given, by=by, role=role, at=at)
    note(
        case,
        "review_given",
        by=by,
        role=role,
        at=at,
        team=review.team,
        verdict=str(given.verdict),
        conditions=len(given.conditions),
        is_advice=is_advice,
        referred=given.refer,
    )
    kind = "assessment.changes_asked" if given.verdict == Verdict.CHANGES else "review.given"
    announce(case, writers(case) - {by.pk}, kind, at=at)
    settle(cases.read(case.assessment, on=on), by=by, role=role, at=at)
    return review


def settle(case: Case, *, by: User, role: str, at: datetime) -> None:
    """When every team has answered, the case goes back or on to its signature. The case's lock is held."""
    if case.assessment.status != Status.IN_REVIEW:
        return
    verdicts = [Verdict(review.verdict) for review in case.reviews if review.verdict]
    step = workflow.outcome(verdicts, awaited=len(case.reviews) - len(verdicts))
    if step is None:
        return
    _move(case, step, by=by, role=role, at=at)
    if step == Move.ALL_IN:
        tell_who_is_next(case, at=at)


def tell_who_is_next(case: Case, *, at: datetime) -> None:
    """The DPO while advice is wanting, else whoever signs."""
    assessment = case.assessment
    if case.needs_dpia and case.counted_advice is None:
        path = reverse("dpia:advice", args=[assessment.reference])
        announce(case, case.free(Role.DPO, doing=Post.ADVICE), "assessment.advice_needed", at=at, path=path)
        return
    role = signing.signs_as(case)
    place = case.school if role == Role.HEAD else None
    path = reverse("dpia:sign", args=[assessment.reference])
    announce(case, case.free(role, place, doing=Post.SIGN), "assessment.sign_off", at=at, path=path)


def _standing(case: Case, review_id: UUID) -> Review:
    """The review, if it still stands; Review.DoesNotExist when it is another case's."""
    for review in case.reviews:
        if review.public_id == review_id:
            return review
    Review.objects.get(assessment=case.assessment, public_id=review_id)
    raise Refused("This review was asked again with a new version. Look at that one.")


def _write(review: Review, given: Given, *, by: User, role: str, at: datetime, is_advice: bool) -> None:
    review.verdict, review.reason = given.verdict, given.reason.strip()
    review.given_by, review.given_role, review.given_at = by, role, at
    review.given_on_version = review.version.number
    review.is_advice_too = role == Role.DPO and is_advice
    review.is_referred = given.refer and role == Role.DEPUTY_DPO
    review.revision += 1
    review.save()
    ReviewCondition.objects.bulk_create(
        ReviewCondition(
            trust_id=review.trust_id,
            review=review,
            kind=condition.kind,
            words=condition.words.strip(),
            public_words=condition.public_words.strip(),
            due_on=condition.due_on,
            owner_role=condition.owner_role,
            audiences=sorted(condition.audiences),
            is_per_person=condition.is_per_person,
            resets_each_september=condition.resets_each_september,
        )
        for condition in given.conditions
    )


def _advise(case: Case, given: Given, *, by: User, role: str, at: datetime) -> None:
    Advice.objects.create(
        trust_id=case.assessment.trust_id,
        assessment=case.assessment,
        version=case.sent,
        may_go_ahead=given.verdict != Verdict.OBJECT,
        text=given.reason.strip(),
        by=by,
        role=role,
        under_delegation=role == Role.DEPUTY_DPO,
        at=at,
    )
