"""Write a case: answers, the screening, what is asked for, risks and measures. Writing makes an author."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from dpia import case as cases
from dpia import questions
from dpia.actions.moving import lock_case, note
from dpia.models import Answer, AskedAllowance, Author, Measure, Risk
from dpia.rules import cases as rules
from dpia.screening import Screening, prefilled
from trustai.rules import AlreadyDone, Conflict, Refused, check_fresh

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

    from dpia.case import Case
    from schools.standing import Standing
    from tools_registry.answer import Allowance
    from tools_registry.words import Audience
    from trustai.accounts.models import User

# Saved as typed: one event for an hour's writing by one person, not one for each pause.
ONE_SITTING = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class RiskFacts:
    """A risk as a person judges it. A level that is not the grid's needs `level_reason`."""

    description: str
    likelihood: str
    severity: str
    level: str
    level_reason: str = ""
    residual_likelihood: str = ""
    residual_severity: str = ""
    residual: str = ""


@dataclass(frozen=True, slots=True)
class MeasureFacts:
    """What is done about a risk. `due_on` is the last day to do it."""

    description: str
    effect: str
    owner_role: str = ""
    due_on: date | None = None


# Answers -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Typed:
    """An answer as typed, and the revision it was typed over; 0 where nothing stood."""

    value: Any
    revision: int


@transaction.atomic
def save_answers(
    *, assessment_id: int, typed: Mapping[str, Typed], by: User, standing: Standing, at: datetime
) -> dict[str, Answer]:
    """Keep answers by question, all of them or none. The same value again writes nothing."""
    if not typed.keys() <= questions.QUESTIONS.keys():
        raise Refused("There is no such question.")
    case, role = _writing(assessment_id, standing, at=at)
    stood = {a.question: a for a in Answer.objects.filter(assessment=case.assessment, question__in=typed)}
    return {
        question: _keep(case, question, said, stood.get(question), by=by, role=role, at=at)
        for question, said in typed.items()
    }


@transaction.atomic
def save_screening(
    *,
    assessment_id: int,
    ticks: frozenset[str],
    reasons: str,
    dpia_chosen: bool,
    revision: int,
    by: User,
    standing: Standing,
    at: datetime,
) -> Answer:
    """Keep what applies with whether a DPIA is done anyway: one answer. The same again writes nothing.

    What is known and was left off is kept with the reasons.
    """
    case, role = _writing(assessment_id, standing, at=at)
    facts = cases.read_draft(case.assessment).facts
    left_off = frozenset(prefilled(facts)) - ticks
    said = Screening.said_of(facts, ticks=ticks, left_off=left_off, reasons=reasons.strip())
    if said.left_off and not said.reasons:
        raise Refused("Something that is known to apply was left off: say why it does not apply.")
    if not (said.result.needed or dpia_chosen or said.reasons):
        raise Refused("Say why no DPIA is needed: the Deputy DPO has to agree.")
    stood = Answer.objects.filter(assessment=case.assessment, question=cases.SCREENING).first()
    chosen = dpia_chosen and not said.result.needed
    if stood is not None and (stood.value, case.assessment.dpia_chosen) == (said.as_value(), chosen):
        return stood
    typed = Typed(said.as_value(), revision)
    answer = _write(case, cases.SCREENING, typed, stood, by=by, role=role, at=at)
    case.assessment.dpia_chosen = chosen
    case.assessment.save(update_fields=["dpia_chosen"])
    note(case, "screened", by=by, role=role, at=at, needed=said.result.needed, chosen=chosen, ticks=sorted(ticks))
    return answer


def _writing(assessment_id: int, standing: Standing, *, at: datetime) -> tuple[Case, str]:
    case = lock_case(assessment_id, at=at)
    return case, rules.check_may_write(standing, case)


def _keep(
    case: Case, question: str, typed: Typed, stood: Answer | None, *, by: User, role: str, at: datetime
) -> Answer:
    if stood is not None and stood.value == typed.value:
        return stood
    fresh_sitting = stood is None or stood.by_id != by.pk or at - stood.at > ONE_SITTING
    answer = _write(case, question, typed, stood, by=by, role=role, at=at)
    if fresh_sitting:
        note(case, "answered", by=by, role=role, at=at, question=question)
    return answer


def _write(
    case: Case, question: str, typed: Typed, stood: Answer | None, *, by: User, role: str, at: datetime
) -> Answer:
    """Over what was shown, or Conflict; writing makes an author."""
    assessment = case.assessment
    if typed.revision != (stood.revision if stood else 0):
        raise Conflict(
            f"{_which(question)} was answered by somebody else while you were writing. What you typed is kept below."
        )
    answer = stood or Answer(trust_id=assessment.trust_id, assessment=assessment, question=question, revision=0)
    answer.value, answer.by, answer.at = typed.value, by, at
    answer.revision += 1
    answer.save()
    _author(case, by=by, role=role, at=at)
    return answer


def _which(question: str) -> str:
    return "The screening" if question == cases.SCREENING else f"Question {questions.number(question)}"


def _author(case: Case, *, by: User, role: str, at: datetime) -> None:
    if by.pk in case.authors:
        return
    Author.objects.get_or_create(
        assessment=case.assessment,
        person=by,
        defaults={"trust_id": case.assessment.trust_id, "role": role, "at": at},
    )


# What is asked for ---------------------------------------------------------------------------------------------------


@transaction.atomic
def set_asked(
    *, assessment_id: int, asked: Allowance, revision: int, by: User, standing: Standing, at: datetime
) -> AskedAllowance:
    """Say what one audience is to be allowed; 0 is the revision of an audience not asked for before."""
    case, role = _writing(assessment_id, standing, at=at)
    assessment = case.assessment
    row = AskedAllowance.objects.filter(assessment=assessment, audience=asked.audience, withdrawn_at=None).first()
    check_fresh(revision, row.revision if row else 0, what="What is asked for these people")
    rules.check_allowance(asked, assessment.tool.restricted_purposes)
    if row is None:
        row = AskedAllowance(trust_id=assessment.trust_id, assessment=assessment, audience=asked.audience, revision=0)
    row.data_class = asked.data_class
    row.subjects, row.purposes = sorted(asked.subjects), sorted(asked.purposes)
    row.year_groups = sorted(asked.year_groups)
    row.revision += 1
    row.save()
    _author(case, by=by, role=role, at=at)
    note(case, "asked", by=by, role=role, at=at, audience=str(asked.audience), data_class=str(asked.data_class))
    return row


@transaction.atomic
def take_off_asked(
    *, assessment_id: int, audience: Audience, revision: int, by: User, standing: Standing, at: datetime
) -> None:
    """Ask nothing for these people any more."""
    case, role = _writing(assessment_id, standing, at=at)
    row = AskedAllowance.objects.filter(assessment=case.assessment, audience=audience, withdrawn_at=None).first()
    if row is None:
        raise AlreadyDone("Nothing is asked for these people.")
    check_fresh(revision, row.revision, what="What is asked for these people")
    row.withdrawn_at = at
    row.revision += 1
    row.save(update_fields=["withdrawn_at", "revision"])
    _author(case, by=by, role=role, at=at)
    note(case, "asked_off", by=by, role=role, at=at, audience=str(audience))


# Risks and measures --------------------------------------------------------------------------------------------------


@transaction.atomic
def add_risk(*, assessment_id: int, facts: RiskFacts, by: User, standing: Standing, at: datetime) -> Risk:
    case, role = _writing(assessment_id, standing, at=at)
    _check_risk(facts)
    last = Risk.objects.filter(assessment=case.assessment).order_by("-number").first()
    risk = Risk.objects.create(
        trust_id=case.assessment.trust_id,
        assessment=case.assessment,
        number=(last.number if last else 0) + 1,
        by=by,
        at=at,
        **asdict(facts),
    )
    _author(case, by=by, role=role, at=at)
    note(case, "risk_added", by=by, role=role, at=at, risk=str(risk.public_id), number=risk.number)
    return risk


@transaction.atomic
def change_risk(
    *, assessment_id: int, risk_id: UUID, facts: RiskFacts, revision: int, by: User, standing: Standing, at: datetime
) -> Risk:
    case, role = _writing(assessment_id, standing, at=at)
    risk = _risk(case, risk_id)
    check_fresh(revision, risk.revision, what=f"R{risk.number}")
    _check_risk(facts)
    for name, said in asdict(facts).items():
        setattr(risk, name, said)
    risk.by, risk.at = by, at
    risk.revision += 1
    risk.save()
    _author(case, by=by, role=role, at=at)
    note(case, "risk_changed", by=by, role=role, at=at, risk=str(risk.public_id), number=risk.number)
    return risk


@transaction.atomic
def withdraw_risk(
    *, assessment_id: int, risk_id: UUID, revision: int, by: User, standing: Standing, at: datetime
) -> None:
    """Take a risk off. Its number is not given again, and versions that had it keep it."""
    case, role = _writing(assessment_id, standing, at=at)
    risk = _risk(case, risk_id)
    check_fresh(revision, risk.revision, what=f"R{risk.number}")
    risk.withdrawn_at, risk.withdrawn_by = at, by
    risk.revision += 1
    risk.save(update_fields=["withdrawn_at", "withdrawn_by", "revision"])
    _author(case, by=by, role=role, at=at)
    note(case, "risk_withdrawn", by=by, role=role, at=at, risk=str(risk.public_id), number=risk.number)


def _check_risk(facts: RiskFacts) -> None:
    if not facts.description.strip():
        raise Refused("Say what could happen, and to whom.")
    rules.check_level(facts.severity, facts.likelihood, facts.level, facts.level_reason, what="this risk")
    rules.check_level(
        facts.residual_severity, facts.residual_likelihood, facts.residual, facts.level_reason, what="what is left"
    )


def _risk(case: Case, risk_id: UUID) -> Risk:
    risk = Risk.objects.get(assessment=case.assessment, public_id=risk_id)
    if risk.withdrawn_at is not None:
        raise AlreadyDone(f"R{risk.number} was taken off already.")
    return risk


@transaction.atomic
def add_measure(
    *, assessment_id: int, risk_id: UUID, facts: MeasureFacts, by: User, standing: Standing, at: datetime
) -> Measure:
    case, role = _writing(assessment_id, standing, at=at)
    risk = _risk(case, risk_id)
    _check_measure(facts)
    measure = Measure.objects.create(trust_id=risk.trust_id, risk=risk, by=by, at=at, **asdict(facts))
    _author(case, by=by, role=role, at=at)
    note(case, "measure_added", by=by, role=role, at=at, measure=str(measure.public_id), number=risk.number)
    return measure


@transaction.atomic
def change_measure(
    *,
    assessment_id: int,
    measure_id: UUID,
    facts: MeasureFacts,
    revision: int,
    by: User,
    standing: Standing,
    at: datetime,
) -> Measure:
    case, role = _writing(assessment_id, standing, at=at)
    measure = _measure(case, measure_id)
    check_fresh(revision, measure.revision, what="This measure")
    _check_measure(facts)
    for name, said in asdict(facts).items():
        setattr(measure, name, said)
    measure.by, measure.at = by, at
    measure.revision += 1
    measure.save()
    _author(case, by=by, role=role, at=at)
    note(case, "measure_changed", by=by, role=role, at=at, measure=str(measure.public_id), number=measure.risk.number)
    return measure


@transaction.atomic
def withdraw_measure(
    *, assessment_id: int, measure_id: UUID, revision: int, by: User, standing: Standing, at: datetime
) -> None:
    case, role = _writing(assessment_id, standing, at=at)
    measure = _measure(case, measure_id)
    check_fresh(revision, measure.revision, what="This measure")
    measure.withdrawn_at, measure.withdrawn_by = at, by
    measure.revision += 1
    measure.save(update_fields=["withdrawn_at", "withdrawn_by", "revision"])
    _author(case, by=by, role=role, at=at)
    note(case, "measure_withdrawn", by=by, role=role, at=at, measure=str(measure.public_id), number=measure.risk.number)


def _check_measure(facts: MeasureFacts) -> None:
    if not facts.description.strip():
        raise Refused("Say what is done about the risk.")


def _measure(case: Case, measure_id: UUID) -> Measure:
    measure = Measure.objects.select_related("risk").get(risk__assessment=case.assessment, public_id=measure_id)
    if measure.withdrawn_at is not None:
        raise AlreadyDone("This measure was taken off already.")
    return measure
