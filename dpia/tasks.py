"""Celery shells. What is due is read from the database; waking twice does nothing more."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from .actions import reminders


@shared_task(name="dpia.nightly")
def nightly() -> None:
    """Remind teams of the reviews that are due. A tool's changes are derived on read, so nothing is written for them."""
    reminders.remind(at=timezone.now())
