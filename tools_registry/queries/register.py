"""What the register of a place shows: every tool with its answer, read in one query, however many there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from schools import year_groups
from schools.models import Role
from tools_registry import choices, verdicts, web_filter
from tools_registry.answer import answer
from tools_registry.models import Clearance, Consultation, RegisterEntry, Request, Tool
from tools_registry.models.requests import RequestStatus
from tools_registry.rules import clearances as clearance_rules
from tools_registry.rules import entries as rules
from tools_registry.words import Audience, ConditionKind, DataClass, Mark
from trustai.rules import refusal

from . import addresses
from .situations import answers, situation_of, with_situation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from schools.models import Place
    from schools.standing import Standing
    from tools_registry.answer import Answer, Situation
    from tools_registry.verdicts import Box

PAGE = 25
SOON = timedelta(days=30)
ADULT = 18
APPROVED = ("approved", "approved_with_conditions")
WAITING = ("to_decide", "under_review", "asked_for")
# Approved, and nobody may use it until something is done: not what somebody who looks for the approved is after.
NOT_YET = "not_yet"
# The order of the column "Status": what needs somebody first.
ORDER = (
    "needs_attention",
    "to_decide",
    NOT_YET,
    "asked_for",
    "under_review",
    "suspended",
    "expired",
    "approved_with_conditions",
    "approved",
    "declined",
    "withdrawn",
    "not_listed",
)
SORTS = {
    "name": "name",
    "status": "status",
    "data": "what may be put in",
    "conditions": "open conditions",
    "review": "review date",
}
ATTENTION, CONDITIONS, REVIEW = "attention", "conditions", "review"
STATUSES = (
    ("approved", "Approved"),
    ("needs_attention", "Needs attention"),
    ("to_decide", "To be decided"),
    (NOT_YET, "Not yet"),
    ("under_review", "Under review"),
    ("asked_for", "Asked for"),
    ("suspended", "Suspended"),
    ("declined", "Declined"),
    ("withdrawn", "Withdrawn"),
    ("expired", "Expired"),
)
STATUS_WORDS = {
    **dict(STATUSES),
    "approved_with_conditions": "Approved with conditions",
    "not_listed": "Not in the register",
}


@dataclass(frozen=True, slots=True)
class RegisterFilter:
    """What a person looks for. Everything blank: the whole register, by name."""

    words: str = ""
    status: str = ""
    who: str = ""
    year: int | None = None
    takes: str = ""
    only: str = ""
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Data:
    """What one audience may put in."""

    who: str
    level: int
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """One tool. `status` is ours: "to_decide" and "not_yet" are shown as `code` with `word`."""

    tool: Tool
    url: str
    status: str
    code: str
    word: str
    strip: tuple[Box, ...]
    pupils: str
    data: tuple[Data, ...]
    nothing: str
    conditions: str
    conditions_open: int
    review_on: date | None
    review_is_due: bool
    review_is_soon: bool
    answer: Answer

    @property
    def status_words(self) -> str:
        return self.word or STATUS_WORDS[self.status]


@dataclass(frozen=True, slots=True)
class RegisterPage:
    place: Place
    rows: Page[Row]
    total: int
    found: int
    lead: str
    count: str
    sorted_words: str
    quick: Sequence[tuple[str, str]]
    is_empty: bool
    starts: bool
    to_decide: int
    may_decide: bool
    decide_url: str
    strip: tuple[Box, ...]
    codes: Sequence[str]
    years_url: str
    takes_off: str
    would_find: int
    sheets: Sequence[tuple[str, str]]
    filter_url: str
    sees_clearances: bool


def register_page(standing: Standing, place: Place, wanted: RegisterFilter, number: str) -> RegisterPage:
    """One query. `number` is the page as typed in the address."""
    rows = register_rows(standing, place)
    found = choose(rows, wanted)
    shown: Page[Row] = Paginator(found, PAGE).get_page(number)
    undecided = [row for row in rows if row.status == "to_decide"]
    takes_off, would_find = _which_to_take_off(rows, wanted) if rows and not found else ("", 0)
    return RegisterPage(
        place=place,
        rows=shown,
        total=len(rows),
        found=len(found),
        lead=_lead(rows),
        count=_count(len(found), len(rows)),
        sorted_words=f", sorted by {SORTS.get(wanted.sort.removeprefix('-'), SORTS['name'])}.",
        quick=_quick(rows, wanted),
        is_empty=len(undecided) == len(rows),
        starts=all(row.status in WAITING for row in rows),
        to_decide=len(undecided),
        may_decide=refusal(rules.check_may_open_decision, standing, place) is None,
        decide_url=undecided[0].url if len(undecided) == 1 else reverse("tools_registry:clearances"),
        strip=_heading(place),
        codes=[mark for mark in Mark if any(box.mark == mark for row in shown.object_list for box in row.strip)],
        years_url=_years_url(standing, place),
        takes_off=takes_off,
        would_find=would_find,
        sheets=[(kind, addresses.at(place, "register_sheet", kind)) for kind in ("xlsx", "csv")],
        filter_url=addresses.at(place, "web_filter"),
        sees_clearances=refusal(clearance_rules.check_may_see, standing) is None,
    )


def register_rows(standing: Standing, place: Place) -> list[Row]:
    """Every tool that was decided, asked for, is being consulted on or is cleared here, by name."""
    on = standing.day
    tools = with_situation(_tools_at(place, on), place, on).order_by("sort_name", "edition", "pk")
    return [row_of(standing, place, tool, situation_of(tool, place, on)) for tool in tools]


def row_of(standing: Standing, place: Place, tool: Tool, situation: Situation) -> Row:
    """One tool as the register shows it to this person."""
    runs = standing.roles_for(place) - {Role.STAFF} != frozenset()
    return _row(tool, situation, place, standing.day, runs=runs)


def web_filter_of(standing: Standing, place: Place) -> str:
    """The addresses of every tool the trust knows, by who may use what is behind them here today. One query."""
    on = standing.day
    tools = with_situation(Tool.objects.for_trust(place.trust_id), place, on).order_by("sort_name", "edition", "pk")
    rows = (web_filter.Address(str(tool), tool.domains, given) for tool, given in answers(tools, place, on))
    return web_filter.web_filter(rows, place=place.name, on=on, by_age=place.shows_ages)


def choose(rows: Sequence[Row], wanted: RegisterFilter) -> list[Row]:
    """The rows that fit every filter that is on, in the order asked for."""
    found = [row for row in rows if all(fits(row) for fits in _filters(wanted).values())]
    key = _sort_key(wanted.sort.removeprefix("-"))
    return sorted(found, key=key, reverse=wanted.sort.startswith("-")) if key else found


def _tools_at(place: Place, on: date) -> QuerySet[Tool]:
    here = {"tool": OuterRef("pk"), "trust_id": place.trust_id}
    consulted = Consultation.objects.filter(Q(place=place) | Q(place=None), closed_at=None, **here)
    asked = Request.objects.filter(place=place, status__in=[RequestStatus.OPEN, RequestStatus.FORWARD], **here)
    cleared = Clearance.objects.in_force(on).covering(place).filter(**here)
    entries = RegisterEntry.objects.filter(place=place, **here)
    return Tool.objects.for_trust(place.trust_id).filter(
        Q(Exists(entries)) | Q(Exists(consulted)) | Q(Exists(asked)) | Q(Exists(cleared))
    )


# One row --------------------------------------------------------------------------------------------------------------


def _row(tool: Tool, situation: Situation, place: Place, on: date, *, runs: bool) -> Row:
    given = answer(situation, on)
    status = _status(situation, given, on, runs=runs)
    code, word = _state(status)
    decided = situation.entry is not None and status not in {"declined", "withdrawn"}
    review_on = situation.entry.review_on if situation.entry and decided else None
    open_count, conditions = _conditions(situation, on) if decided else (0, "")
    by_age = place.shows_ages
    pupils = given.of(Audience.PUPILS)
    return Row(
        tool=tool,
        url=addresses.at(place, "entry", tool.public_id),
        status=status,
        code=code,
        word=word,
        strip=verdicts.boxes(pupils.years, by_age=by_age),
        pupils=_pupils(situation, given, status, by_age=by_age),
        data=tuple(
            Data(each.audience.label, each.data_class.rank + 1, each.data_class.label)
            for each in given.audiences
            if verdicts.may(each)
        ),
        nothing="Nothing yet" if status in {*WAITING, NOT_YET} else "Nothing at all",
        conditions=conditions,
        conditions_open=open_count,
        review_on=review_on,
        review_is_due=review_on is not None and review_on <= on,
        review_is_soon=review_on is not None and review_on <= on + SOON,
        answer=given,
    )


def _status(situation: Situation, given: Answer, on: date, *, runs: bool) -> str:
    """The answer's, but what waits for a decision says so, what nobody may use is not approved, and staff read only what is
    allowed today."""
    if situation.entry is None and given.status in {"not_listed", "asked_for", "under_review"}:
        return "to_decide" if choices.offered(situation, on) else given.status
    if given.status not in {*APPROVED, "needs_attention"}:
        return given.status
    if not any(verdicts.may(each) for each in given.audiences):
        waits = given.verdict == "not_yet" and given.status != "needs_attention"
        return NOT_YET if waits or not runs else "needs_attention"
    if given.status == "needs_attention" and not runs:
        return "approved_with_conditions" if situation.conditions else "approved"
    return given.status


def _state(status: str) -> tuple[str, str]:
    """The code of the look, and the word where it is not the usual one."""
    if status == "to_decide":
        return "asked_for", "To be decided"
    if status == NOT_YET:
        return "under_review", STATUS_WORDS[NOT_YET]
    return status, ""


def _pupils(situation: Situation, given: Answer, status: str, *, by_age: bool) -> str:
    pupils = given.of(Audience.PUPILS)
    if verdicts.may(pupils):
        words = verdicts.who_words(pupils, by_age=by_age)
        return f"{words}, with a parent’s agreement" if pupils.with_parents else words
    if status == "under_review":
        return "None until it is signed off"
    if status in {"to_decide", "asked_for"}:
        return "None until it is decided"
    limit = situation.tool.minimum_age
    if verdicts.may(given.of(Audience.STAFF)):
        return f"Staff only: users must be {limit}" if limit is not None and limit >= ADULT else "Staff only"
    return "None"


def _conditions(situation: Situation, on: date) -> tuple[int, str]:
    """How many are still open, and in words."""
    counted = [c for c in situation.conditions if c.kind != ConditionKind.ALWAYS]
    unmet = [c for c in counted if not c.met]
    always = len(situation.conditions) - len(counted)
    if not counted:
        return 0, f"{always} always" if always else "None"
    if not unmet:
        return 0, "All met"
    late = [c for c in unmet if c.due_on is not None and on > c.due_on]
    if late:
        return len(unmet), f"{len(late)} of {len(counted)} late"
    due = min((c.due_on for c in unmet if c.due_on is not None), default=None)
    if any(c.kind == ConditionKind.BEFORE_USE for c in unmet) or due is None:
        return len(unmet), f"{len(unmet)} of {len(counted)} not met yet"
    return len(unmet), f"{len(unmet)} of {len(counted)} due {due.day} {due:%b}"


def _heading(place: Place) -> tuple[Box, ...]:
    """The labels over the column of strips."""
    return tuple(
        verdicts.Box(
            year_groups.short(year, by_age=place.shows_ages),
            year_groups.name(year, by_age=place.shows_ages),
            Mark.SHUT,
            "",
        )
        for year in sorted(place.year_groups)
    )


def _years_url(standing: Standing, place: Place) -> str:
    """Where the head says which years the school has, while nobody has."""
    if place.is_office or place.year_groups_confirmed_at is not None or Role.HEAD not in standing.at(place):
        return ""
    return reverse("schools:year_groups", args=[place.urn])


# Filters and order ----------------------------------------------------------------------------------------------------


def _filters(wanted: RegisterFilter) -> dict[str, Callable[[Row], bool]]:
    """One test for each filter that is on, by the name of its field."""
    tests: dict[str, Callable[[Row], bool]] = {}
    if wanted.words.strip():
        tests["words"] = lambda row: _has_words(row, wanted.words)
    if wanted.status:
        codes = APPROVED if wanted.status == "approved" else (wanted.status,)
        tests["status"] = lambda row: row.status in codes
    if wanted.who:
        tests["who"] = lambda row: verdicts.may(row.answer.of(Audience(wanted.who)))
    if wanted.year is not None:
        tests["year"] = lambda row: _year_may(row, wanted.year)
    if wanted.takes:
        tests["takes"] = lambda row: _takes(row, DataClass(wanted.takes), wanted.who)
    if wanted.only:
        tests["only"] = ONLY[wanted.only]
    return tests


def _has_words(row: Row, words: str) -> bool:
    tool = row.tool
    uses = {label for each in row.answer.audiences for label in verdicts.use_for(each)}
    text = " ".join([tool.name, tool.edition, tool.supplier, *tool.aliases, *sorted(uses)]).casefold()
    return all(word in text for word in words.casefold().split())


def _year_may(row: Row, year: int | None) -> bool:
    pupils = row.answer.of(Audience.PUPILS)
    return verdicts.may(pupils) and year in pupils.year_groups


def _takes(row: Row, data: DataClass, who: str) -> bool:
    """Whether somebody, or the audience looked for, may put in data of this class."""
    asked = [each for each in row.answer.audiences if not who or each.audience == who]
    return any(verdicts.may(each) and each.data_class.rank >= data.rank for each in asked)


ONLY: dict[str, Callable[[Row], bool]] = {
    ATTENTION: lambda row: row.status == "needs_attention",
    CONDITIONS: lambda row: row.conditions_open > 0,
    REVIEW: lambda row: row.review_is_soon,
}
ONLY_WORDS = {ATTENTION: "Attention", CONDITIONS: "Conditions", REVIEW: "Review due"}


def _sort_key(name: str) -> Callable[[Row], Any] | None:
    """Rows come by name, so ties stay in that order."""
    keys: dict[str, Callable[[Row], Any]] = {
        "name": lambda row: (row.tool.sort_name, row.tool.edition.casefold()),
        "status": lambda row: ORDER.index(row.status),
        "data": lambda row: max((each.level for each in row.data), default=0),
        "conditions": lambda row: -row.conditions_open,
        "review": lambda row: (row.review_on is None, row.review_on.toordinal() if row.review_on else 0),
    }
    return keys.get(name)


def _which_to_take_off(rows: Sequence[Row], wanted: RegisterFilter) -> tuple[str, int]:
    """The filter whose absence would find the most, and how many that is; blank when no single one helps."""
    on = _filters(wanted)
    would = {name: sum(all(fits(row) for other, fits in on.items() if other != name) for row in rows) for name in on}
    best = max(would, key=lambda name: would[name], default="")
    return (best, would[best]) if best and would[best] else ("", 0)


# Words ----------------------------------------------------------------------------------------------------------------


def _lead(rows: Sequence[Row]) -> str:
    approved = sum(row.status in APPROVED for row in rows)
    attention = sum(row.status == "needs_attention" for row in rows)
    waiting = sum(row.status in WAITING for row in rows)
    not_yet = sum(row.status == NOT_YET for row in rows)
    if not approved and not attention:
        return "Nothing is approved here yet, so staff may not use any AI tool at work."
    parts = [f"{approved} approved"]
    if attention:
        parts.append(f"{attention} need{'s' if attention == 1 else ''} attention")
    if not_yet:
        parts.append(f"{not_yet} not yet")
    if waiting:
        parts.append(f"{waiting} waiting")
    return f"{', '.join(parts)}. Anything not here is not approved."


def _count(found: int, total: int) -> str:
    noun = "tool" if total == 1 else "tools"
    return f"{total} {noun}" if found == total else f"{found} of {total} {noun}"


def _quick(rows: Sequence[Row], wanted: RegisterFilter) -> list[tuple[str, str]]:
    """Filters to put on with one tap, while none is on: (text, name)."""
    if _filters(wanted):
        return []
    counts = {name: sum(test(row) for row in rows) for name, test in ONLY.items()}
    return [(f"{ONLY_WORDS[name]} {count}", name) for name, count in counts.items() if count]
