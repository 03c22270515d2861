"""The outbox: one row for each e-mail to one person, written with the change it tells of."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from datetime import datetime


# Failures that are no mail server's: see `Notice.last_error`.
LEFT = "PersonHasLeft"
LOST = "WorkerLost"


class State(models.TextChoices):
    WAITING = "waiting", "Waiting"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Given up"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def due(self, at: datetime) -> NoticeQuerySet:
        """To be sent now: never tried, its pause over, or left by a worker that ended in the middle."""
        owed = self.filter(state__in=[State.WAITING, State.SENDING])
        return owed.filter(Q(leased_until__isnull=True) | Q(leased_until__lte=at))


class Notice(models.Model):
    """One e-mail owed to one person. A task is only a wake-up: a sweep finds what is due."""

    trust_id = models.BigIntegerField()
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")
    kind = models.TextField()
    about = models.TextField(blank=True)
    path = models.TextField()
    due_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    state = models.TextField(choices=State, default=State.WAITING)
    # Until then it is being sent, or rests after a failure.
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    # The kind of the last failure; never its text, which may hold an address.
    last_error = models.TextField(blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="notices_notice_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.SENT, sent_at__isnull=False) | ~Q(state=State.SENT),
                name="notices_notice_sent_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "created_at"], name="notices_notice_due"),
        ]
        triggers = [pgtrigger.ReadOnly(name="notices_notice_trust_fixed", fields=["trust_id"])]

    def __str__(self) -> str:
        return f"{self.kind} to {self.person_id}"
