"""Whom a decision concerns: ids of people, for notices, and which posts stand empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from schools.models import EntryDecider, Membership, Role
from schools.standing import people_holding

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from schools.models import Place

RUN_A_PLACE = (Role.HEAD, Role.AI_LEAD, Role.DSL)
# Who stands in while nobody holds the post (design §3).
STAND_INS = {Role.DSL: Role.SAFEGUARDING, Role.DEPUTY_DPO: Role.DPO}


def deciders(place: Place, *, on: date) -> list[int]:
    """Whoever decides entries here: the head, or the trust lead for the office or by the trust's setting."""
    if place.is_office or place.trust.entry_decider == EntryDecider.TRUST:
        return people_holding(Role.TRUST_LEAD, trust_id=place.trust_id, on=on)
    return people_holding(Role.HEAD, trust_id=place.trust_id, on=on, place_id=place.pk)


def who_run(place: Place, *, on: date) -> list[int]:
    """The head, the AI leads and the DSLs of a school; of the office the trust lead."""
    if place.is_office:
        return people_holding(Role.TRUST_LEAD, trust_id=place.trust_id, on=on)
    return people_holding(*RUN_A_PLACE, trust_id=place.trust_id, on=on, place_id=place.pk)


def who_use_it(place: Place, *, on: date) -> list[int]:
    """Those who run the place and everybody who works there."""
    staff = people_holding(Role.STAFF, trust_id=place.trust_id, on=on, place_id=place.pk)
    return sorted({*who_run(place, on=on), *staff})


def holding(role: Role, place: Place, *, on: date) -> list[int]:
    """Those who hold a role at a place or for its trust, or who stand in where the post is empty."""
    found = people_holding(role, trust_id=place.trust_id, on=on, place_id=place.pk)
    if found or role not in STAND_INS:
        return found
    return people_holding(STAND_INS[role], trust_id=place.trust_id, on=on)


def still_in(trust_id: int, whom: Iterable[int], *, on: date) -> list[int]:
    """Those of them who still hold a role in the trust: whoever has left it hears nothing more of it."""
    held = Membership.objects.in_force(on).filter(trust_id=trust_id, person_id__in=list(whom))
    return sorted(set(held.values_list("person_id", flat=True)))


def standing_in_for(role: Role, place: Place, *, on: date) -> Role | None:
    """The role that acts instead while nobody holds this one here, or None while somebody does."""
    if role not in STAND_INS or people_holding(role, trust_id=place.trust_id, on=on, place_id=place.pk):
        return None
    return STAND_INS[role]


def empty_posts(place: Place, on: date) -> frozenset[Role]:
    """The posts nobody holds here, of those that have a stand-in. One query."""
    held = Membership.objects.in_force(on).filter(trust_id=place.trust_id, role__in=STAND_INS, person__is_active=True)
    filled = set(held.filter(Q(place=place) | Q(place=None)).values_list("role", flat=True))
    return frozenset(role for role in STAND_INS if role not in filled)
