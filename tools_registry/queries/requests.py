"""What was asked for: alike requests as one, one person's own, and the page of one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Min, Q
from django.urls import reverse

from schools import year_groups
from schools.models import Role
from tools_registry import purposes
from tools_registry.models import Request, Tool
from tools_registry.models.requests import SEES_ALL, RequestStatus, Stage
from tools_registry.queries import asked, cards, situations
from tools_registry.queries.facts import brief_of
from tools_registry.rules import catalogue as catalogue_rules
from tools_registry.rules import requests as rules
from tools_registry.words import RANK, Audience, DataClass, Subject
from trustai.days import day_of
from trustai.rules import refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from schools.models import Place
    from schools.standing import Standing
    from tools_registry.queries.cards import Read
    from tools_registry.queries.facts import FactLine
    from tools_registry.verdicts import Says

PAGE = 25
WAITING, ANSWERED, MINE, ALL = "waiting", "answered", "mine", "all"
SORTS = {"name": "name", "first": "first", "people": "people"}
LOOKS = {
    RequestStatus.OPEN: ("asked_for", "Waiting for an answer"),
    RequestStatus.ALLOWED: ("approved", "Already allowed"),
    RequestStatus.REFUSED: ("declined", "Not allowed"),
    RequestStatus.FORWARD: ("under_review", "Taken forward"),
    RequestStatus.DECIDED: ("done", "Decided"),
}
AGAIN = ("changes_asked", "Look again asked for")


@dataclass(frozen=True, slots=True)
class RequestFilter:
    words: str = ""
    show: str = ""
    stage: str = ""
    data: str = ""
    sort: str = "first"


@dataclass(frozen=True, slots=True)
class RequestRow:
    """Alike requests as one line: who asked, for whom, with what data, how far they are with buying it."""

    name: str
    url: str
    who: str
    where: str
    for_whom: str
    data: str
    level: int
    stage: str
    first_at: datetime
    code: str
    word: str


@dataclass(frozen=True, slots=True)
class RequestsPage:
    rows: Page[Any]
    shown: Sequence[RequestRow]
    wanted: RequestFilter
    answers: bool
    waiting: int
    own: int
    may_ask: bool
    shows_where: bool

    @property
    def count(self) -> str:
        number = self.rows.paginator.count
        return "1 tool asked for" if number == 1 else f"{number} tools asked for"


@dataclass(frozen=True, slots=True)
class AskedLine:
    """One person's request, in words."""

    request: Request
    who: str
    for_whom: str
    uses: Sequence[str]
    data: str
    level: int
    whose: str
    stage: str
    code: str
    word: str


@dataclass(frozen=True, slots=True)
class RequestPage:
    """Alike requests of one place as whoever answers sees them, or one's own as the person who asked sees it."""

    anchor: Request
    place: Place
    lines: Sequence[AskedLine]
    elsewhere: str
    verdict: Says
    today: Says | None
    look_up_url: str
    facts: Sequence[FactLine]
    is_own: bool
    answers: bool
    answer_refusal: str | None
    allowed_refusal: str | None
    forward_refusal: str | None
    forward_url: str
    look_again_refusal: str | None
    link_refusal: str | None
    add_tool_url: str
    last_word: str

    @property
    def begins_with_today(self) -> bool:
        """Whether what is allowed today stands in the first line already."""
        return self.is_own and self.verdict is self.today

    @property
    def open_lines(self) -> Sequence[AskedLine]:
        """Those that an answer from this page is for."""
        return [line for line in self.lines if line.request.is_undecided]

    @property
    def shown(self) -> str:
        """The requests and revisions this page shows, as it posts them back."""
        return ",".join(f"{line.request.public_id}:{line.request.revision}" for line in self.open_lines)

    @property
    def people(self) -> str:
        return people_words(len({line.request.by_id for line in self.lines}))


# The list ------------------------------------------------------------------------------------------------------------


def requests_page(standing: Standing, wanted: RequestFilter, number: str) -> RequestsPage:
    answers = answers_anywhere(standing)
    wanted = replace(wanted, show=wanted.show or (WAITING if answers else MINE))
    rows = Paginator(_groups(standing, wanted), PAGE).get_page(number)
    seen = Request.objects.visible_to(standing)
    return RequestsPage(
        rows=rows,
        shown=_rows(standing, wanted, list(rows)),
        wanted=wanted,
        answers=answers,
        waiting=seen.seen_by_role(standing).waiting().values("trust_id", "alike_key").distinct().count()
        if answers
        else 0,
        own=seen.filter(by_id=standing.person_id).count(),
        may_ask=bool(rules.asks_at(standing)),
        shows_where=len(standing.places) > 1,
    )


def request_rows(standing: Standing, wanted: RequestFilter) -> Iterator[RequestRow]:
    """Every line asked for, for a sheet."""
    wanted = replace(wanted, show=wanted.show or ALL)
    groups = list(_groups(standing, wanted))
    return iter(_rows(standing, wanted, groups))


def answers_anywhere(standing: Standing) -> bool:
    """Whether this person sees requests of others because of a role."""
    at_places = any(standing.place_ids_as(role) for role in (Role.HEAD, Role.AI_LEAD))
    return at_places or any(standing.trust_ids_as(role) for role in SEES_ALL)


def _wanted(standing: Standing, wanted: RequestFilter) -> QuerySet[Request]:
    found = Request.objects.visible_to(standing)
    if wanted.show == MINE:
        found = found.filter(by_id=standing.person_id)
    elif wanted.show == WAITING:
        found = found.seen_by_role(standing).waiting()
    elif wanted.show == ANSWERED:
        found = found.seen_by_role(standing).exclude(status=RequestStatus.OPEN)
    for word in wanted.words.split():
        in_tool = Q(tool__supplier__icontains=word) | Q(link_host__icontains=word)
        found = found.filter(Q(asked_name__icontains=word) | in_tool | Q(what_for__icontains=word))
    if wanted.stage:
        found = found.filter(stage=wanted.stage)
    if wanted.data == "personal":
        found = found.filter(data_class__in=[DataClass.PERSONAL, DataClass.SPECIAL])
    elif wanted.data:
        found = found.exclude(data_class__in=[DataClass.PERSONAL, DataClass.SPECIAL])
    return found


def _groups(standing: Standing, wanted: RequestFilter) -> QuerySet[Request, Any]:
    """One row for each tool asked for in a trust, oldest first unless asked otherwise."""
    column = SORTS.get(wanted.sort.removeprefix("-"), "first")
    grouped = _wanted(standing, wanted).values("trust_id", "alike_key")
    return grouped.annotate(name=Min("asked_name"), first=Min("at"), people=Count("by", distinct=True)).order_by(
        f"-{column}" if wanted.sort.startswith("-") else column, "name", "alike_key"
    )


def _rows(standing: Standing, wanted: RequestFilter, groups: Sequence[dict[str, Any]]) -> list[RequestRow]:
    """The lines of these groups: one more query."""
    keys = {(group["trust_id"], group["alike_key"]) for group in groups}
    alike: dict[tuple[int, str], list[Request]] = defaultdict(list)
    if keys:
        found = _wanted(standing, wanted).filter(alike_key__in={key for _, key in keys})
        for request in found.select_related("tool", "place", "by").order_by("at", "pk"):
            alike[request.trust_id, request.alike_key].append(request)
    return [_row(alike[group["trust_id"], group["alike_key"]], standing) for group in groups]


def _row(alike: Sequence[Request], standing: Standing) -> RequestRow:
    first = next((request for request in alike if request.is_waiting), alike[0])
    worst = max((DataClass(request.data_class) for request in alike), key=RANK.__getitem__)
    people = {request.by_id for request in alike}
    code, word = look(first)
    return RequestRow(
        name=first.asked_name,
        url=first.get_absolute_url(),
        who="You" if people == {standing.person_id} else people_words(len(people)),
        where=", ".join(sorted({request.place.name for request in alike})),
        for_whom=_audience_words(sorted({code for request in alike for code in request.audiences}), alike),
        data=worst.label,
        level=worst.rank + 1,
        stage=stage_words(_most_pressing(alike)),
        first_at=alike[0].at,
        code=code,
        word=word,
    )


def look(request: Request) -> tuple[str, str]:
    """The state's code and words."""
    return AGAIN if request.is_to_be_looked_at_again else LOOKS[RequestStatus(request.status)]


def people_words(count: int) -> str:
    return "1 person asked" if count == 1 else f"{count} people asked"


def _audience_words(codes: Sequence[str], alike: Iterable[Request]) -> str:
    said = [Audience(code).label for code in Audience.values if code in codes and code != Audience.PUPILS]
    if Audience.PUPILS in codes:
        years = sorted({year for request in alike for year in request.year_groups})
        said.insert(1 if said else 0, f"Pupils, {year_groups.words(years)}" if years else "Pupils")
    return "; ".join(said)


def _most_pressing(alike: Sequence[Request]) -> Request:
    """In use before about to be bought before the rest; of those the soonest."""
    order = {Stage.IN_USE: 0, Stage.BUYING: 1, Stage.NOT_BOUGHT: 2}
    return min(alike, key=lambda request: (order[Stage(request.stage)], request.buy_on or day_of(request.at)))


def stage_words(request: Request) -> str:
    """Already in use since 3 September 2025, contract until 31 August 2027."""
    words = Stage(request.stage).label
    if request.stage == Stage.BUYING and request.buy_on:
        return f"{words} on {_day(request.buy_on)}"
    if request.stage == Stage.IN_USE and request.in_use_since:
        until = (
            f", contract until {_day(request.contract_ends_on - timedelta(days=1))}" if request.contract_ends_on else ""
        )
        return f"{words} since {_day(request.in_use_since)}{until}"
    return words


def _day(on: Any) -> str:
    return f"{on.day} {on:%B %Y}"


# One -----------------------------------------------------------------------------------------------------------------


def find(standing: Standing, public_id: UUID) -> Request:
    """A request in sight. Raises Request.DoesNotExist."""
    rows = Request.objects.visible_to(standing).select_related(
        "place__trust", "tool", "by", "answered_by", "recommended_by"
    )
    return rows.get(public_id=public_id)


def request_page(standing: Standing, public_id: UUID) -> RequestPage:
    anchor = find(standing, public_id)
    place = anchor.place
    alike = _alike(anchor, standing)
    mine = [request for request in alike if request.place_id == place.pk]
    shown = mine if _answers_here(anchor, standing) else [anchor]
    read = _today(anchor.tool_id, place, standing)
    tool, given = (read.tool, read.given) if read else (None, None)
    today = read.says if read else None
    last_word = "trust lead" if place.is_office else "headteacher"
    look_again_refusal = refusal(rules.check_can_look_again, standing, anchor)
    refused = refusal(rules.check_may_answer, standing, place) or refusal(rules.check_can_answer, standing, anchor)
    return RequestPage(
        anchor=anchor,
        place=place,
        lines=[_line(request, standing) for request in shown],
        elsewhere=_elsewhere(alike, place),
        verdict=asked.own_verdict(anchor, today, last_word=last_word, final=look_again_refusal is not None),
        today=today,
        look_up_url=_card_url(tool, place, standing) if tool else "",
        facts=brief_of(tool) if tool else [],
        is_own=anchor.by_id == standing.person_id,
        answers=_answers_here(anchor, standing),
        answer_refusal=refused,
        allowed_refusal=refusal(rules.check_already_allowed, given, _to_answer(anchor, mine)),
        forward_refusal=refusal(rules.check_may_take_forward, standing, place)
        or refusal(rules.check_can_take_forward, anchor),
        forward_url=_start_url(alike),
        look_again_refusal=look_again_refusal,
        link_refusal=refusal(rules.check_may_take_forward, standing, place),
        add_tool_url=_add_tool_url(anchor, standing),
        last_word=last_word,
    )


def _answers_here(anchor: Request, standing: Standing) -> bool:
    """Whether the whole group is in sight by a role, not only one's own request."""
    at_place = standing.at(anchor.place) & {Role.HEAD, Role.AI_LEAD}
    return bool(at_place) or bool(standing.in_trust(anchor.trust_id) & set(SEES_ALL))


def _alike(anchor: Request, standing: Standing) -> list[Request]:
    rows = Request.objects.visible_to(standing).filter(trust_id=anchor.trust_id, alike_key=anchor.alike_key)
    return list(rows.select_related("place", "tool", "by", "answered_by", "recommended_by").order_by("at", "pk"))


def _elsewhere(alike: Sequence[Request], place: Place) -> str:
    """Other places of the trust where it was asked for, in words."""
    names = sorted({request.place.name for request in alike if request.place_id != place.pk})
    return ", ".join(names)


def _line(request: Request, standing: Standing) -> AskedLine:
    data = DataClass(request.data_class)
    code, word = look(request)
    whose = [Subject(code).label for code in Subject.values if code in request.subjects]
    return AskedLine(
        request=request,
        who="You" if request.by_id == standing.person_id else request.by.name or request.by.email,
        for_whom=_audience_words(request.audiences, [request]),
        uses=purposes.labels(tuple(request.purposes)),
        data=data.label,
        level=data.rank + 1,
        whose=", ".join(whose),
        stage=stage_words(request),
        code=code,
        word=word,
    )


def _today(tool_id: int | None, place: Place, standing: Standing) -> Read | None:
    """The tool with the trust's facts, and what the look-up says of it at the place asked for: one query."""
    if tool_id is None:
        return None
    wanted = Tool.objects.filter(pk=tool_id).with_facts(place.trust_id)
    tool = situations.with_situation(wanted, place, standing.day).get()
    return cards.read_one(cards.look_from(standing, place), tool)


def _card_url(tool: Tool, place: Place, standing: Standing) -> str:
    """Its card in the look-up; nothing for who no longer looks from there."""
    if place not in standing.places:
        return ""
    return cards.url(cards.look_from(standing, place), tool=str(tool.public_id))


def _to_answer(anchor: Request, mine: Sequence[Request]) -> Sequence[Request]:
    """The requests that one answer is for."""
    return [request for request in mine if request.is_undecided] or [anchor]


def _start_url(alike: Sequence[Request]) -> str:
    """Where an assessment is begun, with the alike requests that are still open. Only its name is known here."""
    wanted = [("request", str(request.public_id)) for request in alike if request.is_undecided]
    return f"{reverse('dpia:start')}?{urlencode(wanted)}"


def _add_tool_url(anchor: Request, standing: Standing) -> str:
    if anchor.tool_id is not None or refusal(catalogue_rules.check_may_add, standing, anchor.trust_id):
        return ""
    return f"{reverse('tools_registry:add_tool')}?request={anchor.public_id}"


# Asking --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AskPage:
    """`tool` is the one asked for, where it is in the catalogue; `today` what the look-up says of it where one asks."""

    tool: Tool | None
    place: Place
    today: Says | None
    look_up_url: str
    facts: Sequence[FactLine]
    answerer: str


def ask_page(standing: Standing, tool_id: UUID | None, place: Place) -> AskPage:
    """Raises Tool.DoesNotExist for a tool that is not in sight."""
    wanted = Tool.objects.for_trust(place.trust_id).listed()
    read = _today(wanted.get(public_id=tool_id).pk, place, standing) if tool_id is not None else None
    tool = read.tool if read else None
    return AskPage(
        tool=tool,
        place=place,
        today=read.says if read else None,
        look_up_url=_card_url(tool, place, standing) if tool else "",
        facts=brief_of(tool) if tool else [],
        answerer="The trust’s teams answer" if place.is_office else "Your AI lead or headteacher answers",
    )
