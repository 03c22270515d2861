"""Whether a DPIA is needed, and why, by the 22 criteria (facts in docs; UK GDPR Art 35(3), (4); WP248 rev.01). Pure.

The rules: any of the law's own three; any of the ICO's list that stands alone; otherwise two different European
criteria. Five items of the ICO's list need one European criterion beside them, and one fact counts once: new
technology is European 8 said again, biometrics and genetics are European 4, tracking is European 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tools_registry.words import Audience, DataClass, Subject

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from tools_registry.answer import Allowance

LAW = "UK GDPR Art 35(3)"
ICO = "ICO, Art 35(4) list"
EUROPEAN = "WP248 rev.01"


class Source(StrEnum):
    ALWAYS = "always"
    ICO = "ico"
    EUROPEAN = "european"


SOURCE_TITLES = {
    Source.ALWAYS: "The law itself: always a DPIA",
    Source.ICO: "The Information Commissioner’s list",
    Source.EUROPEAN: "The European criteria: two of them mean a DPIA",
}


@dataclass(frozen=True, slots=True)
class Criterion:
    """`fact` names the European criterion that is the same fact; `alone`: enough without another."""

    code: str
    source: Source
    number: int
    words: str
    cited: str
    alone: bool = False
    fact: str = ""

    @property
    def citation(self) -> str:
        return self.cited if self.source == Source.ALWAYS else f"{self.cited}, {self.number}"


def _always(number: int, words: str, letter: str) -> Criterion:
    return Criterion(f"always_{number}", Source.ALWAYS, number, words, f"{LAW}({letter})", alone=True)


def _ico(number: int, words: str, *, alone: bool, fact: str = "") -> Criterion:
    return Criterion(f"ico_{number}", Source.ICO, number, words, ICO, alone=alone, fact=fact)


def _european(number: int, words: str) -> Criterion:
    code = f"european_{number}"
    return Criterion(code, Source.EUROPEAN, number, words, EUROPEAN, fact=code)


CRITERIA = (
    _always(1, "A machine judges or profiles people at length, and that decides something big for them", "a"),
    _always(2, "Sensitive data or data about offences, about very many people", "b"),
    _always(3, "Watching a public place systematically and on a large scale", "c"),
    _ico(1, "New technology, or a new use of it, AI included", alone=False, fact="european_8"),
    _ico(2, "A machine, or sensitive data, decides who gets a service, a chance or a benefit", alone=True),
    _ico(3, "Profiles of very many people", alone=True),
    _ico(4, "Fingerprints, faces or voices used to tell who somebody is", alone=False, fact="european_4"),
    _ico(5, "Genetic data, other than in somebody’s own health care", alone=False, fact="european_4"),
    _ico(6, "Data from several sources brought together or compared", alone=True),
    _ico(7, "Data not got from the people themselves, who are not told because that is too hard", alone=False),
    _ico(8, "Following where people are or what they do, on a screen or off it", alone=False, fact="european_3"),
    _ico(
        9,
        "Data of children or other vulnerable people used to sell, to profile, to decide by machine, "
        "or to offer them a service online",
        alone=True,
    ),
    _ico(10, "A leak could put somebody’s health or safety in danger", alone=True),
    _european(1, "People are judged, scored or predicted"),
    _european(2, "A machine decides something with legal or like effect"),
    _european(3, "People are watched systematically"),
    _european(4, "Sensitive or very personal data"),
    _european(5, "Very many people, or very much about them"),
    _european(6, "Sets of data are matched or combined"),
    _european(7, "People who cannot easily say no: children, employees, patients"),
    _european(8, "New ways of using technology or of organising work"),
    _european(9, "It can keep somebody from a right, a service or a contract"),
)
BY_CODE: dict[str, Criterion] = {criterion.code: criterion for criterion in CRITERIA}
AI = ("ico_1", "european_8")
VULNERABLE = "european_7"
SENSITIVE = "european_4"


@dataclass(frozen=True, slots=True)
class Result:
    """`why` are sentences, each with its source."""

    needed: bool
    why: tuple[str, ...]


def result(ticks: Collection[str]) -> Result:
    """Whether a DPIA is needed for what is ticked. Raises KeyError for a code that is no criterion."""
    ticked = [criterion for criterion in CRITERIA if criterion.code in {BY_CODE[code].code for code in ticks}]
    alone = tuple(f"{c.words} ({c.citation})." for c in ticked if c.alone)
    together = _together(ticked)
    if alone or together:
        return Result(needed=True, why=alone + together)
    return Result(needed=False, why=_why_not(ticked))


def outcome(found: Result, *, chosen: bool) -> str:
    """What came out, in a sentence; `chosen`: a DPIA is done whatever the criteria say."""
    if found.needed:
        return "A DPIA is needed."
    return "A DPIA is not needed, but one is done." if chosen else "No DPIA is needed."


def _together(ticked: Iterable[Criterion]) -> tuple[str, ...]:
    """The sentence for criteria that count only beside another: two different facts, or none."""
    facts: dict[str, Criterion] = {}
    for criterion in ticked:
        if not criterion.alone:
            facts.setdefault(criterion.fact or criterion.code, criterion)
    if len(facts) < 2:  # noqa: PLR2004  # two criteria, as WP248 says
        return ()
    said = "; ".join(f"{_small(c.words)} ({c.citation})" for c in facts.values())
    return (f"Two or more of these come together: {said}.",)


def _why_not(ticked: list[Criterion]) -> tuple[str, ...]:
    if not ticked:
        return ("None of the 22 criteria applies.",)
    said = "; ".join(f"{_small(c.words)} ({c.citation})" for c in ticked)
    return (f"Only one fact applies, and it needs another beside it: {said}.",)


def _small(words: str) -> str:
    return words[0].lower() + words[1:]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known before anybody ticks: who uses it, the most sensitive data that goes in, and whose."""

    audiences: frozenset[Audience]
    data_class: DataClass
    subjects: frozenset[Subject]

    @property
    def concerns_pupils(self) -> bool:
        return Audience.PUPILS in self.audiences or (self.data_class.is_personal and Subject.PUPILS in self.subjects)

    @property
    def vulnerable(self) -> tuple[str, ...]:
        """Pupils and employees count, whether they use it, with an account or without, or their data goes in."""
        employees = Audience.STAFF in self.audiences or Subject.STAFF in self.subjects
        return (*(["pupils"] if self.concerns_pupils else []), *(["employees"] if employees else []))


def facts_of(asked: Iterable[Allowance]) -> Facts:
    """Whose data counts only where personal data goes in."""
    rows = tuple(asked)
    personal = [row for row in rows if row.data_class.is_personal]
    return Facts(
        audiences=frozenset(row.audience for row in rows),
        data_class=max((row.data_class for row in rows), key=lambda c: c.rank, default=DataClass.NONE),
        subjects=frozenset(subject for row in personal for subject in row.subjects),
    )


def prefilled(facts: Facts) -> dict[str, str]:
    """Criteria that what is known already answers, each with the reason."""
    found = dict.fromkeys(AI, "It is AI.")
    if facts.vulnerable:
        found[VULNERABLE] = f"It concerns {' and '.join(facts.vulnerable)}, who cannot easily say no."
    if facts.data_class == DataClass.SPECIAL:
        found[SENSITIVE] = "Sensitive personal data goes in."
    return found


def suggests_dpia(facts: Facts) -> str:
    """Why a DPIA is pre-filled as needed whatever the criteria say, or nothing."""
    if facts.data_class.is_personal:
        return f"{facts.data_class.label} goes into AI, and the ICO says that most such uses need a DPIA."
    return ""


@dataclass(frozen=True, slots=True)
class Screening:
    """What a person said: what applies, what was pre-filled and left off, and the reasons.

    `concerned`, `data_class` and `subjects` are whom it concerned, how sensitive what goes in was and whose, at that time.
    """

    ticks: frozenset[str]
    left_off: frozenset[str] = frozenset()
    reasons: str = ""
    concerned: frozenset[str] = frozenset()
    data_class: DataClass = DataClass.NONE
    subjects: frozenset[str] = frozenset()

    @classmethod
    def from_value(cls, value: Mapping[str, object] | None) -> Screening | None:
        if not value:
            return None
        ticks, left_off, concerned, subjects = (
            _words(value.get(key)) for key in ("ticks", "left_off", "concerned", "subjects")
        )
        data_class = DataClass(str(value.get("data_class") or DataClass.NONE))
        return cls(ticks, left_off, str(value.get("reasons") or ""), concerned, data_class, subjects)

    @classmethod
    def said_of(cls, facts: Facts, *, ticks: frozenset[str], left_off: frozenset[str], reasons: str) -> Screening:
        """What is said today, with what is known today."""
        return cls(ticks, left_off, reasons, frozenset(facts.vulnerable), facts.data_class, frozenset(facts.subjects))

    def as_value(self) -> dict[str, object]:
        return {
            "ticks": in_order(self.ticks),
            "left_off": in_order(self.left_off),
            "concerned": sorted(self.concerned),
            "data_class": str(self.data_class),
            "subjects": sorted(self.subjects),
            "reasons": self.reasons,
        }

    @property
    def result(self) -> Result:
        return result(self.ticks)

    def is_overtaken(self, facts: Facts) -> bool:
        """Whether more goes in, or about more people, than when it was done: then it is gone through again."""
        more_sensitive = facts.data_class.is_personal and facts.data_class.rank > self.data_class.rank
        return more_sensitive or bool(facts.subjects - self.subjects) or bool(self.overlooks(facts))

    def overlooks(self, facts: Facts) -> frozenset[str]:
        """What is known now and was neither ticked nor left off with a reason."""
        left_off = self.left_off
        if not self.concerned.issuperset(facts.vulnerable):
            left_off -= {VULNERABLE}
        return frozenset(prefilled(facts)) - self.ticks - left_off


def _words(said: object) -> frozenset[str]:
    return frozenset(str(word) for word in said) if isinstance(said, list) else frozenset()


def in_order(codes: Collection[str]) -> list[str]:
    return [criterion.code for criterion in CRITERIA if criterion.code in codes]
