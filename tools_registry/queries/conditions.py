"""Conditions as the page of a tool shows them, and the page of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from schools import year_groups
from schools.models import Role
from tools_registry import verdicts
from tools_registry.models import Condition, ConditionProgress
from tools_registry.reasons import day
from tools_registry.rules import conditions as rules
from tools_registry.words import Audience, ConditionKind
from trustai.days import day_of
from trustai.rules import refusal

from . import addresses
from .people import STAND_INS, empty_posts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date
    from uuid import UUID

    from schools.models import Place
    from schools.standing import Standing
    from tools_registry.models import Tool
ACTS = ("report", "confirm", "refuse")


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """One condition here. `state` is a code of `todo.html`; `act` is what this person can do about it, or blank."""

    condition: Condition
    state: str
    title: str
    text: str
    act: str
    url: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class ConditionPage:
    """What the page of one condition shows. A refusal closes the act it stands for."""

    place: Place
    tool: Tool
    row: ConditionRow
    progress: ConditionProgress | None
    report_refusal: str | None
    confirm_refusal: str | None
    owner: str
    set_by: str
    entry_url: str
    urls: Mapping[str, str]

    @property
    def is_open(self) -> bool:
        return self.row.state not in {"met", "always"}

    @property
    def revision(self) -> int:
        """Of what is reported, 0 where nothing is: the acts post it."""
        return self.progress.revision if self.progress else 0

    @property
    def so_far(self) -> str:
        """ "71 of 84 so far": of a condition for each person that not everybody has met."""
        return _so_far(self.row.condition, self.progress)

    @property
    def stands(self) -> ConditionProgress | None:
        """What is reported and neither confirmed nor refused, be it all or a part."""
        found = self.progress
        return found if found is not None and found.confirmed_at is None and found.refused_at is None else None

    @property
    def waits(self) -> bool:
        """It is reported as done and waits for its confirmation."""
        return self.stands is not None and not self.so_far

    @property
    def may_confirm(self) -> bool:
        return self.is_open and self.confirm_refusal is None

    @property
    def asks_how_many(self) -> bool:
        """Whoever confirms it also keeps count: one act says how far it is, and with the last person that it is met."""
        counted = self.row.condition.is_per_person and not self.waits
        return counted and self.may_confirm and self.report_refusal is None

    @property
    def may_report(self) -> bool:
        """Whoever confirms it says so in one act, and reports nothing before."""
        return self.is_open and self.report_refusal is None and not self.may_confirm


def rows_at(
    standing: Standing,
    place: Place,
    tool: Tool,
    *,
    entry_id: int | None,
    clearance_ids: Collection[int],
    empty: Collection[Role],
) -> list[ConditionRow]:
    """The conditions of an entry and of the clearances it stands on. Two queries, however many there are."""
    found = Condition.objects.filter(withdrawn_at=None, trust_id=place.trust_id).filter(
        Q(entry_id=entry_id, entry__isnull=False) | Q(clearance_id__in=clearance_ids)
    )
    conditions = list(found.select_related("owner").order_by("pk"))
    progress = _latest(conditions, place, standing.day)
    rows = [_row(standing, place, tool, each, progress.get(each.pk), empty) for each in conditions]
    order = ("late", "before_use", "due", "always", "met")
    return sorted(rows, key=lambda row: order.index(row.state))


def condition_page(standing: Standing, place: Place, tool: Tool, condition: Condition) -> ConditionPage:
    """Raises Condition.DoesNotExist when it is not one of this tool at this place."""
    progress = _latest([condition], place, standing.day).get(condition.pk)
    empty = empty_posts(place, standing.day)
    stand_in = _stand_in(condition, empty)
    return ConditionPage(
        place=place,
        tool=tool,
        row=_row(standing, place, tool, condition, progress, empty),
        progress=progress,
        report_refusal=refusal(rules.check_may_report, standing, condition, place),
        confirm_refusal=refusal(rules.check_may_confirm, standing, condition, place, stand_in=stand_in),
        owner=condition.owner.name if condition.owner else rules.label(condition.owner_role),
        set_by=rules.label(condition.set_by_role),
        entry_url=addresses.at(place, "entry", tool.public_id),
        urls={act: addresses.at(place, f"{act}_condition", tool.public_id, condition.public_id) for act in ACTS},
    )


def find(place: Place, tool: Tool, public_id: UUID) -> Condition:
    """A condition of this tool that counts at this place. Raises Condition.DoesNotExist."""
    here = Q(entry__place=place, entry__tool=tool) | (
        Q(clearance__tool=tool) & (Q(clearance__is_trust_wide=True) | Q(clearance__places__place=place))
    )
    found = Condition.objects.filter(here, trust_id=place.trust_id, withdrawn_at=None).distinct()
    return found.select_related("owner", "entry", "clearance").get(public_id=public_id)


def _latest(conditions: Iterable[Condition], place: Place, on: date) -> Mapping[int, ConditionProgress]:
    """What was last said about each here: of those that start again each September, this school year."""
    each = {condition.pk: condition for condition in conditions}
    rows = ConditionProgress.objects.filter(condition__in=each).filter(Q(place=place) | Q(place=None))
    rows = rows.select_related("reported_by", "confirmed_by").order_by("school_year", "reported_at", "pk")
    year = year_groups.current_school_year(on)
    return {
        row.condition_id: row
        for row in rows
        if row.school_year == year or not each[row.condition_id].resets_each_september
    }


def _stand_in(condition: Condition, empty: Collection[Role]) -> Role | None:
    role = Role(condition.set_by_role)
    return STAND_INS[role] if role in empty else None


def _row(
    standing: Standing,
    place: Place,
    tool: Tool,
    condition: Condition,
    progress: ConditionProgress | None,
    empty: Collection[Role],
) -> ConditionRow:
    state = _state(condition, progress, standing.day)
    act = _act(standing, place, condition, progress, empty) if state not in {"met", "always"} else ""
    return ConditionRow(
        condition=condition,
        state=state,
        title=condition.words,
        text=_text(condition, progress, state),
        act=act,
        url=addresses.at(place, "condition", tool.public_id, condition.public_id),
        is_mine=bool(act),
    )


def _state(condition: Condition, progress: ConditionProgress | None, on: date) -> str:
    if condition.kind == ConditionKind.ALWAYS:
        return "always"
    if progress is not None and progress.confirmed_at is not None:
        return "met"
    if condition.kind == ConditionKind.BEFORE_USE:
        return "before_use"
    return "late" if condition.due_on is not None and on > condition.due_on else "due"


def _act(
    standing: Standing,
    place: Place,
    condition: Condition,
    progress: ConditionProgress | None,
    empty: Collection[Role],
) -> str:
    """What the link to its page says, for somebody who can do something there."""
    if rules.confirms_as(standing, condition, place, _stand_in(condition, empty)):
        return "Say how far it is" if _so_far(condition, progress) else "Confirm it"
    if not rules.reports_as(standing, condition, place):
        return ""
    if progress is None or progress.refused_at:
        return "Report it as done"
    return "Say how far it is" if _so_far(condition, progress) else "Change the report"


def _text(condition: Condition, progress: ConditionProgress | None, state: str) -> str:
    parts = ["" if state == "before_use" else _for_whom(condition), _when(condition, state)]
    if progress is None:
        parts.append(f"Owner: {_owner(condition)}." if state not in {"always", "met"} else "")
    elif progress.confirmed_at is not None:
        parts.append(f"Confirmed by {progress.confirmed_by} on {day(day_of(progress.confirmed_at))}.")
    elif progress.refused_at is not None:
        parts.append(f"Not confirmed: {progress.refused_reason}")
    elif so_far := _so_far(condition, progress):
        parts.append(f"{so_far}, says {progress.reported_by} on {day(day_of(progress.reported_at))}.")
    else:
        parts.append(f"Reported as done by {progress.reported_by} on {day(day_of(progress.reported_at))}.")
    return " ".join(part for part in parts if part)


def _so_far(condition: Condition, progress: ConditionProgress | None) -> str:
    """ "71 of 84 so far", of what stands and is not all; blank otherwise."""
    if progress is None or progress.confirmed_at is not None or progress.refused_at is not None:
        return ""
    if rules.is_complete(condition, progress):
        return ""
    return f"{progress.done_count or 0} of {progress.of_count or 0} so far"


def _for_whom(condition: Condition) -> str:
    if not condition.audiences:
        return ""
    return "For " + " and ".join(Audience(audience).label.lower() for audience in condition.audiences) + "."


def _when(condition: Condition, state: str) -> str:
    if state == "before_use":
        return verdicts.not_before(frozenset(map(Audience, condition.audiences)))
    if condition.due_on is not None and state in {"due", "late"}:
        return f"{'To be done' if state == 'due' else 'Was to be done'} by {day(condition.due_on)}."
    return "It starts again each September." if condition.resets_each_september else ""


def _owner(condition: Condition) -> str:
    return condition.owner.name if condition.owner else rules.label(condition.owner_role)
