"""Who holds which role: the list for who looks after people, and one role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.urls import reverse

from schools import rules
from schools.models import PLACE_ROLES, Membership, Place, Role, Trust
from trustai.rules import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from uuid import UUID

    from schools.standing import Standing

PAGE = 25
NOW, COMING, ENDED = "now", "coming", "ended"
SORTS = {"name": "person__name", "role": "role", "where": "place__sort_name", "from": "starts_on", "until": "ends_on"}


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """`where` is a place's public id, or "trust" for roles in the whole trust; `state` is "" for all."""

    words: str = ""
    where: str = ""
    role: str = ""
    state: str = NOW
    sort: str = "name"


@dataclass(frozen=True, slots=True)
class RoleRow:
    name: str
    email: str
    role: str
    where: str
    membership: Membership
    state: str
    tone: str
    url: str


@dataclass(frozen=True, slots=True)
class PeoplePage:
    rows: Page[Membership]
    shown: Sequence[RoleRow]
    wanted: PeopleFilter
    reach: str

    @property
    def count(self) -> str:
        number = self.rows.paginator.count
        return f"{number:,} {'role' if number == 1 else 'roles'}"


@dataclass(frozen=True, slots=True)
class Where:
    """Somewhere a role can be given; `key` stands in a form."""

    key: str
    name: str
    trust_id: int
    place: Place | None


@dataclass(frozen=True, slots=True)
class RolePage:
    """One role. `refusal` closes the form; `others` are the person's other roles that this reader looks after."""

    row: RoleRow
    membership: Membership
    roles: Sequence[Role]
    has_begun: bool
    others: Sequence[RoleRow]
    refusal: str | None
    today: date


def people_page(standing: Standing, wanted: PeopleFilter, number: str) -> PeoplePage:
    """Raises Refused for who looks after nobody."""
    rules.check_may_see_people(standing)
    rows = Paginator(_memberships(standing, wanted), PAGE).get_page(number)
    return PeoplePage(
        rows=rows, shown=[_row(each, standing.day) for each in rows], wanted=wanted, reach=_reach(standing)
    )


def role_rows(standing: Standing, wanted: PeopleFilter) -> Iterator[RoleRow]:
    """Every role asked for, for a sheet. Raises Refused."""
    rules.check_may_see_people(standing)
    return (_row(each, standing.day) for each in _memberships(standing, wanted).iterator(chunk_size=2000))


def wheres(standing: Standing) -> list[Where]:
    """Where this person may give roles: their school, or all of their trust. Raises Refused for who may nowhere."""
    rules.check_may_see_people(standing)
    administered = standing.trust_ids_as(Role.ADMIN)
    trusts = Trust.objects.filter(pk__in=administered).order_by("sort_name")
    headed = standing.place_ids_as(Role.HEAD)
    places = [place for place in standing.places if place.trust_id in administered or place.pk in headed]
    return [
        *(Where(f"trust:{trust.public_id}", f"All of {trust.name}", trust.pk, None) for trust in trusts),
        *(Where(str(place.public_id), place.name, place.trust_id, place) for place in places),
    ]


def role_page(standing: Standing, public_id: UUID) -> RolePage:
    """Raises Membership.DoesNotExist for a role this person does not look after."""
    rules.check_may_see_people(standing)
    found = Membership.objects.managed_by(standing).select_related("person", "place", "trust")
    membership = found.get(public_id=public_id)
    others = found.filter(person=membership.person_id, trust=membership.trust_id).exclude(pk=membership.pk)
    return RolePage(
        row=_row(membership, standing.day),
        membership=membership,
        roles=_roles_for(membership.place),
        has_begun=membership.starts_on <= standing.day,
        others=[_row(each, standing.day) for each in others.order_by("-starts_on", "pk")],
        refusal=refusal(rules.check_in_force, membership, standing.day)
        or refusal(rules.check_not_own, standing, membership.person_id),
        today=standing.day,
    )


def _roles_for(place: Place | None) -> list[Role]:
    return [role for role in Role if refusal(rules.check_role_fits, role, place) is None]


def _memberships(standing: Standing, wanted: PeopleFilter) -> QuerySet[Membership]:
    found = Membership.objects.managed_by(standing).select_related("person", "place", "trust")
    for word in wanted.words.split():
        found = found.filter(Q(person__name__icontains=word) | Q(person__email__icontains=word))
    if wanted.where == "trust":
        found = found.filter(place__isnull=True)
    elif wanted.where:
        found = found.filter(place__public_id=wanted.where)
    if wanted.role:
        found = found.filter(role=wanted.role)
    return _in_state(found, wanted.state, standing.day).order_by(*_order(wanted.sort))


def _in_state(found: QuerySet[Membership], state: str, on: date) -> QuerySet[Membership]:
    ended = Q(withdrawn_at__isnull=False) | Q(ends_on__lte=on)
    if state == NOW:
        return found.exclude(ended).filter(starts_on__lte=on)
    if state == COMING:
        return found.exclude(ended).filter(starts_on__gt=on)
    return found.filter(ended) if state == ENDED else found


def _order(sort: str) -> tuple[str, ...]:
    column = SORTS.get(sort.removeprefix("-"), "person__name")
    return (f"-{column}" if sort.startswith("-") else column, "person__name", "pk")


def _row(membership: Membership, on: date) -> RoleRow:
    place = membership.place
    state, tone = _state(membership, on)
    return RoleRow(
        name=membership.person.name,
        email=membership.person.email,
        role=membership.get_role_display(),
        where=place.name if place else "Whole trust",
        membership=membership,
        state=state,
        tone=tone,
        url=reverse("schools:role", args=[membership.public_id]),
    )


def _state(membership: Membership, on: date) -> tuple[str, str]:
    if membership.withdrawn_at is not None:
        return "Ended early", "off"
    if membership.ends_on is not None and membership.ends_on <= on:
        return "Ended", "off"
    if membership.starts_on > on:
        return "Not begun yet", "pen"
    return ("Has a last day", "limit") if membership.ends_on else ("Holds it now", "yes")


def _reach(standing: Standing) -> str:
    """Whose people these are: "Oakfield Schools Trust", or the school a head looks after."""
    administered = standing.trust_ids_as(Role.ADMIN)
    names = {place.trust.name for place in standing.places if place.trust_id in administered}
    headed = standing.place_ids_as(Role.HEAD)
    names |= {place.name for place in standing.places if place.pk in headed and place.trust_id not in administered}
    return " and ".join(sorted(names))


ROLE_CHOICES = [
    ("At a school or the trust office", [(role.value, role.label) for role in Role if role in PLACE_ROLES]),
    ("In the whole trust", [(role.value, role.label) for role in Role if role not in PLACE_ROLES]),
]
