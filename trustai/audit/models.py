"""What happened: append-only, numbered for each trust, ids and codes only."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q


class Sequence(models.Model):
    """The last event number given out in a trust; its row lock makes the numbers gapless."""

    trust_id = models.BigIntegerField(primary_key=True)
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"trust {self.trust_id}: {self.last}"


class Event(models.Model):
    """One thing that happened. Written once, never changed; no name, e-mail or free text (design §10)."""

    trust_id = models.BigIntegerField()
    sequence = models.BigIntegerField()
    kind = models.TextField()
    subject_type = models.TextField()
    subject_id = models.UUIDField()
    urn = models.TextField(blank=True)
    by = models.UUIDField(null=True)
    role = models.TextField(blank=True)
    at = models.DateTimeField()
    detail = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["trust_id", "sequence"], name="audit_event_numbered_once"),
            models.CheckConstraint(condition=Q(sequence__gt=0), name="audit_event_number_positive"),
        ]
        indexes = [
            models.Index(fields=["subject_id", "sequence"], name="audit_event_subject"),
            GinIndex(fields=["detail"], name="audit_event_detail"),
        ]
        triggers = [
            pgtrigger.Protect(name="audit_event_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"#{self.sequence} {self.kind} {self.subject_type}:{self.subject_id}"
