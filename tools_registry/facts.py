"""A tool's narrowing facts: a trust's own words laid over the shared ones, which of two is looser, and how they read. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .words import SignIn

if TYPE_CHECKING:
    from collections.abc import Mapping

NOT_CONFIRMED = "Not confirmed: nobody has read this in the terms"
NOT_KNOWN = "Not known"
ADULT = 18
# How far a value opens the answer: 0 the furthest. What is not known counts as the strictest (design §4, laws 1 and 2).
SIGN_IN_RANK = {"none": 0, "school": 1, "personal": 2, "unknown": 2}
TRAINS_RANK = {"no": 0, "can_be_off": 1, "yes": 2, "unknown": 2}
TRAINS_WORDS = {
    "yes": "Yes: what people type may train it",
    "no": "No",
    "can_be_off": "Yes, unless it is switched off",
    "unknown": NOT_KNOWN,
}
SIGN_IN_WORDS = {
    SignIn.NONE: "No account",
    SignIn.SCHOOL: "With a school account",
    SignIn.PERSONAL: "With a personal account",
    SignIn.UNKNOWN: NOT_KNOWN,
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What narrows an answer. A blank minimum age is not known: then no pupil may use it; 0 is any age."""

    minimum_age: int | None
    parental_age: int | None
    age_confirmed: bool
    sign_in: str
    trains_on_inputs: str
    data_location: str

    def with_laid(self, laid: Mapping[str, Any]) -> Facts:
        """These facts with a trust's own laid over them, by field name."""
        return Facts(**{name: laid.get(name, getattr(self, name)) for name in self.__slots__})


def is_looser(field: str, old: Any, new: Any) -> bool:
    """Whether `new` opens more than `old`. A place has no order, so any place but "not known" needs the check."""
    if field in {"minimum_age", "parental_age"}:
        return new is not None and (old is None or new < old)
    if field == "age_confirmed":
        return bool(new) and not old
    if field == "sign_in":
        return SIGN_IN_RANK[new] < SIGN_IN_RANK[old]
    if field == "trains_on_inputs":
        return TRAINS_RANK[new] < TRAINS_RANK[old]
    if field == "data_location":
        return bool(new)
    raise ValueError(f"{field} is not a fact a trust may set")


def age_words(age: int | None) -> str:
    if age is None:
        return NOT_KNOWN
    return "Any age under a school account" if age == 0 else f"{age} and over"


def parental_words(age: int | None, minimum_age: int | None) -> str:
    """The lower age when a parent agrees."""
    if age is None:
        return "No lower age with a parent’s agreement"
    below = "" if minimum_age is None else f", up to {minimum_age}"
    return f"From any age{below}" if age == 0 else f"From {age}{below}"


def value_words(field: str, value: Any) -> str:
    """One value of one field as a page shows it."""
    if field == "minimum_age":
        return age_words(value)
    if field == "parental_age":
        return parental_words(value, None)
    if field == "age_confirmed":
        return "Confirmed from the terms" if value else "Not confirmed"
    if field == "sign_in":
        return SIGN_IN_WORDS[SignIn(value)]
    if field == "trains_on_inputs":
        return TRAINS_WORDS[value]
    return str(value) or NOT_KNOWN
