"""Talk about a section. Commenting makes nobody an author."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from dpia import questions
from dpia.actions.moving import announce, lock_case, note, writers
from dpia.models import Comment
from dpia.rules import reviews as rules
from dpia.workflow import FINAL
from schools.models import Role
from trustai.rules import AlreadyDone, Refused

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from schools.standing import Standing
    from trustai.accounts.models import User

SCREENING = "screening"
WHO = "who"
SECTIONS = frozenset(questions.BY_KEY) | {SCREENING, WHO}
LONGEST = 5000


@transaction.atomic
def post(*, assessment_id: int, section: str, text: str, by: User, standing: Standing, at: datetime) -> Comment:
    """Say something about a section; whoever sees the case may."""
    case = lock_case(assessment_id, at=at)
    words = text.strip()
    if section not in SECTIONS:
        raise Refused("There is no such section.")
    if case.assessment.status in FINAL:
        raise Refused("This case is closed, so nothing is added to it.")
    if not words:
        raise Refused("Write the comment first.")
    if len(words) > LONGEST:
        raise Refused(f"Use at most {LONGEST} characters for a comment.")
    if Comment.objects.filter(assessment=case.assessment, section=section, text=words, by=by).exists():
        raise AlreadyDone("You have said that here already.")
    role = speaking_role(rules.speaks_as(standing, case))
    comment = Comment.objects.create(
        trust_id=case.assessment.trust_id,
        assessment=case.assessment,
        section=section,
        on_version=case.assessment.version,
        text=words,
        role=role,
        by=by,
        at=at,
    )
    note(case, "commented", by=by, role=role, at=at, section=section, comment=str(comment.public_id))
    announce(case, writers(case) - {by.pk}, "assessment.commented", at=at)
    return comment


@transaction.atomic
def settle(*, assessment_id: int, comment_id: UUID, by: User, standing: Standing, at: datetime) -> Comment:
    """Say that what was asked is answered."""
    case = lock_case(assessment_id, at=at)
    comment = Comment.objects.get(assessment=case.assessment, public_id=comment_id)
    if comment.settled_at is not None:
        raise AlreadyDone("This comment is settled already.")
    roles = rules.speaks_as(standing, case)
    rules.check_may_settle(standing, case, comment, roles)
    comment.settled_by, comment.settled_at = by, at
    comment.save(update_fields=["settled_by", "settled_at"])
    note(case, "settled", by=by, role=speaking_role(roles), at=at, comment=str(comment.public_id))
    return comment


def speaking_role(roles: frozenset[Role]) -> str:
    """The weightiest of a person's roles, as the list of roles is ordered."""
    return max(roles, key=list(Role).index, default="")
