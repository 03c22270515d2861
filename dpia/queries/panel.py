"""The cases on one tool at one place, for the page of its register entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from dpia.models import Assessment, AssessmentPlace
from dpia.queries.lists import Row, changed_since_signing, row

if TYPE_CHECKING:
    from uuid import UUID

    from schools.models import Place
    from schools.standing import Standing

MOST_CASES = 5


@dataclass(frozen=True, slots=True)
class CasePanel:
    """The newest cases that cover the place, and whether there are older ones."""

    template: str
    place: Place
    rows: tuple[Row, ...]
    more: bool
    tool_id: UUID


def case_panel(standing: Standing, place: Place, tool_id: UUID) -> CasePanel | None:
    """Three queries. None for whoever sees no cases of the place: its staff and visitors of other schools."""
    if place.pk not in standing.case_place_ids and place.trust_id not in standing.wide_trust_ids:
        return None
    here = AssessmentPlace.objects.filter(assessment=OuterRef("pk"), place=place)
    found = (
        Assessment.objects.visible_to(standing)
        .filter(Q(is_trust_wide=True) | Exists(here), tool__public_id=tool_id, trust_id=place.trust_id)
        .annotate(attention=changed_since_signing())
        .select_related("tool", "by")
        .prefetch_related("places__place")
        .order_by("-opened_at", "-pk")[: MOST_CASES + 1]
    )
    rows = tuple(row(assessment) for assessment in found)
    return CasePanel("dpia/panel.html", place, rows[:MOST_CASES], len(rows) > MOST_CASES, tool_id)
