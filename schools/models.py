"""Trusts, their places (schools and the trust office), and who holds which role where."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

if TYPE_CHECKING:
    from datetime import date

    from .standing import Standing


class Role(models.TextChoices):
    """Design §5. The first five are held at a place, the others in a trust."""

    STAFF = "staff", "Staff"
    AI_LEAD = "ailead", "AI lead"
    DSL = "dsl", "Designated safeguarding lead"
    HEAD = "head", "Headteacher"
    GOVERNOR = "governor", "Governor"
    NETWORK = "network", "Network Team"
    DEPUTY_DPO = "deputydpo", "Deputy Data Protection Officer"
    DPO = "dpo", "Data Protection Officer"
    SAFEGUARDING = "safeguarding", "Trust safeguarding lead"
    TRUST_LEAD = "trustlead", "Trust lead"
    TRUSTEE = "trustee", "Trustee"
    ADMIN = "admin", "Trust administrator"


PLACE_ROLES = frozenset({Role.STAFF, Role.AI_LEAD, Role.DSL, Role.HEAD, Role.GOVERNOR})
TRUST_ROLES = frozenset(Role) - PLACE_ROLES


class EntryDecider(models.TextChoices):
    HEAD = "head", "The headteacher of each school"
    TRUST = "trust", "The trust lead, for every school"


class Trust(models.Model):
    """An academy trust: the legal entity and data controller. Its settings are the policy's open choices."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    group_uid = models.TextField(unique=True, help_text="Group UID in the DfE's register; `Trusts (code)` in its file")
    name = models.TextField()
    sort_name = models.TextField()
    code = models.CharField(max_length=12, unique=True, help_text="Starts the reference of every assessment")
    mailbox = models.EmailField(blank=True)
    policy_name = models.TextField(default="Trust AI policy")
    policy_url = models.URLField(blank=True)
    review_working_days = models.PositiveSmallIntegerField(default=10)
    grace_school_days = models.PositiveSmallIntegerField(default=20)
    review_months = models.PositiveSmallIntegerField(default=12)
    entry_decider = models.TextField(choices=EntryDecider, default=EntryDecider.HEAD)
    deputy_may_advise_from = models.DateField(null=True, help_text="The DPO's recorded delegation to the Deputy")
    next_case_number = models.PositiveIntegerField(default=1)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(entry_decider__in=EntryDecider.values), name="schools_trust_decider_known"
            ),
            models.CheckConstraint(condition=Q(review_working_days__gt=0), name="schools_trust_review_days_positive"),
        ]

    def __str__(self) -> str:
        return self.name


class SchoolStatus(models.TextChoices):
    OPEN = "open", "Open"
    CLOSING = "closing", "Open, but proposed to close"
    PROPOSED = "proposed", "Proposed to open"
    CLOSED = "closed", "Closed"


class School(models.Model):
    """A school as the DfE's register has it: reference data, no trust's own. `trust` is the register's word for today."""

    urn = models.CharField(max_length=6, unique=True)
    name = models.TextField()
    sort_name = models.TextField()
    trust = models.ForeignKey(Trust, null=True, on_delete=models.PROTECT, related_name="schools")
    la_code = models.TextField(blank=True)
    la_name = models.TextField(blank=True)
    establishment_number = models.TextField(blank=True)
    ukprn = models.TextField(blank=True)
    type_code = models.TextField(blank=True)
    type_name = models.TextField(blank=True)
    phase_name = models.TextField(blank=True, help_text="As filed. Never used for age")
    status = models.TextField(choices=SchoolStatus, default=SchoolStatus.OPEN)
    low_age = models.PositiveSmallIntegerField(null=True)
    high_age = models.PositiveSmallIntegerField(null=True)
    has_nursery = models.BooleanField(null=True)
    has_sixth_form = models.BooleanField(null=True)
    pupils = models.PositiveIntegerField(null=True)
    street = models.TextField(blank=True)
    town = models.TextField(blank=True)
    postcode = models.TextField(blank=True)
    website = models.URLField(blank=True, max_length=400)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    changed_on = models.DateField(null=True, help_text="LastChangedDate in the file")
    read_at = models.DateTimeField(help_text="When a file last had this school")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=SchoolStatus.values), name="schools_school_status_known"),
            models.CheckConstraint(condition=Q(urn__regex=r"^[0-9]{5,6}$"), name="schools_school_urn_digits"),
            models.CheckConstraint(
                condition=Q(low_age__isnull=True) | Q(high_age__isnull=True) | Q(low_age__lte=F("high_age")),
                name="schools_school_ages_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["sort_name"], name="schools_school_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.urn})"


class PlaceKind(models.TextChoices):
    SCHOOL = "school", "School"
    OFFICE = "office", "Trust office"


class PlaceQuerySet(models.QuerySet["Place"]):
    def visible_to(self, standing: Standing) -> PlaceQuerySet:
        return self.filter(Q(trust_id__in=standing.wide_trust_ids) | Q(pk__in=standing.place_ids))

    def current(self, on: date) -> PlaceQuerySet:
        return self.filter(Q(left_on__isnull=True) | Q(left_on__gt=on))

    def published(self, on: date) -> PlaceQuerySet:
        return self.current(on).filter(is_published=True, kind=PlaceKind.SCHOOL)


class Place(models.Model):
    """A school in a trust, or the trust office, with its own entries, list and look-up.

    A school that moves gets a new place in the new trust; the old trust keeps this one (design §2).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="places")
    school = models.ForeignKey(School, null=True, on_delete=models.PROTECT, related_name="places")
    kind = models.TextField(choices=PlaceKind, default=PlaceKind.SCHOOL)
    name = models.TextField()
    sort_name = models.TextField()
    urn = models.CharField(max_length=6, blank=True, help_text="The school's; blank for the trust office")
    year_groups = ArrayField(
        models.SmallIntegerField(), default=list, help_text="Confirmed by the head; sorted; N1 = -2"
    )
    youngest_in_mixed_class = models.JSONField(
        default=dict, help_text='Mixed-age classes: {"2": 1} says Year 2 sits with Year 1, so the youngest decides'
    )
    year_groups_confirmed_at = models.DateTimeField(null=True)
    year_groups_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    shows_ages = models.BooleanField(default=False, help_text="Its classes are not year groups, so pages show ages")
    is_published = models.BooleanField(default=False)
    contact_role = models.TextField(default="AI lead")
    contact_mailbox = models.EmailField(blank=True)
    joined_on = models.DateField()
    left_on = models.DateField(null=True)
    leaving_reported_at = models.DateTimeField(null=True, help_text="A file no longer had it in this trust")
    leaving_trust_code = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PlaceKind.values), name="schools_place_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=PlaceKind.OFFICE, school__isnull=True, urn="")
                | (Q(kind=PlaceKind.SCHOOL, school__isnull=False) & ~Q(urn="")),
                name="schools_place_school_or_office",
            ),
            models.UniqueConstraint(
                fields=["school"], condition=Q(left_on__isnull=True), name="schools_place_one_current_per_school"
            ),
            models.UniqueConstraint(
                fields=["trust"], condition=Q(kind=PlaceKind.OFFICE), name="schools_place_one_office"
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                name="schools_place_left_after_joined",
            ),
        ]
        indexes = [models.Index(fields=["urn"], name="schools_place_by_urn")]
        triggers = [pgtrigger.ReadOnly(name="schools_place_trust_fixed", fields=["trust"])]

    def __str__(self) -> str:
        return self.name

    @property
    def is_office(self) -> bool:
        return self.kind == PlaceKind.OFFICE

    def register_url(self) -> str:
        return (
            reverse("tools_registry:register", args=[self.urn])
            if self.urn
            else reverse("tools_registry:office_register")
        )


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force(self, on: date) -> MembershipQuerySet:
        return self.filter(starts_on__lte=on, withdrawn_at__isnull=True).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=on)
        )

    def holding(self, *roles: Role) -> MembershipQuerySet:
        return self.filter(role__in=roles)

    def managed_by(self, standing: Standing) -> MembershipQuerySet:
        """Those the person may change: all of a trust they administer, and those at a school they head."""
        return self.filter(
            Q(trust_id__in=standing.trust_ids_as(Role.ADMIN)) | Q(place_id__in=standing.place_ids_as(Role.HEAD))
        )


class Membership(models.Model):
    """The role one person holds at a place or in a trust, from a day until a day (half-open)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="memberships")
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.TextField(choices=Role)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    withdrawn_at = models.DateTimeField(null=True, help_text="Ended at once, whatever its last day")
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=1)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=sorted(PLACE_ROLES), place__isnull=False)
                | Q(role__in=sorted(TRUST_ROLES), place__isnull=True),
                name="schools_membership_role_fits_where",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="schools_membership_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["trust", "place", "person", "role", "starts_on"],
                condition=Q(withdrawn_at__isnull=True),
                nulls_distinct=False,
                name="schools_membership_once",
            ),
        ]
        triggers = [pgtrigger.ReadOnly(name="schools_membership_trust_fixed", fields=["trust"])]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.place_id or self.trust_id}"
