"""What changes at a place: its year groups, its contact, whether its list is published, whether it is in the trust."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from schools import rules
from schools.models import Membership, Place, PlaceKind, Role, SchoolStatus
from schools.standing import people_holding
from trustai.audit.actions import record
from trustai.days import day_of
from trustai.notices.actions import tell
from trustai.rules import AlreadyDone, Refused, check_fresh

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from schools.models import School, Trust
    from schools.standing import Standing
    from trustai.accounts.models import User


RUN_A_SCHOOL = (Role.HEAD, Role.AI_LEAD, Role.DSL)


@dataclass(frozen=True, slots=True)
class YearGroups:
    """What the head confirms. `youngest` names, for a year in a mixed-age class, the youngest year in that class."""

    groups: tuple[int, ...]
    youngest: Mapping[int, int] = field(default_factory=dict)
    shows_ages: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom a reader of the list may ask: a role and a shared mailbox, never a person below head."""

    role: str
    mailbox: str


@transaction.atomic
def confirm_year_groups(
    *, place_id: int, choice: YearGroups, revision: int, by: User, standing: Standing, at: datetime
) -> Place:
    place = _lock(place_id)
    check_fresh(revision, place.revision, what=place.name)
    rules.check_may_confirm_year_groups(standing, place)
    rules.check_year_groups(choice.groups, choice.youngest)
    place.year_groups = sorted(choice.groups)
    place.youngest_in_mixed_class = {str(year): youngest for year, youngest in sorted(choice.youngest.items())}
    place.shows_ages = choice.shows_ages
    place.year_groups_confirmed_at, place.year_groups_confirmed_by = at, by
    _save(
        place,
        "year_groups",
        "youngest_in_mixed_class",
        "shows_ages",
        "year_groups_confirmed_at",
        "year_groups_confirmed_by",
    )
    detail = {"year_groups": place.year_groups, "youngest": place.youngest_in_mixed_class, "ages": place.shows_ages}
    _record("place.year_groups_confirmed", place, rules.CONFIRMS_YEARS, by=by, standing=standing, at=at, **detail)
    return place


@transaction.atomic
def change_contact(
    *, place_id: int, contact: Contact, revision: int, by: User, standing: Standing, at: datetime
) -> Place:
    place = _lock(place_id)
    if (place.contact_role, place.contact_mailbox) == (contact.role, contact.mailbox):
        raise AlreadyDone("Nothing was changed: these are the contact and mailbox already.")
    check_fresh(revision, place.revision, what=place.name)
    rules.check_may_change_place(standing, place)
    place.contact_role, place.contact_mailbox = contact.role, contact.mailbox
    _save(place, "contact_role", "contact_mailbox")
    _record("place.contact_changed", place, rules.RUNS_A_PLACE, by=by, standing=standing, at=at)
    return place


@transaction.atomic
def publish(*, place_id: int, revision: int, by: User, standing: Standing, at: datetime) -> Place:
    """Open the place's list to everybody."""
    place = _lock(place_id)
    rules.check_may_change_place(standing, place)
    if place.is_published:
        raise AlreadyDone("The list is published already.")
    check_fresh(revision, place.revision, what=place.name)
    rules.check_can_publish(place)
    place.is_published = True
    _save(place, "is_published")
    _record("place.published", place, rules.RUNS_A_PLACE, by=by, standing=standing, at=at)
    return place


@transaction.atomic
def unpublish(*, place_id: int, revision: int, by: User, standing: Standing, at: datetime) -> Place:
    place = _lock(place_id)
    rules.check_may_change_place(standing, place)
    if not place.is_published:
        raise AlreadyDone("The list is not published.")
    check_fresh(revision, place.revision, what=place.name)
    place.is_published = False
    _save(place, "is_published")
    _record("place.unpublished", place, rules.RUNS_A_PLACE, by=by, standing=standing, at=at)
    return place


@transaction.atomic
def confirm_left(*, place_id: int, left_on: date, revision: int, by: User, standing: Standing, at: datetime) -> Place:
    """The school has left: nothing of this trust holds there from `left_on`.

    The place keeps its records; roles at it end that day. In the trust that the register names, if any, the school
    gets a new place that starts afresh, unpublished (design §2).
    """
    place = _lock(place_id)
    check_fresh(revision, place.revision, what=place.name)
    rules.check_may_settle_leaving(standing, place)
    rules.check_left_on(left_on, joined_on=place.joined_on, on=day_of(at))
    place.left_on, place.is_published = left_on, False
    _save(place, "left_on", "is_published")
    whom = _who_is_told(place, on=day_of(at))
    _end_roles_at(place, left_on, by=by, at=at)
    arrived = _arrive(place, left_on)
    detail = {"left_on": left_on.isoformat(), "trust_code": place.leaving_trust_code}
    _record("place.left", place, rules.CONFIRMS_LEAVING, by=by, standing=standing, at=at, **detail)
    if arrived is not None:
        record(
            "place.joined",
            trust_id=arrived.trust_id,
            subject_type="place",
            subject_id=arrived.public_id,
            urn=arrived.urn,
            by=None,
            at=at,
        )
    _tell_left(place, whom, by=by, at=at)
    return place


@transaction.atomic
def keep_in_trust(*, place_id: int, revision: int, by: User, standing: Standing, at: datetime) -> Place:
    """The file is wrong: the school has not left. Its list may be published again."""
    place = _lock(place_id)
    check_fresh(revision, place.revision, what=place.name)
    rules.check_may_settle_leaving(standing, place)
    if place.school is not None and place.school.status == SchoolStatus.CLOSED:
        raise Refused(
            "The DfE's file says that this school has closed. Ask the DfE to correct it, then read the file again."
        )
    code = place.leaving_trust_code
    place.leaving_reported_at, place.leaving_trust_code = None, ""
    _save(place, "leaving_reported_at", "leaving_trust_code")
    _record("place.kept", place, rules.CONFIRMS_LEAVING, by=by, standing=standing, at=at, trust_code=code)
    return place


def _lock(place_id: int) -> Place:
    locked = Place.objects.select_for_update(of=("self",)).select_related("trust", "school__trust")
    return locked.get(pk=place_id)


def _save(place: Place, *columns: str) -> None:
    place.revision += 1
    place.save(update_fields=[*columns, "revision"])


def _end_roles_at(place: Place, left_on: date, *, by: User, at: datetime) -> None:
    """Roles at a school that left end with it; those that had not begun never do."""
    held = Membership.objects.filter(place=place, withdrawn_at__isnull=True).exclude(ends_on__lte=left_on)
    held.filter(starts_on__lt=left_on).update(ends_on=left_on, revision=F("revision") + 1)
    held.filter(starts_on__gte=left_on).update(withdrawn_at=at, withdrawn_by=by, revision=F("revision") + 1)


def _who_is_told(place: Place, *, on: date) -> tuple[set[int], set[int]]:
    """Those who run the school, read while they still do; and those of the trust who look after its schools."""
    school = people_holding(*RUN_A_SCHOOL, trust_id=place.trust_id, on=on, place_id=place.pk)
    trust = people_holding(*rules.CONFIRMS_LEAVING, trust_id=place.trust_id, on=on)
    return set(school) - set(trust), set(trust)


def _tell_left(place: Place, whom: tuple[set[int], set[int]], *, by: User, at: datetime) -> None:
    """The school's people can no longer open its pages, so their link leads to their own first page."""
    for people, path in zip(whom, ("/", reverse("schools:place", args=[place.urn])), strict=True):
        tell(
            people - {by.pk},
            "school.leaves",
            trust_id=place.trust_id,
            path=path,
            about=place.name,
            due_on=place.left_on,
            at=at,
        )


def _arrive(place: Place, joined_on: date) -> Place | None:
    """The school's place in the trust that the register names, unless it closed or is in none."""
    school = place.school
    if school is None or school.trust is None or school.trust_id == place.trust_id:
        return None
    if school.status == SchoolStatus.CLOSED:
        return None
    arrived = place_for(school, school.trust, joined_on=joined_on)
    arrived.save()
    return arrived


def place_for(school: School, trust: Trust, *, joined_on: date) -> Place:
    """A school's place in a trust, not saved yet. It begins with nothing confirmed and nothing published."""
    return Place(
        trust=trust,
        school=school,
        kind=PlaceKind.SCHOOL,
        name=school.name,
        sort_name=school.sort_name,
        urn=school.urn,
        joined_on=joined_on,
    )


def office_for(trust: Trust, *, joined_on: date) -> Place:
    """A trust's office, not saved yet."""
    return Place(
        trust=trust,
        kind=PlaceKind.OFFICE,
        name="Trust office",
        sort_name="trust office",
        contact_role=Role.TRUST_LEAD.label,
        joined_on=joined_on,
    )


def _record(
    kind: str, place: Place, roles: tuple[Role, ...], *, by: User, standing: Standing, at: datetime, **detail: object
) -> None:
    record(
        kind,
        trust_id=place.trust_id,
        subject_type="place",
        subject_id=place.public_id,
        urn=place.urn,
        role=rules.acting_as(standing, place, roles) or "",
        by=by,
        at=at,
        **detail,
    )
