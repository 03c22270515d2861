"""What was cleared: the list, one clearance, and earlier consultations on their way to become one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q

from schools import year_groups
from schools.waits import Wait
from tools_registry import purposes, working_days
from tools_registry.models import Clearance, ClearancePlace, Condition, DayOne, RegisterEntry
from tools_registry.models.clearances import Origin
from tools_registry.reasons import day
from tools_registry.rules import clearances as rules
from tools_registry.rules import conditions as condition_rules
from tools_registry.rules import entries as entry_rules
from tools_registry.words import Audience, ConditionKind, DataClass, EntryStatus, Subject
from trustai.days import day_of
from trustai.rules import refusal

from . import addresses, history

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from datetime import date
    from uuid import UUID

    from django.db.models import QuerySet

    from schools.models import Place
    from schools.standing import Standing
    from tools_registry.models.clearances import AllowanceRow
    from tools_registry.queries.history import Happened

PAGE = 25
DECIDE_WITHIN = 10
IN_FORCE, AHEAD, ENDED, REPLACED, WITHDRAWN = "in_force", "ahead", "ended", "replaced", "withdrawn"
STATES = (
    (IN_FORCE, "In force"),
    (AHEAD, "Begins later"),
    (ENDED, "Ended"),
    (REPLACED, "Replaced"),
    (WITHDRAWN, "Withdrawn"),
)
LOOKS = {
    IN_FORCE: "approved",
    AHEAD: "not_started",
    ENDED: "expired",
    REPLACED: "withdrawn",
    WITHDRAWN: "withdrawn",
}


@dataclass(frozen=True, slots=True)
class ClearanceFilter:
    words: str = ""
    state: str = ""
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What one audience may have at most."""

    name: str
    level: int
    data: str
    uses: str
    note: str


@dataclass(frozen=True, slots=True)
class ClearanceRow:
    clearance: Clearance
    state: str
    code: str
    word: str
    whom: str
    places: str
    decided: str


@dataclass(frozen=True, slots=True)
class ClearancesPage:
    rows: Page[ClearanceRow]
    total: int
    count: str
    waits: Sequence[Wait]
    may_enter: bool
    pending: int


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """How a place has decided within a clearance."""

    name: str
    url: str
    code: str
    word: str


@dataclass(frozen=True, slots=True)
class ConditionLine:
    words: str
    meta: str
    url: str
    act: str


@dataclass(frozen=True, slots=True)
class ClearancePage:
    clearance: Clearance
    state: str
    code: str
    word: str
    given: Sequence[Given]
    conditions: Sequence[ConditionLine]
    places: Sequence[PlaceRow]
    where: str
    signed_role: str
    case_url: str
    document_url: str
    replaced_by: Clearance | None
    withdraw_refusal: str | None
    story: Sequence[Happened]

    @property
    def withdrawn_words(self) -> str:
        at, by = self.clearance.withdrawn_at, self.clearance.withdrawn_by
        return f"Withdrawn by {by}, {day(day_of(at))}: {self.clearance.withdrawn_reason}" if at else ""


# The list -------------------------------------------------------------------------------------------------------------


def in_sight(standing: Standing) -> QuerySet[Clearance]:
    """Of the whole trust for its own roles; of their school and trust-wide ones for those who run or govern a school."""
    mine = ClearancePlace.objects.filter(clearance=OuterRef("pk"), place_id__in=standing.case_place_ids)
    return Clearance.objects.filter(
        Q(trust_id__in=standing.wide_trust_ids)
        | Q(is_trust_wide=True, trust_id__in=standing.case_trust_ids)
        | Exists(mine)
    )


def clearances_page(standing: Standing, wanted: ClearanceFilter, number: str) -> ClearancesPage:
    """Raises Refused for who does not see clearances."""
    rules.check_may_see(standing)
    rows = clearance_rows(standing)
    found = choose(rows, wanted)
    pending = DayOne.objects.filter(trust_id__in=standing.wide_trust_ids, clearance=None, withdrawn_at=None)
    noun = "clearance" if len(rows) == 1 else "clearances"
    return ClearancesPage(
        rows=Paginator(found, PAGE).get_page(number),
        total=len(rows),
        count=f"{len(rows)} {noun}" if len(found) == len(rows) else f"{len(found)} of {len(rows)} {noun}",
        waits=to_decide(standing, [row.clearance for row in rows if row.state == IN_FORCE]),
        may_enter=any(
            refusal(rules.check_may_enter_day_one, standing, trust_id) is None for trust_id in standing.wide_trust_ids
        ),
        pending=pending.count(),
    )


def clearance_rows(standing: Standing) -> list[ClearanceRow]:
    """Every clearance in sight, by the tool's name. Five queries, however many there are."""
    found = list(
        in_sight(standing)
        .select_related("tool", "signed_by")
        .prefetch_related("allowances", Prefetch("places", ClearancePlace.objects.select_related("place")))
        .order_by("tool__sort_name", "-starts_on", "-pk")
    )
    replaced = {c.replaces_id for c in found if c.replaces_id is not None and c.starts_on <= standing.day}
    entries = list(RegisterEntry.objects.visible_to(standing).values_list("place_id", "tool_id"))
    return [_row(standing, clearance, replaced, entries) for clearance in found]


def choose(rows: Sequence[ClearanceRow], wanted: ClearanceFilter) -> list[ClearanceRow]:
    words = wanted.words.casefold().split()
    found = [
        row
        for row in rows
        if (not wanted.state or row.state == wanted.state) and all(word in _text(row) for word in words)
    ]
    keys: dict[str, Callable[[ClearanceRow], object]] = {
        "state": lambda row: [state for state, _ in STATES].index(row.state),
        "reference": lambda row: row.clearance.reference,
        "until": lambda row: (row.clearance.ends_on is None, row.clearance.ends_on or row.clearance.starts_on),
    }
    key = keys.get(wanted.sort.removeprefix("-"))
    if key is None:
        return found[::-1] if wanted.sort == "-name" else found
    return sorted(found, key=key, reverse=wanted.sort.startswith("-"))  # type: ignore[arg-type]  # each key is of one kind


def to_decide(standing: Standing, clearances: Collection[Clearance]) -> list[Wait]:
    """What this person's places have not decided on yet, the oldest first."""
    places = [place for place in standing.places if entry_rules.decides_as(standing, place)]
    decided = set(RegisterEntry.objects.filter(place__in=places).values_list("place_id", "tool_id"))
    waits = [
        Wait(
            title=f"May {place.name} use {clearance.tool}?",
            url=addresses.at(place, "decide", clearance.tool.public_id),
            action="Decide",
            on=working_days.add(clearance.starts_on, DECIDE_WITHIN),
            text=f"Cleared under {clearance.reference}.",
        )
        for clearance in clearances
        for place in places
        if _covers(clearance, place) and (place.pk, clearance.tool_id) not in decided
    ]
    return sorted(waits, key=lambda wait: (wait.on is None, wait.on or standing.day, wait.title))


def _covers(clearance: Clearance, place: Place) -> bool:
    if clearance.trust_id != place.trust_id:
        return False
    return clearance.is_trust_wide or any(row.place_id == place.pk for row in clearance.places.all())


def _row(
    standing: Standing, clearance: Clearance, replaced: Collection[int], entries: Collection[tuple[int, int]]
) -> ClearanceRow:
    state = _state(clearance, standing.day, is_replaced=clearance.pk in replaced)
    return ClearanceRow(
        clearance=clearance,
        state=state,
        code=LOOKS[state],
        word=dict(STATES)[state],
        whom=", ".join(Audience(row.audience).label for row in _in_order(clearance.allowances.all())),
        places=_where(clearance),
        decided=_decided(standing, clearance, entries) if state == IN_FORCE else "",
    )


def _state(clearance: Clearance, on: date, *, is_replaced: bool) -> str:
    if clearance.withdrawn_at is not None:
        return WITHDRAWN
    if clearance.ends_on is not None and clearance.ends_on <= on:
        return ENDED
    if is_replaced:
        return REPLACED
    return IN_FORCE if clearance.starts_on <= on else AHEAD


def _where(clearance: Clearance) -> str:
    if clearance.is_trust_wide:
        return "The whole trust"
    names = sorted(row.place.name for row in clearance.places.all())
    return names[0] if len(names) == 1 else f"{len(names)} places"


def _decided(standing: Standing, clearance: Clearance, entries: Collection[tuple[int, int]]) -> str:
    """At how many of the places in sight it has been decided."""
    places = [place for place in standing.places if _covers(clearance, place)]
    done = sum((place.pk, clearance.tool_id) in entries for place in places)
    return f"{done} of {len(places)}"


def _text(row: ClearanceRow) -> str:
    tool = row.clearance.tool
    return f"{tool.name} {tool.edition} {tool.supplier} {row.clearance.reference}".casefold()


def _in_order(rows: Iterable[AllowanceRow]) -> list[AllowanceRow]:
    return sorted(rows, key=lambda row: list(Audience).index(Audience(row.audience)))


# One clearance --------------------------------------------------------------------------------------------------------


def clearance_page(standing: Standing, public_id: UUID) -> ClearancePage:
    """Raises Refused for who sees no clearances, Clearance.DoesNotExist for one that is not in sight."""
    rules.check_may_see(standing)
    clearance = (
        in_sight(standing)
        .select_related("tool", "signed_by", "withdrawn_by", "trust", "day_one")
        .prefetch_related("allowances", Prefetch("places", ClearancePlace.objects.select_related("place")))
        .get(public_id=public_id)
    )
    on = standing.day
    newer = clearance.replaced_by.filter(starts_on__lte=on).order_by("-starts_on", "-pk").first()
    state = _state(clearance, on, is_replaced=newer is not None)
    day_one: DayOne | None = getattr(clearance, "day_one", None)
    subjects = [clearance.public_id, *([day_one.public_id] if day_one else [])]
    return ClearancePage(
        clearance=clearance,
        state=state,
        code=LOOKS[state],
        word=dict(STATES)[state],
        given=[_given_row(row) for row in _in_order(clearance.allowances.all())],
        conditions=_conditions(standing, clearance),
        places=_places(standing, clearance),
        where=_names(clearance),
        signed_role=condition_rules.label(clearance.signed_role),
        case_url=clearance.case_url() if clearance.origin == Origin.ASSESSMENT else "",
        document_url=day_one.document_url() if day_one else "",
        replaced_by=newer,
        withdraw_refusal=_withdraw_refusal(standing, clearance, newer),
        story=history.happened(subjects, trust_id=clearance.trust_id, about={}),
    )


def _withdraw_refusal(standing: Standing, clearance: Clearance, newer: Clearance | None) -> str | None:
    if clearance.withdrawn_at is not None:
        return None
    return refusal(rules.check_may_withdraw, standing, clearance) or refusal(
        rules.check_can_withdraw, clearance, replaced_by=newer.reference if newer else "", on=standing.day
    )


def _names(clearance: Clearance) -> str:
    if clearance.is_trust_wide:
        return f"The whole of {clearance.trust.name}"
    return ", ".join(sorted(row.place.name for row in clearance.places.all()))


def _given_row(row: AllowanceRow) -> Given:
    return given(row.audience, row.data_class, row.subjects, row.purposes, row.year_groups)


def given(audience: str, data: str, subjects: Collection[str], codes: Collection[str], years: Collection[int]) -> Given:
    data_class, name = DataClass(data), Audience(audience).label
    if audience == Audience.PUPILS:
        name = f"Pupils, {year_groups.words(years)}"
    whose = ", ".join(Subject(subject).label.lower() for subject in Subject if subject in subjects)
    note = f"About {whose}" if whose and data_class.is_personal else ""
    return Given(name, data_class.rank + 1, data_class.label, "; ".join(purposes.labels(frozenset(codes))), note)


def _conditions(standing: Standing, clearance: Clearance) -> list[ConditionLine]:
    """Each with who sets and who sees to it; those met once for all lead to the page where they are."""
    rows = Condition.objects.filter(clearance=clearance, withdrawn_at=None).order_by("pk")
    place = next((place for place in standing.places if _covers(clearance, place)), None)
    return [_condition_line(condition, clearance, place) for condition in rows]


def _condition_line(condition: Condition, clearance: Clearance, place: Place | None) -> ConditionLine:
    kind = ConditionKind(condition.kind)
    due = f" {condition.due_on.day} {condition.due_on:%B %Y}" if condition.due_on else ""
    parts = [f"{kind.label}{due}", f"set by the {condition_rules.label(condition.set_by_role)}"]
    parts.append(f"owner: {condition_rules.label(condition.owner_role)}")
    once = condition.met_once_for_all and kind != ConditionKind.ALWAYS and place is not None
    url = addresses.at(place, "condition", clearance.tool.public_id, condition.public_id) if once and place else ""
    return ConditionLine(condition.words, "; ".join(parts), url, "Report or confirm it" if url else "")


def _places(standing: Standing, clearance: Clearance) -> list[PlaceRow]:
    """How the places in sight have decided."""
    places = [place for place in standing.places if _covers(clearance, place)]
    found = RegisterEntry.objects.filter(place__in=places, tool=clearance.tool).values_list("place_id", "status")
    status = {place_id: EntryStatus(code) for place_id, code in found}
    rows = []
    for place in places:
        decided = status.get(place.pk)
        code, word = (str(decided), "") if decided else ("asked_for", "To be decided")
        rows.append(PlaceRow(place.name, addresses.at(place, "entry", clearance.tool.public_id), code, word))
    return rows
