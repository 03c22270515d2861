"""Tools by edition: shared ones, a trust's own, the trust's facts laid over them, and what changed."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, JSONObject
from django.urls import reverse

from schools.models import Trust
from tools_registry.facts import Facts
from tools_registry.words import ChangeKind, SignIn

if TYPE_CHECKING:
    from schools.standing import Standing


class Confidence(models.TextChoices):
    CONFIRMED = "confirmed", "Confirmed"
    UNCONFIRMED = "unconfirmed", "Unconfirmed"


class Training(models.TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"
    CAN_BE_OFF = "can_be_off", "Yes, unless it is switched off"
    UNKNOWN = "unknown", "Not known"


class ToolQuerySet(models.QuerySet["Tool"]):
    def visible_to(self, standing: Standing) -> ToolQuerySet:
        return self.filter(Q(trust__isnull=True) | Q(trust_id__in=standing.trust_ids))

    def for_trust(self, trust_id: int) -> ToolQuerySet:
        return self.filter(Q(trust__isnull=True) | Q(trust_id=trust_id))

    def listed(self) -> ToolQuerySet:
        return self.filter(withdrawn_at__isnull=True)

    def with_facts(self, trust_id: int) -> ToolQuerySet:
        """Each with `laid`: the trust's own facts that count, with where each was read and when."""
        counts = TrustFact.objects.counting().filter(trust_id=trust_id, tool=models.OuterRef("pk"))
        return self.annotate(laid=_facts_json(counts))

    def with_age(self, trust_id: int) -> ToolQuerySet:
        """Each with `age_today` and `is_confirmed`: the trust's own word where it has one. For filters and sorting."""
        counts = TrustFact.objects.counting().filter(trust_id=trust_id, tool=models.OuterRef("pk"))
        age, confirmed = (counts.filter(field=field) for field in (FactField.MINIMUM_AGE, FactField.AGE_CONFIRMED))
        return self.annotate(
            age_today=models.Case(
                models.When(models.Exists(age), then=models.Subquery(age.values(number=_as_number("value"))[:1])),
                default=F("minimum_age"),
                output_field=models.IntegerField(),
            ),
            is_confirmed=models.Case(
                models.When(models.Exists(confirmed), then=models.Exists(confirmed.filter(value=True))),
                default=Q(confidence=Confidence.CONFIRMED),
                output_field=models.BooleanField(),
            ),
        )

    def matching(self, words: str) -> ToolQuerySet:
        """Every word in the name, the edition, the supplier, an alias or a domain."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(name__icontains=word)
                | Q(edition__icontains=word)
                | Q(supplier__icontains=word)
                | Q(aliases__icontains=word)
                | Q(domains__icontains=word)
            )
        return found


def _as_number(column: str) -> Cast:
    """The number in a JSON column as an integer."""
    return Cast(Cast(column, models.TextField()), models.IntegerField())


def _facts_json(rows: models.QuerySet[TrustFact]) -> ArraySubquery:
    names = ("field", "value", "source", "source_on", "wording", "is_stricter", "at")
    return ArraySubquery(rows.order_by("at").values(row=JSONObject(**{name: name for name in names})))


class Tool(models.Model):
    """One edition / account type of a product. `trust` is null for a shared one, changed only by `load_catalogue`.

    A blank minimum age is not known: then no pupil may use it. 0 is any age, under a school contract or account.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trust = models.ForeignKey(Trust, null=True, on_delete=models.PROTECT, related_name="own_tools")
    code = models.SlugField(max_length=80, help_text="Stable; the same in every load of the catalogue")
    name = models.TextField()
    sort_name = models.TextField()
    edition = models.TextField(blank=True, help_text="Shown after the name whenever the name stands alone")
    supplier = models.TextField(blank=True)
    category = models.TextField(blank=True)
    website = models.URLField(blank=True, max_length=400)
    domains = ArrayField(models.TextField(), default=list, blank=True)
    aliases = ArrayField(models.TextField(), default=list, blank=True)
    how_to_tell = models.TextField(blank=True)
    sign_in = models.TextField(choices=SignIn, default=SignIn.UNKNOWN)
    account_holds = models.TextField(blank=True)
    minimum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    parental_age = models.PositiveSmallIntegerField(null=True, blank=True)
    education_rule = models.TextField(blank=True)
    restricted_purposes = ArrayField(models.TextField(), default=list, blank=True)
    trains_on_inputs = models.TextField(choices=Training, default=Training.UNKNOWN)
    data_location = models.TextField(blank=True)
    terms_url = models.URLField(blank=True, max_length=400)
    privacy_url = models.URLField(blank=True, max_length=400)
    source = models.TextField(blank=True)
    source_on = models.DateField(null=True, blank=True)
    confidence = models.TextField(choices=Confidence, default=Confidence.UNCONFIRMED)
    checked_on = models.DateField(null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    objects = ToolQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["trust", "code"], nulls_distinct=False, name="tools_registry_tool_code_once"
            ),
            models.CheckConstraint(condition=Q(sign_in__in=SignIn.values), name="tools_registry_tool_sign_in_known"),
            models.CheckConstraint(
                condition=Q(confidence__in=Confidence.values), name="tools_registry_tool_confidence_known"
            ),
            models.CheckConstraint(
                condition=Q(parental_age__isnull=True)
                | Q(minimum_age__isnull=True)
                | Q(parental_age__lte=F("minimum_age")),
                name="tools_registry_tool_parental_age_not_above",
            ),
        ]
        indexes = [
            models.Index(fields=["sort_name"], name="tools_registry_tool_by_name"),
            GinIndex(fields=["domains"], name="tools_registry_tool_domains"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.edition})" if self.edition else self.name

    def get_absolute_url(self) -> str:
        return reverse("tools_registry:tool", args=[self.public_id])

    @property
    def own_facts(self) -> Facts:
        """What the row itself says, with no trust's word laid over it."""
        return Facts(
            minimum_age=self.minimum_age,
            parental_age=self.parental_age,
            age_confirmed=self.confidence == Confidence.CONFIRMED,
            sign_in=self.sign_in,
            trains_on_inputs=self.trains_on_inputs,
            data_location=self.data_location,
        )


class FactField(models.TextChoices):
    """Facts a trust may lay over a shared tool."""

    MINIMUM_AGE = "minimum_age", "Minimum age"
    PARENTAL_AGE = "parental_age", "Age with a parent's agreement"
    AGE_CONFIRMED = "age_confirmed", "The age limit is confirmed from the terms"
    SIGN_IN = "sign_in", "How people sign in"
    TRAINS = "trains_on_inputs", "Trains on what people type"
    DATA_LOCATION = "data_location", "Where data is processed"


class TrustFactQuerySet(models.QuerySet["TrustFact"]):
    def counting(self) -> TrustFactQuerySet:
        """Those laid over the tool today."""
        return self.filter(withdrawn_at__isnull=True).filter(Q(is_stricter=True) | Q(checked_at__isnull=False))

    def pending(self) -> TrustFactQuerySet:
        """Looser ones that wait for a second person."""
        return self.filter(withdrawn_at__isnull=True, is_stricter=False, checked_at__isnull=True)


@pghistory.track()
class TrustFact(models.Model):
    """A trust's own word on one fact of a tool: stricter at any time; looser only with a second person's check."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    tool = models.ForeignKey(Tool, on_delete=models.PROTECT, related_name="trust_facts")
    field = models.TextField(choices=FactField)
    value = models.JSONField(null=True)
    is_stricter = models.BooleanField()
    wording = models.TextField(blank=True, help_text="The words of the terms that say so")
    source = models.TextField(blank=True)
    source_on = models.DateField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = TrustFactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["trust", "tool", "field"],
                condition=Q(withdrawn_at__isnull=True, checked_at__isnull=False)
                | Q(withdrawn_at__isnull=True, is_stricter=True),
                name="tools_registry_trustfact_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("by")),
                name="tools_registry_trustfact_second_person",
            ),
            models.CheckConstraint(
                condition=Q(is_stricter=True) | (~Q(source="") & Q(source_on__isnull=False)),
                name="tools_registry_trustfact_looser_has_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} of {self.tool_id} for trust {self.trust_id}"

    @property
    def counts(self) -> bool:
        return self.withdrawn_at is None and (self.is_stricter or self.checked_at is not None)


class ToolChangeQuerySet(models.QuerySet["ToolChange"]):
    def for_trust(self, trust_id: int) -> ToolChangeQuerySet:
        return self.filter(Q(trust__isnull=True) | Q(trust_id=trust_id))

    def untold(self) -> ToolChangeQuerySet:
        return self.filter(told_at__isnull=True)


class ToolChange(models.Model):
    """Something about a tool changed. `trust` is null when it holds for everybody. Entries are never touched by it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trust = models.ForeignKey(Trust, null=True, on_delete=models.PROTECT, related_name="+")
    tool = models.ForeignKey(Tool, on_delete=models.PROTECT, related_name="changes")
    kind = models.TextField(choices=ChangeKind)
    summary = models.TextField()
    feature = models.TextField(blank=True)
    effective_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, help_text="When the people concerned had been told, in batches")

    objects = ToolChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ChangeKind.values), name="tools_registry_toolchange_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind=ChangeKind.FEATURE) | ~Q(feature=""), name="tools_registry_toolchange_feature_named"
            ),
        ]
        indexes = [
            models.Index(fields=["tool", "effective_on"], name="tools_registry_change_by_tool"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.tool_id} on {self.effective_on}"


class ToolChangeAnswer(models.Model):
    """The Deputy DPO's "carry on" in one trust (design §3)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    change = models.ForeignKey(ToolChange, on_delete=models.PROTECT, related_name="answers")
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["trust", "change"], name="tools_registry_changeanswer_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="tools_registry_changeanswer_has_reason"),
        ]
        triggers = [
            pgtrigger.Protect(name="changeanswer_frozen", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"carry on: {self.change_id} in trust {self.trust_id}"
