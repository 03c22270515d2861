"""Celery shells."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from . import actions


@shared_task(name="exports.sweep_orphans")
def sweep_orphans() -> None:
    """Nightly: remove what was written for changes that were then rolled back."""
    actions.sweep_orphans(at=timezone.now())
