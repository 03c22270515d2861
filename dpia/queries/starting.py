"""The page on which a case is begun."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dpia.rules import cases as rules
from tools_registry.models import Clearance, Request, Tool
from trustai.rules import Refused, refusal

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from schools.models import Place, Trust
    from schools.standing import Standing


@dataclass(frozen=True, slots=True)
class StartPage:
    """What can be chosen. `refusal`: this person may start no case at all here."""

    trust: Trust
    tools: tuple[Tool, ...]
    places: tuple[Place, ...]
    clearances: tuple[Clearance, ...]
    requests: tuple[Request, ...]
    wide_refusal: str
    refusal: str

    def words(self, clearance: Clearance) -> str:
        return f"{clearance.reference}, {clearance.tool}"

    @property
    def tool(self) -> Tool | None:
        """The tool the requests are about, once it is known."""
        return next((request.tool for request in self.requests if request.tool_id), None)


def start_page(standing: Standing, request_ids: Collection[UUID]) -> StartPage:
    """Six queries. The trust is that of the place one looks from. Raises Refused for somebody without any place."""
    place = standing.place
    if place is None:
        raise Refused("You hold no role at a place, so there is nothing to start a case for.")
    trust = place.trust
    wide = refusal(rules.check_may_start, standing, trust.pk, [], trust_wide=True)
    places = tuple(
        p
        for p in standing.places
        if p.trust_id == trust.pk and rules.drafts_as(standing, trust.pk, [p], trust_wide=False)
    )
    replaceable = Clearance.objects.filter(trust=trust).in_force(standing.day).not_replaced()
    if wide is not None:
        replaceable = replaceable.within(places)
    asked = Request.objects.visible_to(standing).filter(public_id__in=request_ids, trust=trust)
    return StartPage(
        trust=trust,
        tools=tuple(Tool.objects.for_trust(trust.pk).listed().order_by("sort_name", "edition")),
        places=places,
        clearances=tuple(replaceable.select_related("tool").order_by("reference")),
        requests=tuple(asked.select_related("tool", "place").order_by("at")),
        wide_refusal=""
        if wide is None
        else "Only the Network Team, the Deputy DPO or the trust lead starts one for all.",
        refusal="" if places or wide is None else f"Only {rules.WHO_DRAFTS} may start a case.",
    )
