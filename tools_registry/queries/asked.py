"""That a tool has been asked for already: as whoever looks it up is told, and as the person who asked reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, OuterRef, Q, Value, When
from django.db.models.functions import JSONObject
from django.urls import reverse

from tools_registry import finding
from tools_registry.models import Request
from tools_registry.models.requests import ANSWERS_AT_PLACE, SEES_ALL, RequestStatus
from tools_registry.verdicts import Says

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from tools_registry.finding import Typed

    from .cards import Look

STILL_OPEN = (RequestStatus.OPEN, RequestStatus.FORWARD)
AS_JSON = JSONObject(public_id="public_id", at="at", by_id="by_id")


@dataclass(frozen=True, slots=True)
class Asked:
    """The request that is open: one's own, or else the first at the place. `url`: blank for who may not see it."""

    at: datetime
    by_me: bool
    url: str


def name_key(name: str) -> str:
    """What two requests for a tool of no catalogue have in common, where its name is the same."""
    return "name:" + finding.folded(name).replace(" ", "")


def for_tools(look: Look) -> ArraySubquery:
    """For a queryset of tools: the one request to show beside each, read in the same query."""
    return in_the_same_query(_open(look).filter(tool=OuterRef("pk")))


def of_no_catalogue(look: Look, typed: Typed) -> QuerySet[Request]:
    """The open requests for a tool that nobody knows, by the name or the site that was typed."""
    same = Q(alike_key=name_key(typed.shown))
    if typed.host:
        same |= Q(link_host=typed.host)
    return _open(look).filter(same, tool=None)


def in_the_same_query(rows: QuerySet[Request]) -> ArraySubquery:
    """The first of them, for a queryset of something else to carry along."""
    return ArraySubquery(rows[:1].values(row=AS_JSON))


def first(rows: QuerySet[Request]) -> list[Any]:
    """The first of them, in a query of its own."""
    return list(rows[:1].values_list(AS_JSON, flat=True))


def shown(look: Look, rows: Sequence[Any]) -> Asked | None:
    """From what one of the two above read."""
    if not rows:
        return None
    (row,) = rows
    by_me = row["by_id"] == look.standing.person_id
    answers = look.standing.at(look.place) & set(ANSWERS_AT_PLACE)
    sees = by_me or answers or look.standing.in_trust(look.place.trust_id) & set(SEES_ALL)
    url = reverse("tools_registry:request", args=[row["public_id"]]) if sees else ""
    return Asked(datetime.fromisoformat(row["at"]), by_me, url)


def says_not_yet(asked: Asked, where: str) -> Says:
    """The verdict on a tool that is known only from being asked for."""
    at = f" at {where}" if where else ""
    who = "you have asked for it" if asked.by_me else "somebody has asked for it"
    return Says("pen", (f"Not yet{at}: {who}.", "Do not use it until there is an answer."))


def _open(look: Look) -> QuerySet[Request]:
    """At the place, or one's own anywhere in its trust; one's own first."""
    me = look.standing.person_id
    mine_first = Case(When(by_id=me, then=Value(0)), default=Value(1))
    seen = Request.objects.filter(Q(place=look.place) | Q(by_id=me, trust_id=look.place.trust_id))
    return seen.filter(status__in=STILL_OPEN).order_by(mine_first, "at", "pk")


# One's own request ---------------------------------------------------------------------------------------------------


def own_verdict(request: Request, today: Says | None, *, last_word: str, final: bool) -> Says:
    """The first line of one's own request. Once it is answered yes or decided, what the look-up says `today`.

    `last_word`: the role whose answer is final; `final`: nobody can be asked to look again.
    """
    if request.is_to_be_looked_at_again:
        return Says("pen", (f"Not yet: the {last_word} is looking again.", "You will be told."))
    status = RequestStatus(request.status)
    if today and status in {RequestStatus.ALLOWED, RequestStatus.DECIDED}:
        return today
    if status == RequestStatus.REFUSED:
        return _refused(is_yes=bool(today and today.is_yes), again="" if final else last_word)
    return _waiting(status, is_yes=bool(today and today.is_yes))


def _refused(*, is_yes: bool, again: str) -> Says:
    """`again`: the role that can be asked to look again, where somebody can be."""
    then = "Only what is allowed today counts." if is_yes else "Do not use it."
    first = f"No: {'what you asked for' if is_yes else 'it'} is not allowed."
    return Says("no", (first, f"You can ask the {again} to look again." if again else then))


def _waiting(status: RequestStatus, *, is_yes: bool) -> Says:
    """Not answered; where part of it is allowed already, only that counts."""
    assessed = status == RequestStatus.FORWARD
    if is_yes:
        first = "What you asked for is being assessed." if assessed else "Your request waits for an answer."
        return Says("pen", (first, "Until then only what is allowed today counts."))
    if assessed:
        return Says("pen", ("Not yet: it is being assessed.", "You will be told when there is a decision."))
    return Says("pen", ("Not yet: your request waits for an answer.", "Do not use it until it is approved."))
