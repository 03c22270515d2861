"""Who may change a place, a trust's settings or people's roles, and when. Each check raises Refused or returns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trustai.rules import Refused

from . import year_groups
from .models import PLACE_ROLES, TRUST_ROLES, PlaceKind, Role, SchoolStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from .models import Membership, Place, Trust
    from .standing import Standing

RUNS_A_PLACE = (Role.HEAD, Role.TRUST_LEAD, Role.ADMIN)
CONFIRMS_YEARS = (Role.HEAD, Role.TRUST_LEAD)
CONFIRMS_LEAVING = (Role.TRUST_LEAD, Role.ADMIN)
CHANGES_TRUST = (Role.TRUST_LEAD, Role.ADMIN)
SEES_TRUST = tuple(role for role in Role if role in TRUST_ROLES)
OFFICE_ROLES = frozenset({Role.STAFF})


def acting_as(standing: Standing, place: Place, roles: tuple[Role, ...]) -> Role | None:
    """The first of `roles` that the person holds for this place: what an event says they acted as."""
    held = standing.roles_for(place)
    return next((role for role in roles if role in held), None)


# A place ------------------------------------------------------------------------------------------------------------


def check_may_change_place(standing: Standing, place: Place) -> None:
    """Its contact, and whether its list is published."""
    check_still_here(place, on=standing.day)
    if not acting_as(standing, place, RUNS_A_PLACE):
        whose = "the trust lead or a trust administrator" if place.is_office else _who_runs()
        raise Refused(f"Only {whose} changes this for {place.name}.")


def check_may_confirm_year_groups(standing: Standing, place: Place) -> None:
    if place.is_office:
        raise Refused("The trust office has no pupils, so it has no year groups.")
    check_still_here(place, on=standing.day)
    if not acting_as(standing, place, CONFIRMS_YEARS):
        raise Refused(f"Only the headteacher, or the trust lead, confirms which year groups {place.name} has.")


def check_may_publish(standing: Standing, place: Place) -> None:
    check_may_change_place(standing, place)
    check_can_publish(place)


def check_can_publish(place: Place) -> None:
    if place.kind != PlaceKind.SCHOOL or place.school is None:
        raise Refused("The trust office has no public list.")
    if place.leaving_reported_at is not None:
        raise Refused(
            "The DfE's file no longer has this school in the trust. "
            "The trust lead or a trust administrator first says whether it has left."
        )
    if place.school.status == SchoolStatus.CLOSED:
        raise Refused("This school has closed, so it has no public list.")
    if place.year_groups_confirmed_at is None:
        raise Refused("Confirm the school's year groups first: the list says which years may use a tool.")


def check_may_settle_leaving(standing: Standing, place: Place) -> None:
    """Say that a school reported to have left has left, or has not."""
    if not acting_as(standing, place, CONFIRMS_LEAVING):
        raise Refused("Only the trust lead or a trust administrator says whether a school has left the trust.")
    if place.is_office:
        raise Refused("The trust office cannot leave the trust.")
    check_still_here(place, on=standing.day)
    if place.leaving_reported_at is None:
        raise Refused("No file says that this school has left, so there is nothing to confirm.")


def check_left_on(left_on: date, *, joined_on: date, on: date) -> None:
    """`left_on` is the first day on which the school was no longer in the trust."""
    if left_on > on:
        raise Refused("The first day outside the trust cannot be after today. Confirm it on the day.")
    if left_on < joined_on:
        raise Refused("The first day outside the trust cannot be before the school joined.")


def check_year_groups(groups: Collection[int], youngest: Mapping[int, int]) -> None:
    """At least one year; in a mixed-age class the youngest is a younger year that the school has."""
    if not groups:
        raise Refused("Choose at least one year group.")
    for year, other in youngest.items():
        if year not in groups or other not in groups or other >= year:
            raise Refused(f"{year_groups.name(year)} can only sit with a younger year group that the school has.")


def check_still_here(place: Place, *, on: date) -> None:
    if place.left_on is not None and place.left_on <= on:
        raise Refused(f"{place.name} has left the trust. What is here stays as it was.")


def _who_runs() -> str:
    return "the headteacher, the trust lead or a trust administrator"


# A trust ------------------------------------------------------------------------------------------------------------


def check_may_see_trust_settings(standing: Standing, trust: Trust) -> None:
    if not standing.in_trust(trust.pk):
        raise Refused("Only people with a role in the whole trust see its settings.")


def check_may_change_trust(standing: Standing, trust: Trust) -> None:
    if not standing.in_trust(trust.pk) & set(CHANGES_TRUST):
        raise Refused("Only the trust lead or a trust administrator changes the trust's settings.")


def check_may_delegate_advice(standing: Standing, trust: Trust) -> None:
    """Design §3: the Deputy's review is the DPO's advice only under the DPO's own recorded delegation."""
    if Role.DPO not in standing.in_trust(trust.pk):
        raise Refused("Only the Data Protection Officer records that the Deputy may advise in their place.")


def check_delegation_day(starts_on: date | None, *, on: date) -> None:
    if starts_on is not None and starts_on < on:
        raise Refused("The day cannot be before today: a delegation does not count backwards.")


# People -------------------------------------------------------------------------------------------------------------


def check_may_see_people(standing: Standing) -> None:
    if not standing.trust_ids_as(Role.ADMIN) and not standing.place_ids_as(Role.HEAD):
        raise Refused("A trust administrator looks after the people of the trust, a headteacher those of their school.")


def check_may_manage(standing: Standing, *, trust_id: int, place_id: int | None) -> None:
    """Give, change or end roles at this place, or in the trust where `place_id` is None."""
    if trust_id in standing.trust_ids_as(Role.ADMIN):
        return
    if place_id is None:
        raise Refused("Only a trust administrator gives or changes a role in the whole trust.")
    if place_id not in standing.place_ids_as(Role.HEAD):
        raise Refused("Only the headteacher, or a trust administrator, gives or changes a role here.")


def check_not_own(standing: Standing, person_id: int) -> None:
    """Nobody gives themselves power, or takes away the only power that could give it back."""
    if standing.person_id == person_id:
        raise Refused("You cannot give yourself a role or change your own. A trust administrator does that for you.")


def check_role_fits(role: Role, place: Place | None) -> None:
    """Roles of a school are held at a school, roles of the trust in the trust, and an office has staff."""
    if place is None:
        if role in PLACE_ROLES:
            raise Refused(f"{role.label} is a role at one school: choose the school.")
    elif role in TRUST_ROLES:
        raise Refused(f"{role.label} is a role in the whole trust, not at one place.")
    elif place.is_office and role not in OFFICE_ROLES:
        raise Refused(
            f"{role.label} is a role at a school. At the trust office people are staff, or have a trust role."
        )


def check_period(*, starts_on: date, ends_on: date | None, on: date) -> None:
    """A role counts from today on: what is past stays as it was. `ends_on` is the day after the last."""
    if starts_on < on:
        raise Refused("The first day cannot be before today: a role does not count backwards.")
    _check_order(starts_on, ends_on)


def check_new_period(membership: Membership, *, starts_on: date, ends_on: date | None, on: date) -> None:
    if membership.starts_on <= on and starts_on != membership.starts_on:
        raise Refused("This role has begun, so its first day stays.")
    if membership.starts_on > on:
        check_period(starts_on=starts_on, ends_on=ends_on, on=on)
    if ends_on is not None and ends_on <= on:
        raise Refused("The last day cannot be before today. To stop it now, end the role.")
    _check_order(starts_on, ends_on)


def check_in_force(membership: Membership, on: date) -> None:
    """Only a role that is held now, or will be, can be changed or ended."""
    if membership.withdrawn_at is not None or (membership.ends_on is not None and membership.ends_on <= on):
        raise Refused("This role has ended. It stays in the list as it was; give the role again if it is needed.")


def check_leaves_an_administrator(membership: Membership, *, others: int) -> None:
    """`others`: administrators of the trust, now and without an end, besides this membership."""
    if membership.role == Role.ADMIN and not others:
        raise Refused("This is the trust's only administrator. Give somebody else the role first.")


def _check_order(starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on <= starts_on:
        raise Refused("The last day cannot be before the first day.")
