"""Conditions that are to be met and are not confirmed yet, place by place. Four queries, whatever their number."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q

from schools import year_groups
from tools_registry.models import Clearance, ConditionProgress, EntryAllowance
from tools_registry.words import ConditionKind, EntryStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date

    from django.db.models import QuerySet

    from schools.models import Place
    from tools_registry.models import Condition, RegisterEntry, Tool

TO_DO = (ConditionKind.BEFORE_USE, ConditionKind.BY_DATE)


@dataclass(frozen=True, slots=True)
class Unmet:
    """A condition where it counts: at one place, or where it is met once for all at every place with such an entry.

    `reported` is what waits for its confirmation; None while nobody has reported it, or when the report was refused.
    """

    condition: Condition
    tool: Tool
    places: tuple[Place, ...]
    reported: ConditionProgress | None

    @property
    def place(self) -> Place:
        """Where its page is."""
        return self.places[0]

    @property
    def is_reported(self) -> bool:
        """Said to be done: a condition for each person only when everybody has done it."""
        if self.reported is None:
            return False
        done, of = self.reported.done_count or 0, self.reported.of_count or 0
        return not self.condition.is_per_person or done >= of


def unmet(conditions: QuerySet[Condition], entries: QuerySet[RegisterEntry], on: date) -> list[Unmet]:
    """Those of `conditions` that count for those of `entries` that are approved within a clearance in force."""
    wanted = list(conditions.filter(withdrawn_at=None, kind__in=TO_DO).order_by("trust_id", "pk"))
    if not wanted:
        return []
    lines = _Lines({condition.trust_id for condition in wanted}, on)
    held = _entries(entries, wanted, lines)
    progress = _progress(wanted, {entry.place_id for entry in held}, on)
    return [found for condition in wanted for found in _of(condition, held, lines, progress)]


class _Lines:
    """Which clearance replaced which: an entry decided within one stands on all that came after it. One query."""

    def __init__(self, trust_ids: Collection[int], on: date) -> None:
        in_force = Exists(Clearance.objects.in_force(on).filter(pk=OuterRef("pk")))
        rows = list(Clearance.objects.filter(trust_id__in=trust_ids).values_list("pk", "replaces_id", in_force))
        self._replaces = {pk: replaces for pk, replaces, _ in rows}
        self.alive = {earlier for pk, _, counts in rows if counts for earlier in self.before(pk)}

    def before(self, clearance_id: int | None) -> set[int]:
        """This one and those it replaced, one after the other."""
        found: set[int] = set()
        while clearance_id is not None and clearance_id not in found:
            found.add(clearance_id)
            clearance_id = self._replaces.get(clearance_id)
        return found


def _entries(entries: QuerySet[RegisterEntry], conditions: list[Condition], lines: _Lines) -> list[RegisterEntry]:
    """The entries they may count for, each with `audiences`, whom it allows anything."""
    cleared = {earlier for condition in conditions for earlier in lines.before(condition.clearance_id)}
    own = {condition.entry_id for condition in conditions if condition.entry_id}
    found = entries.filter(Q(pk__in=own) | Q(clearance_id__in=cleared), status=EntryStatus.APPROVED)
    allowed = EntryAllowance.objects.filter(entry=OuterRef("pk"), withdrawn_at=None).values("audience")
    rows = found.filter(clearance_id__in=lines.alive).annotate(audiences=ArraySubquery(allowed))
    return list(rows.select_related("tool", "place__trust").order_by("place__sort_name", "place_id", "pk"))


def _progress(
    conditions: list[Condition], place_ids: Collection[int], on: date
) -> dict[tuple[int, int | None], ConditionProgress]:
    """What stands about each, by condition and place: what is confirmed, else what was reported last."""
    each = {condition.pk: condition for condition in conditions}
    rows = ConditionProgress.objects.filter(condition__in=each, refused_at=None)
    rows = rows.filter(Q(place=None) | Q(place__in=place_ids)).order_by("school_year", "pk")
    year = year_groups.current_school_year(on)
    found: dict[tuple[int, int | None], ConditionProgress] = {}
    for row in rows:
        before = found.get((row.condition_id, row.place_id))
        counts = row.school_year == year or not each[row.condition_id].resets_each_september
        if counts and (before is None or before.confirmed_at is None):
            found[row.condition_id, row.place_id] = row
    return found


def _of(
    condition: Condition,
    entries: list[RegisterEntry],
    lines: _Lines,
    progress: dict[tuple[int, int | None], ConditionProgress],
) -> Iterator[Unmet]:
    before = lines.before(condition.clearance_id)
    here = [entry for entry in entries if _counts(condition, entry, before)]
    groups: dict[int | None, list[RegisterEntry]] = defaultdict(list)
    for entry in here:
        groups[None if condition.met_once_for_all else entry.place_id].append(entry)
    for place_id, held in groups.items():
        reported = progress.get((condition.pk, None)) or progress.get((condition.pk, place_id))
        if reported is None or reported.confirmed_at is None:
            yield Unmet(condition, held[0].tool, tuple(entry.place for entry in held), reported)


def _counts(condition: Condition, entry: Any, before: Collection[int]) -> bool:
    """Whether it narrows this entry: it is its own or its clearance's, and for people the entry allows something."""
    if condition.entry_id is not None and condition.entry_id != entry.pk:
        return False
    if condition.entry_id is None and entry.clearance_id not in before:
        return False
    return not condition.audiences or bool(set(condition.audiences) & set(entry.audiences))
