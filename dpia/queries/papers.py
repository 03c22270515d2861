"""A sent version as a document to print or keep."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dpia import case as reading
from dpia import documents, questions
from dpia.models import Version
from dpia.queries import phrases
from dpia.queries.cases import Lane, sees
from dpia.queries.conditions import Carried, carried
from dpia.queries.reviewing import ShownRisk, shown_risks
from dpia.screening import result

if TYPE_CHECKING:
    from dpia.models import Advice, Assessment, Review, SignOff
    from schools.standing import Standing


@dataclass(frozen=True, slots=True)
class PaperSection:
    number: str
    title: str
    items: tuple[tuple[str, str, str], ...]
    risks: tuple[ShownRisk, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    assessment: Assessment
    version: Version
    title: str
    where: str
    is_last: bool
    asked: tuple[tuple[str, str], ...]
    needs_dpia: bool
    screening_why: tuple[str, ...]
    screening_reasons: str
    sections: tuple[PaperSection, ...]
    left_out: tuple[str, ...]
    teams: tuple[Lane, ...]
    conditions: tuple[Carried, ...]
    advice: Advice | None
    sign_off: SignOff | None
    authors: str


def paper(standing: Standing, reference: str, number: int | None = None) -> Paper:
    """The last version, or the one with this number; Version.DoesNotExist when there is none."""
    assessment = sees(standing, reference)
    case = reading.read(assessment, on=standing.day)
    versions = assessment.versions.select_related("by")
    version = versions.get(number=number) if number else case.version
    if version is None:
        raise Version.DoesNotExist
    document: dict[str, Any] = json.loads(version.document)
    is_last = version.number == assessment.version
    said = document["screening"]
    verdicts = _verdicts(assessment, version)
    return Paper(
        assessment=assessment,
        version=version,
        title=f"{reference}: {document['tool']['name']}, version {version.number}",
        where=phrases.where(case),
        is_last=is_last,
        asked=tuple((row.audience.label, phrases.allowance(row)) for row in documents.allowances(document)),
        needs_dpia=document["dpia"],
        screening_why=result(said.get("ticks", [])).why,
        screening_reasons=said.get("reasons", ""),
        sections=tuple(_sections(document)),
        left_out=documents.left_out(document),
        teams=tuple(_lane(review) for review in verdicts),
        conditions=carried(verdicts, document["answers"]),
        advice=case.counted_advice if is_last else None,
        sign_off=getattr(assessment, "sign_off", None) if is_last else None,
        authors=", ".join(assessment.authors.order_by("at").values_list("person__name", flat=True)),
    )


def _sections(document: dict[str, Any]) -> list[PaperSection]:
    found = []
    for section in questions.SECTIONS:
        items = tuple(
            (section.label(q), q.text, questions.in_words(q, document["answers"][q.key]))
            for q in section.questions
            if q.key in document["answers"]
        )
        risks = shown_risks(document) if section.key == questions.RISKS else ()
        if items or risks:
            found.append(PaperSection(str(section.number), section.title, items, risks))
    return found


def _verdicts(assessment: Assessment, version: Version) -> list[Review]:
    """Verdicts that count for this version: given on it, or standing from an earlier one."""
    rows = assessment.reviews.exclude(verdict="").filter(given_on_version__lte=version.number)
    standing = rows.filter(superseded_at=None) | rows.filter(given_on_version=version.number)
    return list(standing.select_related("given_by", "place").prefetch_related("conditions").order_by("given_at"))


def _lane(review: Review) -> Lane:
    state = phrases.VERDICT_STATES[review.verdict]
    return Lane(phrases.team(review), state, phrases.verdict(review), phrases.given(review), text=review.reason)
