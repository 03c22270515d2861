"""The trust's agreements with suppliers, as a list and one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import F, Q
from django.urls import reverse

from tools_registry.models import Agreement, Tool
from tools_registry.queries.catalogue import trust_in_sight
from tools_registry.queries.tools import covers_words
from tools_registry.rules import agreements as rules
from trustai.audit.queries import story
from trustai.rules import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from schools.standing import Standing
    from trustai.audit.queries import Told

PAGE = 25
SOON = timedelta(days=60)
SORTS = {"tool": "tool__sort_name", "reference": "reference", "ends": "ends_on", "supplier": "supplier_party"}
IN_FORCE, ENDING, COMING, ENDED, WITHDRAWN = "in_force", "ending", "coming", "ended", "withdrawn"
STATES = {
    IN_FORCE: "In force",
    ENDING: "Ends within 60 days",
    COMING: "Has not begun",
    ENDED: "Has ended",
    WITHDRAWN: "Withdrawn",
}
LOOKS = {
    IN_FORCE: ("yes", "check-circle-fill"),
    ENDING: ("limit", "hourglass-split"),
    COMING: ("pen", "calendar-event"),
    ENDED: ("no", "calendar-x-fill"),
    WITHDRAWN: ("off", "dash-circle-fill"),
}
TOLD = {
    "agreement.added": "entered the agreement.",
    "agreement.changed": "changed it.",
    "agreement.withdrawn": "withdrew it.",
}


@dataclass(frozen=True, slots=True)
class AgreementFilter:
    words: str = ""
    state: str = ""
    sort: str = "tool"


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One agreement and how it stands today."""

    agreement: Agreement
    url: str
    state: str
    covers: str

    @property
    def word(self) -> str:
        return STATES[self.state]

    @property
    def tone(self) -> str:
        return LOOKS[self.state][0]

    @property
    def icon(self) -> str:
        return LOOKS[self.state][1]


@dataclass(frozen=True, slots=True)
class AgreementsPage:
    rows: Page[Agreement]
    shown: Sequence[AgreementRow]
    wanted: AgreementFilter
    ending: int
    add_url: str
    sees_documents: bool

    @property
    def count(self) -> str:
        number = self.rows.paginator.count
        return "1 agreement" if number == 1 else f"{number} agreements"


@dataclass(frozen=True, slots=True)
class Line:
    at: Any
    sentence: str


@dataclass(frozen=True, slots=True)
class AgreementPage:
    row: AgreementRow
    agreement: Agreement
    document_url: str
    document_refusal: str | None
    edit_url: str
    withdraw_url: str
    history: Sequence[Line]


def agreements_page(standing: Standing, wanted: AgreementFilter, number: str) -> AgreementsPage:
    """Raises Refused for somebody who may not see agreements."""
    trust_id = trust_in_sight(standing)
    rules.check_may_see(standing, trust_id)
    rows = Paginator(_found(standing, trust_id, wanted), PAGE).get_page(number)
    may_keep = refusal(rules.check_may_keep, standing, trust_id) is None
    return AgreementsPage(
        rows=rows,
        shown=[_row(agreement, standing.day) for agreement in rows],
        wanted=wanted,
        ending=_in_state(Agreement.objects.filter(trust_id=trust_id), ENDING, standing.day).count(),
        add_url=reverse("tools_registry:add_agreement") if may_keep else "",
        sees_documents=refusal(rules.check_may_read_document, standing, trust_id) is None,
    )


def agreement_rows(standing: Standing, wanted: AgreementFilter) -> Iterator[AgreementRow]:
    """Every agreement asked for, for a sheet."""
    trust_id = trust_in_sight(standing)
    rules.check_may_see(standing, trust_id)
    return (_row(agreement, standing.day) for agreement in _found(standing, trust_id, wanted).iterator(chunk_size=500))


def find(standing: Standing, public_id: Any) -> Agreement:
    """An agreement of a trust the person works for. Raises Agreement.DoesNotExist, and Refused for who may not see it."""
    found = Agreement.objects.filter(trust_id__in=standing.trust_ids).select_related("tool", "document", "by", "trust")
    agreement = found.get(public_id=public_id)
    rules.check_may_see(standing, agreement.trust_id)
    return agreement


def agreement_page(standing: Standing, public_id: Any) -> AgreementPage:
    agreement = find(standing, public_id)
    reads = refusal(rules.check_may_read_document, standing, agreement.trust_id)
    keeps = refusal(rules.check_may_keep, standing, agreement.trust_id) or refusal(rules.check_in_use, agreement)
    here = [agreement.public_id]
    return AgreementPage(
        row=_row(agreement, standing.day),
        agreement=agreement,
        document_url=""
        if reads or agreement.document is None
        else reverse("tools_registry:agreement_document", args=here),
        document_refusal=reads,
        edit_url="" if keeps else reverse("tools_registry:edit_agreement", args=here),
        withdraw_url="" if keeps else reverse("tools_registry:withdraw_agreement", args=here),
        history=[] if reads else [_line(told) for told in story(here, agreement.trust_id)],
    )


def choosable_tools(standing: Standing) -> QuerySet[Tool]:
    return Tool.objects.for_trust(trust_in_sight(standing)).listed().order_by("sort_name", "edition")


def _found(standing: Standing, trust_id: int, wanted: AgreementFilter) -> QuerySet[Agreement]:
    known = Agreement.objects.known_to(standing).filter(trust_id=trust_id)
    found: QuerySet[Agreement] = known.select_related("tool", "document")
    for word in wanted.words.split():
        in_tool = Q(tool__name__icontains=word) | Q(tool__edition__icontains=word)
        found = found.filter(in_tool | Q(reference__icontains=word) | Q(supplier_party__icontains=word))
    if wanted.state:
        found = _in_state(found, wanted.state, standing.day)
    column = F(SORTS.get(wanted.sort.removeprefix("-"), "tool__sort_name"))
    ordered = column.desc(nulls_last=True) if wanted.sort.startswith("-") else column.asc(nulls_last=True)
    return found.order_by(ordered, "tool__sort_name", "-starts_on", "pk")


def _in_state(found: QuerySet[Agreement], state: str, on: date) -> QuerySet[Agreement]:
    if state == WITHDRAWN:
        return found.filter(withdrawn_at__isnull=False)
    found = found.filter(withdrawn_at__isnull=True)
    begun = found.filter(starts_on__lte=on)
    return {
        IN_FORCE: begun.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on)),
        ENDING: begun.filter(ends_on__gt=on, ends_on__lte=on + SOON),
        COMING: found.filter(starts_on__gt=on),
        ENDED: found.filter(ends_on__lte=on),
    }.get(state, found)


def state_of(agreement: Agreement, on: date) -> str:
    if agreement.withdrawn_at is not None:
        return WITHDRAWN
    if agreement.ends_on is not None and agreement.ends_on <= on:
        return ENDED
    if agreement.starts_on > on:
        return COMING
    return ENDING if agreement.ends_on is not None and agreement.ends_on <= on + SOON else IN_FORCE


def _row(agreement: Agreement, on: date) -> AgreementRow:
    return AgreementRow(
        agreement=agreement,
        url=agreement.get_absolute_url(),
        state=state_of(agreement, on),
        covers=covers_words(agreement),
    )


def _line(told: Told) -> Line:
    return Line(told.at, f"{told.who} {TOLD.get(told.kind, told.kind)}")
