"""Earlier consultations on their way to become clearances (design §3, day one)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Min, Q
from django.urls import reverse

from schools.models import Place, Role
from tools_registry.answer import Allowance
from tools_registry.models import Clearance, DayOne
from tools_registry.models.clearances import Origin
from tools_registry.reasons import day
from tools_registry.rules import clearances as rules
from tools_registry.words import Audience, DataClass, Subject
from trustai.days import day_of
from trustai.rules import refusal

from . import history
from .clearances import given, in_sight

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date
    from uuid import UUID

    from django.db.models import QuerySet

    from schools.standing import Standing
    from tools_registry.queries.clearances import Given
    from tools_registry.queries.history import Happened


@dataclass(frozen=True, slots=True)
class Step:
    """One of the three parts of an entry: said by `word`, or open to whoever may say it."""

    key: str
    name: str
    code: str
    word: str
    label: str
    url: str
    refusal: str | None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class DayOnePage:
    """An earlier consultation: what it would allow, and who still has to say what."""

    entered: DayOne
    given: Sequence[Given]
    where: str
    steps: Sequence[Step]
    take_back_refusal: str | None
    take_back_url: str
    story: Sequence[Happened]

    @property
    def is_open(self) -> bool:
        return self.entered.clearance_id is None and self.entered.withdrawn_at is None


def day_ones_in_sight(standing: Standing) -> QuerySet[DayOne]:
    """The trust's own roles see what is entered; schools see the clearance it becomes."""
    return DayOne.objects.filter(trust_id__in=standing.wide_trust_ids).select_related("tool", "trust", "by")


def pending_day_ones(standing: Standing) -> list[DayOne]:
    rules.check_may_see(standing)
    return list(day_ones_in_sight(standing).filter(clearance=None, withdrawn_at=None).order_by("at"))


def counted_since(*, trust_id: int, tool_id: int, place_ids: Collection[int] | None) -> date | None:
    """Since when an earlier consultation on a tool has counted at any of these places (None: the whole trust)."""
    rows = Clearance.objects.filter(trust_id=trust_id, tool_id=tool_id, origin=Origin.DAY_ONE)
    if place_ids is not None:
        rows = rows.filter(Q(is_trust_wide=True) | Q(places__place__in=place_ids))
    return rows.aggregate(first=Min("starts_on"))["first"]  # type: ignore[no-any-return]  # of a DateField


def day_one_page(standing: Standing, public_id: UUID) -> DayOnePage:
    """Raises DayOne.DoesNotExist for one that is not in sight."""
    related = ("deputy_by", "network_by", "clearance", "document")
    entered = day_ones_in_sight(standing).select_related("tool", "trust", "by", *related).get(public_id=public_id)
    return DayOnePage(
        entered=entered,
        given=[_given(allowed) for allowed in allowances_of(entered)],
        where=_named(entered),
        steps=_steps(standing, entered),
        take_back_refusal=refusal(rules.check_may_take_back_day_one, standing, entered),
        take_back_url=reverse("tools_registry:take_back_day_one", args=[entered.public_id]),
        story=history.happened([entered.public_id], trust_id=entered.trust_id, about={}),
    )


def _steps(standing: Standing, entered: DayOne) -> list[Step]:
    """The Deputy DPO, the Network Team, the trust lead."""
    teams = (
        ("deputy", Role.DEPUTY_DPO, entered.deputy_by, entered.deputy_at),
        ("network", Role.NETWORK, entered.network_by, entered.network_at),
    )
    steps = [
        Step(
            key,
            role.label,
            "done" if by else "not_started",
            f"Confirmed by {by}, {day(day_of(at))}" if by and at else "",
            "Confirm that we were consulted",
            reverse("tools_registry:confirm_day_one", args=[entered.public_id, key]),
            refusal(rules.check_may_confirm_day_one, standing, entered, role),
        )
        for key, role, by, at in teams
    ]
    signed = entered.clearance
    return [
        *steps,
        Step(
            "sign",
            Role.TRUST_LEAD.label,
            "done" if signed else "not_started",
            f"Signed {day(day_of(signed.signed_at))}" if signed else "",
            "Sign it",
            reverse("tools_registry:sign_day_one", args=[entered.public_id]),
            refusal(rules.check_may_sign_day_one, standing, entered),
            kind="primary",
        ),
    ]


def find_document(standing: Standing, public_id: UUID) -> DayOne:
    """The entry whose signed file is asked for: in sight itself, or as the clearance it became."""
    rules.check_may_see(standing)
    seen = Q(trust_id__in=standing.wide_trust_ids) | Q(clearance__in=in_sight(standing))
    return DayOne.objects.filter(seen).select_related("document").get(public_id=public_id)


def allowances_of(entered: DayOne) -> tuple[Allowance, ...]:
    """What it is to allow, out of its terms."""
    return tuple(
        Allowance(
            Audience(row["audience"]),
            DataClass(row["data_class"]),
            frozenset(Subject(subject) for subject in row["subjects"]),
            frozenset(row["purposes"]),
            frozenset(row["year_groups"]),
        )
        for row in entered.terms["allowances"]
    )


def _named(entered: DayOne) -> str:
    named = entered.terms["places"]
    if named is None:
        return f"The whole of {entered.trust.name}"
    places = Place.objects.filter(trust_id=entered.trust_id, public_id__in=named).order_by("sort_name")
    return ", ".join(places.values_list("name", flat=True))


def _given(allowed: Allowance) -> Given:
    return given(allowed.audience, allowed.data_class, allowed.subjects, allowed.purposes, allowed.year_groups)
