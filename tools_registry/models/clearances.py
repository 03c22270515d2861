"""What signed-off assessments allow at most, and which consultations are under way."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from schools.models import Place, Trust
from tools_registry.words import Audience, DataClass
from trustai.exports.models import StoredFile

from .catalogue import Tool

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from schools.standing import Standing


class AllowanceRow(models.Model):
    """One audience's allowance, as clearances and entries are made of."""

    audience = models.TextField(choices=Audience)
    data_class = models.TextField(choices=DataClass, default=DataClass.NONE)
    subjects = ArrayField(models.TextField(), default=list)
    purposes = ArrayField(models.TextField(), default=list)
    year_groups = ArrayField(models.SmallIntegerField(), default=list)

    class Meta:
        abstract = True


class Origin(models.TextChoices):
    ASSESSMENT = "assessment", "A signed assessment"
    DAY_ONE = "day_one", "An earlier consultation, entered at start-up"


class ClearanceQuerySet(models.QuerySet["Clearance"]):
    def visible_to(self, standing: Standing) -> ClearanceQuerySet:
        return self.filter(trust_id__in=standing.trust_ids)

    def in_force(self, on: date) -> ClearanceQuerySet:
        return self.filter(withdrawn_at__isnull=True, starts_on__lte=on).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=on)
        )

    def not_replaced(self) -> ClearanceQuerySet:
        """One that was replaced stays so, though the newer one is withdrawn: nothing comes alive again by itself."""
        newer = Clearance.objects.filter(replaces=models.OuterRef("pk"))
        return self.exclude(models.Exists(newer))

    def within(self, places: Collection[Place]) -> ClearanceQuerySet:
        """For none but these places."""
        others = ClearancePlace.objects.filter(clearance=models.OuterRef("pk")).exclude(place__in=places)
        return self.filter(is_trust_wide=False).exclude(models.Exists(others))

    def covering(self, place: Place) -> ClearanceQuerySet:
        here = ClearancePlace.objects.filter(clearance=models.OuterRef("pk"), place=place)
        return self.filter(trust_id=place.trust_id).filter(Q(is_trust_wide=True) | Q(models.Exists(here)))


@pghistory.track()
class Clearance(models.Model):
    """At most this, for the whole trust or named places, until the day before `ends_on`."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="clearances")
    tool = models.ForeignKey(Tool, on_delete=models.PROTECT, related_name="clearances")
    origin = models.TextField(choices=Origin, default=Origin.ASSESSMENT)
    reference = models.TextField(help_text="The assessment's, or the earlier document's")
    version = models.PositiveSmallIntegerField(default=1)
    is_trust_wide = models.BooleanField()
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    staff_sign_up = models.BooleanField(default=False)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    document = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_role = models.TextField()
    signed_at = models.DateTimeField()
    assessed_at = models.DateTimeField(
        null=True, help_text="When what was assessed was fixed: a change after it is not answered by the signature"
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_reason = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)

    objects = ClearanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="tools_registry_clearance_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["trust", "reference", "version"], name="tools_registry_clearance_once_per_version"
            ),
            models.CheckConstraint(
                condition=~Q(origin=Origin.DAY_ONE) | Q(document__isnull=False, ends_on__isnull=False),
                name="tools_registry_clearance_day_one_has_file_and_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} version {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("tools_registry:clearance", args=[self.public_id])

    def case_url(self) -> str:
        """The assessment's page; its name is the only thing known here of the app above."""
        return reverse("dpia:case", args=[self.reference])


class ClearancePlace(models.Model):
    """A named place a clearance is for."""

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    clearance = models.ForeignKey(Clearance, on_delete=models.PROTECT, related_name="places")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clearance", "place"], name="tools_registry_clearanceplace_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="clearanceplace_frozen", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.clearance_id} at {self.place_id}"


class ClearanceAllowance(AllowanceRow):
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    clearance = models.ForeignKey(Clearance, on_delete=models.PROTECT, related_name="allowances")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clearance", "audience"], name="tools_registry_clearanceallowance_once"),
            models.CheckConstraint(
                condition=Q(audience__in=Audience.values), name="tools_registry_clearanceallowance_audience_known"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="clearanceallowance_frozen", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.audience} under {self.clearance_id}"


class Consultation(models.Model):
    """The register's word that a case on a tool is open: written by a call from the app of the cases, closed by it."""

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    tool = models.ForeignKey(Tool, on_delete=models.PROTECT, related_name="consultations")
    place = models.ForeignKey(
        Place, null=True, on_delete=models.PROTECT, related_name="+", help_text="Null: whole trust"
    )
    reference = models.TextField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["trust", "reference", "place"], nulls_distinct=False, name="tools_registry_consultation_once"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


@pghistory.track()
class DayOne(models.Model):
    """An earlier consultation or DPIA entered at start-up, until it is signed and becomes a clearance (design §3).

    `terms` is what it would allow: {"places": [public ids] or null, "allowances": [...], "staff_sign_up": bool}.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    tool = models.ForeignKey(Tool, on_delete=models.PROTECT, related_name="+")
    reference = models.TextField(help_text="The earlier document's own")
    document = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    document_on = models.DateField()
    ends_on = models.DateField()
    terms = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    deputy_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    deputy_role = models.TextField(blank=True)
    deputy_at = models.DateTimeField(null=True)
    network_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    network_at = models.DateTimeField(null=True)
    clearance = models.OneToOneField(Clearance, null=True, on_delete=models.PROTECT, related_name="day_one")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["trust", "reference"],
                condition=Q(withdrawn_at__isnull=True),
                name="tools_registry_dayone_reference_once",
            ),
            models.CheckConstraint(condition=~Q(reference=""), name="tools_registry_dayone_has_reference"),
            models.CheckConstraint(
                condition=Q(deputy_by__isnull=True) | Q(network_by__isnull=True) | ~Q(deputy_by=F("network_by")),
                name="tools_registry_dayone_two_people_confirm",
            ),
            models.CheckConstraint(
                condition=Q(clearance__isnull=True) | Q(deputy_by__isnull=False, network_by__isnull=False),
                name="tools_registry_dayone_signed_after_both",
            ),
            models.CheckConstraint(
                condition=Q(clearance__isnull=True) | Q(withdrawn_at__isnull=True),
                name="tools_registry_dayone_signed_or_taken_back",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("tools_registry:day_one", args=[self.public_id])

    def document_url(self) -> str:
        return reverse("tools_registry:day_one_document", args=[self.public_id])
