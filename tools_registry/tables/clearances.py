"""What the sheet of clearances shows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tools_registry.queries.clearances import ClearanceRow

HEADINGS = ("Tool", "Account", "Reference", "Status", "For whom", "Where", "First day", "Last day", "Decided at")


def cells(row: ClearanceRow) -> Sequence[object]:
    clearance = row.clearance
    last_day = clearance.ends_on - timedelta(days=1) if clearance.ends_on else None
    return (
        clearance.tool.name,
        clearance.tool.edition,
        clearance.reference,
        row.word,
        row.whom,
        row.places,
        clearance.starts_on,
        last_day,
        row.decided,
    )
