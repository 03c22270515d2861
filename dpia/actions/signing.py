"""Sign, which issues the clearance, or decline. The accountable person's act on a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from dpia import documents, questions
from dpia.actions.moving import _move, announce, lock_case, writers
from dpia.models import Measure, SignOff
from dpia.rules import signing as rules
from dpia.workflow import Move, Status, Team
from schools.models import Role
from tools_registry.actions import clearances, requests
from tools_registry.actions.clearances import ClearanceTerms, NewCondition
from tools_registry.models import Request
from tools_registry.words import Audience, ConditionKind
from trustai.days import day_of
from trustai.rules import AlreadyDone, check_fresh

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from dpia.case import Case
    from dpia.models import Assessment
    from dpia.rules.signing import Signature
    from schools.standing import Standing
    from trustai.accounts.models import User


@transaction.atomic
def sign(
    *, assessment_id: int, said: Signature, revision: int, by: User, standing: Standing, at: datetime
) -> Assessment:
    """Approve the measures, accept what is left, answer the advice and every objection; issue the clearance."""
    case = lock_case(assessment_id, at=at)
    _check_not_done(case, by=by, status=Status.SIGNED)
    check_fresh(revision, case.assessment.revision, what="This case")
    role = rules.check_may_sign(standing, case, advice_accepted=said.advice_accepted)
    rules.check_can_sign(case)
    rules.check_signature(case, said, on=day_of(at))
    _sign_off(case, said, signed=True, by=by, role=role, at=at)
    standing_measures = Measure.objects.filter(risk__assessment=case.assessment, withdrawn_at=None)
    standing_measures.filter(risk__withdrawn_at=None).update(is_approved=True)
    clearances.issue(terms=terms_of(case, said, by=by, at=at), by=by, role=role, at=at)
    clearances.close_consultation(trust_id=case.assessment.trust_id, reference=case.assessment.reference, at=at)
    _move(case, Move.SIGN, by=by, role=role, at=at, advice_accepted=said.advice_accepted)
    overruled = _overruled(case, said)
    announce(case, overruled, "assessment.overruled", at=at)
    announce(case, (writers(case) | _heard(case)) - overruled - {by.pk}, "assessment.signed", at=at)
    return case.assessment


@transaction.atomic
def decline(
    *, assessment_id: int, reason: str, revision: int, by: User, standing: Standing, at: datetime
) -> Assessment:
    """Say no, with the reason. Nothing is issued."""
    case = lock_case(assessment_id, at=at)
    _check_not_done(case, by=by, status=Status.DECLINED)
    check_fresh(revision, case.assessment.revision, what="This case")
    role = rules.check_may_decline(standing, case, reason)
    asked_at = _lock_asked(case)
    said = rules.Signature(
        measures_approved=False,
        residual_accepted=False,
        advice_accepted=True,
        valid_until=None,
        review_by_role="",
        comment=reason.strip(),
    )
    _sign_off(case, said, signed=False, by=by, role=role, at=at)
    clearances.close_consultation(trust_id=case.assessment.trust_id, reference=case.assessment.reference, at=at)
    _tell_askers(case, asked_at, by=by, role=role, at=at)
    _move(case, Move.DECLINE, by=by, role=role, at=at)
    announce(case, (writers(case) | _heard(case)) - {by.pk}, "assessment.declined", at=at)
    return case.assessment


def _heard(case: Case) -> set[int]:
    """Everybody who gave a team's verdict on it, and whoever advised."""
    heard = {review.given_by_id for review in case.reviews if review.given_by_id}
    return heard | ({case.counted_advice.by_id} if case.counted_advice else set())


def _overruled(case: Case, said: Signature) -> set[int]:
    """Who objected, and who advised where the signature does not follow the advice."""
    overruled = {review.given_by_id for review in case.objections if review.given_by_id}
    advice = case.counted_advice
    if advice is not None and not (advice.may_go_ahead and said.advice_accepted):
        overruled.add(advice.by_id)
    return overruled


def _lock_asked(case: Case) -> list[int]:
    """The places where it was asked for. All that waits there is locked at once, before the first event is recorded."""
    assessment = case.assessment
    asked_at = sorted(set(assessment.requests.values_list("request__place_id", flat=True)))
    waiting = Request.objects.filter(trust_id=assessment.trust_id, tool_id=assessment.tool_id, place_id__in=asked_at)
    list(waiting.select_for_update().order_by("pk").values_list("pk", flat=True))
    return asked_at


def _tell_askers(case: Case, asked_at: Iterable[int], *, by: User, role: str, at: datetime) -> None:
    """Nothing follows a declined case, so whoever asked for the tool hears of it now and not from an entry."""
    assessment = case.assessment
    for place_id in asked_at:
        requests.mark_decided(
            trust_id=assessment.trust_id, tool_id=assessment.tool_id, place_id=place_id, by=by, role=role, at=at
        )


def _check_not_done(case: Case, *, by: User, status: Status) -> None:
    done = SignOff.objects.filter(assessment=case.assessment, by=by).exists()
    if case.assessment.status == status and done:
        raise AlreadyDone(f"{case.assessment.reference} is {status.label.lower()} already, by you.")


def _sign_off(case: Case, said: Signature, *, signed: bool, by: User, role: str, at: datetime) -> SignOff:
    return SignOff.objects.create(
        trust_id=case.assessment.trust_id,
        assessment=case.assessment,
        version=case.sent,
        signed=signed,
        measures_approved=said.measures_approved,
        residual_accepted=said.residual_accepted,
        advice_accepted=said.advice_accepted,
        overruling_reasons=said.overruling_reasons.strip(),
        views_departed_reasons=said.views_departed_reasons.strip(),
        comment=said.comment.strip(),
        review_by_role=said.review_by_role,
        valid_until=said.valid_until,
        by=by,
        role=role,
        at=at,
    )


# The clearance -------------------------------------------------------------------------------------------------------


def _read_at(case: Case) -> datetime:
    """When the newest version was sent that the Deputy DPO reviewed or the DPO advised on.

    A change of the tool after it is not answered by the signature, though the version was sent again since: their word
    stands on what they read.
    """
    deputy, advice = case.review_of(Team.DEPUTY_DPO), case.counted_advice
    read = [deputy.given_on_version or deputy.version.number] if deputy else [case.sent.number]
    if advice is not None:
        read.append(advice.version.number)
    return case.assessment.versions.get(number=max(read)).at


def terms_of(case: Case, said: Signature, *, by: User, at: datetime) -> ClearanceTerms:
    """What the signed version asked for, never beyond it, under every condition a team or the list before use sets."""
    assessment, document = case.assessment, case.document
    return ClearanceTerms(
        trust_id=assessment.trust_id,
        tool_id=assessment.tool_id,
        reference=assessment.reference,
        version=assessment.version,
        assessed_at=_read_at(case),
        place_ids=None if assessment.is_trust_wide else frozenset(place.pk for place in case.places),
        allowances=documents.allowances(document),
        staff_sign_up=document["answers"].get(questions.SIGN_UP) == "sign_up",
        starts_on=day_of(at),
        ends_on=said.valid_until,
        replaces_id=assessment.replaces_clearance_id,
        conditions=(*_by_teams(case), *_before_use(document["answers"], by=by)),
    )


def _by_teams(case: Case) -> Iterator[NewCondition]:
    for review in case.reviews:
        for condition in review.conditions.all():
            yield NewCondition(
                kind=ConditionKind(condition.kind),
                words=condition.words,
                public_words=condition.public_words,
                due_on=condition.due_on,
                audiences=frozenset(Audience(audience) for audience in condition.audiences),
                owner_role=condition.owner_role,
                set_by_role=review.given_role or TEAM_ROLES[Team(review.team)],
                set_by_id=review.given_by_id or 0,
                is_per_person=condition.is_per_person,
                resets_each_september=condition.resets_each_september,
            )


def _before_use(answers: dict[str, object], *, by: User) -> Iterator[NewCondition]:
    for question in questions.not_yet(answers):
        before = question.before
        if before is not None:
            yield NewCondition(
                kind=ConditionKind.BEFORE_USE,
                words=before.words,
                public_words=before.public_words,
                due_on=None,
                audiences=frozenset(),
                owner_role=before.owner,
                set_by_role=before.confirms,
                set_by_id=by.pk,
            )


TEAM_ROLES = {
    Team.NETWORK: Role.NETWORK,
    Team.DEPUTY_DPO: Role.DEPUTY_DPO,
    Team.SAFEGUARDING: Role.SAFEGUARDING,
}
