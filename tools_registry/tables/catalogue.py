"""The sheet of tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools_registry import facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tools_registry.queries.catalogue import ToolRow

HEADINGS = (
    "Tool",
    "Edition",
    "Supplier",
    "Category",
    "Minimum age",
    "Age with a parent's agreement",
    "Age limit confirmed",
    "How people sign in",
    "Trains on what people type",
    "Data is processed in",
    "Agreement in force",
    "Whose",
    "What the terms say about schools",
    "Website",
    "Terms",
    "Privacy notice",
    "Source",
    "Read on",
)


def cells(row: ToolRow) -> Sequence[object]:
    tool, today = row.tool, row.facts
    return (
        tool.name,
        tool.edition,
        tool.supplier,
        tool.category,
        row.age,
        facts.parental_words(today.parental_age, today.minimum_age)
        if today.minimum_age is not None
        else facts.NOT_KNOWN,
        "Yes" if today.age_confirmed and today.minimum_age is not None else "No",
        row.sign_in,
        facts.TRAINS_WORDS[today.trains_on_inputs],
        today.data_location or facts.NOT_KNOWN,
        "Yes" if row.has_agreement else "No",
        "Our trust's own" if row.is_own else "Shared",
        tool.education_rule,
        tool.website,
        tool.terms_url,
        tool.privacy_url,
        tool.source,
        tool.source_on,
    )
