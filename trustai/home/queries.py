"""What home shows: what waits, how the place stands, what changed lately."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dpia.queries import waiting as cases
from schools import year_groups
from schools.models import Role
from schools.queries import waiting as schools
from schools.waits import Wait, oldest_first
from tools_registry.models import ListEdition, RegisterEntry, Tool
from tools_registry.queries import situations
from tools_registry.queries import waiting as register
from tools_registry.words import Audience

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from schools.models import Place
    from schools.standing import Standing
    from tools_registry.answer import Answer

LATELY = 6


@dataclass(frozen=True, slots=True)
class HomePage:
    person: str
    today: date
    waits: Sequence[Wait]
    place: Place | None
    figures: Sequence[dict[str, Any]]
    year_counts: Sequence[dict[str, Any]]
    most: int
    lately: Sequence[dict[str, Any]]
    edition: ListEdition | None


def has_home(standing: Standing) -> bool:
    """Everybody but plain staff, whose home is the look-up."""
    return any(held.role != Role.STAFF for held in standing.held)


def waits_for(standing: Standing) -> list[Wait]:
    """Everything that waits for this person in every app, the oldest first."""
    return oldest_first([*register.waiting(standing), *cases.waiting(standing), *schools.waiting(standing)])


def home_page(standing: Standing, *, person: str) -> HomePage:
    """Counts and changes are of the place one looks from; what waits is everything."""
    place = standing.place
    answers = _answers(place, standing.day) if place else []
    counts = Counter(year for _, found in answers for year in found.of(Audience.PUPILS).year_groups)
    return HomePage(
        person=person,
        today=standing.day,
        waits=waits_for(standing),
        place=place,
        figures=_figures(place, answers) if place else [],
        year_counts=_year_counts(place, counts) if place else [],
        most=max(counts.values(), default=0),
        lately=_lately(place) if place else [],
        edition=ListEdition.objects.filter(place=place).order_by("-number").first() if place else None,
    )


def _answers(place: Place, on: date) -> list[tuple[Tool, Answer]]:
    decided = RegisterEntry.objects.filter(place=place).values("tool_id")
    tools = situations.with_situation(Tool.objects.filter(pk__in=decided), place, on)
    return situations.answers(tools, place, on)


def _year_counts(place: Place, counts: Counter[int]) -> list[dict[str, Any]]:
    return [
        {
            "label": year_groups.short(year, by_age=place.shows_ages),
            "name": year_groups.name(year, by_age=place.shows_ages),
            "number": counts[year],
        }
        for year in place.year_groups
    ]


def _figures(place: Place, answers: list[tuple[Tool, Answer]]) -> list[dict[str, Any]]:
    register_url = place.register_url()
    allowed = sum(found.allows_anybody for _, found in answers)
    attention = sum(found.needs_attention for _, found in answers)
    pending = sum(len(found.pending) for _, found in answers)
    stopped = sum(found.status == "suspended" for _, found in answers)
    return [
        {"number": allowed, "label": "tool approved" if allowed == 1 else "tools approved", "url": register_url},
        {"number": attention, "label": "need attention", "url": f"{register_url}?status=needs_attention"},
        {"number": pending, "label": "conditions not met yet", "url": register_url},
        {"number": stopped, "label": "suspended", "url": f"{register_url}?status=suspended"},
    ]


def _lately(place: Place) -> list[dict[str, Any]]:
    return [
        {
            "at": entry.decided_at,
            "lead": f"{entry.get_status_display()}:",
            "sentence": f"{tool}.",
            "url": entry.get_absolute_url(),
            "link": "See the answer",
        }
        for tool, entry in register.lately(place, limit=LATELY)
    ]
