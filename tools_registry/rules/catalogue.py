"""Who keeps the catalogue of a trust, and what may be laid over a fact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schools.models import Role
from tools_registry import facts
from tools_registry.models.catalogue import FactField
from trustai.rules import Refused

if TYPE_CHECKING:
    from datetime import date

    from schools.standing import Standing
    from tools_registry.facts import Facts
    from tools_registry.models import Tool, TrustFact

KEEPS_CATALOGUE = (Role.NETWORK, Role.DEPUTY_DPO, Role.ADMIN)
TECHNICAL = (Role.NETWORK, Role.ADMIN)
PRIVACY = (Role.DEPUTY_DPO, Role.ADMIN)
# A second person for a looser fact: anybody who is consulted on tools, but never the one who put it forward.
CHECKS_FACTS = (Role.DEPUTY_DPO, Role.DPO, Role.NETWORK)
TECHNICAL_FACTS = frozenset({FactField.SIGN_IN})
OLDEST = 99


def acting_as(standing: Standing, trust_id: int, roles: tuple[Role, ...]) -> Role | None:
    """The first of `roles` held in this trust: what an event says the person acted as."""
    held = standing.in_trust(trust_id)
    return next((role for role in roles if role in held), None)


def trust_of(standing: Standing) -> int | None:
    """The trust a person looks at the catalogue from: that of the place they look from, else the first they work for."""
    place = standing.place
    if place is not None:
        return place.trust_id
    return min(standing.trust_ids, default=None)


# A trust's own tools ----------------------------------------------------------------------------------------------


def check_may_add(standing: Standing, trust_id: int) -> None:
    if acting_as(standing, trust_id, KEEPS_CATALOGUE) is None:
        raise Refused("The Network Team, the Deputy DPO or a trust administrator adds a tool. You can ask for it.")


def check_own(tool: Tool) -> None:
    if tool.trust_id is None:
        raise Refused("This tool is shared by all trusts. You can lay your trust’s own facts over it.")


def check_may_describe(standing: Standing, tool: Tool) -> None:
    """Name, supplier, addresses and the like of a trust's own tool."""
    check_own(tool)
    if tool.trust_id is None or acting_as(standing, tool.trust_id, KEEPS_CATALOGUE) is None:
        raise Refused("The Network Team, the Deputy DPO or a trust administrator changes the trust’s own tools.")


def check_can_describe(tool: Tool) -> None:
    if tool.withdrawn_at is not None:
        raise Refused("This tool has been taken out of the catalogue.")


def check_can_withdraw(tool: Tool, *, approved_at: int) -> None:
    """`approved_at`: at how many places it is approved."""
    check_can_describe(tool)
    if approved_at:
        where = "1 place" if approved_at == 1 else f"{approved_at} places"
        raise Refused(f"It is approved at {where}. It is withdrawn there first.")


# Facts -------------------------------------------------------------------------------------------------------------


def may_set(field: FactField) -> tuple[Role, ...]:
    return TECHNICAL if field in TECHNICAL_FACTS else PRIVACY


def check_may_set(standing: Standing, trust_id: int, field: FactField) -> None:
    if acting_as(standing, trust_id, may_set(field)) is None:
        who = (
            "Network Team sets technical facts"
            if field in TECHNICAL_FACTS
            else "Deputy DPO sets facts about data and age"
        )
        raise Refused(f"The {who} for the trust.")


def check_fits(field: FactField, value: Any, today: Facts) -> None:
    """That the value says something new and fits the others."""
    if value == getattr(today, field):
        raise Refused("This is what the catalogue says already.")
    if field == FactField.MINIMUM_AGE and None not in {value, today.parental_age} and value < (today.parental_age or 0):
        raise Refused(
            f"The age with a parent’s agreement is {today.parental_age}, and the minimum age cannot be below it. "
            "Change that one first."
        )
    if field == FactField.PARENTAL_AGE and value is not None:
        if today.minimum_age is None:
            raise Refused("The minimum age is not known, so there is nothing a parent could lower. Set that one first.")
        if value >= today.minimum_age:
            raise Refused(f"Type an age below {today.minimum_age}: from there on nobody needs a parent’s agreement.")
    if field == FactField.AGE_CONFIRMED and value and today.minimum_age is None:
        raise Refused("The minimum age is not known, so it cannot be confirmed. Set that one first.")


def check_has_source(*, wording: str, source: str, source_on: date | None, on: date) -> None:
    """What a looser fact rests on (design §1, catalogue)."""
    if not wording or not source or source_on is None:
        raise Refused(
            "A fact that allows more needs the words of the terms, where they stand and the day they were read."
        )
    if source_on > on:
        raise Refused("The day the terms were read cannot be after today.")


def check_none_pending(pending: TrustFact | None) -> None:
    if pending is not None:
        raise Refused("Somebody has put forward a value for this fact. It is checked or turned down first.")


def check_is_pending(fact: TrustFact) -> None:
    if fact.withdrawn_at is not None or fact.is_stricter or fact.checked_at is not None:
        raise Refused("This fact no longer waits for a check.")


def check_may_check(standing: Standing, fact: TrustFact) -> None:
    if acting_as(standing, fact.trust_id, CHECKS_FACTS) is None:
        raise Refused("The Deputy DPO, the DPO or the Network Team checks a fact that allows more.")
    if fact.by_id == standing.person_id:
        raise Refused("You put this fact forward. A second person checks it.")


def check_may_turn_down(standing: Standing, fact: TrustFact) -> None:
    """Anybody who could check it, and the person who put it forward."""
    if fact.by_id != standing.person_id and acting_as(standing, fact.trust_id, CHECKS_FACTS) is None:
        raise Refused(
            "The Deputy DPO, the DPO or the Network Team turns a fact down, or the person who put it forward."
        )


def is_looser(field: FactField, today: Facts, value: Any) -> bool:
    return facts.is_looser(field, getattr(today, field), value)
