"""Whom a decision concerns: ids of people, for notices, and which posts stand empty."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from schools.models import EntryDecider, Membership, PlaceKind, Role
from schools.standing import people_holding
from tools_registry.models import RegisterEntry
from tools_registry.words import EntryStatus

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet

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


def concerned_by(tool_id: int, *, trust_id: int | None, on: date) -> dict[int, set[int]]:
    """People to tell of a tool, by trust: heads and AI leads where it is approved, the Deputy DPO and the Network Team.

    A trust that has never approved it is told only where `trust_id` names it. At the office the trust lead decides.
    """
    found: dict[int, set[int]] = defaultdict(set)
    held = _run_it(tool_id, trust_id, on) | _teams(tool_id, trust_id, on)
    for trust, person in held.values_list("trust_id", "person_id"):
        found[trust].add(person)
    return dict(found)


def who_run_it(tool_id: int, *, trust_id: int, on: date) -> list[int]:
    """Heads and AI leads of the trust's places that have approved a tool; for its office the trust lead."""
    return sorted(set(_run_it(tool_id, trust_id, on).values_list("person_id", flat=True)))


def _run_it(tool_id: int, trust_id: int | None, on: date) -> QuerySet[Membership]:
    approved = _approved(tool_id)
    at_place = Exists(approved.filter(place_id=OuterRef("place_id")))
    at_office = Exists(approved.filter(trust_id=OuterRef("trust_id"), place__kind=PlaceKind.OFFICE))
    runs_a_place = Q(at_place, role__in=[Role.HEAD, Role.AI_LEAD])
    return _in_force(trust_id, on).filter(runs_a_place | Q(at_office, role=Role.TRUST_LEAD))


def _teams(tool_id: int, trust_id: int | None, on: date) -> QuerySet[Membership]:
    held = _in_force(trust_id, on).filter(role__in=[Role.DEPUTY_DPO, Role.NETWORK])
    if trust_id is not None:
        return held
    return held.filter(Exists(_approved(tool_id).filter(trust_id=OuterRef("trust_id"))))


def _approved(tool_id: int) -> QuerySet[RegisterEntry]:
    return RegisterEntry.objects.filter(tool_id=tool_id, status=EntryStatus.APPROVED)


def _in_force(trust_id: int | None, on: date) -> QuerySet[Membership]:
    held = Membership.objects.in_force(on).filter(person__is_active=True)
    return held if trust_id is None else held.filter(trust_id=trust_id)


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
