"""The conditions a case carries: those the teams set, and what is not done yet before use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dpia import questions
from dpia.queries import phrases
from tools_registry.words import Audience, ConditionKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dpia.models import Review, ReviewCondition


@dataclass(frozen=True, slots=True)
class Carried:
    """`when` is "Before use", "By 12 January 2027" or "Always"; `more`: for whom, how often, and what is published."""

    when: str
    words: str
    set_by: str
    owner: str
    more: tuple[str, ...] = ()

    @property
    def meta(self) -> str:
        return ". ".join([f"{self.set_by}; seen to by: {self.owner}", *self.more])


def carried(reviews: Iterable[Review], answers: Mapping[str, Any]) -> tuple[Carried, ...]:
    """In the order of the teams, then of the questions. The reviews come with their conditions."""
    by_teams = (_by_team(review, each) for review in reviews for each in review.conditions.all())
    return (*by_teams, *_before_use(answers))


def _by_team(review: Review, condition: ReviewCondition) -> Carried:
    kind = ConditionKind(condition.kind)
    when = f"By {phrases.day(condition.due_on)}" if condition.due_on else kind.label
    owner = phrases.role_label(condition.owner_role)
    return Carried(when, condition.words, phrases.team(review), owner, tuple(_more(condition)))


def _more(condition: ReviewCondition) -> Iterable[str]:
    if condition.audiences:
        yield f"For {phrases.listed([Audience(code).label.lower() for code in condition.audiences])}"
    if condition.is_per_person:
        yield "Each person has to meet it"
    if condition.resets_each_september:
        yield "Again each September"
    if condition.public_words:
        yield f"The published list says: {condition.public_words}"


def _before_use(answers: Mapping[str, Any]) -> Iterable[Carried]:
    for question in questions.not_yet(answers):
        if question.before:
            set_by = f"“Not yet” to question {questions.number(question.key)}"
            confirms = f"Confirmed by: {question.before.confirms.label}"
            yield Carried(
                ConditionKind.BEFORE_USE.label, question.before.words, set_by, question.before.owner.label, (confirms,)
            )
