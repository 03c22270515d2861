"""What waits for one person at their places. No query: the places in sight are read already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schools import rules
from schools.models import Role
from schools.waits import Wait
from trustai.days import day_of
from trustai.rules import refusal

from .places import place_urls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schools.models import Place
    from schools.standing import Standing


def waiting(standing: Standing) -> list[Wait]:
    return [wait for place in standing.places for wait in _at(place, standing)]


def _at(place: Place, standing: Standing) -> Iterator[Wait]:
    if place.is_office:
        return
    urls = place_urls(place)
    settles = refusal(rules.check_may_settle_leaving, standing, place) is None
    if place.leaving_reported_at is not None and (settles or Role.HEAD in standing.at(place)):
        yield Wait(
            title=f"{place.name} seems to have left the trust",
            url=urls["leaving"] if settles else urls["here"],
            action="Say whether it has" if settles else "Look at it",
            on=day_of(place.leaving_reported_at),
            text="The DfE's file no longer has it here as an open school. Its list is unpublished until somebody confirms.",
        )
    own = place.year_groups_confirmed_at is None and place.pk in standing.place_ids
    if own and refusal(rules.check_may_confirm_year_groups, standing, place) is None:
        yield Wait(
            title=f"Confirm the year groups of {place.name}",
            url=urls["years"],
            action="Confirm",
            text="Until then its list cannot be published, and no pupil is allowed any tool.",
        )
