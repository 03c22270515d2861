"""Who may see, withdraw and enter clearances, and what one may say. Each check raises Refused or returns."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from schools.models import Role
from tools_registry import months
from tools_registry.reasons import day
from trustai.rules import Refused

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from schools.standing import Standing
    from tools_registry.answer import Allowance
    from tools_registry.models import Clearance, DayOne

DAY_ONE_MONTHS = 6
ENTERS_DAY_ONE = (Role.ADMIN, Role.DEPUTY_DPO, Role.DPO, Role.NETWORK, Role.TRUST_LEAD)


def check_may_see(standing: Standing) -> None:
    """The pages of clearances: their conditions may hold what is for the teams and those who run a school."""
    if not standing.case_trust_ids:
        raise Refused(
            "Clearances are for heads, AI leads, safeguarding leads, governors and the trust's own roles. "
            "What you may use stands in your school's list."
        )


def check_may_withdraw(standing: Standing, clearance: Clearance) -> None:
    if Role.TRUST_LEAD not in standing.in_trust(clearance.trust_id):
        raise Refused("Only the trust lead withdraws a clearance. To stop use at once, suspend the tool.")


def check_can_withdraw(clearance: Clearance, *, replaced_by: str, on: date) -> None:
    """A clearance that still carries something."""
    if replaced_by:
        raise Refused(f"{replaced_by} has replaced it. Withdraw that one.")
    if clearance.ends_on is not None and clearance.ends_on <= on:
        raise Refused("It has ended, so there is nothing to withdraw.")


def check_has_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused("Say why: everybody concerned reads it.")


def check_terms(allowances: Collection[Allowance], starts_on: date, ends_on: date | None) -> None:
    if not allowances:
        raise Refused("A clearance allows somebody something: choose who may use the tool.")
    if len({allowed.audience for allowed in allowances}) != len(allowances):
        raise Refused("A clearance says once for each audience what it may do.")
    if ends_on is not None and ends_on <= starts_on:
        raise Refused("The last day cannot be before the first day.")


def check_can_replace(old: Clearance, *, trust_id: int, tool_id: int) -> None:
    if old.trust_id != trust_id or old.tool_id != tool_id:
        raise Refused("A clearance replaces an earlier one of the same trust for the same tool.")


def check_replaces_whole(
    old_places: frozenset[int] | None, new_places: frozenset[int] | None, *, already: bool
) -> None:
    """Places as ids, None for the whole trust: one school's case must not end what others stand on (decision 0010)."""
    if already:
        raise Refused("That clearance has been replaced already. Replace the one that stands.")
    if new_places is None:
        return
    if old_places is None or not old_places <= new_places:
        raise Refused("That clearance is for more places than this case. Only a case for all of them can replace it.")


# Entered at start-up (design §3) --------------------------------------------------------------------------------------


def check_may_enter_day_one(standing: Standing, trust_id: int) -> None:
    if not standing.in_trust(trust_id) & set(ENTERS_DAY_ONE):
        raise Refused(
            "Only the trust's administrator, its lead, its data protection officers and the Network Team enter an "
            "earlier consultation."
        )


def check_may_confirm_day_one(standing: Standing, entered: DayOne, role: Role) -> None:
    """The Deputy DPO (or the DPO) and the Network Team each confirm for themselves that they were consulted."""
    _check_open(entered)
    held = standing.in_trust(entered.trust_id)
    wanted = {Role.DEPUTY_DPO, Role.DPO} if role == Role.DEPUTY_DPO else {role}
    if not held & wanted:
        raise Refused(f"Only the {role.label} confirms this.")
    _check_one_part_each(standing, entered)


def check_not_confirmed(entered: DayOne, role: Role) -> None:
    if (entered.deputy_by_id if role == Role.DEPUTY_DPO else entered.network_by_id) is not None:
        raise Refused("It has been confirmed for this team already.")


def check_may_sign_day_one(standing: Standing, entered: DayOne) -> None:
    _check_open(entered)
    if Role.TRUST_LEAD not in standing.in_trust(entered.trust_id):
        raise Refused("Only the trust lead signs it.")
    _check_one_part_each(standing, entered)
    if entered.deputy_by_id is None or entered.network_by_id is None:
        raise Refused("The Deputy Data Protection Officer and the Network Team confirm first that they were consulted.")


def check_may_take_back_day_one(standing: Standing, entered: DayOne) -> None:
    _check_open(entered)
    if standing.person_id != entered.by_id and Role.TRUST_LEAD not in standing.in_trust(entered.trust_id):
        raise Refused("Only the person who entered it, or the trust lead, takes it back.")


def check_day_one_days(*, document_on: date, ends_on: date, on: date, since: date | None) -> None:
    """A clearance of at most six months in all, on a document of the past.

    `since`: the first day on which an earlier consultation on the tool counted at one of the same places. A second one
    does not count for longer than the first could have.
    """
    if document_on > on:
        raise Refused("The date of the document cannot be after today.")
    if ends_on <= on:
        raise Refused("Its last day has passed. Enter it again with a later one.")
    latest = months.add(since or on, DAY_ONE_MONTHS)
    last = day(latest - timedelta(days=1))
    if since is not None and ends_on > latest:
        raise Refused(
            f"An earlier consultation on this tool has counted there since {day(since)}. It counts for "
            f"{DAY_ONE_MONTHS} months in all, until {last}. Start an assessment: it can allow the tool for longer."
        )
    if ends_on > latest:
        raise Refused(
            f"An earlier consultation counts for {DAY_ONE_MONTHS} months at most: until {last} at the latest."
        )


def _check_open(entered: DayOne) -> None:
    if entered.withdrawn_at is not None:
        raise Refused("It was taken back.")
    if entered.clearance_id is not None:
        raise Refused("It has been signed.")


def _check_one_part_each(standing: Standing, entered: DayOne) -> None:
    """One person gives at most one of: writing, a team's word, the signature (design §3)."""
    if standing.person_id in {entered.by_id, entered.deputy_by_id, entered.network_by_id}:
        raise Refused(
            "You have entered or confirmed this one already. Entering, each confirmation and the signature are "
            "given by different people."
        )
