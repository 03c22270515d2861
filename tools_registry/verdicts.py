"""What the answer card says, worked out from an Answer: two sentences at most, then who, what data, what for. Pure.

Nothing here decides: whatever it shows as a yes is granted by the Answer (tests/tools_registry/test_verdicts.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schools import year_groups

from . import purposes
from .purposes import PROHIBITED, RESTRICTED
from .reasons import day
from .words import EXAMPLES, Audience, ConditionKind, DataClass, SignIn

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from .answer import Answer, AudienceAnswer, Condition, OnePurposeException, YearAnswer

MOST_NAMED = 2
# The uses as they stand in the middle of a sentence.
IN_A_SENTENCE = {
    "ideas": "ideas",
    "planning": "lesson planning",
    "quizzes": "quizzes",
    "simplify": "making a text simpler",
    "translate": "translating",
    "images": "pictures and slides",
    "drafting": "drafting",
    "summaries": "summing up",
    "coding": "code",
    "office": "office work",
    "risk_assessment": "a first draft of a risk assessment",
    "feedback_bank": "feedback banks",
    "reports": "comments for reports",
    "pupil_work": "feedback on pupils’ work",
    "practice": "practice and revision",
    "research": "finding out about a topic",
    "reading": "help with reading and writing",
    "transcription": "writing down what is said in a meeting",
    "minutes": "minutes of a meeting",
    "assessed_work": "work for a qualification, as the teacher allows",
    "formal_letters": "the formal letters allowed as an exception",
}
HOW_TO_TELL = {
    SignIn.NONE: "Nobody signs in to it.",
    SignIn.SCHOOL: "You sign in with your school account.",
    SignIn.PERSONAL: "You sign in with an account of your own.",
    SignIn.UNKNOWN: "How people sign in is not known. If you cannot tell, ask.",
}
NOT_YET = {
    "under_review": "the teams are looking at it",
    "asked_for": "somebody has asked for it",
}


@dataclass(frozen=True, slots=True)
class Says:
    """The verdict: a tone of the style sheet, its icon where it is not the usual one, at most two sentences."""

    tone: str
    sentences: tuple[str, ...]
    icon: str = ""

    @property
    def is_yes(self) -> bool:
        return self.tone in {"yes", "limit"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a yes-and-no list."""

    mark: str
    lead: str
    text: str


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the year strip."""

    label: str
    name: str
    mark: str
    words: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the data scale: "in", "stop" (the last one allowed) or "out"."""

    name: str
    example: str
    state: str


@dataclass(frozen=True, slots=True)
class AudienceRow:
    """What one audience may put in and use it for; `level` 0 is not at all."""

    name: str
    level: int
    data: str
    uses: str
    note: str


@dataclass(frozen=True, slots=True)
class ToDo:
    """A condition. `state`: met, due, late, before_use or always."""

    state: str
    title: str
    text: str


# The verdict ---------------------------------------------------------------------------------------------------------


def says(
    given: Answer, reader: Audience, *, where: str = "", suspended_on: date | None = None, by_age: bool = False
) -> Says:
    """For the audience who reads it. `where` names the place when the reader works at several."""
    mine = given.of(reader)
    if may(mine):
        return _yes(mine, where)
    if given.status in {"approved", "approved_with_conditions", "needs_attention"}:
        return _shut(given, reader, where, by_age=by_age)
    return _no(given, where, suspended_on)


def may(given: AudienceAnswer) -> bool:
    """Whether there is anything this audience may do with it: use without a purpose is no use."""
    return given.may and bool(given.purposes)


def unknown(where: str = "") -> Says:
    """For a tool nobody has heard of."""
    return Says("off", (f"We do not know this tool, so do not use it{_at(where)}.",))


def uses(codes: Sequence[str]) -> str:
    """ "lesson planning, quizzes and 3 more things"."""
    named = [IN_A_SENTENCE.get(code, purposes.get(code).label.lower()) for code in codes]
    if len(named) <= MOST_NAMED:
        return " and ".join(named)
    rest = len(named) - MOST_NAMED
    return f"{', '.join(named[:MOST_NAMED])} and {rest} more {'thing' if rest == 1 else 'things'}"


def _yes(mine: AudienceAnswer, where: str) -> Says:
    changed = any(reason.code == "terms_changed" for reason in mine.reasons)
    first = f"Yes{_at(where)}, for {uses(mine.purposes)}."
    if changed and not mine.data_class.is_personal:
        return Says("limit", (first, "Its terms have changed, so nothing about a person may go in now."))
    return Says("yes", (first, _data_sentence(mine)))


def _data_sentence(mine: AudienceAnswer) -> str:
    if mine.data_class == DataClass.NONE:
        return "Only general topics: nothing about the school or a person."
    if mine.data_class == DataClass.INTERNAL:
        return "Never put in anything about a person."
    whom = _and(subject.label.lower() for subject, most in mine.whose if most == mine.data_class)
    if mine.data_class == DataClass.PERSONAL:
        return f"Personal data may go in about {whom}, and nothing sensitive."
    return f"Sensitive personal data may go in about {whom}, and never safeguarding records."


def _shut(given: Answer, reader: Audience, where: str, *, by_age: bool) -> Says:
    """The tool is approved, but not for the reader."""
    others = [_named(each, by_age=by_age) for each in given.audiences if may(each)]
    if any(reason.code == "condition_first" for reason in given.of(reader).reasons):
        return Says("pen", (f"Not yet{_at(where)}: something has to be done first.", "Do not use it until it is."))
    first = f"Not open to {reader.label.lower()}{_at(where) or ' here'}: do not use it."
    if others:
        return Says("no", (first, f"It is open to {_and(others)}."))
    return Says("no", (first,))


def _named(given: AudienceAnswer, *, by_age: bool) -> str:
    if given.audience != Audience.PUPILS:
        return given.audience.label.lower()
    years = year_groups.words(given.year_groups, by_age=by_age)
    return f"pupils of {years[:1].lower()}{years[1:]}" if by_age else f"pupils in {years}"


def _no(given: Answer, where: str, suspended_on: date | None) -> Says:
    here = _at(where)
    if given.status == "suspended":
        on = f" on {day(suspended_on)}" if suspended_on else ""
        return Says("no", (f"Suspended{here}{on}: stop using it.",), "pause-circle-fill")
    if given.status in NOT_YET:
        return Says("pen", (f"Not yet{here}: {NOT_YET[given.status]}.", "Do not use it until there is an answer."))
    if any(reason.code == "left_trust" for reason in given.reasons):
        return Says("no", ("The school has left the trust.", "Nothing the trust approved may be used any longer."))
    if given.status == "withdrawn":
        return Says("no", (f"No longer approved{here}: stop using it.",), "dash-circle-fill")
    if given.status == "expired":
        return Says("no", (f"The approval{here} has run out: stop using it.",), "calendar-x-fill")
    return Says("no", (f"Not approved{here or ' here'}: do not use it.",))


def _at(where: str) -> str:
    return f" at {where}" if where else ""


# Who -----------------------------------------------------------------------------------------------------------------


def who_lines(given: Answer, *, by_age: bool = False) -> tuple[Line, ...]:
    return tuple(_who_line(each, by_age=by_age) for each in given.audiences)


def who_words(given: AudienceAnswer, *, by_age: bool = False) -> str:
    """ "Staff", "Years 9 to 11", or "Ages 13 to 15"."""
    if given.audience != Audience.PUPILS:
        return given.audience.label
    return year_groups.words(given.year_groups, by_age=by_age)


def boxes(years: Iterable[YearAnswer], *, by_age: bool = False) -> tuple[Box, ...]:
    return tuple(
        Box(
            year_groups.short(year.year_group, by_age=by_age),
            year_groups.name(year.year_group, by_age=by_age),
            str(year.mark),
            year.words,
        )
        for year in years
    )


def _who_line(given: AudienceAnswer, *, by_age: bool) -> Line:
    lead = given.audience.label
    if not may(given):
        why = next((reason.text for reason in given.reasons if given.may is False), "")
        return Line("no", lead, f"no: {_lowered(why.rstrip('.'))}" if why else "no")
    if given.audience != Audience.PUPILS:
        return Line("yes", lead, "yes")
    parents = ", only those whose parent has agreed" if given.with_parents else ""
    return Line("yes", lead, f"{who_words(given, by_age=by_age)}{parents}")


# What data, what for -------------------------------------------------------------------------------------------------


def scale(given: AudienceAnswer) -> tuple[Step, ...]:
    """The four classes up to the one allowed; all closed for an audience that may not use it."""
    top = given.data_class.rank if may(given) else -1
    return tuple(Step(data.label, EXAMPLES[data], _step(data.rank, top)) for data in DataClass)


def whose(given: AudienceAnswer) -> str:
    """ "Personal data about pupils and staff only."; blank when nothing personal may go in."""
    return whose_words((most, subject.label) for subject, most in given.whose) if may(given) else ""


def whose_words(covered: Iterable[tuple[str, str]]) -> str:
    """From (class, people) pairs: "Sensitive personal data about pupils only. Personal data about staff only."."""
    people: dict[str, list[str]] = {}
    for most, subject in covered:
        people.setdefault(DataClass(most).label, []).append(subject.lower())
    return " ".join(f"{name} about {_and(whom)} only." for name, whom in people.items())


def audience_row(given: AudienceAnswer, *, by_age: bool = False) -> AudienceRow:
    name = given.audience.label
    if not may(given):
        return AudienceRow(name, 0, "May not use it", "", "")
    if given.audience == Audience.PUPILS:
        name = f"Pupils, {who_words(given, by_age=by_age)}"
    notes = (whose(given), *only_with(parents=given.with_parents, work_consent=given.with_work_consent))
    return AudienceRow(
        name,
        given.data_class.rank + 1,
        given.data_class.label,
        "; ".join(purposes.labels(given.purposes)),
        " ".join(note for note in notes if note),
    )


def only_with(*, parents: bool, work_consent: bool) -> tuple[str, ...]:
    """Whose agreement an audience's use hangs on (law 7)."""
    said = {
        "Only pupils whose parent has agreed.": parents,
        "Pupils’ own work only where the pupil and a parent have agreed.": work_consent,
    }
    return tuple(sentence for sentence, holds in said.items() if holds)


def use_for(given: AudienceAnswer) -> tuple[str, ...]:
    return purposes.labels(given.purposes) if may(given) else ()


def never_for(given: AudienceAnswer) -> tuple[str, ...]:
    """The restricted and the prohibited uses that this audience does not have."""
    closed = (p for p in (*RESTRICTED, *PROHIBITED) if given.audience in p.audiences and p.code not in given.purposes)
    return tuple(purpose.label for purpose in closed)


def exceptions(given: Answer, allowed: Iterable[OnePurposeException], on: date) -> tuple[Line, ...]:
    """One-purpose exceptions that somebody may use today, with their last day."""
    granted = {code for each in given.audiences if may(each) for code in each.purposes}
    return tuple(
        Line("day", purposes.get(e.purpose).label, f"until {day(_day_before(e.ends_on))}")
        for e in allowed
        if e.purpose in given.exceptions and e.purpose in granted and e.starts_on <= on < e.ends_on
    )


def _step(rank: int, top: int) -> str:
    if rank > top:
        return "out"
    return "stop" if rank == top else "in"


# Conditions ----------------------------------------------------------------------------------------------------------


def to_do(conditions: Iterable[Condition], on: date) -> tuple[ToDo, ...]:
    """Rules and conditions in the words for people of the place, what is open first."""
    rows = [ToDo(_state(c, on), _sentence(c.words), _condition_text(c, on)) for c in conditions]
    order = ("late", "before_use", "due", "always", "met")
    return tuple(sorted(rows, key=lambda row: order.index(row.state)))


def open_count(rows: Sequence[ToDo]) -> str:
    """ "1 of 3 not met yet"; blank when there is nothing to be met."""
    count = [row for row in rows if row.state != "always"]
    unmet = sum(row.state != "met" for row in count)
    if not count:
        return ""
    return f"{unmet} of {len(count)} not met yet" if unmet else "All met"


def _state(condition: Condition, on: date) -> str:
    if condition.kind == ConditionKind.ALWAYS:
        return "always"
    if condition.met:
        return "met"
    if condition.kind == ConditionKind.BEFORE_USE:
        return "before_use"
    return "late" if condition.due_on is not None and on > condition.due_on else "due"


def _condition_text(condition: Condition, on: date) -> str:
    whom = "" if condition.audiences == frozenset(Audience) else f"For {_and(_audiences(condition))}. "
    state = _state(condition, on)
    if state == "due" and condition.due_on is not None:
        return f"{whom}To be done by {day(condition.due_on)}."
    if state == "late" and condition.due_on is not None:
        return f"{whom}It was to be done by {day(condition.due_on)}, so it is off until it is."
    return {"met": f"{whom}Met.", "before_use": not_before(condition.audiences)}.get(state, whom.rstrip())


def not_before(audiences: frozenset[Audience]) -> str:
    """Who may not use it while a condition before use is not met."""
    if not audiences or audiences == frozenset(Audience):
        return "Nobody may use it until this is done."
    whom = _and(audience.label.lower() for audience in Audience if audience in audiences)
    return f"{whom[:1].upper()}{whom[1:]} may not use it until this is done."


def _audiences(condition: Condition) -> list[str]:
    return [audience.label.lower() for audience in Audience if audience in condition.audiences]


# Words ---------------------------------------------------------------------------------------------------------------


def _and(parts: Iterable[str]) -> str:
    *first, last = [*parts] or [""]
    return f"{', '.join(first)} and {last}" if first else last


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _day_before(on: date) -> date:
    return on.fromordinal(on.toordinal() - 1)
