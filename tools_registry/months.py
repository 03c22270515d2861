"""Counting months. Pure."""

from __future__ import annotations

from calendar import monthrange
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

TWELVE = 12


def add(day: date, months: int) -> date:
    """The same day so many months later, or that month's last: 31 August and six months are 28 or 29 February."""
    year, month = divmod(day.year * TWELVE + day.month - 1 + months, TWELVE)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))
