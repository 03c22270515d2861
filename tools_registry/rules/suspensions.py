"""Who stops the use of a tool at once, and who lets it go on. Each check raises Refused or returns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schools.models import Role
from tools_registry.rules.entries import decider, decides_as
from trustai.rules import Refused

if TYPE_CHECKING:
    from schools.models import Place
    from schools.standing import Standing
    from tools_registry.models import Suspension

AT_A_PLACE = (Role.HEAD, Role.DSL)
FOR_THE_TRUST = (Role.SAFEGUARDING, Role.DEPUTY_DPO, Role.DPO, Role.NETWORK, Role.TRUST_LEAD)
WHO = (
    "Only the headteacher, a safeguarding lead, the Network Team, the data protection officers or the trust lead "
    "suspend a tool. Tell one of them."
)


def suspends_as(standing: Standing, place: Place) -> Role | None:
    """The role in which this person suspends it at a place: the one held there comes first."""
    held = standing.roles_for(place)
    return next((role for role in (*AT_A_PLACE, *FOR_THE_TRUST) if role in held), None)


def suspends_everywhere_as(standing: Standing, trust_id: int) -> Role | None:
    """The role in which this person suspends it at every place of the trust."""
    held = standing.in_trust(trust_id)
    return next((role for role in FOR_THE_TRUST if role in held), None)


def check_may_suspend(standing: Standing, place: Place) -> None:
    if suspends_as(standing, place) is None:
        raise Refused(WHO)


def check_may_suspend_everywhere(standing: Standing, trust_id: int) -> None:
    if suspends_everywhere_as(standing, trust_id) is None:
        raise Refused("Only somebody with a role in the whole trust suspends it everywhere. You can suspend it here.")


def check_can_suspend(*, is_approved: bool) -> None:
    if not is_approved:
        raise Refused("It is not approved, so there is nothing to suspend.")


def check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused("Say why, in one sentence.")


# Lifting: whoever decides, and the team that suspended, in either order (design §3) ------------------------------------


def decides_lifting_as(standing: Standing, suspension: Suspension) -> Role | None:
    """The decider's side: whoever decides the entry; of a suspension at every place the trust lead."""
    if suspension.place is not None:
        return decides_as(standing, suspension.place)
    return Role.TRUST_LEAD if Role.TRUST_LEAD in standing.in_trust(suspension.trust_id) else None


def lifter(suspension: Suspension) -> Role:
    """The role whose holder decides that it goes on."""
    return Role.TRUST_LEAD if suspension.place is None else decider(suspension.place)


def agrees_as(standing: Standing, suspension: Suspension, stand_in: Role | None) -> Role | None:
    """The team's side: anybody who holds the role it was done in, or its stand-in while that post is empty."""
    if suspension.place is not None:
        held = standing.roles_for(suspension.place)
    else:
        held = standing.in_trust(suspension.trust_id)
    if suspension.role in held:
        return Role(suspension.role)
    return stand_in if stand_in in held else None


def check_may_ask_to_lift(standing: Standing, suspension: Suspension) -> None:
    if decides_lifting_as(standing, suspension) is None:
        raise Refused(_who_decides_lifting(suspension))


def check_may_agree_to_lift(standing: Standing, suspension: Suspension, stand_in: Role | None) -> None:
    if agrees_as(standing, suspension, stand_in) is None:
        who = (stand_in or Role(suspension.role)).label
        raise Refused(f"Only the {who} agrees to lifting it: that team suspended it.")


def _who_decides_lifting(suspension: Suspension) -> str:
    place = suspension.place
    if place is None or lifter(suspension) == Role.TRUST_LEAD:
        return "Only the trust lead lifts it, with the agreement of the team that suspended it."
    return f"Only the headteacher of {place.name} lifts it, with the agreement of the team that suspended it."
