"""Frozen versions, one review a team, conditions and comments."""

from __future__ import annotations

import uuid

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from dpia.workflow import Team, Verdict
from schools.models import Place, Trust
from tools_registry.words import ConditionKind

from .cases import Assessment


class Version(models.Model):
    """What was sent: one canonical JSON document (sorted keys, UTF-8), its SHA-256 kept; never changed."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    document = models.TextField()
    sha256 = models.CharField(max_length=64)
    authors = ArrayField(models.BigIntegerField(), help_text="Everybody who wrote any of it")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "number"], name="dpia_version_numbered_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="version_frozen", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.assessment_id}"


@pghistory.track()
class Review(models.Model):
    """One team's verdict in one round; open while `verdict` is blank. `place` names the school of a school's own DSL."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="reviews")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="reviews", help_text="Asked about")
    team = models.TextField(choices=Team)
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)
    verdict = models.TextField(choices=Verdict, blank=True)
    reason = models.TextField(blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    given_role = models.TextField(blank=True)
    given_at = models.DateTimeField(null=True)
    given_on_version = models.PositiveSmallIntegerField(null=True)
    since_version = models.PositiveSmallIntegerField(default=0, help_text="The version the team knew before; 0: none")
    is_referred = models.BooleanField(default=False, help_text="The Deputy refers it to the DPO")
    reminded_on = models.DateField(null=True)
    is_advice_too = models.BooleanField(default=False, help_text="The DPO reviewed and advised in one act")
    superseded_at = models.DateTimeField(null=True, help_text="Asked again, or the verdict no longer counts")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "team"],
                condition=Q(superseded_at__isnull=True),
                name="dpia_review_one_standing_per_team",
            ),
            models.CheckConstraint(
                condition=Q(verdict="", given_by__isnull=True, given_at__isnull=True)
                | (~Q(verdict="") & Q(given_by__isnull=False, given_at__isnull=False)),
                name="dpia_review_given_all_or_nothing",
            ),
            models.CheckConstraint(condition=Q(team__in=Team.values), name="dpia_review_team_known"),
        ]

    def __str__(self) -> str:
        return f"{self.team} of {self.assessment_id}"


class ReviewCondition(models.Model):
    """A condition a team sets with its verdict; passed on to the clearance at sign-off."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="conditions")
    kind = models.TextField(choices=ConditionKind)
    words = models.TextField()
    public_words = models.TextField(blank=True)
    due_on = models.DateField(null=True)
    owner_role = models.TextField()
    audiences = ArrayField(models.TextField(), default=list, help_text="Empty: everybody")
    is_per_person = models.BooleanField(default=False)
    resets_each_september = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=ConditionKind.BY_DATE) | Q(due_on__isnull=False), name="dpia_reviewcondition_has_date"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="reviewcondition_frozen", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.words[:60]


class Comment(models.Model):
    """A comment on a section, by anybody who may see the case; commenting makes nobody an author."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="comments")
    section = models.TextField()
    on_version = models.PositiveSmallIntegerField()
    text = models.TextField()
    role = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="dpia_comment_says_something"),
        ]

    def __str__(self) -> str:
        return self.text[:60]
