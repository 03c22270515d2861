"""The pages on which a case is written: a section's questions, the screening, who is to be allowed what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from dpia import case as reading
from dpia import questions
from dpia.queries import phrases
from dpia.queries.cases import sees
from dpia.queries.talk import Turn, is_open, thread
from dpia.rules import cases as rules
from dpia.screening import (
    CRITERIA,
    SOURCE_TITLES,
    Criterion,
    Result,
    Screening,
    Source,
    outcome,
    prefilled,
    suggests_dpia,
)
from schools import year_groups
from tools_registry.words import Audience, DataClass, SignIn
from trustai.rules import refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dpia.case import Case, Draft
    from dpia.models import AskedAllowance, Assessment
    from dpia.questions import Question, Section
    from schools.standing import Standing
    from tools_registry.answer import Allowance


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the answer that stands. `revision` is 0 where nobody has answered."""

    number: str
    question: Question
    value: Any
    revision: int
    meta: str
    required: bool

    @property
    def words(self) -> str:
        return questions.in_words(self.question, self.value)


@dataclass(frozen=True, slots=True)
class SectionPage:
    assessment: Assessment
    section: Section
    items: tuple[Asked, ...]
    refusal: str
    thread: tuple[Turn, ...]
    is_open: bool
    before_url: str
    next_url: str
    next_title: str


def section_page(standing: Standing, reference: str, key: str) -> SectionPage:
    """A fixed number of queries. Raises KeyError for a section that is none, or that has no questions here."""
    section = questions.BY_KEY[key]
    assessment = sees(standing, reference)
    case = reading.read(assessment, on=standing.day)
    draft = reading.read_draft(assessment)
    answers = {answer.question: answer for answer in assessment.answers.select_related("by")}
    shown = [question for question in section.questions if question.is_asked(children=draft.children)]
    if not shown:
        raise KeyError(key)
    items = tuple(_asked(section, question, answers.get(question.key), draft) for question in shown)
    before, after = _beside(section, draft, reference)
    return SectionPage(
        assessment=assessment,
        section=section,
        items=items,
        refusal=refusal(rules.check_may_write, standing, case) or "",
        thread=thread(assessment, key, standing=standing, case=case),
        is_open=is_open(assessment),
        before_url=before[0],
        next_url=after[0],
        next_title=after[1],
    )


def _asked(section: Section, question: Question, answer: Any, draft: Draft) -> Asked:
    return Asked(
        number=section.label(question),
        question=question,
        value=answer.value if answer else None,
        revision=answer.revision if answer else 0,
        meta=f"{answer.by.name}, {phrases.day(answer.at)}" if answer else "",
        required=question.is_required(dpia=draft.needs_dpia, children=draft.children),
    )


def _beside(section: Section, draft: Draft, reference: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """Address and title of the sections before and after this one, among those that are asked."""
    shown = [s for s in questions.SECTIONS if _is_shown(s, draft)]
    here = shown.index(section)
    back = (reverse("dpia:case", args=[reference]), "The case")
    before = _address(shown[here - 1], reference) if here else back
    after = _address(shown[here + 1], reference) if here + 1 < len(shown) else back
    return before, after


def _is_shown(section: Section, draft: Draft) -> bool:
    if section.key == questions.RISKS:
        return draft.needs_dpia
    return any(question.is_asked(children=draft.children) for question in section.questions)


def _address(section: Section, reference: str) -> tuple[str, str]:
    if section.key == questions.RISKS:
        return reverse("dpia:risks", args=[reference]), section.title
    return reverse("dpia:section", args=[reference, section.key]), section.title


# Screening -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tick:
    criterion: Criterion
    known: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class ScreeningPage:
    assessment: Assessment
    groups: tuple[tuple[str, tuple[Tick, ...]], ...]
    said: Screening | None
    result: Result | None
    outcome: str
    known: Mapping[str, str]
    suggestion: str
    dpia_chosen: bool
    revision: int
    refusal: str
    out_of_date: bool
    nobody_yet: bool
    thread: tuple[Turn, ...]
    is_open: bool


def screening_page(standing: Standing, reference: str) -> ScreeningPage:
    assessment = sees(standing, reference)
    case = reading.read(assessment, on=standing.day)
    draft = reading.read_draft(assessment)
    row = assessment.answers.filter(question=reading.SCREENING).first()
    known, said = prefilled(draft.facts), draft.screening
    suggestion = suggests_dpia(draft.facts)
    ticks = said.ticks | said.overlooks(draft.facts) if said else frozenset(known)
    return ScreeningPage(
        assessment=assessment,
        groups=tuple((SOURCE_TITLES[source], _ticks(source, ticks, known)) for source in Source),
        said=said,
        result=said.result if said else None,
        outcome=outcome(said.result, chosen=assessment.dpia_chosen) if said else "",
        known=known,
        suggestion=suggestion,
        dpia_chosen=assessment.dpia_chosen or (bool(suggestion) and (said is None or said.is_overtaken(draft.facts))),
        revision=row.revision if row else 0,
        refusal=refusal(rules.check_may_write, standing, case) or "",
        out_of_date=bool(said and said.is_overtaken(draft.facts)),
        nobody_yet=not draft.asked,
        thread=thread(assessment, "screening", standing=standing, case=case),
        is_open=is_open(assessment),
    )


def _ticks(source: Source, ticks: frozenset[str], known: Mapping[str, str]) -> tuple[Tick, ...]:
    return tuple(Tick(c, known.get(c.code, ""), c.code in ticks) for c in CRITERIA if c.source == source)


# Who is to be allowed what -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AudienceRow:
    audience: Audience
    words: str
    level: int
    revision: int
    url: str
    asked: AskedAllowance | None


@dataclass(frozen=True, slots=True)
class WhoPage:
    assessment: Assessment
    rows: tuple[AudienceRow, ...]
    refusal: str
    notes: tuple[str, ...]
    thread: tuple[Turn, ...]
    is_open: bool
    groups: tuple[tuple[int, str], ...]

    def of(self, audience: Audience) -> AudienceRow:
        return next(row for row in self.rows if row.audience == audience)


def who_page(standing: Standing, reference: str) -> WhoPage:
    assessment = sees(standing, reference)
    case = reading.read(assessment, on=standing.day)
    rows = {Audience(row.audience): row for row in assessment.asked.filter(withdrawn_at=None)}
    draft = reading.read_draft(assessment)
    return WhoPage(
        assessment=assessment,
        rows=tuple(_audience(audience, rows.get(audience), draft, reference) for audience in Audience),
        refusal=refusal(rules.check_may_write, standing, case) or "",
        notes=tuple(_notes(draft)),
        thread=thread(assessment, "who", standing=standing, case=case),
        is_open=is_open(assessment),
        groups=_groups(case),
    )


def _audience(audience: Audience, row: AskedAllowance | None, draft: Draft, reference: str) -> AudienceRow:
    said: Allowance | None = next((a for a in draft.asked if a.audience == audience), None)
    return AudienceRow(
        audience=audience,
        words=phrases.allowance(said) if said else "Nothing is asked for them.",
        level=DataClass(row.data_class).rank + 1 if row else 0,
        revision=row.revision if row else 0,
        url=reverse("dpia:who_edit", args=[reference, audience]),
        asked=row,
    )


def _notes(draft: Draft) -> list[str]:
    """What the tool's facts, as the trust has them, mean for what is asked, before anybody reads it."""
    notes = []
    tool = draft.tool
    asks = {row.audience for row in draft.asked}
    if Audience.PUPILS in asks and tool.minimum_age is None:
        notes.append("The tool's minimum age is not known: until somebody records it, no pupil may use it.")
    elif Audience.PUPILS in asks and tool.minimum_age:
        notes.append(f"Its terms want users to be {tool.minimum_age}: years that are not wholly old enough stay off.")
    if Audience.VISITORS in asks and tool.sign_in != SignIn.NONE:
        notes.append("It needs an account, and visitors have no school account.")
    if any(row.data_class.is_personal for row in draft.asked):
        notes.append("Personal data may go in only while an agreement with the supplier covers it.")
    return notes


def _groups(case: Case) -> tuple[tuple[int, str], ...]:
    """The year groups of the places it is for; all of them for the whole trust, or where none are confirmed."""
    here = {group for place in case.places for group in place.year_groups}
    shown = sorted(here) if here and not case.assessment.is_trust_wide else year_groups.ALL
    return tuple((group, year_groups.name(group)) for group in shown)
