"""Each place's decision on each tool, and suspensions."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from schools.models import Place, Trust
from tools_registry.words import Audience, EntryStatus

from .catalogue import Tool
from .clearances import AllowanceRow, Clearance

if TYPE_CHECKING:
    from schools.standing import Standing


class EntryQuerySet(models.QuerySet["RegisterEntry"]):
    def visible_to(self, standing: Standing) -> EntryQuerySet:
        return self.filter(Q(trust_id__in=standing.wide_trust_ids) | Q(place_id__in=standing.place_ids))


@pghistory.track()
class RegisterEntry(models.Model):
    """One place's decision on one tool. History of the row is kept by trigger; events tell who and when."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="entries")
    tool = models.ForeignKey(Tool, on_delete=models.PROTECT, related_name="entries")
    status = models.TextField(choices=EntryStatus)
    clearance = models.ForeignKey(Clearance, null=True, on_delete=models.PROTECT, related_name="entries")
    reason = models.TextField(blank=True, help_text="Why it was declined or withdrawn; may be shown to staff")
    equity_note = models.TextField(blank=True)
    unsuitable_for = models.TextField(blank=True)
    record_keeper = models.TextField(default="the school office")
    parents_agreed = ArrayField(models.SmallIntegerField(), default=list, help_text="School years, by their first year")
    work_consent = ArrayField(models.SmallIntegerField(), default=list)
    review_on = models.DateField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_role = models.TextField()
    decided_at = models.DateTimeField()
    deletion_confirmed_at = models.DateTimeField(null=True)
    deletion_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    revision = models.PositiveIntegerField(default=1)

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "tool"], name="tools_registry_entry_one_per_place_and_tool"),
            models.CheckConstraint(
                condition=Q(status__in=EntryStatus.values), name="tools_registry_entry_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=EntryStatus.APPROVED) | Q(clearance__isnull=False, review_on__isnull=False),
                name="tools_registry_entry_approved_within_a_clearance",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tool_id} at {self.place_id}: {self.status}"

    def get_absolute_url(self) -> str:
        return entry_url(self.place, self.tool)


def entry_url(place: Place, tool: Tool) -> str:
    """The page of a tool at a place; it is there for a tool with no entry too."""
    if place.is_office:
        return reverse("tools_registry:office_entry", args=[tool.public_id])
    return reverse("tools_registry:entry", args=[place.urn, tool.public_id])


@pghistory.track()
class EntryAllowance(AllowanceRow):
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(RegisterEntry, on_delete=models.PROTECT, related_name="allowances")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "audience"],
                condition=Q(withdrawn_at__isnull=True),
                name="tools_registry_entryallowance_once",
            ),
            models.CheckConstraint(
                condition=Q(audience__in=Audience.values), name="tools_registry_entryallowance_audience_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.audience} of {self.entry_id}"


@pghistory.track()
class EntryException(models.Model):
    """One prohibited purpose that senior leadership allows here, with an end (policy, appendix 1)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(RegisterEntry, on_delete=models.PROTECT, related_name="exceptions")
    purpose = models.TextField()
    reason = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="tools_registry_exception_has_an_end"),
            models.CheckConstraint(condition=~Q(reason=""), name="tools_registry_exception_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} for {self.entry_id}"


@pghistory.track()
class Suspension(models.Model):
    """Use stopped at once, at one place or (place null) at every place of the trust, until lifted."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    tool = models.ForeignKey(Tool, on_delete=models.PROTECT, related_name="suspensions")
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="suspensions")
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.TextField(help_text="The role it was done in: the team that must agree to lifting")
    at = models.DateTimeField()
    team_agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    team_agreed_at = models.DateTimeField(null=True)
    lift_asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    lift_asked_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["trust", "tool", "place", "role"],
                condition=Q(lifted_at__isnull=True),
                nulls_distinct=False,
                name="tools_registry_suspension_one_open_per_role",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="tools_registry_suspension_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.tool_id} at {self.place_id or 'every place'}"
