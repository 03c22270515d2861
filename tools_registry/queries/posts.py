"""Which posts are filled, and the rows that wait for somebody's post or for one they stand in for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from schools.models import Membership, Role

from .people import STAND_INS

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from schools.models import Place
    from schools.standing import Standing


class Filled:
    """The posts that somebody holds, of some roles in some trusts. One query."""

    def __init__(self, trust_ids: Collection[int], roles: Collection[str], on: date) -> None:
        held = Membership.objects.in_force(on).filter(trust_id__in=trust_ids, role__in=roles, person__is_active=True)
        self._posts: set[tuple[str, int, int | None]] = set(held.values_list("role", "trust_id", "place_id").distinct())

    def at(self, role: str, place: Place) -> bool:
        """Whether anybody holds it at this place, or for its whole trust."""
        return (role, place.trust_id, place.pk) in self._posts or (role, place.trust_id, None) in self._posts


def stand_in_for(role: str) -> Role | None:
    """Who acts while this post is empty."""
    return next((stand_in for post, stand_in in STAND_INS.items() if post == role), None)


def stood_in_for(standing: Standing) -> frozenset[Role]:
    """The posts this person may have to act for."""
    return frozenset(post for post, stand_in in STAND_INS.items() if standing.holds(stand_in))


def rows_for(standing: Standing, field: str) -> Q:
    """Rows whose `field` names a role this person holds, at the row's place or in its trust, or stands in for there."""
    found = Q(pk__in=[])
    for held in standing.held:
        where = Q(trust_id=held.trust_id) if held.place_id is None else Q(place_id=held.place_id)
        found |= Q(**{field: held.role}) & where
    for post in stood_in_for(standing):
        trusts = standing.trust_ids_as(STAND_INS[post])
        found |= Q(~_is_held(post, standing.day), trust_id__in=trusts, **{field: post})
    return found


def _is_held(post: Role, on: date) -> Exists:
    """Somebody holds it at the row's place, or for its trust."""
    held = Membership.objects.in_force(on).filter(trust_id=OuterRef("trust_id"), role=post, person__is_active=True)
    return Exists(held.filter(Q(place_id=OuterRef("place_id")) | Q(place=None)))
