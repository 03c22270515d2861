"""Days are London's; moments are UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.timezone import localtime

if TYPE_CHECKING:
    from datetime import date, datetime


def day_of(at: datetime) -> date:
    """The day in London at this moment. Reads no clock."""
    return localtime(at).date()
