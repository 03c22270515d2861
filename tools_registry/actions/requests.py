"""The only code that writes what people ask for, and the answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from schools.models import Place, Role
from schools.standing import people_holding
from tools_registry import finding
from tools_registry.models import Request, Tool
from tools_registry.models.requests import ANSWERS_FOR_TRUST, HAVE_THE_LAST_WORD, RequestStatus, Stage
from tools_registry.queries import people, situations
from tools_registry.queries.asked import STILL_OPEN, name_key
from tools_registry.rules import requests as rules
from tools_registry.words import Audience, DataClass
from trustai.audit.actions import record
from trustai.days import day_of
from trustai.notices.actions import tell
from trustai.rules import AlreadyDone, Conflict, refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from schools.standing import Standing
    from tools_registry import answer as answers
    from tools_registry.words import Subject
    from trustai.accounts.models import User


@dataclass(frozen=True, slots=True)
class Asked:
    """What one person asks for. Either a tool of the catalogue, or a name and perhaps a link of one that is not there."""

    place_id: int
    audiences: frozenset[Audience]
    data_class: DataClass
    stage: Stage
    tool_id: int | None = None
    name: str = ""
    link: str = ""
    year_groups: tuple[int, ...] = ()
    purposes: frozenset[str] = frozenset()
    what_for: str = ""
    subjects: frozenset[Subject] = frozenset()
    buy_on: date | None = None
    in_use_since: date | None = None
    contract_ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Already allowed, or not allowed; in words for the person who asked."""

    allowed: bool
    words: str = ""


@transaction.atomic
def make(*, asked: Asked, by: User, standing: Standing, at: datetime) -> Request:
    place = next((place for place in standing.places if place.pk == asked.place_id), None)
    if place is None:
        raise Request.DoesNotExist
    Place.objects.select_for_update(no_key=True).get(pk=place.pk)
    rules.check_may_ask(standing, place)
    rules.check_is_named(chosen=asked.tool_id is not None, name=finding.read(asked.name).shown)
    rules.check_stage(asked.stage, buy_on=asked.buy_on, in_use_since=asked.in_use_since, on=day_of(at))
    tool = _tool_asked_for(asked, place)
    request = _request(asked, place, tool, by=by, at=at)
    request.alike_key = _alike_key(request)
    _check_not_twice(request)
    request.save(force_insert=True)
    _record("request.made", request, rules.acting_at(standing, place, rules.ASKS), by=by, at=at)
    _tell(_who_is_told(request, day_of(at)), "request.received", request, at)
    return request


@transaction.atomic
def answer_(*, shown: Mapping[UUID, int], answer: Answer, by: User, standing: Standing, at: datetime) -> list[Request]:
    """One answer to alike requests of one place, each with the revision that was `shown`. What came later stays open.

    An AI lead's no is a recommendation: the head is told and may answer in their place (design §3).
    """
    requests = _lock_shown(shown, standing)
    place = requests[0].place
    rules.check_may_answer(standing, place)
    for request in requests:
        rules.check_can_answer(standing, request)
    if answer.allowed:
        rules.check_already_allowed(_allowed_today(requests[0], day_of(at)), requests)
    else:
        rules.check_reason(answer.words)
    role = rules.acting_at(standing, place, rules.answers_here(place)) or Role.HEAD
    status = RequestStatus.ALLOWED if answer.allowed else RequestStatus.REFUSED
    for request in requests:
        _move(request, status, answer.words, role, by=by, at=at)
        _tell({request.by_id} - {by.pk}, "request.answered", request, at)
    if status == RequestStatus.REFUSED and role not in HAVE_THE_LAST_WORD:
        _tell(_final_answerers(place, day_of(at)), "request.recommended_no", requests[0], at)
    return requests


@transaction.atomic
def take_forward(*, request_ids: Collection[int], by: User, standing: Standing, at: datetime) -> list[Request]:
    """They go into an assessment. Called when the case is begun, inside its transaction too."""
    requests = _lock(request_ids)
    for request in requests:
        rules.check_may_take_forward(standing, request.place)
        rules.check_can_take_forward(request)
    for request in requests:
        role = rules.acting_at(standing, request.place, (*rules.answers_here(request.place), *ANSWERS_FOR_TRUST))
        _move(request, RequestStatus.FORWARD, "", role or Role.HEAD, by=by, at=at)
        _tell({request.by_id} - {by.pk}, "request.taken_forward", request, at)
    return requests


@transaction.atomic
def mark_decided(
    *, trust_id: int, tool_id: int, place_id: int, by: User, at: datetime, role: str = Role.HEAD
) -> list[Request]:
    """A step of deciding an entry in `role`: whoever asked for the tool here is told that there is a decision."""
    waiting = Request.objects.filter(trust_id=trust_id, tool_id=tool_id, place_id=place_id, status__in=STILL_OPEN)
    requests = _lock(waiting.values_list("pk", flat=True))
    for request in requests:
        _move(request, RequestStatus.DECIDED, request.answer, role, by=by, at=at)
        _tell({request.by_id} - {by.pk}, "request.decided", request, at)
    return requests


@transaction.atomic
def look_again(*, request_id: int, reason: str, revision: int, by: User, standing: Standing, at: datetime) -> Request:
    """The person who asked takes a no to the head, once."""
    (request,) = _lock([request_id])
    if request.is_to_be_looked_at_again and request.by_id == by.pk:
        raise AlreadyDone("You have asked for another look already. You will be told.")
    rules.check_can_look_again(standing, request)
    _check_fresh(request, revision)
    request.look_again_at, request.look_again_reason = at, reason
    _save(request, "look_again_at", "look_again_reason")
    _record("request.look_again", request, rules.acting_at(standing, request.place, rules.ASKS), by=by, at=at)
    _tell(_final_answerers(request.place, day_of(at)) - {by.pk}, "request.look_again", request, at)
    return request


@transaction.atomic
def link(*, request_public_id: UUID, tool: Tool, by: User, standing: Standing, at: datetime) -> list[Request]:
    """Those who asked for it by name have asked for this tool of the catalogue: wherever this person may take it forward."""
    anchor = Request.objects.visible_to(standing).select_related("place").get(public_id=request_public_id)
    rules.check_may_take_forward(standing, anchor.place)
    if tool.trust_id not in {None, anchor.trust_id}:
        raise Tool.DoesNotExist
    alike = Request.objects.filter(trust_id=anchor.trust_id, alike_key=anchor.alike_key, tool__isnull=True)
    mine = [each.pk for each in alike.select_related("place") if _may_take_forward(standing, each)]
    requests = _lock(mine)
    for request in requests:
        request.tool, request.alike_key = tool, _key_of(tool)
        _save(request, "tool", "alike_key")
        role = rules.acting_at(standing, request.place, ANSWERS_FOR_TRUST)
        _record("request.linked", request, role, by=by, at=at)
    return requests


def _may_take_forward(standing: Standing, request: Request) -> bool:
    return refusal(rules.check_may_take_forward, standing, request.place) is None


# Steps ---------------------------------------------------------------------------------------------------------------


def _tool_asked_for(asked: Asked, place: Place) -> Tool | None:
    """The tool chosen, or the only one of the catalogue that bears exactly the name that was typed."""
    known = Tool.objects.for_trust(place.trust_id).listed()
    if asked.tool_id is not None:
        return known.get(pk=asked.tool_id)
    named = list(known.filter(sort_name=finding.folded(finding.read(asked.name).shown))[:2])
    return named[0] if len(named) == 1 else None


def _request(asked: Asked, place: Place, tool: Tool | None, *, by: User, at: datetime) -> Request:
    """Only what belongs to the answers given is kept: no year groups without pupils, no day without its stage."""
    about_people = asked.data_class.is_personal
    for_pupils = Audience.PUPILS in asked.audiences
    in_use = asked.stage == Stage.IN_USE
    typed = finding.read(asked.name)
    return Request(
        trust_id=place.trust_id,
        place=place,
        tool=tool,
        asked_name=str(tool) if tool else typed.shown,
        link_host=finding.host_of(asked.link) or typed.host,
        audiences=sorted(asked.audiences),
        year_groups=sorted(set(asked.year_groups)) if for_pupils else [],
        purposes=sorted(asked.purposes),
        what_for=asked.what_for,
        data_class=asked.data_class,
        subjects=sorted(asked.subjects) if about_people else [],
        stage=asked.stage,
        buy_on=asked.buy_on if asked.stage == Stage.BUYING else None,
        in_use_since=asked.in_use_since if in_use else None,
        contract_ends_on=asked.contract_ends_on if in_use else None,
        by=by,
        at=at,
    )


def _key_of(tool: Tool) -> str:
    return f"tool:{tool.public_id}"


def _alike_key(request: Request) -> str:
    """One key for one tool. What is in no catalogue is the same when the name is, or the site."""
    if request.tool is not None:
        return _key_of(request.tool)
    name = name_key(request.asked_name)
    if not request.link_host:
        return name
    same_site = Request.objects.filter(trust_id=request.trust_id, link_host=request.link_host, tool__isnull=True)
    return same_site.order_by("at").values_list("alike_key", flat=True).first() or name


def _check_not_twice(request: Request) -> None:
    """Asking again for what one has asked for and what is not decided yet says nothing new."""
    same = Request.objects.filter(
        place=request.place, by=request.by, alike_key=request.alike_key, status__in=STILL_OPEN
    )
    if same.exists():
        raise AlreadyDone("You have asked for it already. You will be told when there is an answer.")


def _lock(ids: Collection[int]) -> list[Request]:
    locked = Request.objects.select_for_update(of=("self",)).select_related("place__trust", "tool")
    return list(locked.filter(pk__in=list(ids)).order_by("pk"))


def _lock_shown(shown: Mapping[UUID, int], standing: Standing) -> list[Request]:
    """The requests one page showed: all in sight, alike, of one place, and as they were shown."""
    visible = Request.objects.seen_by_role(standing).filter(public_id__in=list(shown))
    requests = _lock(visible.values_list("pk", flat=True))
    if not requests or len(requests) != len(shown):
        raise Request.DoesNotExist
    if len({(request.place_id, request.alike_key) for request in requests}) > 1:
        raise Conflict("These requests are no longer about one tool at one place. Look at them again.")
    for request in requests:
        _check_fresh(request, shown[request.public_id])
    return requests


def _check_fresh(request: Request, revision: int) -> None:
    if request.revision != revision:
        raise Conflict(
            f"The request for {request.asked_name} changed while you were reading it. Look at it again; nothing was saved."
        )


def _allowed_today(request: Request, on: date) -> answers.Answer | None:
    """What is allowed with the tool asked for, where it is asked for; None for a tool that is in no catalogue."""
    if request.tool is None:
        return None
    wanted = situations.with_situation(Tool.objects.filter(pk=request.tool.pk), request.place, on)
    ((_, found),) = situations.answers(wanted, request.place, on)
    return found


def _move(request: Request, status: RequestStatus, words: str, role: str, *, by: User, at: datetime) -> None:
    """The one place a request's status is assigned, with its event. A first no is kept beside the answer that follows it."""
    before = request.status
    if before == RequestStatus.REFUSED:
        request.recommendation = request.answer
        request.recommended_by, request.recommended_at = request.answered_by, request.answered_at
    request.status = status
    request.answer = words
    request.answered_by, request.answered_role, request.answered_at = by, role, at
    _save(
        request,
        "status",
        "answer",
        "answered_by",
        "answered_role",
        "answered_at",
        "recommendation",
        "recommended_by",
        "recommended_at",
    )
    _record(f"request.{status}", request, role, by=by, at=at, before=before)


def _save(request: Request, *columns: str) -> None:
    request.revision += 1
    request.save(update_fields=[*columns, "revision"])


# Who is told ---------------------------------------------------------------------------------------------------------


def _who_is_told(request: Request, on: date) -> set[int]:
    """Those who answer; and those who can add a tool that is in no catalogue yet."""
    found = set(_holding(request.place, rules.answers_here(request.place), on))
    if request.tool is None:
        found |= set(people_holding(Role.NETWORK, Role.DEPUTY_DPO, trust_id=request.trust_id, on=on))
    return found - {request.by_id}


def _final_answerers(place: Place, on: date) -> set[int]:
    return set(_holding(place, (Role.TRUST_LEAD,) if place.is_office else (Role.HEAD,), on))


def _holding(place: Place, roles: Sequence[Role], on: date) -> list[int]:
    return people_holding(*roles, trust_id=place.trust_id, on=on, place_id=None if place.is_office else place.pk)


def _tell(whom: set[int], kind: str, request: Request, at: datetime) -> None:
    path, about = request.get_absolute_url(), str(request.tool) if request.tool_id else "a tool"
    still_here = people.still_in(request.trust_id, whom, on=day_of(at))
    tell(still_here, kind, trust_id=request.trust_id, path=path, about=about, at=at)


def _record(
    kind: str, request: Request, role: str | None, *, by: User, at: datetime, before: str | None = None
) -> None:
    more: dict[str, Any] = {} if before is None else {"before": before}
    record(
        kind,
        trust_id=request.trust_id,
        subject_type="request",
        subject_id=request.public_id,
        urn=request.place.urn,
        role=role or "",
        by=by,
        at=at,
        tool=str(request.tool.public_id) if request.tool else None,
        stage=request.stage,
        **more,
    )


@transaction.atomic
def reopen(*, request_ids: Collection[int], by: User, role: str, at: datetime) -> list[Request]:
    """A step of withdrawing a case: what it had taken forward waits for an answer again, and whoever asked is told."""
    requests = [request for request in _lock(request_ids) if request.status == RequestStatus.FORWARD]
    for request in requests:
        _move(request, RequestStatus.OPEN, "", role, by=by, at=at)
        _tell({request.by_id} - {by.pk}, "request.reopened", request, at)
    return requests
