"""The DPO's advice, and what the ICO answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from dpia import case as cases
from dpia.actions.moving import announce, lock_case, note, touch, writers
from dpia.actions.reviews import tell_who_is_next
from dpia.models import Advice, IcoConsultation
from dpia.rules import reviews as rules
from dpia.words import IcoOutcome
from dpia.workflow import Status
from schools.models import Role
from trustai.days import day_of
from trustai.rules import AlreadyDone, Refused, check_fresh

if TYPE_CHECKING:
    from datetime import date, datetime

    from schools.standing import Standing
    from trustai.accounts.models import User


@transaction.atomic
def advise(
    *, assessment_id: int, text: str, may_go_ahead: bool, revision: int, by: User, standing: Standing, at: datetime
) -> Advice:
    """The DPO advises on the version that was sent last."""
    case = lock_case(assessment_id, at=at)
    given = case.counted_advice
    if given is not None and given.by_id == by.pk and given.text == text.strip():
        raise AlreadyDone("You have given this advice already.")
    check_fresh(revision, case.assessment.revision, what="This case")
    rules.check_may_advise(standing, case)
    if not text.strip():
        raise Refused("Write the advice: whoever signs has to accept or answer it.")
    advice = Advice.objects.create(
        trust_id=case.assessment.trust_id,
        assessment=case.assessment,
        version=case.sent,
        may_go_ahead=may_go_ahead,
        text=text.strip(),
        by=by,
        role=Role.DPO,
        at=at,
    )
    touch(case)
    note(case, "advised", by=by, role=Role.DPO, at=at, may_go_ahead=may_go_ahead)
    announce(case, writers(case) - {by.pk}, "assessment.advised", at=at)
    if case.assessment.status == Status.READY:
        tell_who_is_next(cases.read(case.assessment, on=day_of(at)), at=at)
    return advice


@dataclass(frozen=True, slots=True)
class IcoAnswer:
    """What the Commissioner said, or that nothing was said yet, on a day."""

    outcome: IcoOutcome
    outcome_on: date
    reference: str = ""
    note: str = ""


@transaction.atomic
def record_ico(
    *, assessment_id: int, answer: IcoAnswer, revision: int, by: User, standing: Standing, at: datetime
) -> IcoConsultation:
    """Add what the ICO says about a high residual risk (UK GDPR Art 36). The newest row on a version counts."""
    case = lock_case(assessment_id, at=at)
    if case.ico and case.ico.by_id == by.pk and _says(case.ico) == answer:
        raise AlreadyDone("This answer is recorded already.")
    check_fresh(revision, case.assessment.revision, what="This case")
    role = rules.check_may_record_ico(standing, case)
    if answer.outcome_on > day_of(at):
        raise Refused("The day of the answer cannot be after today.")
    row = IcoConsultation.objects.create(
        trust_id=case.assessment.trust_id,
        assessment=case.assessment,
        version=case.sent,
        outcome=answer.outcome,
        reference=answer.reference.strip(),
        note=answer.note.strip(),
        outcome_on=answer.outcome_on,
        by=by,
        at=at,
    )
    touch(case)
    note(case, "ico", by=by, role=role, at=at, outcome=str(answer.outcome))
    if case.assessment.status == Status.READY:
        tell_who_is_next(cases.read(case.assessment, on=day_of(at)), at=at)
    return row


def _says(row: IcoConsultation) -> IcoAnswer:
    return IcoAnswer(IcoOutcome(row.outcome), row.outcome_on, row.reference, row.note)
