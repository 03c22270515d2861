"""Comments on a section, oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dpia.queries import phrases
from dpia.rules import reviews as rules
from dpia.workflow import FINAL
from trustai.rules import refusal

if TYPE_CHECKING:
    from uuid import UUID

    from dpia.case import Case
    from dpia.models import Assessment, Comment
    from schools.standing import Standing


@dataclass(frozen=True, slots=True)
class Turn:
    """`can_settle`: whether this person may say that it is answered."""

    public_id: UUID
    section: str
    who: str
    meta: str
    text: str
    state: str
    word: str
    can_settle: bool


def threads(assessment: Assessment, *, standing: Standing, case: Case) -> dict[str, tuple[Turn, ...]]:
    """The comments of every section, in one query."""
    found: dict[str, list[Turn]] = {}
    roles = rules.speaks_as(standing, case)
    for comment in assessment.comments.select_related("by").order_by("at", "pk"):
        settle = refusal(rules.check_may_settle, standing, case, comment, roles)
        found.setdefault(comment.section, []).append(_turn(comment, can_settle=not settle))
    return {section: tuple(turns) for section, turns in found.items()}


def is_open(assessment: Assessment) -> bool:
    """Whether anything may still be said."""
    return assessment.status not in FINAL


def thread(assessment: Assessment, section: str, *, standing: Standing, case: Case) -> tuple[Turn, ...]:
    return threads(assessment, standing=standing, case=case).get(section, ())


def _turn(comment: Comment, *, can_settle: bool) -> Turn:
    role = phrases.role_label(comment.role)
    version = f"on version {comment.on_version}" if comment.on_version else "before it was sent"
    settled = comment.settled_at is not None
    return Turn(
        public_id=comment.public_id,
        section=comment.section,
        who=comment.by.name,
        meta=", ".join(part for part in (role, phrases.day(comment.at), version) if part),
        text=comment.text,
        state="done" if settled else "",
        word="Settled" if settled else "",
        can_settle=can_settle and not settled,
    )
