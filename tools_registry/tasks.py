"""Celery shells. Each may be woken once too often; a wake-up that is lost is made good by the next."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from trustai.celery import wake

from .actions import agreements, changes, editions, reminders

# Well inside a task's own limit; what is left is the next wake-up's.
BUDGET = timedelta(seconds=60)


@shared_task(name="tools_registry.tell_changes")
def tell_changes() -> None:
    """Tell the people concerned of every change in a tool that nobody was told of yet, one change a transaction."""
    stop_at = timezone.now() + BUDGET
    while changes.tell_next(at=timezone.now()):
        if timezone.now() >= stop_at:
            wake("tools_registry.tell_changes")
            break


@shared_task(name="tools_registry.warn_of_endings")
def warn_of_endings() -> None:
    """Every morning: agreements that end soon."""
    agreements.warn_of_endings(at=timezone.now())


@shared_task(name="tools_registry.nightly")
def nightly() -> None:
    """What the calendar changed: lists that now say something else, decisions to look at again, conditions due."""
    now = timezone.now()
    editions.sweep(at=now)
    reminders.remind_of_reviews(at=now)
    reminders.remind_of_conditions(at=now)
