"""A consultation case on one tool, for one place, several, or the whole trust."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from dpia.workflow import Status
from schools.models import Place, Trust
from tools_registry.models import Request, Tool
from tools_registry.models.clearances import AllowanceRow
from tools_registry.words import Audience

if TYPE_CHECKING:
    from schools.standing import Standing


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, standing: Standing) -> AssessmentQuerySet:
        """Trust roles see every case of the trust; AI leads, DSLs, heads and governors those for their place or the whole trust."""
        mine = AssessmentPlace.objects.filter(assessment=OuterRef("pk"), place_id__in=standing.case_place_ids)
        own_trusts = standing.case_trust_ids
        return self.filter(
            Q(trust_id__in=standing.wide_trust_ids) | Exists(mine) | Q(is_trust_wide=True, trust_id__in=own_trusts)
        )


@pghistory.track()
class Assessment(models.Model):
    """One case: screening, then a DPIA if the screening says so, reviews, advice, sign-off."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="assessments")
    reference = models.TextField(unique=True, help_text="<TRUST>-<year>-<4 digits>")
    tool = models.ForeignKey(Tool, on_delete=models.PROTECT, related_name="assessments")
    is_trust_wide = models.BooleanField()
    status = models.TextField(choices=Status, default=Status.DRAFT)
    version = models.PositiveSmallIntegerField(default=0, help_text="The last one sent; 0 before the first")
    dpia_chosen = models.BooleanField(default=False, help_text="A DPIA although the screening does not ask for one")
    questions_edition = models.TextField()
    replaces_clearance = models.ForeignKey(
        "tools_registry.Clearance", null=True, on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_reason = models.TextField(blank=True, help_text="Why it was withdrawn")
    revision = models.PositiveIntegerField(default=1)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="dpia_assessment_status_known"),
            models.CheckConstraint(
                condition=Q(status__in=[Status.SIGNED, Status.DECLINED, Status.WITHDRAWN], closed_at__isnull=False)
                | (Q(closed_at__isnull=True) & ~Q(status__in=[Status.SIGNED, Status.DECLINED, Status.WITHDRAWN])),
                name="dpia_assessment_closed_when_final",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("dpia:case", args=[self.reference])


class AssessmentPlace(models.Model):
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="places")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "place"], name="dpia_assessmentplace_once"),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} for {self.place_id}"


class Author(models.Model):
    """Somebody who wrote any of it, once. Commenting makes nobody an author."""

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="authors")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.TextField()
    at = models.DateTimeField(help_text="When they first wrote")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "person"], name="dpia_author_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} wrote in {self.assessment_id}"


class AssessmentRequest(models.Model):
    """A request the case answers."""

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="requests")
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "request"], name="dpia_assessmentrequest_once"),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} answers {self.request_id}"


class AskedAllowance(AllowanceRow):
    """What the case asks for, an audience at a time; the clearance gives at most this."""

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="asked")
    revision = models.PositiveIntegerField(default=1)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "audience"], condition=Q(withdrawn_at__isnull=True), name="dpia_asked_once"
            ),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="dpia_asked_audience_known"),
        ]

    def __str__(self) -> str:
        return f"{self.audience} in {self.assessment_id}"
