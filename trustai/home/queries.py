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
from tools_registry.models import ListEdition
from tools_registry.queries import addresses
from tools_registry.queries import register as registers
from tools_registry.queries import waiting as register
from tools_registry.queries.lately import lately
from tools_registry.queries.register import RegisterFilter
from tools_registry.words import Audience

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from schools.models import Place
    from schools.standing import Standing
    from tools_registry.queries.register import Row

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
    rows = registers.register_rows(standing, place) if place else []
    counts = Counter(year for row in rows for year in row.answer.of(Audience.PUPILS).year_groups)
    return HomePage(
        person=person,
        today=standing.day,
        waits=waits_for(standing),
        place=place,
        figures=_figures(place, rows) if place else [],
        year_counts=_year_counts(place, counts) if place else [],
        most=max(counts.values(), default=0),
        lately=_lately(place) if place else [],
        edition=ListEdition.objects.filter(place=place).order_by("-number").first() if place else None,
    )


def _year_counts(place: Place, counts: Counter[int]) -> list[dict[str, Any]]:
    return [
        {
            "label": year_groups.short(year, by_age=place.shows_ages),
            "name": year_groups.name(year, by_age=place.shows_ages),
            "number": counts[year],
        }
        for year in place.year_groups
    ]


def _figures(place: Place, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """How many, each as the register counts them behind its link."""
    figures = (
        ("tool approved", "tools approved", "status=approved", RegisterFilter(status="approved")),
        ("needs attention", "need attention", "only=attention", RegisterFilter(only=registers.ATTENTION)),
        (
            "has conditions to meet",
            "have conditions to meet",
            "only=conditions",
            RegisterFilter(only=registers.CONDITIONS),
        ),
        ("suspended", "suspended", "status=suspended", RegisterFilter(status="suspended")),
    )
    found = []
    for one, many, query, wanted in figures:
        number = len(registers.choose(rows, wanted))
        url = f"{place.register_url()}?{query}"
        found.append({"number": number, "label": one if number == 1 else many, "url": url})
    return found


def _lately(place: Place) -> list[dict[str, Any]]:
    return [
        {
            "at": each.at,
            "lead": each.lead,
            "sentence": each.sentence,
            "url": addresses.at(place, "entry", each.tool_id),
            "link": "See the answer",
        }
        for each in lately(place, limit=LATELY)
    ]
