"""Conditions as whoever decides reads them: when each counts, what it asks for, who sees to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from tools_registry.reasons import day
from tools_registry.rules.conditions import label
from tools_registry.words import ConditionKind

if TYPE_CHECKING:
    from tools_registry.actions.conditions import OwnCondition


@dataclass(frozen=True, slots=True)
class Term:
    """ "By 11 December 2026:", the words, "Owner: Headteacher. Not done yet."."""

    lead: str
    words: str
    owner: str


def of_clearance(row: dict[str, Any]) -> Term:
    """From a row of `situations.with_situation`: it may have been met here before."""
    kind = ConditionKind(row["kind"])
    is_met = row["met_this_year"] if row["resets_each_september"] else row["met"]
    state = "" if kind == ConditionKind.ALWAYS else "Done." if is_met else "Not done yet."
    due_on = date.fromisoformat(row["due_on"]) if row["due_on"] else None
    return Term(_lead(kind, due_on), row["words"], _owner(row["owner_role"], row["is_per_person"], state))


def of_own(new: OwnCondition) -> Term:
    return Term(_lead(ConditionKind(new.kind), new.due_on), new.words, _owner(new.owner_role, new.is_per_person, ""))


def _lead(kind: ConditionKind, due_on: date | None) -> str:
    return f"By {day(due_on)}:" if due_on is not None else f"{kind.label}:"


def _owner(role: str, is_per_person: bool, state: str) -> str:
    each = "Each person does it." if is_per_person else ""
    return " ".join(part for part in (f"Owner: {label(role)}.", each, state) if part)
