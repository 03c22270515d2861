"""One tool's answer as a card, and in small beside others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from schools.models import Role
from tools_registry import verdicts
from tools_registry.answer import answer
from tools_registry.models import Clearance, RegisterEntry, Suspension
from tools_registry.models.entries import entry_url
from tools_registry.purposes import ALWAYS_BENEATH
from tools_registry.rules import requests
from tools_registry.words import Audience, EntryStatus
from trustai.rules import refusal

from . import asked as asking
from .situations import day_in_json, situation_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from schools.models import Place
    from schools.standing import Standing
    from tools_registry.answer import Answer, Condition, Situation
    from tools_registry.models import Tool
    from tools_registry.reasons import Reason
    from tools_registry.verdicts import AudienceRow, Box, Line, Says, Step, ToDo

    from .asked import Asked

READS_ONLY = frozenset({Role.GOVERNOR, Role.TRUSTEE})


@dataclass(frozen=True, slots=True)
class Choice:
    """One edition among several: its verdict at the same size as the others, and how to tell that it is the one."""

    id: str
    name: str
    edition: str
    says: Says
    how_to_tell: str
    url: str


@dataclass(frozen=True, slots=True)
class Data:
    """What the reader may put in."""

    steps: tuple[Step, ...]
    whose: str
    always: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Uses:
    """What the reader may use it for, and not."""

    allowed: tuple[str, ...]
    never: tuple[str, ...]
    exceptions: tuple[Line, ...]
    only_with: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """Who decided, by role, and within what."""

    role: str
    on: date
    clearance: str
    review_on: date | None
    url: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why its use was stopped, as it was typed: for people who are signed in and work there, and nobody else."""

    reason: str
    role: str
    on: date
    everywhere: bool


@dataclass(frozen=True, slots=True)
class Card:
    """The whole answer about one tool at one place. Parts that do not apply are empty."""

    id: str
    name: str
    edition: str
    supplier: str
    how_to_tell: str
    says: Says
    reader: str
    who: tuple[Line, ...] = ()
    years: tuple[Box, ...] = ()
    by_age: bool = False
    minimum_age: int | None = None
    data: Data | None = None
    uses: Uses | None = None
    others: tuple[AudienceRow, ...] = ()
    to_do: tuple[ToDo, ...] = ()
    to_do_count: str = ""
    features_off: tuple[str, ...] = ()
    unsuitable_for: str = ""
    stopped: tuple[Stopped, ...] = ()
    reasons: tuple[Reason, ...] = ()
    decided: Decided | None = None
    elsewhere: str = ""
    asked: Asked | None = None
    ask_url: str = ""
    instead: tuple[Choice, ...] = ()

    @property
    def first_open(self) -> bool:
        """Whether the first reason stands unfolded: where the answer is no, it is what one came for."""
        return not self.says.is_yes


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks, from where, when: what every part of the page needs."""

    standing: Standing
    place: Place
    on: date
    reader: Audience
    where: str
    shown: str


@dataclass(frozen=True, slots=True)
class Read:
    """A tool with its situation and its answer."""

    tool: Tool
    situation: Situation
    given: Answer
    says: Says

    @property
    def waits(self) -> bool:
        """Not yet, or suspended: asking for it would not bring it sooner."""
        return self.says.tone == "pen" or self.given.status == "suspended"


def look_from(standing: Standing, place: Place, shown: str = "") -> Look:
    """Governors and trustees read their own answer, everybody else that of staff; several places are named."""
    roles = standing.roles_for(place)
    reader = Audience.GOVERNORS if roles and roles <= READS_ONLY else Audience.STAFF
    name = "the trust office" if place.is_office else place.name
    return Look(standing, place, standing.day, reader, "" if len(standing.places) == 1 else name, shown)


def same_elsewhere(place: Place, on: date) -> Coalesce:
    """How many other places of the trust have it approved and open today. For a queryset of tools; no place is named."""
    paused = Suspension.objects.filter(tool=OuterRef("tool"), trust_id=place.trust_id, lifted_at=None).filter(
        Q(place=None) | Q(place=OuterRef("place"))
    )
    cleared = Clearance.objects.in_force(on).filter(pk=OuterRef("clearance"))
    entries = (
        RegisterEntry.objects.filter(tool=OuterRef("pk"), trust_id=place.trust_id, status=EntryStatus.APPROVED)
        .exclude(place=place)
        .filter(Q(place__left_on=None) | Q(place__left_on__gt=on), Exists(cleared), ~Exists(paused), review_on__gt=on)
    )
    counted = entries.order_by().values("tool").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def read_one(look: Look, tool: Tool) -> Read:
    situation = situation_of(tool, look.place, look.on)
    given = answer(situation, look.on)
    since = min((each.since for each in situation.suspensions), default=None)
    return Read(tool, situation, given, says_of(look, given, since))


def says_of(look: Look, given: Answer, since: date | None) -> Says:
    place = look.place
    return verdicts.says(given, look.reader, where=look.where, suspended_on=since, by_age=place.shows_ages)


def url(look: Look, **more: str) -> str:
    """The look-up with what was typed and the place kept."""
    kept = {"q": look.shown, "place": str(look.place.public_id) if look.where else "", **more}
    return f"{reverse('tools_registry:look_up')}?{urlencode({key: value for key, value in kept.items() if value})}"


def ask_url(look: Look, **about: str) -> str:
    """Where to ask for it, or blank for those who do not ask."""
    if refusal(requests.check_may_ask, look.standing, look.place):
        return ""
    return f"{reverse('tools_registry:ask')}?{urlencode(about)}"


def choice(look: Look, each: Read) -> Choice:
    tool = each.tool
    return Choice(
        str(tool.public_id),
        tool.name,
        tool.edition,
        each.says,
        _how_to_tell(each),
        url(look, tool=str(tool.public_id)),
    )


def _how_to_tell(each: Read) -> str:
    return each.tool.how_to_tell or verdicts.HOW_TO_TELL[each.situation.tool.sign_in]


# The card ------------------------------------------------------------------------------------------------------------


def card(look: Look, each: Read, instead: Sequence[Read]) -> Card:
    """`instead`: what the reader may use in its place; shown where the answer is no."""
    row: Any = each.tool
    bare = Card(
        id=str(each.tool.public_id),
        name=each.tool.name,
        edition=each.tool.edition,
        supplier=each.tool.supplier,
        how_to_tell=_how_to_tell(each),
        says=each.says,
        reader=look.reader.label,
        stopped=_stopped(each),
        reasons=each.given.all_reasons,
        decided=_decided(look, each),
    )
    found = asking.shown(look, row.open_requests)
    if found and (found.by_me or not each.says.is_yes):
        bare = replace(bare, asked=found)
    if not each.says.is_yes:
        bare = replace(bare, instead=tuple(choice(look, other) for other in instead))
    if each.given.allows_anybody:
        return _open(look, each, replace(bare, unsuitable_for=row.s_entry[0]["unsuitable_for"]))
    return replace(
        bare,
        to_do=verdicts.to_do(_before_use(each), look.on),
        elsewhere="" if each.waits else _elsewhere(row.elsewhere, look.place),
        ask_url="" if each.waits or (found and found.by_me) else ask_url(look, tool=bare.id),
    )


def _open(look: Look, each: Read, bare: Card) -> Card:
    """The parts of a card for a tool that somebody may use today."""
    given, by_age = each.given, look.place.shows_ages
    mine, pupils = given.of(look.reader), given.of(Audience.PUPILS)
    to_do = verdicts.to_do(each.situation.conditions, look.on)
    may = verdicts.may(mine)
    return replace(
        bare,
        who=verdicts.who_lines(given, by_age=by_age),
        years=verdicts.boxes(pupils.years, by_age=by_age) if verdicts.may(pupils) else (),
        by_age=by_age,
        minimum_age=each.situation.tool.minimum_age or None,
        data=Data(verdicts.scale(mine), verdicts.whose(mine), ALWAYS_BENEATH) if may else None,
        uses=_uses(look, each) if may else None,
        others=_others(look, given, by_age=by_age),
        to_do=to_do,
        to_do_count=verdicts.open_count(to_do),
        features_off=given.features_off,
    )


def _uses(look: Look, each: Read) -> Uses:
    mine, entry = each.given.of(look.reader), each.situation.entry
    allowed = verdicts.exceptions(each.given, entry.exceptions if entry else (), look.on)
    only_with = verdicts.only_with(parents=mine.with_parents, work_consent=mine.with_work_consent)
    return Uses(verdicts.use_for(mine), verdicts.never_for(mine), allowed, only_with)


def _others(look: Look, given: Answer, *, by_age: bool) -> tuple[AudienceRow, ...]:
    """The audiences that are not the reader's and may use it."""
    return tuple(
        verdicts.audience_row(other, by_age=by_age)
        for other in given.audiences
        if other.audience != look.reader and verdicts.may(other)
    )


def _stopped(each: Read) -> tuple[Stopped, ...]:
    """From the rows beside the answer: the answer itself is published, and these words are not."""
    row: Any = each.tool
    if each.given.status != "suspended":
        return ()
    return tuple(
        Stopped(s["reason"], Role(s["role"]).label.lower(), day_in_json(s["at"]), s["place_id"] is None)
        for s in row.s_suspensions
    )


def _before_use(each: Read) -> tuple[Condition, ...]:
    """Of a tool that is approved and waits: what has to be done first."""
    entry = each.situation.entry
    return each.given.pending if entry is not None and entry.status == EntryStatus.APPROVED else ()


def _decided(look: Look, each: Read) -> Decided | None:
    row: Any = each.tool
    if not row.s_entry:
        return None
    entry, within = row.s_entry[0], each.given.clearance
    clearance = next((c["reference"] for c in row.s_clearances if c["id"] == within), "")
    runs_it = bool(look.standing.roles_for(look.place) - {Role.STAFF})
    review_on = each.situation.entry.review_on if each.situation.entry and each.given.allows_anybody else None
    return Decided(
        role=Role(entry["decided_role"]).label.lower(),
        on=day_in_json(entry["decided_at"]),
        clearance=clearance,
        review_on=review_on,
        url=entry_url(look.place, each.tool) if runs_it else "",
    )


def _elsewhere(count: int, place: Place) -> str:
    if not count:
        return ""
    school = "school" if not place.is_office else "place"
    if count == 1:
        return f"1 other {school} of the trust has approved it. Each {school} decides for itself."
    return f"{count} other {school}s of the trust have approved it. Each {school} decides for itself."
