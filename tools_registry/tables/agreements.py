"""The sheet of agreements."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tools_registry.queries.agreements import AgreementRow

HEADINGS = ("Tool", "Edition", "Reference", "With", "Covers", "First day", "Last day", "State", "Signed document")


def cells(row: AgreementRow) -> Sequence[object]:
    agreement = row.agreement
    return (
        agreement.tool.name,
        agreement.tool.edition,
        agreement.reference,
        agreement.supplier_party,
        row.covers,
        agreement.starts_on,
        agreement.ends_on - timedelta(days=1) if agreement.ends_on else None,
        row.word,
        "Yes" if agreement.document_id else "No",
    )
