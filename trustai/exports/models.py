"""Files people upload and documents we finish: one row each, never overwritten."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q


class Scan(models.TextChoices):
    NOT_SCANNED = "not_scanned", "Not scanned"
    CLEAN = "clean", "Clean"
    REFUSED = "refused", "Refused"


class StoredFile(models.Model):
    """One stored file. Read only through the view of the app that owns it (`owner_type`, `owner_id`)."""

    trust_id = models.BigIntegerField()
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner_type = models.TextField()
    owner_id = models.UUIDField()
    key = models.TextField(unique=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content_type = models.TextField()
    original_name = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    scan = models.TextField(choices=Scan, default=Scan.NOT_SCANNED)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="exports_storedfile_not_empty"),
            models.CheckConstraint(condition=Q(scan__in=Scan.values), name="exports_storedfile_scan_known"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="exports_storedfile_fixed", fields=["trust_id", "public_id", "key", "sha256"]),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.content_type})"
