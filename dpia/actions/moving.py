"""Taking a case's lock, and the one place that assigns its status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dpia import case as cases
from dpia import workflow
from dpia.models import Assessment
from dpia.rules.cases import check_can_move
from dpia.workflow import FINAL, Move, Status
from tools_registry.queries.people import still_in
from trustai.audit.actions import record
from trustai.days import day_of
from trustai.notices.actions import tell

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from dpia.case import Case
    from trustai.accounts.models import User


def lock(assessment_id: int) -> Assessment:
    """The row lock every act on a case takes first."""
    locked = Assessment.objects.select_for_update(of=("self",)).select_related("trust", "tool", "by")
    return locked.get(pk=assessment_id)


def lock_case(assessment_id: int, *, at: datetime) -> Case:
    """The case as it stands, under its lock."""
    return cases.read(lock(assessment_id), on=day_of(at))


def _move(case: Case, step: Move, *, by: User, role: str, at: datetime, **detail: object) -> None:
    """The one place `status` is assigned: check, write, record."""
    assessment = case.assessment
    check_can_move(assessment, step)
    start = Status(assessment.status)
    assessment.status = workflow.STEPS[start, step]
    assessment.closed_at = at if assessment.status in FINAL else None
    assessment.revision += 1
    assessment.save(update_fields=["status", "closed_at", "closed_reason", "version", "revision"])
    note(case, step, by=by, role=role, at=at, start=start, end=str(assessment.status), **detail)


def touch(case: Case) -> None:
    """Make pages shown before this act stale."""
    case.assessment.revision += 1
    case.assessment.save(update_fields=["revision"])


def note(case: Case, kind: str, *, by: User | None, role: str, at: datetime, **detail: object) -> None:
    """Record an event of this case. Called after every lock is taken."""
    assessment = case.assessment
    record(
        f"assessment.{kind}",
        trust_id=assessment.trust_id,
        subject_type="assessment",
        subject_id=assessment.public_id,
        urn=case.urn,
        by=by,
        role=role,
        at=at,
        reference=assessment.reference,
        version=assessment.version,
        **detail,
    )


def announce(
    case: Case, people: Iterable[int], kind: str, *, at: datetime, path: str = "", due_on: date | None = None
) -> None:
    """Owe these people a notice about this case, those of them who still hold a role in the trust. One query."""
    assessment = case.assessment
    tell(
        still_in(assessment.trust_id, people, on=day_of(at)),
        kind,
        trust_id=assessment.trust_id,
        about=str(assessment.tool),
        path=path or assessment.get_absolute_url(),
        at=at,
        due_on=due_on,
    )


def writers(case: Case) -> frozenset[int]:
    """Who hears what becomes of it: whoever wrote it, and whoever began it."""
    return case.authors | {case.assessment.by_id}
