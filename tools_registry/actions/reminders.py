"""Telling people in good time that a decision is due to be looked at again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from schools.models import Role
from schools.standing import people_holding
from tools_registry.models import RegisterEntry
from tools_registry.models.entries import entry_url
from tools_registry.queries import people
from tools_registry.words import EntryStatus
from trustai.audit.actions import record
from trustai.audit.models import Event
from trustai.days import day_of
from trustai.notices.actions import tell

if TYPE_CHECKING:
    from datetime import date, datetime

KIND = "entry.review_due"
BEFORE = timedelta(days=28)


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
