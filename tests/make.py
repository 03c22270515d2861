"""Build the world a test needs. Where an action exists that brings it about, the action is what is called."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count

from schools import year_groups
from schools.models import Membership, Place, PlaceKind, Role, School, Trust
from schools.standing import Standing, standing_of
from trustai.accounts.models import User

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = date(2026, 11, 24)
LONG_AGO = date(2020, 9, 1)
PASSWORD = "correct-horse-battery"
_number = count(1)


# Schools and people --------------------------------------------------------------------------------------------------


def trust(name: str = "", **facts: object) -> Trust:
    """An academy trust with its office."""
    n = next(_number)
    name = name or f"Trust {n}"
    made = Trust.objects.create(
        **{"group_uid": f"T{n}", "name": name, "sort_name": name.casefold(), "code": f"T{n}", **facts}
    )
    Place.objects.create(
        trust=made, kind=PlaceKind.OFFICE, name="Trust office", sort_name="trust office", joined_on=LONG_AGO
    )
    return made


def office(of: Trust) -> Place:
    return of.places.get(kind=PlaceKind.OFFICE)


def school(of: Trust | None = None, name: str = "", *, ages: tuple[int, int] = (11, 18), **facts: object) -> School:
    """A school as the DfE's register has it."""
    n = next(_number)
    name = name or f"School {n}"
    return School.objects.create(
        **{
            "urn": f"{700000 + n}",
            "name": name,
            "sort_name": name.casefold(),
            "trust": of,
            "low_age": ages[0],
            "high_age": ages[1],
            "read_at": NOW,
            **facts,
        }
    )


def place(
    of: Trust | None = None,
    name: str = "",
    *,
    ages: tuple[int, int] = (11, 18),
    published: bool = False,
    confirmed: bool = True,
    **facts: object,
) -> Place:
    """A school in a trust, its year groups confirmed."""
    of = of or trust()
    filed = school(of, name, ages=ages)
    return Place.objects.create(
        **{
            "trust": of,
            "school": filed,
            "name": filed.name,
            "sort_name": filed.sort_name,
            "urn": filed.urn,
            "joined_on": LONG_AGO,
            "is_published": published,
            "year_groups": list(year_groups.from_ages(*ages)) if confirmed else [],
            "year_groups_confirmed_at": NOW if confirmed else None,
            **facts,
        }
    )


def person(name: str = "", email: str = "") -> User:
    n = next(_number)
    return User.objects.create_user(
        email=email or f"person{n}@oakfield.example", name=name or f"Person {n}", password=PASSWORD
    )


def membership(
    where: Place | Trust,
    role: Role,
    *,
    who: User | None = None,
    starts_on: date = LONG_AGO,
    ends_on: date | None = None,
) -> Membership:
    at_place = isinstance(where, Place)
    return Membership.objects.create(
        trust=where.trust if at_place else where,
        place=where if at_place else None,
        person=who or person(),
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def member(where: Place | Trust, role: Role, *, who: User | None = None) -> User:
    """A person who holds `role` at a place, or in a trust."""
    return membership(where, role, who=who).person


def standing(who: User, *, on: date = TODAY, at: Place | None = None) -> Standing:
    """What `who` may see and be on a day; `at` is the place chosen in the band."""
    return standing_of(who, on=on, chosen_place_id=at.pk if at else None)
