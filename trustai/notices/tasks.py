"""Celery shells. Waking them once too often does nothing; a wake-up that is lost is made good by the next sweep."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from trustai.celery import wake

from . import actions

# Time for one more batch at a mail server that answers nobody, before the task's own limit.
BUDGET = timedelta(seconds=30)


@shared_task(name="notices.sweep")
def sweep() -> None:
    """Send what is due, batch by batch; what is left after the budget is the next wake-up's."""
    stop_at = timezone.now() + BUDGET
    while notices := actions.claim(at=timezone.now()):
        for notice in notices:
            actions.send(notice, at=timezone.now())
        if timezone.now() >= stop_at:
            wake("notices.sweep")
            break


@shared_task(name="notices.remind")
def remind() -> None:
    """The morning's wake-up. Reminders are owed by the apps that know what is due; this only sends what is there."""
    sweep()
