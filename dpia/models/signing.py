"""The DPO's advice, the ICO where it must be asked, and the signature."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from dpia.words import IcoOutcome
from schools.models import Trust

from .cases import Assessment
from .reviews import Version


class Advice(models.Model):
    """The DPO's advice on a version (UK GDPR Art 35(2)). The Deputy's review is it only under recorded delegation."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="advice")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    may_go_ahead = models.BooleanField()
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.TextField()
    under_delegation = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "version"], name="dpia_advice_once_per_version"),
            models.CheckConstraint(condition=~Q(text=""), name="dpia_advice_says_something"),
        ]
        triggers = [
            pgtrigger.Protect(name="advice_frozen", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"advice on {self.version_id}"


class IcoConsultation(models.Model):
    """Prior consultation while a residual risk is high (UK GDPR Art 36). Rows are added; the newest on the version sent last counts."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="ico")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    outcome = models.TextField(choices=IcoOutcome)
    reference = models.TextField(blank=True)
    note = models.TextField(blank=True)
    outcome_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=IcoOutcome.values), name="dpia_ico_outcome_known"),
        ]
        triggers = [
            pgtrigger.Protect(name="ico_frozen", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} for {self.assessment_id}"


class SignOff(models.Model):
    """The accountable person's decision on a version. Issues the clearance when signed."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT, related_name="sign_off")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    signed = models.BooleanField(help_text="False: declined")
    measures_approved = models.BooleanField()
    residual_accepted = models.BooleanField()
    advice_accepted = models.BooleanField()
    overruling_reasons = models.TextField(blank=True)
    views_departed_reasons = models.TextField(blank=True, help_text="Why it departs from people's views, where it does")
    comment = models.TextField(blank=True)
    review_by_role = models.TextField(blank=True, help_text="Who keeps the assessment under review")
    valid_until = models.DateField(null=True, help_text="Half-open: the first day it no longer counts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(signed=False)
                | Q(measures_approved=True, residual_accepted=True, valid_until__isnull=False),
                name="dpia_signoff_signed_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(advice_accepted=True) | Q(signed=False) | ~Q(overruling_reasons=""),
                name="dpia_signoff_overruling_has_reasons",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="signoff_frozen", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"sign-off of {self.assessment_id}"
