"""Which difference in a tool's facts is a change people must be told of, of which kind, in which words. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import facts
from .words import ChangeKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from .facts import Facts


@dataclass(frozen=True, slots=True)
class Changed:
    kind: ChangeKind
    summary: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What of a tool's terms two loads of the catalogue are compared by, besides its facts."""

    supplier: str
    restricted_purposes: frozenset[str]
    education_rule: str
    source_on: date | None


def in_fact(field: str, old: Any, new: Any) -> Changed | None:
    """The change, when the fact got worse; None when it stayed, opened up, or was only not known before."""
    if old == new:
        return None
    return _IN[field](old, new)


def in_facts(old: Facts, new: Facts) -> list[Changed]:
    found = (in_fact(field, getattr(old, field), getattr(new, field)) for field in _IN)
    return [changed for changed in found if changed is not None]


def in_terms(old: Terms, new: Terms) -> list[Changed]:
    """A rule reworded on the same reading is no change of terms; one that was read again and differs is."""
    found: list[Changed] = []
    if old.supplier and old.supplier != new.supplier:
        found.append(Changed(ChangeKind.SUPPLIER, f"Its supplier was {old.supplier} and is now {new.supplier}."))
    if old.restricted_purposes - new.restricted_purposes:
        found.append(Changed(ChangeKind.PURPOSE, "It may no longer be used for everything it was used for."))
    read_again = new.source_on is not None and (old.source_on is None or new.source_on > old.source_on)
    if read_again and old.education_rule and old.education_rule != new.education_rule:
        found.append(Changed(ChangeKind.TERMS, "Its terms were read again, and what they say about schools differs."))
    return found


def _minimum_age(old: int | None, new: int | None) -> Changed | None:
    if old is None or facts.is_looser("minimum_age", old, new):
        return None
    if new is None:
        return Changed(ChangeKind.AGE, "Its minimum age is no longer known.")
    return Changed(ChangeKind.AGE, f"Its minimum age rose from {old} to {new}.")


def _parental_age(old: int | None, new: int | None) -> Changed | None:
    if old is None or facts.is_looser("parental_age", old, new):
        return None
    if new is None:
        return Changed(ChangeKind.AGE, "A parent’s agreement no longer lowers its minimum age.")
    return Changed(ChangeKind.AGE, f"With a parent’s agreement its lowest age rose from {old} to {new}.")


def _age_confirmed(old: bool, new: bool) -> Changed | None:
    return Changed(ChangeKind.AGE, "Its age limit is no longer confirmed from the terms.") if old and not new else None


def _sign_in(old: str, new: str) -> Changed | None:
    if facts.SIGN_IN_RANK[new] <= facts.SIGN_IN_RANK[old]:
        return None
    return Changed(ChangeKind.DATA, f"How people sign in changed: {facts.value_words('sign_in', new).lower()}.")


def _trains(old: str, new: str) -> Changed | None:
    found_out = old == "unknown" and new == "yes"
    if facts.TRAINS_RANK[new] <= facts.TRAINS_RANK[old] and not found_out:
        return None
    words = {
        "yes": "What people type may train it.",
        "can_be_off": "What people type may train it, unless that is off.",
    }
    return Changed(ChangeKind.TERMS, words.get(new, "Whether it trains on what people type is no longer known."))


def _data_location(old: str, new: str) -> Changed | None:
    if not old:
        return None
    return Changed(ChangeKind.HOSTING, f"Where its data is processed changed: {new or 'not known any longer'}.")


_IN: dict[str, Callable[[Any, Any], Changed | None]] = {
    "minimum_age": _minimum_age,
    "parental_age": _parental_age,
    "age_confirmed": _age_confirmed,
    "sign_in": _sign_in,
    "trains_on_inputs": _trains,
    "data_location": _data_location,
}
