"""Conditions of clearances and entries, and where and when each is met."""

from __future__ import annotations

import uuid

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from schools.models import Place, Trust
from tools_registry.words import ConditionKind

from .clearances import Clearance
from .entries import RegisterEntry


@pghistory.track()
class Condition(models.Model):
    """Something to do before use, by a date, or always. A clearance's conditions pass to every entry under it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    clearance = models.ForeignKey(Clearance, null=True, on_delete=models.PROTECT, related_name="conditions")
    entry = models.ForeignKey(RegisterEntry, null=True, on_delete=models.PROTECT, related_name="conditions")
    kind = models.TextField(choices=ConditionKind)
    words = models.TextField()
    public_words = models.TextField(blank=True, help_text="Approved for the published list; blank: not published")
    audiences = ArrayField(models.TextField(), default=list, help_text="Empty: everybody")
    due_on = models.DateField(null=True, help_text="The last day to do it")
    is_per_person = models.BooleanField(default=False)
    resets_each_september = models.BooleanField(default=False)
    met_once_for_all = models.BooleanField(default=False, help_text="Met for every place at once, not place by place")
    owner_role = models.TextField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    set_by_role = models.TextField(help_text="The team or role that confirms it is met")
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(clearance__isnull=False, entry__isnull=True)
                | Q(clearance__isnull=True, entry__isnull=False),
                name="tools_registry_condition_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ConditionKind.values), name="tools_registry_condition_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind=ConditionKind.BY_DATE) | Q(due_on__isnull=False),
                name="tools_registry_condition_has_date",
            ),
            models.CheckConstraint(condition=~Q(words=""), name="tools_registry_condition_says_something"),
        ]

    def __str__(self) -> str:
        return self.words[:60]


@pghistory.track()
class ConditionProgress(models.Model):
    """A condition reported as met at a place (null: everywhere) for a school year, and confirmed by who set it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, related_name="progress")
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    school_year = models.PositiveSmallIntegerField()
    evidence = models.TextField()
    done_count = models.PositiveIntegerField(null=True, help_text="Of a condition per person: how many have done it")
    of_count = models.PositiveIntegerField(null=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    refused_reason = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1, help_text="Goes on from the row that was refused before it")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["condition", "place", "school_year"],
                condition=Q(refused_at__isnull=True),
                nulls_distinct=False,
                name="tools_registry_conditionprogress_once_a_year",
            ),
            models.CheckConstraint(condition=~Q(evidence=""), name="tools_registry_conditionprogress_has_evidence"),
        ]

    def __str__(self) -> str:
        return f"{self.condition_id} at {self.place_id} in {self.school_year}"
