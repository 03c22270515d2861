"""Data-sharing agreements between a trust and a supplier, for one tool."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from schools.models import Role, Trust
from tools_registry.words import DataClass
from trustai.exports.models import StoredFile

from .catalogue import Tool

if TYPE_CHECKING:
    from datetime import date

    from schools.standing import Standing


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, standing: Standing) -> AgreementQuerySet:
        return self.filter(trust_id__in=standing.wide_trust_ids)

    def known_to(self, standing: Standing) -> AgreementQuerySet:
        """Heads too: they may know that there is one and what it covers, not read the document."""
        headed = frozenset(held.trust_id for held in standing.held if held.role == Role.HEAD)
        return self.filter(trust_id__in=standing.wide_trust_ids | headed)

    def in_force(self, on: date) -> AgreementQuerySet:
        return self.filter(withdrawn_at__isnull=True, starts_on__lte=on).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=on)
        )


@pghistory.track()
class Agreement(models.Model):
    """In force from `starts_on` until the day before `ends_on`. Covers `data_class` and below, about `subjects`."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="agreements")
    tool = models.ForeignKey(Tool, on_delete=models.PROTECT, related_name="agreements")
    reference = models.TextField()
    supplier_party = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    data_class = models.TextField(choices=DataClass)
    subjects = ArrayField(models.TextField())
    covers_accounts = models.BooleanField(default=False)
    document = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=1)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(data_class__in=[DataClass.PERSONAL, DataClass.SPECIAL]),
                name="tools_registry_agreement_about_people",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="tools_registry_agreement_ends_after_start",
            ),
            models.UniqueConstraint(fields=["trust", "reference"], name="tools_registry_agreement_reference_once"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} for {self.tool_id}"

    def get_absolute_url(self) -> str:
        return reverse("tools_registry:agreement", args=[self.public_id])
