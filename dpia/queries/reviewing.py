"""The review page: a sent version, what changed since this team read it, and the verdict that is asked for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dpia import case as reading
from dpia import documents, questions
from dpia.queries import phrases
from dpia.queries.cases import sees
from dpia.queries.risks import Grids, grids, measure_meta
from dpia.queries.talk import Turn, is_open, threads
from dpia.rules import reviews as rules
from dpia.screening import BY_CODE, result
from dpia.words import Level
from dpia.workflow import Team, Verdict
from schools.models import Role
from tools_registry.queries import facts as tool_facts
from trustai.rules import refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from dpia.case import Case
    from dpia.documents import Part
    from dpia.models import Assessment, Review, Version
    from schools.standing import Standing
    from tools_registry.queries.facts import FactLine


@dataclass(frozen=True, slots=True)
class Shown:
    """A question with its answer in this version; `change` is "", "changed" or "new"."""

    number: str
    key: str
    question: str
    answer: str
    parts: tuple[Part, ...]
    change: str
    meta: str

    @property
    def anchor(self) -> str:
        return f"q{self.number.replace('.', '-')}"


@dataclass(frozen=True, slots=True)
class ShownRisk:
    name: str
    words: str
    level: str
    residual: str
    reason: str
    measures: tuple[str, ...]
    change: str


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A section with its questions, or the one of the risks."""

    number: str
    key: str
    title: str
    items: tuple[Shown, ...]
    thread: tuple[Turn, ...]
    risks: tuple[ShownRisk, ...] = ()

    @property
    def changes(self) -> int:
        return sum(bool(item.change) for item in self.items) + sum(bool(risk.change) for risk in self.risks)


@dataclass(frozen=True, slots=True)
class ReviewPage:
    assessment: Assessment
    version: Version
    review: Review | None
    team: str
    lead: str
    since: int
    changes: int
    first_change: str
    sections: tuple[ShownSection, ...]
    asked: tuple[tuple[str, str], ...]
    screening: str
    screening_why: tuple[str, ...]
    screening_ticks: tuple[str, ...]
    screening_reasons: str
    grids: Grids
    screening_thread: tuple[Turn, ...]
    who_thread: tuple[Turn, ...]
    refusal: str
    take_refusal: str
    takes_in_place: bool
    mine: bool
    is_advice: bool
    can_refer: bool
    role: str
    sha256: str
    only_changes: bool
    is_open: bool
    facts: list[FactLine]
    left_out: tuple[str, ...]


def review_page(standing: Standing, reference: str, *, only_changes: bool = False) -> ReviewPage:
    """A fixed number of queries. Raises Version.DoesNotExist before the first version was sent."""
    assessment = sees(standing, reference)
    case = reading.read(assessment, on=standing.day)
    if case.version is None:
        raise assessment.versions.model.DoesNotExist
    review = own_review(standing, case)
    since = review.since_version if review else max(case.version.number - 1, 0)
    old = _document(assessment, since)
    talk = threads(assessment, standing=standing, case=case)
    sections = tuple(_sections(case.document, old, talk))
    flat = [item for section in sections for item in section.items if item.change]
    said = case.document["screening"]
    role = rules.reviews_as(standing, case, Team(review.team)) if review else None
    take = refusal(rules.check_may_review, standing, case, review, deputy_away=True) if review else ""
    give = refusal(rules.check_may_review, standing, case, review) if review else _who_reviews(case)
    return ReviewPage(
        assessment=assessment,
        version=case.version,
        review=review,
        team=phrases.team(review) if review else "",
        lead=_lead(review, case.version, standing.day, mine=review is not None and not take),
        since=since if old else 0,
        changes=sum(section.changes for section in sections),
        first_change=flat[0].anchor if flat else "s-risks" if any(s.changes for s in sections) else "",
        sections=tuple(s for s in sections if s.changes) if only_changes else sections,
        asked=tuple((row.audience.label, phrases.allowance(row)) for row in documents.allowances(case.document)),
        screening=_screening(case),
        screening_why=result(said.get("ticks", [])).why,
        screening_ticks=tuple(BY_CODE[code].words for code in said.get("ticks", [])),
        screening_reasons=said.get("reasons", ""),
        grids=grids(case.document["risks"]),
        screening_thread=talk.get("screening", ()),
        who_thread=talk.get("who", ()),
        refusal=give or "",
        take_refusal=take or "",
        takes_in_place=review is not None and bool(give) and not take,
        mine=review is not None and review.taken_by_id == standing.person_id,
        is_advice=role is not None and rules.advises_by_review(case, role, Verdict.AGREE, refer=False, on=standing.day),
        can_refer=role == Role.DEPUTY_DPO and case.needs_dpia,
        role=role.label if role else "",
        sha256=case.version.sha256,
        only_changes=only_changes,
        is_open=is_open(assessment),
        facts=tool_facts.brief(assessment.tool, assessment.trust_id),
        left_out=documents.left_out(case.document),
    )


def own_review(standing: Standing, case: Case) -> Review | None:
    """The review this person would give: an open one first, in the proper role before a fall-back."""
    mine = [(review, rules.reviews_as(standing, case, Team(review.team))) for review in case.reviews]
    held = [(review, role) for review, role in mine if role is not None]
    held.sort(key=lambda pair: (bool(pair[0].verdict), rules.stands_in(case, Team(pair[0].team), pair[1])))
    return held[0][0] if held else None


def _who_reviews(case: Case) -> str:
    return f"Those who review this case: {', '.join(map(phrases.team, case.reviews))}. You may comment on it."


def _document(assessment: Assessment, number: int) -> dict[str, Any]:
    """The document of an earlier version; empty when there is none."""
    text = assessment.versions.filter(number=number).values_list("document", flat=True).first()
    return json.loads(text) if text else {}


def _lead(review: Review | None, version: Version, today: date, *, mine: bool) -> str:
    sent = f"Version {version.number}, sent by {version.by.name} on {phrases.day(version.at)}."
    if review is None or not mine:
        return sent
    before = f" Your team last knew version {review.since_version}." if review.since_version else ""
    days = (review.due_on - today).days
    late = f", {-days} days late" if days < 0 else ""
    return f"You read for the {phrases.team(review)}, version {version.number}, due {phrases.day(review.due_on)}{late}.{before}"


def _screening(case: Case) -> str:
    if case.document["screening"].get("needed"):
        return "A DPIA is needed."
    return "A DPIA is done although the criteria do not ask for it." if case.needs_dpia else "No DPIA is needed."


def _sections(
    new: Mapping[str, Any], old: Mapping[str, Any], talk: Mapping[str, tuple[Turn, ...]]
) -> list[ShownSection]:
    shown = []
    for section in questions.SECTIONS:
        items = tuple(_shown(section, q, new["answers"], old) for q in section.questions if _is_there(q.key, new, old))
        risks = shown_risks(new, old) if section.key == questions.RISKS else ()
        if items or risks:
            thread = talk.get(section.key, ())
            shown.append(ShownSection(str(section.number), section.key, section.title, items, thread, risks))
    return shown


def _is_there(key: str, new: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    return key in new["answers"] or key in old.get("answers", {})


def _shown(
    section: questions.Section, question: questions.Question, answers: Mapping[str, Any], old: Mapping[str, Any]
) -> Shown:
    now = questions.in_words(question, answers.get(question.key))
    before = questions.in_words(question, old.get("answers", {}).get(question.key))
    change = "" if not old or now == before else "changed" if before else "new"
    return Shown(
        number=section.label(question),
        key=question.key,
        question=question.text,
        answer=now,
        parts=documents.compare(before, now) if change else (),
        change=change,
        meta="" if change or not old else f"Same as version {old['number']}.",
    )


def shown_risks(new: Mapping[str, Any], old: Mapping[str, Any] | None = None) -> tuple[ShownRisk, ...]:
    """The risks of a version, with what changed since an older one."""
    return tuple(_risk(risk, old or {}) for risk in new["risks"])


def _risk(risk: Mapping[str, Any], old: Mapping[str, Any]) -> ShownRisk:
    before = next((r for r in old.get("risks", []) if r["id"] == risk["id"]), None)
    change = "" if not old or before == risk else "changed" if before else "new"
    return ShownRisk(
        name=f"R{risk['number']}",
        words=risk["description"],
        level=Level(risk["level"]).label,
        residual=Level(risk["residual"]).label if risk["residual"] else "",
        reason=risk["level_reason"],
        measures=tuple(_measure(m) for m in risk["measures"]),
        change=change,
    )


def _measure(measure: Mapping[str, Any]) -> str:
    due = reading.date_or_none(measure["due_on"])
    return f"{measure['description']} ({measure_meta(measure['effect'], measure['owner_role'], due)})"
