"""The list of schools, and the page of one place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import F, Model, Q, QuerySet
from django.urls import reverse

from schools import rules, year_groups
from schools.models import Membership, Place, PlaceKind, Role, School, SchoolStatus
from trustai.rules import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schools.standing import Standing

PAGE = 25
WHO_TO_ASK = (Role.HEAD, Role.AI_LEAD, Role.DSL)


# One place ----------------------------------------------------------------------------------------------------------


def find_place(standing: Standing, urn: str) -> Place:
    """A school in sight: the one the person looks from before others, then one that has left. Raises Place.DoesNotExist."""
    chosen = standing.place
    if chosen is not None and chosen.urn == urn:
        return chosen
    for place in standing.places:
        if place.urn == urn:
            return place
    left = Place.objects.visible_to(standing).filter(urn=urn, kind=PlaceKind.SCHOOL).select_related("trust", "school")
    found = left.order_by(F("left_on").desc(nulls_first=True)).first()
    if found is None:
        raise Place.DoesNotExist
    return found


def find_office(standing: Standing) -> Place:
    """The trust office in sight: that of the trust the person looks from, else the first. Raises Place.DoesNotExist."""
    offices = [place for place in standing.places if place.is_office]
    here = standing.place
    for office in offices:
        if here is not None and office.trust_id == here.trust_id:
            return office
    if not offices:
        raise Place.DoesNotExist
    return offices[0]


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    value: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with a role here; `url` leads to it for who may change it."""

    name: str
    email: str
    role: str
    membership: Membership
    url: str


@dataclass(frozen=True, slots=True)
class PlacePage:
    place: Place
    facts: Sequence[Fact]
    years: str
    suggested_years: str
    mixed: Sequence[str]
    holders: Sequence[Holder]
    others: int
    urls: dict[str, str]
    publish_refusal: str | None
    change_refusal: str | None
    years_refusal: str | None
    leaving_refusal: str | None
    manages_people: bool

    @property
    def is_leaving(self) -> bool:
        return self.place.leaving_reported_at is not None and self.place.left_on is None

    @property
    def has_closed(self) -> bool:
        return self.place.school is not None and self.place.school.status == SchoolStatus.CLOSED


def place_page(standing: Standing, place: Place) -> PlacePage:
    """One place as everybody who sees it sees it; what a person may do there is open, the rest says who can."""
    manages = refusal(rules.check_may_manage, standing, trust_id=place.trust_id, place_id=place.pk) is None
    held = list(_roles_at(place, standing))
    shown = [membership for membership in held if place.is_office or membership.role in WHO_TO_ASK]
    publishing = rules.check_may_change_place if place.is_published else rules.check_may_publish
    return PlacePage(
        place=place,
        facts=_facts(place),
        years=years_in_words(place),
        suggested_years=year_groups.words(suggested(place)),
        mixed=_mixed_in_words(place),
        holders=[_holder(membership, manages=manages) for membership in shown],
        others=len({membership.person_id for membership in held} - {membership.person_id for membership in shown}),
        urls=place_urls(place),
        publish_refusal=refusal(publishing, standing, place),
        change_refusal=refusal(rules.check_may_change_place, standing, place),
        years_refusal=refusal(rules.check_may_confirm_year_groups, standing, place),
        leaving_refusal=refusal(rules.check_may_settle_leaving, standing, place),
        manages_people=manages,
    )


def place_urls(place: Place) -> dict[str, str]:
    """Where things about a place are. `tools` and `list` are addresses that stay put (design §6)."""
    if place.is_office:
        names = {"here": "office", "settings": "office_settings"}
        return {name: reverse(f"schools:{url}") for name, url in names.items()} | {"tools": "/office/tools/"}
    names = {
        "here": "place",
        "settings": "place_settings",
        "years": "year_groups",
        "publish": "publish",
        "leaving": "leaving",
        "keep": "keep",
    }
    urls = {name: reverse(f"schools:{url}", args=[place.urn]) for name, url in names.items()}
    return urls | {"tools": f"/schools/{place.urn}/tools/", "list": f"/s/{place.urn}/"}


def suggested(place: Place) -> tuple[int, ...]:
    """The year groups that the file suggests."""
    school = place.school
    return year_groups.from_ages(school.low_age, school.high_age) if school else ()


def years_in_words(place: Place) -> str:
    """The years a school has, as its head confirmed them; as ages where its classes are not year groups."""
    if place.is_office:
        return "No pupils"
    if place.year_groups_confirmed_at is None:
        return "Not confirmed yet"
    return year_groups.words(place.year_groups, by_age=place.shows_ages)


def _mixed_in_words(place: Place) -> list[str]:
    pairs = sorted((int(year), int(youngest)) for year, youngest in place.youngest_in_mixed_class.items())
    named = partial(year_groups.name, by_age=place.shows_ages)
    return [f"{named(year)} sits with {named(youngest)}" for year, youngest in pairs]


def _roles_at(place: Place, standing: Standing) -> QuerySet[Membership]:
    """Who holds a role at a school; at the office, and for the whole trust."""
    here = Q(place=place)
    if place.is_office:
        here |= Q(trust=place.trust, place__isnull=True)
    held = Membership.objects.in_force(standing.day).filter(here, person__is_active=True)
    return held.select_related("person", "place").order_by("person__name", "pk")


def _holder(membership: Membership, *, manages: bool) -> Holder:
    person = membership.person
    url = reverse("schools:role", args=[membership.public_id]) if manages else ""
    return Holder(person.name, person.email, membership.get_role_display(), membership, url)


def _facts(place: Place) -> list[Fact]:
    """What the DfE's register says, without what it leaves blank."""
    school = place.school
    if school is None:
        return []
    dfe_number = f"{school.la_code}/{school.establishment_number}" if school.establishment_number else ""
    facts = [
        Fact("URN", school.urn),
        Fact("DfE number", dfe_number),
        Fact("Type", school.type_name),
        Fact("Phase", school.phase_name),
        Fact("Ages", ages_in_words(school)),
        Fact("Status", school.get_status_display()),
        Fact("Pupils", f"{school.pupils:,}" if school.pupils else ""),
        Fact("Address", ", ".join(part for part in (school.street, school.town, school.postcode) if part)),
        Fact("Local authority", school.la_name),
        Fact("Website", school.website, school.website),
    ]
    return [fact for fact in facts if fact.value]


def ages_in_words(school: School) -> str:
    if school.low_age is None or school.high_age is None:
        return ""
    return f"{school.low_age} to {school.high_age}"


# The list -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SchoolFilter:
    """What is asked of the list. `everywhere`: all schools read from the DfE's file, not only those in sight."""

    words: str = ""
    everywhere: bool = False
    listed: str = ""
    todo: str = ""
    status: str = ""
    sort: str = "name"


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """A school in the list; `url` only where the person may open it. `listed` is None outside one's trusts."""

    name: str
    urn: str
    url: str
    town: str
    trust: str
    ages: str
    years: str
    status: str
    tone: str
    listed: bool | None = None
    todo: tuple[str, ...] = ()
    ask: str = ""


@dataclass(frozen=True, slots=True)
class SchoolsPage:
    rows: Page[Model]
    shown: Sequence[SchoolRow]
    wanted: SchoolFilter
    trust_count: int
    total: int
    office_url: str
    settings_url: str
    people_url: str

    @property
    def count(self) -> str:
        number = self.rows.paginator.count
        return f"{number:,} {'school' if number == 1 else 'schools'}"


SORTS = {"name": "sort_name", "urn": "urn"}
PLACE_SORTS = {**SORTS, "town": "school__town", "trust": "trust__sort_name"}
SCHOOL_SORTS = {**SORTS, "town": "town", "trust": "trust__sort_name"}
UNCONFIRMED_YEARS, SEEMS_TO_HAVE_LEFT = "years", "leaving"


def schools_page(standing: Standing, wanted: SchoolFilter, number: str) -> SchoolsPage:
    """One page of the list, and the ways on from it."""
    offices = any(place.is_office for place in standing.places)
    found: QuerySet[Any] = _schools(wanted) if wanted.everywhere else _places(standing, wanted)
    rows = Paginator(found, PAGE).get_page(number)
    return SchoolsPage(
        rows=rows,
        shown=[_row(each, standing) for each in rows],
        wanted=wanted,
        trust_count=len({place.trust_id for place in standing.places}),
        total=sum(not place.is_office for place in standing.places),
        office_url=reverse("schools:office") if offices else "",
        settings_url=reverse("schools:trust_settings") if standing.is_wide else "",
        people_url="" if refusal(rules.check_may_see_people, standing) else reverse("schools:people"),
    )


def school_rows(standing: Standing, wanted: SchoolFilter) -> Iterator[SchoolRow]:
    """Every school asked for, for a sheet."""
    found = _schools(wanted) if wanted.everywhere else _places(standing, wanted)
    return (_row(each, standing) for each in found.iterator(chunk_size=2000))


def _order(sorts: dict[str, str], sort: str) -> tuple[str, str, str]:
    column = sorts.get(sort.removeprefix("-"), "sort_name")
    return (f"-{column}" if sort.startswith("-") else column, "sort_name", "pk")


def _places(standing: Standing, wanted: SchoolFilter) -> QuerySet[Place]:
    places = Place.objects.visible_to(standing).current(standing.day).filter(kind=PlaceKind.SCHOOL)
    for word in wanted.words.casefold().split():
        place_has = Q(sort_name__contains=word) | Q(urn__startswith=word)
        places = places.filter(place_has | Q(school__town__icontains=word) | Q(school__postcode__icontains=word))
    if wanted.listed:
        places = places.filter(is_published=wanted.listed == "yes")
    if wanted.todo == UNCONFIRMED_YEARS:
        places = places.filter(year_groups_confirmed_at__isnull=True)
    elif wanted.todo == SEEMS_TO_HAVE_LEFT:
        places = places.filter(leaving_reported_at__isnull=False)
    if wanted.status:
        places = places.filter(school__status=wanted.status)
    return places.select_related("school", "trust").order_by(*_order(PLACE_SORTS, wanted.sort))


def _schools(wanted: SchoolFilter) -> QuerySet[School]:
    """All of the DfE's register, closed schools only when asked for. It is public and holds no person."""
    schools = School.objects.all()
    for word in wanted.words.casefold().split():
        school_has = Q(sort_name__contains=word) | Q(urn__startswith=word) | Q(trust__sort_name__contains=word)
        schools = schools.filter(school_has | Q(town__icontains=word) | Q(postcode__icontains=word))
    schools = schools.filter(status=wanted.status) if wanted.status else schools.exclude(status=SchoolStatus.CLOSED)
    return schools.select_related("trust").order_by(*_order(SCHOOL_SORTS, wanted.sort))


def _row(each: Place | School, standing: Standing) -> SchoolRow:
    return _place_row(each) if isinstance(each, Place) else _school_row(each, standing)


def _place_row(place: Place) -> SchoolRow:
    school = place.school
    todo = todo_at(place)
    return SchoolRow(
        name=place.name,
        urn=place.urn,
        url=reverse("schools:place", args=[place.urn]),
        town=school.town if school else "",
        trust=place.trust.name,
        ages=ages_in_words(school) if school else "",
        years=years_in_words(place),
        status=school.get_status_display() if school else "",
        tone="limit" if todo else "yes" if place.is_published else "off",
        listed=place.is_published,
        todo=todo,
        ask=place.contact_mailbox or place.contact_role,
    )


def _school_row(school: School, standing: Standing) -> SchoolRow:
    in_sight = any(place.urn == school.urn for place in standing.places)
    return SchoolRow(
        name=school.name,
        urn=school.urn,
        url=reverse("schools:place", args=[school.urn]) if in_sight else "",
        town=school.town,
        trust=school.trust.name if school.trust else "",
        ages=ages_in_words(school),
        years="",
        status=school.get_status_display(),
        tone="pen" if in_sight else "off",
    )


def todo_at(place: Place) -> tuple[str, ...]:
    """What somebody has to do at a school before its list can be right."""
    todo = []
    if place.leaving_reported_at is not None:
        closed = place.school is not None and place.school.status == SchoolStatus.CLOSED
        todo.append("Confirm that it has closed" if closed else "Confirm that it has left")
    if place.year_groups_confirmed_at is None:
        todo.append("Confirm its year groups")
    return tuple(todo)
