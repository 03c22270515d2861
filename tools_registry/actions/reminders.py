"""Telling people in good time: a decision is due to be looked at again, a condition is due."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from schools import year_groups
from schools.models import Role
from schools.standing import people_holding
from tools_registry.models import Condition, RegisterEntry
from tools_registry.models.entries import entry_url
from tools_registry.queries import addresses, people
from tools_registry.queries.unmet import unmet
from tools_registry.words import ConditionKind, EntryStatus
from trustai.audit.actions import record
from trustai.audit.models import Event
from trustai.days import day_of
from trustai.notices.actions import tell

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from tools_registry.queries.unmet import Unmet

KIND = "entry.review_due"
BEFORE = timedelta(days=28)
CONDITION_DUE, CONDITION_OVERDUE = "condition.due", "condition.overdue"
# The last is the first day on which less is allowed.
CONDITION_BEFORE = (timedelta(days=14), timedelta(days=1), timedelta(days=-1))


def begun(due_on: date, before: Iterable[timedelta], *, on: date) -> int | None:
    """The latest reminder whose day has come, as its days before `due_on`; None before the first."""
    return min((each.days for each in before if due_on - each <= on), default=None)


@transaction.atomic
def remind_of_reviews(*, at: datetime) -> int:
    """Tell those who decide, once for each review date, from four weeks before it on. Returns how many were due."""
    on = day_of(at)
    due = list(_due(on))
    told = _told(due)
    owed = [entry for entry in due if (entry.public_id, str(entry.review_on)) not in told]
    for entry in owed:
        _remind(entry, on, at)
    return len(owed)


def _due(on: date) -> list[RegisterEntry]:
    entries = RegisterEntry.objects.select_for_update(of=("self",), skip_locked=True).filter(
        status=EntryStatus.APPROVED, review_on__lte=on + BEFORE
    )
    here = entries.filter(place__left_on=None) | entries.filter(place__left_on__gt=on)
    return list(here.select_related("place__trust", "tool").order_by("pk"))


def _told(entries: list[RegisterEntry]) -> set[tuple[object, str]]:
    """The reminders that were given: (entry, review date)."""
    events = Event.objects.filter(kind=KIND, subject_id__in=[entry.public_id for entry in entries])
    return {(event.subject_id, event.detail["due"]) for event in events}


def _remind(entry: RegisterEntry, on: date, at: datetime) -> None:
    place = entry.place
    leads = people_holding(Role.AI_LEAD, trust_id=place.trust_id, on=on, place_id=place.pk)
    record(
        KIND,
        trust_id=entry.trust_id,
        subject_type="entry",
        subject_id=entry.public_id,
        by=None,
        at=at,
        urn=place.urn,
        due=str(entry.review_on),
    )
    tell(
        {*people.deciders(place, on=on), *leads},
        KIND,
        trust_id=entry.trust_id,
        about=str(entry.tool),
        path=entry_url(place, entry.tool),
        due_on=entry.review_on,
        at=at,
    )


# Conditions -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def remind_of_conditions(*, at: datetime) -> int:
    """Two weeks and a day before it is due, and once when that day has passed. Returns how many were due."""
    on = day_of(at)
    due = [(each, stage) for each in _due_conditions(on) if (stage := _stage(each, on)) is not None]
    told = _told_of([each for each, _ in due])
    owed = [(each, stage) for each, stage in due if _key(each, stage, on) not in told]
    for each, stage in owed:
        _remind_of(each, stage, on, at)
    return len(owed)


def _due_conditions(on: date) -> list[Unmet]:
    conditions = Condition.objects.select_for_update(of=("self",), skip_locked=True).filter(
        kind=ConditionKind.BY_DATE, due_on__lte=on + max(CONDITION_BEFORE)
    )
    here = RegisterEntry.objects.filter(Q(place__left_on=None) | Q(place__left_on__gt=on))
    return unmet(conditions, here, on)


def _stage(each: Unmet, on: date) -> int | None:
    due_on = each.condition.due_on
    return begun(due_on, CONDITION_BEFORE, on=on) if due_on else None


def _key(each: Unmet, stage: int, on: date) -> tuple[object, ...]:
    """A condition that starts again each September is reminded of again each school year."""
    year = year_groups.current_school_year(on) if each.condition.resets_each_september else 0
    where = "" if each.condition.met_once_for_all else str(each.place.public_id)
    return each.condition.public_id, where, str(each.condition.due_on), stage, year


def _told_of(found: list[Unmet]) -> set[tuple[object, ...]]:
    subjects = {each.condition.public_id for each in found}
    events = Event.objects.filter(kind__in=[CONDITION_DUE, CONDITION_OVERDUE], subject_id__in=subjects)
    said = ("place", "due", "days", "year")
    return {(event.subject_id, *(event.detail[name] for name in said)) for event in events}


def _remind_of(each: Unmet, stage: int, on: date, at: datetime) -> None:
    condition, place = each.condition, each.place
    kind = CONDITION_DUE if stage > 0 else CONDITION_OVERDUE
    _, where, due, _, year = _key(each, stage, on)
    record(
        kind,
        trust_id=condition.trust_id,
        subject_type="condition",
        subject_id=condition.public_id,
        by=None,
        at=at,
        urn="" if condition.met_once_for_all else place.urn,
        tool=str(each.tool.public_id),
        place=where,
        due=due,
        days=stage,
        year=year,
    )
    tell(
        _who_sees_to(each, on),
        kind,
        trust_id=condition.trust_id,
        about=str(each.tool),
        path=addresses.at(place, "condition", each.tool.public_id, condition.public_id),
        due_on=condition.due_on,
        at=at,
    )


def _who_sees_to(each: Unmet, on: date) -> set[int]:
    """Its owners, or once it is reported whoever confirms it; and whoever decides where it counts."""
    condition, place = each.condition, each.place
    role = condition.set_by_role if each.is_reported else condition.owner_role
    whom = set(people.holding(Role(role), place, on=on)) if role in Role.values else set()
    if condition.owner_id is not None and not each.is_reported:
        whom |= set(people.still_in(condition.trust_id, [condition.owner_id], on=on))
    return whom.union(*(people.deciders(where, on=on) for where in each.places))
