"""What the sheet of a register shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schools import year_groups
from tools_registry import purposes, verdicts
from tools_registry.words import Audience

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tools_registry.queries.register import Row

LABELS = [audience.label for audience in Audience]
HEADINGS = (
    "Tool",
    "Account",
    "Supplier",
    "Status",
    *(f"{label}: may put in" for label in LABELS),
    *(f"{label}: what for" for label in LABELS),
    "Year groups",
    "Conditions",
    "Review by",
)


def cells(row: Row) -> Sequence[object]:
    each = [row.answer.of(audience) for audience in Audience]
    pupils = row.answer.of(Audience.PUPILS)
    return (
        row.tool.name,
        row.tool.edition,
        row.tool.supplier,
        row.status_words,
        *(given.data_class.label if verdicts.may(given) else "May not use it" for given in each),
        *("; ".join(purposes.labels(given.purposes)) if verdicts.may(given) else "" for given in each),
        year_groups.words(pupils.year_groups) if verdicts.may(pupils) else "None",
        row.conditions,
        row.review_on,
    )
