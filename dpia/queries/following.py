"""What follows a signature: the clearance it issued, and what each place in sight has decided within it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dpia.queries import phrases
from tools_registry.models import RegisterEntry
from tools_registry.queries import addresses
from tools_registry.queries.clearances import in_sight
from tools_registry.rules import entries as rules
from tools_registry.words import EntryStatus

if TYPE_CHECKING:
    from datetime import date

    from dpia.case import Case
    from schools.models import Place
    from schools.standing import Standing
    from tools_registry.models import Clearance

MOST = 8


@dataclass(frozen=True, slots=True)
class AtPlace:
    """`decide_url` only for whoever decides there, while nothing is decided within this clearance."""

    name: str
    url: str
    code: str
    word: str
    decide_url: str


@dataclass(frozen=True, slots=True)
class Following:
    url: str
    state: str
    places: tuple[AtPlace, ...]
    more: int

    @property
    def to_decide(self) -> tuple[AtPlace, ...]:
        return tuple(place for place in self.places if place.decide_url)


def following(standing: Standing, case: Case) -> Following | None:
    """Three queries; None where no clearance of this case is in sight. Places this person decides for come first."""
    issued = in_sight(standing).filter(reference=case.assessment.reference, version=case.assessment.version)
    clearance = issued.filter(trust=case.trust).first()
    if clearance is None:
        return None
    covered = {place.pk for place in case.places}
    here = [
        place
        for place in standing.places
        if place.trust_id == case.trust.pk and (clearance.is_trust_wide or place.pk in covered)
    ]
    entries = {e.place_id: e for e in RegisterEntry.objects.filter(place__in=here, tool_id=clearance.tool_id)}
    counts = not (clearance.withdrawn_at or clearance.replaced_by.exists() or _has_ended(clearance, standing.day))
    rows = [_at(standing, case, clearance, place, entries.get(place.pk), counts=counts) for place in here]
    rows.sort(key=lambda row: not row.decide_url)
    return Following(
        clearance.get_absolute_url(),
        _state(clearance, standing.day, counts=counts),
        tuple(rows[:MOST]),
        max(len(rows) - MOST, 0),
    )


def _has_ended(clearance: Clearance, on: date) -> bool:
    return clearance.ends_on is not None and clearance.ends_on <= on


def _state(clearance: Clearance, on: date, *, counts: bool) -> str:
    if counts:
        return "In force"
    if clearance.withdrawn_at is not None:
        return f"Withdrawn {phrases.day(clearance.withdrawn_at)}"
    return "Ended" if _has_ended(clearance, on) else "Replaced by a newer one"


def _at(
    standing: Standing, case: Case, clearance: Clearance, place: Place, entry: RegisterEntry | None, *, counts: bool
) -> AtPlace:
    tool = case.assessment.tool.public_id
    within_it = entry is not None and (entry.clearance_id == clearance.pk or entry.decided_at >= clearance.signed_at)
    decides = counts and not within_it and rules.decides_as(standing, place) is not None
    if entry is None:
        code, word = ("asked_for", "To be decided") if counts else ("not_listed", "Nothing was decided")
    else:
        status = EntryStatus(entry.status)
        code, word = str(status), f"{status.label} {phrases.day(entry.decided_at)}"
    url, decide_url = (addresses.at(place, name, tool) for name in ("entry", "decide"))
    return AtPlace(place.name, url, code, word, decide_url if decides else "")
