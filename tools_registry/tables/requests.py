"""The sheet of requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.timezone import localtime

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tools_registry.queries.requests import RequestRow

HEADINGS = ("Tool", "Who asked", "Where", "For whom", "Most sensitive data", "How far", "First asked", "State")


def cells(row: RequestRow) -> Sequence[object]:
    first = localtime(row.first_at).date()
    return (row.name, row.who, row.where, row.for_whom, row.data, row.stage, first, row.word)
