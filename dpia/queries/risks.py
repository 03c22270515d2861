"""Risks and measures: as they are written, and the grid before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from dpia import case as reading
from dpia import grid, questions
from dpia.models import Measure, Risk
from dpia.queries import phrases
from dpia.queries.cases import sees
from dpia.queries.talk import Turn, is_open, thread
from dpia.rules import cases as rules
from dpia.words import Effect, Level, Likelihood
from trustai.rules import refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from dpia.models import Assessment
    from dpia.questions import Section
    from schools.standing import Standing


@dataclass(frozen=True, slots=True)
class Cell:
    level: str
    word: str
    risks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GridRow:
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Grids:
    columns: tuple[str, ...]
    before: tuple[GridRow, ...]
    after: tuple[GridRow, ...]


COLUMNS = tuple(likelihood.label for likelihood in Likelihood)


def grids(risks: Iterable[Mapping[str, Any]]) -> Grids:
    """The two grids of risks as a document has them."""
    rows = list(risks)
    return Grids(
        COLUMNS,
        _grid([(r["number"], r["severity"], r["likelihood"]) for r in rows]),
        _grid([(r["number"], *_left(r)) for r in rows]),
    )


def _left(risk: Mapping[str, Any]) -> tuple[str, str]:
    """How it stands after measures; as before where nothing is said."""
    severity, likelihood = risk["residual_severity"], risk["residual_likelihood"]
    return severity or risk["severity"], likelihood or risk["likelihood"]


def _grid(marks: Sequence[tuple[int, str, str]]) -> tuple[GridRow, ...]:
    return tuple(
        GridRow(
            severity.label,
            tuple(
                Cell(
                    grid.suggest(severity, likelihood),
                    grid.suggest(severity, likelihood).label,
                    tuple(f"R{number}" for number, *where in marks if where == [severity, likelihood]),
                )
                for likelihood in Likelihood
            ),
        )
        for severity in grid.SEVEREST_FIRST
    )


@dataclass(frozen=True, slots=True)
class MeasureRow:
    words: str
    meta: str
    url: str
    public_id: UUID
    revision: int


@dataclass(frozen=True, slots=True)
class RiskRow:
    name: str
    words: str
    level: str
    residual: str
    reason: str
    measures: tuple[MeasureRow, ...]
    url: str
    public_id: UUID
    revision: int
    lacks: str


@dataclass(frozen=True, slots=True)
class RisksPage:
    assessment: Assessment
    section: Section
    rows: tuple[RiskRow, ...]
    grids: Grids
    refusal: str
    needed: bool
    thread: tuple[Turn, ...]
    is_open: bool


def risks_page(standing: Standing, reference: str) -> RisksPage:
    assessment = sees(standing, reference)
    case = reading.read(assessment, on=standing.day)
    draft = reading.read_draft(assessment)
    facts = [_facts(risk) for risk in draft.risks]
    return RisksPage(
        assessment=assessment,
        section=questions.BY_KEY[questions.RISKS],
        rows=tuple(_row(risk, reference) for risk in draft.risks),
        grids=grids(facts),
        refusal=refusal(rules.check_may_write, standing, case) or "",
        needed=draft.needs_dpia,
        thread=thread(assessment, questions.RISKS, standing=standing, case=case),
        is_open=is_open(assessment),
    )


def _facts(risk: Risk) -> dict[str, Any]:
    names = ("number", "severity", "likelihood", "residual_severity", "residual_likelihood")
    return {name: getattr(risk, name) for name in names}


def _row(risk: Risk, reference: str) -> RiskRow:
    measures = reading.standing_measures(risk)
    serious = risk.level != Level.LOW
    lacks = ""
    if serious and not measures:
        lacks = "Say what is done about it."
    elif serious and not risk.residual:
        lacks = "Say what is left of it after the measures."
    return RiskRow(
        name=f"R{risk.number}",
        words=risk.description,
        level=Level(risk.level).label,
        residual=Level(risk.residual).label if risk.residual else "",
        reason=risk.level_reason,
        measures=tuple(_measure(measure, reference) for measure in measures),
        url=reverse("dpia:risk", args=[reference, risk.public_id]),
        public_id=risk.public_id,
        revision=risk.revision,
        lacks=lacks,
    )


def _measure(measure: Measure, reference: str) -> MeasureRow:
    return MeasureRow(
        words=measure.description,
        meta=measure_meta(measure.effect, measure.owner_role, measure.due_on),
        url=reverse("dpia:measure", args=[reference, measure.public_id]),
        public_id=measure.public_id,
        revision=measure.revision,
    )


def measure_meta(effect: str, owner_role: str, due_on: date | None) -> str:
    parts = [f"Risk {Effect(effect).label.lower()}"]
    if owner_role:
        parts.append(f"seen to by the {phrases.role_label(owner_role)}")
    if due_on:
        parts.append(f"by {phrases.day(due_on)}")
    return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class OneRisk:
    assessment: Assessment
    risk: Risk | None
    measure: Measure | None
    refusal: str
    grid_columns: tuple[str, ...]
    grid_rows: tuple[GridRow, ...]


def one_risk(
    standing: Standing, reference: str, *, risk_id: UUID | None = None, measure_id: UUID | None = None
) -> OneRisk:
    """A risk or a measure of this very case, or DoesNotExist."""
    assessment = sees(standing, reference)
    case = reading.read(assessment, on=standing.day)
    measure = None
    risk = None
    if measure_id is not None:
        of_this_case = Measure.objects.filter(risk__assessment=assessment, withdrawn_at=None).select_related("risk")
        measure = of_this_case.get(public_id=measure_id)
        risk = measure.risk
    elif risk_id is not None:
        risk = Risk.objects.get(assessment=assessment, public_id=risk_id, withdrawn_at=None)
    refused = refusal(rules.check_may_write, standing, case) or ""
    return OneRisk(assessment, risk, measure, refused, COLUMNS, _grid([]))
