"""A sent version as one canonical JSON document, and what differs between two of them. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from tools_registry.answer import Allowance
from tools_registry.words import Audience, DataClass, Subject

from .questions import QUESTIONS, left_out_of
from .screening import facts_of
from .words import Level
from .workflow import Team

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FORMAT = 1
WORDS = re.compile(r"\S+\s*|\s+")
SENTENCES = re.compile(r"[^.!?\n]*[.!?\n]+\s*|[^.!?\n]+")
# Above this many words a difference is shown by sentences: word by word it could not be read.
BY_SENTENCE = 12
MOST_COMPARED = 300
# What every team is asked about again when it changes. The screening is the Deputy DPO's.
EVERYBODYS = ("tool", "places", "trust_wide", "asked", "risks")
DEPUTYS = ("screening", "dpia")


def canonical(document: Mapping[str, Any]) -> str:
    """Sorted keys, no spaces, UTF-8 as it is: the same content is always the same text."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def content(document: Mapping[str, Any]) -> dict[str, Any]:
    """What was said, without the number of the version."""
    return {name: part for name, part in document.items() if name != "number"}


def concerns(team: Team, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether something this team cares about differs."""
    names = EVERYBODYS + (DEPUTYS if team == Team.DEPUTY_DPO else ())
    if any(old.get(name) != new.get(name) for name in names):
        return True
    return any(key in QUESTIONS and team in QUESTIONS[key].teams for key in changed_answers(old, new))


def changed_answers(old: Mapping[str, Any], new: Mapping[str, Any]) -> frozenset[str]:
    before, after = old.get("answers", {}), new.get("answers", {})
    return frozenset(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))


def allowances(document: Mapping[str, Any]) -> tuple[Allowance, ...]:
    """What the version asks for."""
    return tuple(
        Allowance(
            Audience(row["audience"]),
            DataClass(row["data_class"]),
            frozenset(Subject(subject) for subject in row["subjects"]),
            frozenset(row["purposes"]),
            frozenset(row["year_groups"]),
        )
        for row in document["asked"]
    )


def left_out(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Which sections this version has nothing of, each with why, as the reader of a gap in the numbers wants to know."""
    dpia = bool(document["dpia"] or document["risks"])
    children = facts_of(allowances(document)).concerns_pupils
    return tuple(
        f"Section {section.number}, {section.title}, is left out: {why}."
        for section, why in left_out_of(dpia=dpia, children=children)
    )


def allowance_row(allowance: Allowance) -> dict[str, Any]:
    return {
        "audience": str(allowance.audience),
        "data_class": str(allowance.data_class),
        "subjects": sorted(str(subject) for subject in allowance.subjects),
        "purposes": sorted(allowance.purposes),
        "year_groups": sorted(allowance.year_groups),
    }


def worst_residual(document: Mapping[str, Any]) -> Level:
    """The gravest risk that is left. A risk with no word on what is left counts as it was."""
    order = list(Level)
    left = [Level(risk["residual"] or risk["level"]) for risk in document.get("risks", [])]
    return max(left, key=order.index, default=Level.LOW)


@dataclass(frozen=True, slots=True)
class Part:
    """A run of words: "same", "ins" (added) or "del" (taken out)."""

    kind: str
    text: str


def compare(old: str, new: str) -> tuple[Part, ...]:
    """What was added and taken out, by words in a short text and by sentences in a long one."""
    if old == new:
        return (Part("same", new),) if new else ()
    short = max(len(old.split()), len(new.split())) <= BY_SENTENCE
    return _runs(_pieces(old, by_words=short), _pieces(new, by_words=short))


def _pieces(text: str, *, by_words: bool) -> list[str]:
    return (WORDS if by_words else SENTENCES).findall(text)


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    """How many pieces both begin with."""
    return next(
        (n for n, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new))
    )


def _runs(old: Sequence[str], new: Sequence[str]) -> tuple[Part, ...]:
    """Pieces that both begin or end with are set aside; where too much is left to be compared, all of it is new."""
    plain_old, plain_new = [piece.strip() for piece in old], [piece.strip() for piece in new]
    if max(len(old), len(new)) > MOST_COMPARED:
        first = _alike(plain_old, plain_new)
        last = _alike(plain_old[first:][::-1], plain_new[first:][::-1])
        middle_old, middle_new = old[first : len(old) - last], new[first : len(new) - last]
        if max(len(middle_old), len(middle_new)) > MOST_COMPARED:
            whole = [("same", new[:first]), ("del", middle_old), ("ins", middle_new), ("same", new[len(new) - last :])]
            return tuple(Part(kind, "".join(pieces)) for kind, pieces in whole if "".join(pieces).strip())
    parts: list[Part] = []
    for tag, a, b, c, d in SequenceMatcher(None, plain_old, plain_new, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append(Part("same", "".join(new[c:d])))
            continue
        if b > a:
            parts.append(Part("del", "".join(old[a:b])))
        if d > c:
            parts.append(Part("ins", "".join(new[c:d])))
    return tuple(part for part in parts if part.text.strip())
