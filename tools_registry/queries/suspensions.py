"""Suspensions as the page of a tool shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from schools.models import Role
from tools_registry.models import Suspension
from tools_registry.rules import suspensions as rules
from trustai.rules import AlreadyDone, refusal

from . import addresses
from .people import STAND_INS, empty_posts

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from schools.models import Place
    from schools.standing import Standing
    from tools_registry.models import Tool


@dataclass(frozen=True, slots=True)
class SuspensionRow:
    """One open suspension. `act` is "lift", "ask" or "agree"; blank when this person can say nothing about it."""

    suspension: Suspension
    role: str
    reach: str
    state: str
    act: str
    label: str
    url: str
    refusal: str

    @property
    def name(self) -> str:
        """The id of its button."""
        return f"lift-{self.suspension.public_id}"

    @property
    def is_alone(self) -> bool:
        """One person speaks for both sides, so there is a page on which they confirm it."""
        return self.act == "lift"


@dataclass(frozen=True, slots=True)
class LiftPage:
    """Lifting by one person who decides here and belongs to the team that suspended."""

    place: Place
    tool: Tool
    row: SuspensionRow
    entry_url: str


def all_at(place: Place, tool: Tool) -> list[Suspension]:
    """Every suspension that counted or counts here, the newest first."""
    found = Suspension.objects.filter(trust_id=place.trust_id, tool=tool).filter(Q(place=place) | Q(place=None))
    related = ("by", "place__trust", "lift_asked_by", "team_agreed_by", "lifted_by")
    return list(found.select_related(*related).order_by("-at"))


def find(place: Place, tool: Tool, public_id: UUID) -> Suspension:
    """A suspension that counts at this place. Raises Suspension.DoesNotExist."""
    here = Q(place=place) | Q(place=None)
    found = Suspension.objects.filter(here, trust_id=place.trust_id, tool=tool).select_related("by", "place__trust")
    return found.get(public_id=public_id)


def lift_page(standing: Standing, place: Place, tool: Tool, suspension: Suspension) -> LiftPage:
    """Raises Refused for whoever cannot give both words, and AlreadyDone once it is lifted."""
    if suspension.lifted_at is not None:
        raise AlreadyDone("It has been lifted already.")
    empty = empty_posts(place, standing.day)
    role = Role(suspension.role)
    rules.check_may_ask_to_lift(standing, suspension)
    rules.check_may_agree_to_lift(standing, suspension, STAND_INS[role] if role in empty else None)
    row = _row(standing, place, tool, suspension, empty)
    return LiftPage(place, tool, row, addresses.at(place, "entry", tool.public_id))


def open_rows(
    standing: Standing, place: Place, tool: Tool, suspensions: Collection[Suspension], empty: Collection[Role]
) -> list[SuspensionRow]:
    return [_row(standing, place, tool, each, empty) for each in suspensions if each.lifted_at is None]


def _row(
    standing: Standing, place: Place, tool: Tool, suspension: Suspension, empty: Collection[Role]
) -> SuspensionRow:
    act, label = _act(standing, suspension, empty)
    return SuspensionRow(
        suspension=suspension,
        role=Role(suspension.role).label,
        reach="at every place of the trust" if suspension.place is None else f"at {suspension.place}",
        state=_state(suspension, act),
        act=act,
        label=label,
        url=addresses.at(place, "lift", tool.public_id, suspension.public_id),
        refusal=_refusal(standing, suspension) if not act else "",
    )


def _act(standing: Standing, suspension: Suspension, empty: Collection[Role]) -> tuple[str, str]:
    """Which side's word this person can still give, and what the button says."""
    role = Role(suspension.role)
    stand_in = STAND_INS[role] if role in empty else None
    decides = rules.decides_lifting_as(standing, suspension) is not None and suspension.lift_asked_at is None
    agrees = rules.agrees_as(standing, suspension, stand_in) is not None and suspension.team_agreed_at is None
    if decides and agrees:
        return "lift", "Lift the suspension"
    if decides:
        return "ask", "Lift the suspension" if suspension.team_agreed_at else "Ask to lift it"
    if agrees:
        return "agree", "Agree, and lift it" if suspension.lift_asked_at else "Agree that it may be lifted"
    return "", ""


def _refusal(standing: Standing, suspension: Suspension) -> str:
    """Why this person cannot lift it; blank when they have said their part and wait for the other side."""
    return refusal(rules.check_may_ask_to_lift, standing, suspension) or ""


def _state(suspension: Suspension, act: str) -> str:
    """Whose word is there already, and whose is missing."""
    team = Role(suspension.role).label
    if act == "lift":
        return "You can lift it when it is safe to use again."
    if suspension.role == rules.lifter(suspension):
        return f"The {team} decides when it is safe to use again."
    if suspension.lift_asked_at is not None:
        return f"{suspension.lift_asked_by} has asked to lift it. The {team} has to agree."
    if suspension.team_agreed_at is not None:
        return f"The {team} agrees to lifting it. Whoever decides here has to say so too."
    return f"To lift it, whoever decides and the {team} both say so, in either order."
