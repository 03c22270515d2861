"""The pages of the DPO's advice, the ICO's answer and the signature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dpia import case as reading
from dpia import documents, questions
from dpia.queries import phrases
from dpia.queries.cases import Lane, sees
from dpia.queries.conditions import Carried, carried
from dpia.queries.reviewing import ShownRisk, shown_risks
from dpia.rules import reviews as review_rules
from dpia.rules import signing as rules
from dpia.workflow import Verdict
from schools.models import Role
from tools_registry.queries import facts as tool_facts
from trustai.rules import refusal

if TYPE_CHECKING:
    from datetime import date

    from dpia.case import Case
    from dpia.models import Advice, Assessment, IcoConsultation, Version
    from schools.standing import Standing
    from tools_registry.queries.facts import FactLine


@dataclass(frozen=True, slots=True)
class LastPage:
    """What stands before the signature: verdicts, advice, risks that are left, conditions. Shared by three pages."""

    assessment: Assessment
    version: Version
    teams: tuple[Lane, ...]
    objections: tuple[Lane, ...]
    advice: Advice | None
    ico: tuple[IcoConsultation, ...]
    residual_is_high: bool
    needs_dpia: bool
    risks: tuple[ShownRisk, ...]
    conditions: tuple[Carried, ...]
    asked: tuple[tuple[str, str], ...]
    views: str
    reasons: str
    blocks: tuple[str, ...]
    refusal: str
    role: str
    suggested_until: date
    facts: list[FactLine]
    whose: str = ""
    """Whose signature it is when the advice is followed; said to a trust lead, who signs here only against it."""

    @property
    def block_lines(self) -> list[dict[str, str]]:
        return [{"text": sentence} for sentence in self.blocks]


def advice_page(standing: Standing, reference: str) -> LastPage:
    case = _case(standing, reference)
    refused = refusal(review_rules.check_may_advise, standing, case)
    return _page(case, standing, refused or "", Role.DPO.label)


def ico_page(standing: Standing, reference: str) -> LastPage:
    case = _case(standing, reference)
    refused = refusal(review_rules.check_may_record_ico, standing, case)
    return _page(case, standing, refused or "", "")


def sign_page(standing: Standing, reference: str) -> LastPage:
    """Open to whoever signs with the advice, and to the trust lead, who alone signs against it."""
    case = _case(standing, reference)
    refused = refusal(rules.check_may_sign, standing, case)
    if refused and case.counted_advice and not refusal(rules.check_may_sign, standing, case, advice_accepted=False):
        return _page(case, standing, "", rules.signs_as(case, advice_accepted=False).label, whose=refused)
    return _page(case, standing, refused or "", rules.signs_as(case).label)


def _case(standing: Standing, reference: str) -> Case:
    assessment = sees(standing, reference)
    case = reading.read(assessment, on=standing.day)
    if case.version is None:
        raise assessment.versions.model.DoesNotExist
    return case


def _page(case: Case, standing: Standing, refused: str, role: str, *, whose: str = "") -> LastPage:
    document = case.document
    lanes = tuple(_lane(review) for review in case.reviews)
    return LastPage(
        assessment=case.assessment,
        version=case.sent,
        teams=lanes,
        objections=tuple(_lane(review) for review in case.objections),
        advice=case.counted_advice,
        ico=tuple(case.assessment.ico.select_related("by", "version").order_by("-at", "-pk")),
        residual_is_high=case.residual_is_high,
        needs_dpia=case.needs_dpia,
        risks=shown_risks(document),
        conditions=carried(case.reviews, document["answers"]),
        asked=_asked(document),
        views=questions.in_words(questions.QUESTIONS[questions.VIEWS], document["answers"].get(questions.VIEWS)),
        reasons=document["screening"].get("reasons", ""),
        blocks=tuple(rules.blocks(case)),
        refusal=refused,
        role=role,
        suggested_until=_months_on(standing.day, case.trust.review_months),
        facts=tool_facts.brief(case.assessment.tool, case.assessment.trust_id),
        whose=whose,
    )


def _lane(review: Any) -> Lane:
    meta = phrases.given(review)
    state = phrases.VERDICT_STATES[Verdict(review.verdict) if review.verdict else ""]
    return Lane(phrases.team(review), state, phrases.verdict(review), meta, text=review.reason)


def _asked(document: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((row.audience.label, phrases.allowance(row)) for row in documents.allowances(document))


def _months_on(day: date, months: int) -> date:
    """The same day so many months later; the last of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return day.replace(year=day.year + year, month=month + 1, day=last)
        except ValueError:
            continue
    return day
