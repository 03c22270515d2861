"""What changed lately at a place: decisions, suspensions, and the tools themselves. One query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, TextField, Value
from django.db.models.functions import Cast

from tools_registry.models import RegisterEntry, Suspension, ToolChange
from tools_registry.words import ChangeKind, EntryStatus

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from schools.models import Place

SUSPENDED, LIFTED, CHANGED = "suspended", "lifted", "changed"
LEADS = {SUSPENDED: "Suspended:", LIFTED: "Suspension lifted:", CHANGED: "The tool changed:"}
SHOWN = ("happened_at", "what", "about", "tool__public_id", "tool__name", "tool__edition")


@dataclass(frozen=True, slots=True)
class Lately:
    """One thing that happened, in words. Whoever shows it says where it leads to."""

    at: datetime
    lead: str
    sentence: str
    tool_id: UUID


def lately(place: Place, *, limit: int = 6) -> list[Lately]:
    """The newest first. Of the tools only those that this place has decided on."""
    here = Exists(RegisterEntry.objects.filter(place=place, tool=OuterRef("tool")))
    suspensions = Suspension.objects.filter(here, trust_id=place.trust_id)
    suspensions = suspensions.filter(place=None) | suspensions.filter(place=place)
    found = _rows(place.entries.all(), "decided_at", F("status")).union(
        _rows(suspensions, "at", Value(SUSPENDED)),
        _rows(suspensions.filter(lifted_at__isnull=False), "lifted_at", Value(LIFTED)),
        _rows(ToolChange.objects.for_trust(place.trust_id).filter(here), "at", Value(CHANGED), F("kind")),
        all=True,
    )
    return [_said(*row) for row in found.order_by("-happened_at", "tool__public_id", "what")[:limit]]


def _rows(rows: QuerySet[Any], when: str, what: Any, about: Any = None) -> Any:
    """Rows of one kind, as the union takes them."""
    said = rows.annotate(happened_at=F(when), what=_text(what), about=_text(about or Value("")))
    return said.values_list(*SHOWN)


def _text(value: Any) -> Any:
    """Every part of the union has the same columns of the same types."""
    return Cast(value, TextField())


def _said(at: datetime, what: str, about: str, tool_id: UUID, name: str, edition: str) -> Lately:
    tool = f"{name} ({edition})" if edition else name
    lead = LEADS.get(what) or f"{EntryStatus(what).label}:"
    sentence = f"{tool}, {ChangeKind(about).label[0].lower()}{ChangeKind(about).label[1:]}." if about else f"{tool}."
    return Lately(at, lead, sentence, tool_id)
