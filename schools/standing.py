"""What one person may see and be: their memberships, read once a request into a frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .models import TRUST_ROLES, Membership, Place, Role

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from trustai.accounts.models import User


CASE_ROLES = frozenset({Role.AI_LEAD, Role.DSL, Role.HEAD, Role.GOVERNOR})

CHOSEN_PLACE = "place"  # where the session keeps the place chosen in the band


@dataclass(frozen=True, slots=True)
class Held:
    """One role, where it is held. `place_id` is None for a role in the whole trust."""

    role: Role
    trust_id: int
    place_id: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A person on a day: roles, trusts and places. Rules and `visible_to` read nothing else."""

    person_id: int
    person_public_id: UUID
    day: date
    held: frozenset[Held]
    places: tuple[Place, ...] = field(default=(), compare=False)
    chosen_place_id: int | None = None

    @property
    def place_ids(self) -> frozenset[int]:
        """Places where a role is held in the place itself."""
        return frozenset(h.place_id for h in self.held if h.place_id is not None)

    @property
    def trust_ids(self) -> frozenset[int]:
        return frozenset(h.trust_id for h in self.held)

    @property
    def wide_trust_ids(self) -> frozenset[int]:
        """Trusts in which a role for the whole trust is held: every place of them is in sight."""
        return frozenset(h.trust_id for h in self.held if h.place_id is None)

    @property
    def case_place_ids(self) -> frozenset[int]:
        """Places whose consultation cases are in sight: their AI leads, DSLs, heads and governors."""
        return frozenset(h.place_id for h in self.held if h.place_id is not None and h.role in CASE_ROLES)

    @property
    def case_trust_ids(self) -> frozenset[int]:
        """Trusts whose trust-wide cases are in sight."""
        return frozenset(h.trust_id for h in self.held if h.place_id is None or h.role in CASE_ROLES)

    def at(self, place: Place) -> frozenset[Role]:
        """Roles held at this place itself."""
        return frozenset(h.role for h in self.held if h.place_id == place.pk)

    def in_trust(self, trust_id: int) -> frozenset[Role]:
        """Roles held for the whole of this trust."""
        return frozenset(h.role for h in self.held if h.trust_id == trust_id and h.place_id is None)

    def roles_for(self, place: Place) -> frozenset[Role]:
        """Every role that counts at this place: held there, or for its trust."""
        return self.at(place) | self.in_trust(place.trust_id)

    def trust_ids_as(self, role: Role) -> frozenset[int]:
        """Trusts in which this trust role is held."""
        return frozenset(h.trust_id for h in self.held if h.role == role and h.place_id is None)

    def place_ids_as(self, role: Role) -> frozenset[int]:
        """Places at which this role is held."""
        return frozenset(h.place_id for h in self.held if h.role == role and h.place_id is not None)

    def holds(self, *roles: Role, trust_id: int | None = None) -> bool:
        return any(h.role in roles and (trust_id is None or h.trust_id == trust_id) for h in self.held)

    def sees(self, place: Place) -> bool:
        return place.trust_id in self.wide_trust_ids or place.pk in self.place_ids

    @property
    def place(self) -> Place | None:
        """The place the person is looking from: the one chosen, else their first."""
        for place in self.places:
            if place.pk == self.chosen_place_id:
                return place
        return self.places[0] if self.places else None

    @property
    def is_wide(self) -> bool:
        return bool(self.wide_trust_ids)


def standing_of(person: User, *, on: date, chosen_place_id: int | None = None) -> Standing:
    """Read a person's memberships in force and the places in sight: two queries, whatever the size of the trust."""
    held = frozenset(
        Held(Role(m.role), m.trust_id, m.place_id) for m in Membership.objects.in_force(on).filter(person=person)
    )
    bare = Standing(person.pk, person.public_id, on, held)
    own = bare.place_ids
    places = list(
        Place.objects.visible_to(bare).current(on).select_related("trust", "school").order_by("sort_name", "pk")
    )
    places.sort(key=lambda place: (place.pk not in own, not place.is_office, place.sort_name))
    gone = own - {place.pk for place in places}
    kept = frozenset(h for h in held if h.place_id not in gone)
    return Standing(person.pk, person.public_id, on, kept, tuple(places), chosen_place_id)


def people_holding(*roles: Role, trust_id: int, on: date, place_id: int | None = None) -> list[int]:
    """Ids of active people who hold one of `roles`: place roles at `place_id`, trust roles anywhere in the trust."""
    held = Membership.objects.in_force(on).filter(trust_id=trust_id, role__in=roles, person__is_active=True)
    if not TRUST_ROLES.issuperset(roles) and place_id is not None:
        held = held.filter(place_id=place_id) | held.filter(place__isnull=True)
    return sorted(set(held.values_list("person_id", flat=True)))
