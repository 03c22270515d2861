"""The people and schools of the demo: all of them made up (design §6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from schools import year_groups
from schools.models import Membership, Place, PlaceKind, Role, School, Trust
from trustai.accounts.models import User

if TYPE_CHECKING:
    from datetime import datetime

SINCE = date(2024, 9, 1)
OAKFIELD_UID = "90001"
ELMBANK_UID = "90002"


@dataclass(frozen=True, slots=True)
class DemoSchool:
    key: str
    urn: str
    name: str
    ages: tuple[int, int]
    type_name: str
    town: str
    mailbox: str


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """`at` is a school's key, "office" for the trust office, or empty for a role in the whole trust."""

    email: str
    name: str
    roles: tuple[Role, ...]
    at: str = ""


OAKFIELD = (
    DemoSchool(
        "park", "900011", "Oakfield Park School", (11, 18), "Academy converter", "Oakfield", "ai@oakfieldpark.example"
    ),
    DemoSchool(
        "brook",
        "900012",
        "Oakfield Brook Primary",
        (4, 11),
        "Academy converter",
        "Oakfield",
        "office@oakfieldbrook.example",
    ),
    DemoSchool(
        "acorn",
        "900013",
        "Oakfield Acorn Infant School",
        (4, 7),
        "Academy converter",
        "Oakfield",
        "office@acorn.example",
    ),
    DemoSchool(
        "hill",
        "900014",
        "Oakfield Hill Junior School",
        (7, 11),
        "Academy converter",
        "Oakfield",
        "office@oakfieldhill.example",
    ),
    DemoSchool(
        "mill", "900015", "Oakfield Mill School", (3, 18), "Free school", "Millbridge", "ai@oakfieldmill.example"
    ),
    DemoSchool(
        "lane",
        "900016",
        "Oakfield Lane School",
        (5, 19),
        "Academy special converter",
        "Millbridge",
        "office@oakfieldlane.example",
    ),
)
ELMBANK = (
    DemoSchool("elm", "900021", "Elmbank Academy", (11, 16), "Academy sponsor led", "Elmbank", "ai@elmbank.example"),
)
PEOPLE = (
    DemoPerson("staff@oakfield.example", "Tom Hargreaves", (Role.STAFF,), "park"),
    DemoPerson("ailead@oakfield.example", "Marcus Bell", (Role.AI_LEAD, Role.STAFF), "park"),
    DemoPerson("dsl@oakfield.example", "Ellen Moss", (Role.DSL, Role.STAFF), "park"),
    DemoPerson("head@oakfield.example", "Ruth Adeyemi", (Role.HEAD, Role.STAFF), "park"),
    DemoPerson("governor@oakfield.example", "Joan Pike", (Role.GOVERNOR,), "park"),
    DemoPerson("network@oakfield.example", "Yusuf Demir", (Role.NETWORK,)),
    DemoPerson("network2@oakfield.example", "Lena Fox", (Role.NETWORK,)),
    DemoPerson("deputydpo@oakfield.example", "Dina Osei", (Role.DEPUTY_DPO,)),
    DemoPerson("dpo@oakfield.example", "Graham Lowe", (Role.DPO,)),
    DemoPerson("safeguarding@oakfield.example", "Farah Aziz", (Role.SAFEGUARDING,)),
    DemoPerson("trustlead@oakfield.example", "Amara Cole", (Role.TRUST_LEAD,)),
    DemoPerson("trustee@oakfield.example", "Peter Wynn", (Role.TRUSTEE,)),
    DemoPerson("admin@oakfield.example", "Sunita Rao", (Role.ADMIN,)),
    DemoPerson("head2@oakfield.example", "Helen Shaw", (Role.HEAD, Role.STAFF), "brook"),
    DemoPerson("staff2@oakfield.example", "Callum Reid", (Role.STAFF,), "brook"),
    DemoPerson("dsl2@oakfield.example", "Nina Hart", (Role.DSL, Role.STAFF), "brook"),
    DemoPerson("head3@oakfield.example", "Gareth Pugh", (Role.HEAD, Role.DSL), "acorn"),
    DemoPerson("head4@oakfield.example", "Ola Bright", (Role.HEAD, Role.AI_LEAD), "hill"),
    DemoPerson("head5@oakfield.example", "Simon Vale", (Role.HEAD,), "mill"),
    DemoPerson("dsl5@oakfield.example", "Priya Nair", (Role.DSL, Role.AI_LEAD), "mill"),
    DemoPerson("head6@oakfield.example", "Moira Keane", (Role.HEAD, Role.DSL), "lane"),
    DemoPerson("office@oakfield.example", "Bea Lund", (Role.STAFF,), "office"),
)
STRANGER = DemoPerson("head@elmbank.example", "Owen Price", (Role.HEAD, Role.STAFF), "elm")


@dataclass(frozen=True, slots=True)
class DemoTrust:
    """What the demo made: the trust, places by key ("office" too), people by the part of the e-mail before the @."""

    trust: Trust
    places: dict[str, Place]
    people: dict[str, User]


def make(*, password: str, at: datetime) -> DemoTrust:
    """Both trusts with their schools and people; gives back Oakfield."""
    oakfield = _trust(OAKFIELD_UID, "Oakfield Schools Trust", "OST", "ai@oakfield.example")
    elmbank = _trust(ELMBANK_UID, "Elmbank Trust", "ELM", "ai@elmbank.example")
    oakfield.deputy_may_advise_from = SINCE
    oakfield.save(update_fields=["deputy_may_advise_from"])
    places = _places(oakfield, OAKFIELD, at)
    elm_places = _places(elmbank, ELMBANK, at)
    people = {person.email.split("@")[0]: _person(person, oakfield, places, password) for person in PEOPLE}
    _confirm_years(places, people, at)
    _person(STRANGER, elmbank, elm_places, password)
    return DemoTrust(oakfield, places, people)


def _trust(uid: str, name: str, code: str, mailbox: str) -> Trust:
    return Trust.objects.create(group_uid=uid, name=name, sort_name=name.casefold(), code=code, mailbox=mailbox)


def _places(trust: Trust, schools: tuple[DemoSchool, ...], at: datetime) -> dict[str, Place]:
    office = Place.objects.create(
        trust=trust,
        kind=PlaceKind.OFFICE,
        name=f"{trust.name.removesuffix(' Trust').removesuffix(' Schools')} trust office",
        sort_name="trust office",
        joined_on=SINCE,
        contact_role="trust lead",
        contact_mailbox=trust.mailbox,
    )
    return {"office": office, **{school.key: _school(trust, school, at) for school in schools}}


def _school(trust: Trust, school: DemoSchool, at: datetime) -> Place:
    low, high = school.ages
    filed = School.objects.create(
        urn=school.urn,
        name=school.name,
        sort_name=school.name.casefold(),
        trust=trust,
        type_name=school.type_name,
        low_age=low,
        high_age=high,
        town=school.town,
        website=f"https://{school.mailbox.split('@')[1]}/",
        read_at=at,
    )
    return Place.objects.create(
        trust=trust,
        school=filed,
        name=school.name,
        sort_name=filed.sort_name,
        urn=school.urn,
        joined_on=SINCE,
        year_groups=list(year_groups.from_ages(low, high)),
        is_published=school.key in {"park", "brook", "mill", "hill"},
        contact_role="AI lead" if school.key in {"park", "mill", "hill"} else "headteacher",
        contact_mailbox=school.mailbox,
    )


def _confirm_years(places: dict[str, Place], people: dict[str, User], at: datetime) -> None:
    """Every head but the special school's has confirmed which year groups there are."""
    heads = {"park": "head", "brook": "head2", "acorn": "head3", "hill": "head4", "mill": "head5"}
    for key, head in heads.items():
        place = places[key]
        place.year_groups_confirmed_at, place.year_groups_confirmed_by = at, people[head]
        place.save(update_fields=["year_groups_confirmed_at", "year_groups_confirmed_by"])


def _person(person: DemoPerson, trust: Trust, places: dict[str, Place], password: str) -> User:
    made = User.objects.create_user(email=person.email, name=person.name, password=password)
    place = places[person.at] if person.at else None
    for role in person.roles:
        Membership.objects.create(trust=trust, place=place, person=made, role=role, starts_on=SINCE)
    return made
