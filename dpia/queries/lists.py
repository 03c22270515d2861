"""The list of cases: seven queries at most, whatever their number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.db.models import Exists, F, Min, OuterRef, Q, Subquery

from dpia.models import Assessment, AssessmentPlace, Author, Review
from dpia.queries.phrases import STATES, place_names
from dpia.workflow import FINAL, Status, Team
from schools.models import Role
from tools_registry.models import Clearance, Tool, ToolChange, ToolChangeAnswer
from trustai.days import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.core.paginator import Page
    from django.db.models import QuerySet

    from schools.standing import Standing

PAGE_LENGTH = 25
SORTS = {
    "due": (F("due_on").asc(nulls_last=True), "opened_at", "pk"),
    "new": ("-opened_at", "-pk"),
    "tool": ("tool__sort_name", "tool__edition", "-pk"),
    "status": ("status", F("due_on").asc(nulls_last=True), "pk"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for. `mine`: "waiting" for my team's review, or "written" by me."""

    words: str = ""
    status: str = ""
    tool: str = ""
    mine: str = ""
    sort: str = "due"

    @property
    def filters(self) -> bool:
        return bool(self.words or self.status or self.tool or self.mine)


@dataclass(frozen=True, slots=True)
class Row:
    reference: str
    url: str
    tool: str
    edition: str
    where: str
    state: str
    word: str
    due_on: date | None
    opened_on: date
    version: int
    by: str


@dataclass(frozen=True, slots=True)
class ListPage:
    rows: tuple[Row, ...]
    page: Page[Assessment]
    wanted: Wanted
    waiting: int
    any_at_all: bool


def changed_since_signing() -> Exists:
    """Something about the tool changed after what the signature stands on was sent, and nobody said carry on (design §2)."""
    mine = {"trust_id": OuterRef(OuterRef("trust_id")), "reference": OuterRef(OuterRef("reference"))}
    assessed = Clearance.objects.filter(**mine).values("assessed_at")[:1]
    answered = ToolChangeAnswer.objects.filter(change=OuterRef("pk"), trust_id=OuterRef(OuterRef("trust_id")))
    return Exists(
        ToolChange.objects.filter(tool=OuterRef("tool"), at__gt=Subquery(assessed))
        .filter(Q(trust=None) | Q(trust_id=OuterRef("trust_id")))
        .exclude(Exists(answered))
    )


def asked_of(standing: Standing) -> Q:
    """Reviews that this person's roles read for, fall-backs left out."""
    found = Q(pk__in=[])
    for held in standing.held:
        if held.role == Role.NETWORK:
            found |= Q(team=Team.NETWORK, trust_id=held.trust_id)
        elif held.role == Role.DEPUTY_DPO:
            found |= Q(team=Team.DEPUTY_DPO, trust_id=held.trust_id)
        elif held.role == Role.SAFEGUARDING:
            found |= Q(team=Team.SAFEGUARDING, trust_id=held.trust_id, place=None)
        elif held.role == Role.DSL:
            found |= Q(team=Team.SAFEGUARDING, place_id=held.place_id)
    return found


def open_reviews() -> QuerySet[Review]:
    return Review.objects.filter(verdict="", superseded_at=None)


def cases(standing: Standing, wanted: Wanted) -> QuerySet[Assessment]:
    """The cases in sight that fit, each with its next due date."""
    due = open_reviews().filter(assessment=OuterRef("pk")).values("assessment").annotate(on=Min("due_on")).values("on")
    found = Assessment.objects.visible_to(standing).annotate(due_on=Subquery(due), attention=changed_since_signing())
    if wanted.words:
        found = found.filter(_said(wanted.words))
    if wanted.status == "open":
        found = found.exclude(status__in=FINAL)
    elif wanted.status == "attention":
        found = found.filter(attention=True)
    elif wanted.status:
        found = found.filter(status=wanted.status)
    if wanted.tool:
        found = found.filter(tool__public_id=wanted.tool)
    return _mine(found, standing, wanted.mine).order_by(*SORTS[wanted.sort])


def _said(words: str) -> Q:
    place = AssessmentPlace.objects.filter(assessment=OuterRef("pk"), place__name__icontains=words)
    tool = Q(tool__name__icontains=words) | Q(tool__supplier__icontains=words) | Q(tool__edition__icontains=words)
    return Q(reference__icontains=words) | tool | Q(Exists(place))


def _mine(found: QuerySet[Assessment], standing: Standing, mine: str) -> QuerySet[Assessment]:
    if mine == "waiting":
        waiting = open_reviews().filter(asked_of(standing), assessment=OuterRef("pk"))
        return found.filter(Exists(waiting), status=Status.IN_REVIEW)
    if mine == "written":
        wrote = Author.objects.filter(assessment=OuterRef("pk"), person_id=standing.person_id)
        return found.filter(Exists(wrote) | Q(by_id=standing.person_id))
    return found


def list_page(standing: Standing, wanted: Wanted, number: str | int) -> ListPage:
    found = cases(standing, wanted).select_related("tool", "by").prefetch_related("places__place")
    page = Paginator(found, PAGE_LENGTH).get_page(number)
    rows = tuple(row(assessment) for assessment in page.object_list)
    mine = cases(standing, Wanted(mine="waiting")).count()
    visible = bool(rows) or Assessment.objects.visible_to(standing).exists()
    return ListPage(rows, page, wanted, mine, any_at_all=visible)


def every_row(standing: Standing, wanted: Wanted) -> Iterable[Row]:
    """All that fit, for a file."""
    found = cases(standing, wanted).select_related("tool", "by").prefetch_related("places__place")
    return (row(assessment) for assessment in found)


def row(assessment: Assessment) -> Row:
    places = [linked.place.name for linked in assessment.places.all()]
    attention = bool(getattr(assessment, "attention", False))
    status = Status(assessment.status)
    return Row(
        reference=assessment.reference,
        url=assessment.get_absolute_url(),
        tool=assessment.tool.name,
        edition=assessment.tool.edition,
        where="The whole trust" if assessment.is_trust_wide else place_names(sorted(places)),
        state="needs_attention" if attention else STATES[status],
        word="" if attention else status.label,
        due_on=getattr(assessment, "due_on", None) if status == Status.IN_REVIEW else None,
        opened_on=day_of(assessment.opened_at),
        version=assessment.version,
        by=assessment.by.name,
    )


def tools_in_sight(standing: Standing) -> list[tuple[str, str]]:
    """The tools that have cases in sight, as choices."""
    seen = Assessment.objects.visible_to(standing).values("tool")
    tools = Tool.objects.filter(pk__in=seen).order_by("sort_name", "edition")
    return [(str(tool.public_id), str(tool)) for tool in tools]
