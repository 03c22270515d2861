"""Who decides what a place allows, and what a decision may say. Each check raises Refused or returns."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from schools.models import EntryDecider, Role
from tools_registry import choices, workflow
from tools_registry.reasons import day
from tools_registry.words import EntryStatus
from trustai.rules import Refused

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from schools.models import Place
    from schools.standing import Standing
    from tools_registry.answer import Allowance, Clearance, OnePurposeException, Situation
    from tools_registry.models import Tool
    from tools_registry.workflow import Move

RUNS_A_PLACE = (Role.HEAD, Role.AI_LEAD, Role.DSL)


def trust_decides(place: Place) -> bool:
    """Whether the trust lead decides here: for the office always, for every school by the trust's setting."""
    return place.is_office or place.trust.entry_decider == EntryDecider.TRUST


def decider(place: Place) -> Role:
    return Role.TRUST_LEAD if trust_decides(place) else Role.HEAD


def decides_as(standing: Standing, place: Place) -> Role | None:
    """The role in which this person decides entries here, or None."""
    role = decider(place)
    held = standing.in_trust(place.trust_id) if role == Role.TRUST_LEAD else standing.at(place)
    return role if role in held else None


def narrows_as(standing: Standing, place: Place) -> Role | None:
    """The role in which this person may at least take back what is allowed: a head, even where the trust decides."""
    return decides_as(standing, place) or (Role.HEAD if Role.HEAD in standing.at(place) else None)


def check_may_decide(standing: Standing, place: Place, *, narrows: bool = False) -> None:
    """`narrows`: the decision only takes away from what is allowed now."""
    if decides_as(standing, place) or (narrows and narrows_as(standing, place)):
        return
    raise Refused(who_decides(place))


def check_may_open_decision(standing: Standing, place: Place) -> None:
    """See the page on which it is decided."""
    if narrows_as(standing, place) is None:
        raise Refused(who_decides(place))


def who_decides(place: Place) -> str:
    if place.is_office:
        return "Only the trust lead decides what the trust office may use."
    if trust_decides(place):
        return (
            "The trust lead decides this for every school. The headteacher may narrow it or suspend it, not widen it."
        )
    return f"Only the headteacher decides this for {place.name}."


def check_still_here(place: Place, *, on: date) -> None:
    if place.left_on is not None and place.left_on <= on:
        raise Refused(f"{place.name} has left the trust, so nothing more can be decided here.")


def check_can_move(status: EntryStatus | None, move: Move) -> None:
    if workflow.can(status, move):
        return
    raise Refused(
        {
            None: "Nothing has been decided yet, so there is nothing to withdraw.",
            EntryStatus.APPROVED: "It is approved. Withdraw it, or decide again.",
            EntryStatus.DECLINED: "It has been declined already.",
            EntryStatus.WITHDRAWN: "It has been withdrawn, so it is not allowed. Decide again to allow it.",
        }[status]
    )


def check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused("Say why: staff who look it up may read it.")


def check_in_catalogue(tool: Tool) -> None:
    if tool.withdrawn_at is not None:
        raise Refused("This tool has been taken out of the catalogue, so it cannot be approved.")


def check_clearance(situation: Situation, clearance_id: int, *, on: date) -> Clearance:
    """The clearance decided within: in force, for this place, and not replaced."""
    for clearance in choices.offered(situation, on):
        if clearance.key == clearance_id:
            return clearance
    raise Refused("That clearance no longer counts here. Nothing can be allowed without one; look at the page again.")


def check_allowances(
    situation: Situation,
    clearance: Clearance,
    allowances: Collection[Allowance],
    exceptions: tuple[OnePurposeException, ...],
    *,
    on: date,
) -> None:
    """Nothing that the answer would not grant (design §4): the sentence is the one that stands beside the closed choice."""
    if not allowances:
        raise Refused("Choose who may use it. If nobody may, decline it instead.")
    if len({allowed.audience for allowed in allowances}) != len(allowances):
        raise Refused("A decision says once for each audience what it may do.")
    for fault in choices.unfit(situation, clearance, allowances, on, exceptions):
        raise Refused(choices.said(fault.reason))


def check_review_on(review_on: date, clearance: Clearance, *, on: date) -> None:
    if review_on <= on:
        raise Refused("The review date must be after today.")
    latest = last_review_on(clearance)
    if latest is not None and review_on > latest:
        raise Refused(f"The review date must be on or before {day(latest)}, when the clearance ends.")


def last_review_on(clearance: Clearance) -> date | None:
    """The last day the clearance counts."""
    return clearance.ends_on - timedelta(days=1) if clearance.ends_on else None


def check_exceptions(exceptions: Collection[OnePurposeException], clearance: Clearance, *, on: date) -> None:
    """Each has an end that is still to come and lies within the clearance."""
    for exception in exceptions:
        if exception.ends_on <= on:
            raise Refused("The last day of an exception cannot be before today.")
        if clearance.ends_on is not None and exception.ends_on > clearance.ends_on:
            raise Refused(f"An exception ends with the clearance at the latest: by {day(clearance.ends_on)}.")


def check_may_confirm_deletion(standing: Standing, place: Place) -> None:
    if decides_as(standing, place) or standing.at(place) & {Role.HEAD, Role.AI_LEAD}:
        return
    who = "the trust lead" if place.is_office else "the headteacher or an AI lead"
    raise Refused(f"Only {who} confirms that what was put in has been deleted.")


def check_can_confirm_deletion(status: EntryStatus) -> None:
    if status != EntryStatus.WITHDRAWN:
        raise Refused("Only what has been withdrawn has data to delete.")
