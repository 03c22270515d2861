"""Remind teams of reviews that are due, once a day each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from dpia.actions.moving import announce, lock_case
from dpia.actions.submitting import readers
from dpia.models import Review
from dpia.workflow import Status
from tools_registry import working_days
from trustai.days import day_of

if TYPE_CHECKING:
    from datetime import datetime

# Working days before the due date from which on there is a reminder.
AHEAD = 2


def remind(*, at: datetime) -> int:
    """Owe reminders for open reviews that are due in two working days, or late. Returns how many reviews."""
    on = day_of(at)
    due = Review.objects.filter(
        verdict="",
        superseded_at=None,
        assessment__status=Status.IN_REVIEW,
        due_on__lte=working_days.add(on, AHEAD),
    ).exclude(reminded_on=on)
    ids = list(due.order_by("due_on", "pk").values_list("pk", "assessment_id"))
    return sum(_remind(review_id, assessment_id, at=at) for review_id, assessment_id in ids)


@transaction.atomic
def _remind(review_id: int, assessment_id: int, *, at: datetime) -> bool:
    """One review in a transaction of its own; another worker may have come first."""
    case = lock_case(assessment_id, at=at)
    review = next((review for review in case.reviews if review.pk == review_id), None)
    if review is None or review.verdict or review.reminded_on == day_of(at):
        return False
    review.reminded_on = day_of(at)
    review.save(update_fields=["reminded_on"])
    path = reverse("dpia:review", args=[case.assessment.reference])
    announce(case, readers(case, review), "review.due", at=at, path=path, due_on=review.due_on)
    return True
