"""Build the world a test needs. Where an action exists that brings it about, the action is what is called."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import TYPE_CHECKING

from schools import year_groups
from schools.models import Membership, Place, PlaceKind, Role, School, Trust
from schools.standing import Standing, standing_of
from tools_registry.actions import agreements, catalogue, clearances, entries, requests
from tools_registry.actions.entries import Decision
from tools_registry.answer import Allowance
from tools_registry.catalogue_file import ToolRow
from tools_registry.models import Agreement, Clearance, RegisterEntry, Request, Tool
from tools_registry.models.requests import Stage
from tools_registry.words import Audience, DataClass, SignIn, Subject
from trustai.accounts.models import User

if TYPE_CHECKING:
    from collections.abc import Sequence

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


# The catalogue, agreements and requests -------------------------------------------------------------------------------


def tool_row(code: str = "chat", **facts: object) -> ToolRow:
    """A shared tool as a file of the catalogue has it: 13 and over, confirmed, no account."""
    plain = {
        "code": code,
        "name": code.replace("-", " ").title(),
        "edition": "",
        "supplier": "Supplier",
        "category": "Chatbots",
        "website": f"https://{code}.example",
        "domains": (f"{code}.example",),
        "aliases": (),
        "how_to_tell": "",
        "sign_in": SignIn.NONE,
        "account_holds": "",
        "minimum_age": 13,
        "parental_age": None,
        "education_rule": "",
        "restricted_purposes": (),
        "trains_on_inputs": "unknown",
        "data_location": "",
        "terms_url": "",
        "privacy_url": "",
        "source": "The terms, line 1",
        "source_on": date(2026, 9, 1),
        "confidence": "confirmed",
    }
    return ToolRow(**{**plain, **facts})


def shared_tool(code: str = "chat", **facts: object) -> Tool:
    """A shared tool, loaded as `load_catalogue` loads it."""
    catalogue.load(rows=[tool_row(code, **facts)], at=NOW)
    return Tool.objects.get(trust=None, code=code)


def own_tool(of: Trust, name: str = "Brightwrite", **description: object) -> Tool:
    """A tool of the trust's own, added by its Network Team."""
    by = member(of, Role.NETWORK)
    return catalogue.add(
        trust_id=of.pk,
        description=catalogue.Description(name, **description),
        by=by,
        standing=standing(by),
        at=NOW,
    )


def agreement(of: Trust, tool: Tool, **terms: object) -> Agreement:
    """An agreement in force, recorded by the Deputy DPO: personal data about pupils and staff, accounts too."""
    by = member(of, Role.DEPUTY_DPO)
    plain = {
        "reference": f"DSA-{next(_number)}",
        "supplier_party": tool.supplier or "Supplier",
        "starts_on": LONG_AGO,
        "ends_on": date(2027, 9, 1),
        "data_class": DataClass.PERSONAL,
        "subjects": frozenset({Subject.PUPILS, Subject.STAFF}),
        "covers_accounts": True,
    }
    return agreements.add(
        trust_id=of.pk,
        tool_id=tool.pk,
        terms=agreements.Terms(**{**plain, **terms}),
        by=by,
        standing=standing(by),
        at=NOW,
    )


def request(at_place: Place, tool: Tool | None = None, *, by: User | None = None, **asked: object) -> Request:
    """What a member of staff asks for: for staff, general topics only, not bought yet."""
    by = by or member(at_place, Role.STAFF)
    plain = {
        "place_id": at_place.pk,
        "tool_id": tool.pk if tool else None,
        "name": "" if tool else "Brightwrite",
        "audiences": frozenset({Audience.STAFF}),
        "data_class": DataClass.NONE,
        "stage": Stage.NOT_BOUGHT,
    }
    return requests.make(asked=requests.Asked(**{**plain, **asked}), by=by, standing=standing(by), at=NOW)


# The register ---------------------------------------------------------------------------------------------------------


def allowance(audience: Audience = Audience.STAFF, data: DataClass = DataClass.INTERNAL, **parts: object) -> Allowance:
    """Staff, school information, lesson planning and quizzes; for pupils practice, in Years 9 to 13."""
    plain: dict[str, object] = {"purposes": frozenset({"planning", "quizzes"}) if audience == Audience.STAFF else ()}
    if audience == Audience.PUPILS:
        plain = {"purposes": {"practice"}, "year_groups": range(9, 14)}
    return Allowance(audience, data, **{name: frozenset(value) for name, value in {**plain, **parts}.items()})


def clearance(of: Trust, tool: Tool, *allowed: Allowance, places: Sequence[Place] = (), **terms: object) -> Clearance:
    """A signed clearance for the whole trust or for `places`, for a year; by default as `allowance()` says."""
    plain = {
        "trust_id": of.pk,
        "tool_id": tool.pk,
        "reference": f"{of.code}-2026-{next(_number):04}",
        "version": 1,
        "place_ids": frozenset(place.pk for place in places) or None,
        "allowances": allowed or (allowance(),),
        "staff_sign_up": True,
        "starts_on": TODAY,
        "ends_on": date(2027, 11, 24),
    }
    by = member(of, Role.TRUST_LEAD)
    return clearances.issue(terms=clearances.ClearanceTerms(**{**plain, **terms}), by=by, role=Role.TRUST_LEAD, at=NOW)


def decision(within: Clearance, *allowed: Allowance, **more: object) -> Decision:
    """To take a clearance as `allowance()` says, looked at again in August."""
    plain = {"allowances": allowed or (allowance(),), "review_on": date(2027, 8, 31)}
    return Decision(clearance_id=within.pk, **{**plain, **more})


def approved(
    at_place: Place,
    tool: Tool,
    *allowed: Allowance,
    within: Clearance | None = None,
    by: User | None = None,
    **more: object,
) -> RegisterEntry:
    """An entry its head has approved, within a clearance made for it if none is given."""
    within = within or clearance(at_place.trust, tool, *allowed)
    by = by or member(at_place, Role.HEAD)
    return entries.approve(
        place_id=at_place.pk,
        tool_id=tool.pk,
        decision=decision(within, *allowed, **more),
        by=by,
        standing=standing(by),
        at=NOW,
    )
