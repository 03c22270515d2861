"""Counting working days in England: Monday to Friday without the bank holidays. Pure."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import holidays

if TYPE_CHECKING:
    from datetime import date

SATURDAY = 5


@lru_cache(maxsize=32)
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in _bank_holidays(day.year)


def add(day: date, count: int) -> date:
    """The day that is `count` working days after `day`. School days are counted the same way: terms are not known here."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day
