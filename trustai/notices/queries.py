"""How the outbox stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Min, Q

from .models import LEFT, Notice, State

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Failures:
    """E-mails that have failed: those still tried again, since when, and those given up."""

    retrying: int
    waiting_since: datetime | None
    given_up: int


def waiting_failures(*, trust_id: int) -> Failures:
    """One query. Notices to people who have left are no failures: nobody should have got them."""
    retrying = Q(state__in=[State.WAITING, State.SENDING]) & ~Q(last_error="")
    given_up = Q(state=State.FAILED) & ~Q(last_error=LEFT)
    found = Notice.objects.filter(trust_id=trust_id).aggregate(
        retrying=Count("pk", filter=retrying),
        waiting_since=Min("created_at", filter=retrying),
        given_up=Count("pk", filter=given_up),
    )
    return Failures(**found)
