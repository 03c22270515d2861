"""What is written in a case: answers to typed questions kept in code, risks, and measures against them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from dpia.words import Effect, Level, Likelihood, Severity
from schools.models import Trust

from .cases import Assessment


class Answer(models.Model):
    """One answer; `question` is a key in dpia/questions.py, `value` what its type says."""

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="answers")
    question = models.TextField()
    value = models.JSONField()
    revision = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "question"], name="dpia_answer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.question} of {self.assessment_id}"


class Risk(models.Model):
    """A risk to people (UK GDPR Art 35(7)(c)); `level` is confirmed by a person, the grid only suggests it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="risks")
    number = models.PositiveSmallIntegerField()
    description = models.TextField()
    likelihood = models.TextField(choices=Likelihood)
    severity = models.TextField(choices=Severity)
    level = models.TextField(choices=Level)
    level_reason = models.TextField(blank=True, help_text="Why it differs from what the grid suggests")
    residual_likelihood = models.TextField(choices=Likelihood, blank=True)
    residual_severity = models.TextField(choices=Severity, blank=True)
    residual = models.TextField(choices=Level, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "number"], name="dpia_risk_numbered_once"),
            models.CheckConstraint(condition=~Q(description=""), name="dpia_risk_says_something"),
        ]

    def __str__(self) -> str:
        return f"R{self.number} of {self.assessment_id}"


class Measure(models.Model):
    """What is done about a risk (Art 35(7)(d)), and what it does to it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="measures")
    description = models.TextField()
    effect = models.TextField(choices=Effect)
    owner_role = models.TextField(blank=True)
    due_on = models.DateField(null=True)
    is_approved = models.BooleanField(null=True, help_text="Said at sign-off")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(description=""), name="dpia_measure_says_something"),
        ]

    def __str__(self) -> str:
        return self.description[:60]
