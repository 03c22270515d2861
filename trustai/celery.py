"""The background worker. A task is only a wake-up: the work is a row, and the next sweep finds what was missed."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trustai.settings")

app = Celery("trustai")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

for name in ("data_folder_in", "data_folder_out", "control_folder"):
    if folder := settings.CELERY_BROKER_TRANSPORT_OPTIONS.get(name):
        Path(folder).mkdir(parents=True, exist_ok=True)

logger = logging.getLogger(__name__)


def wake(task_name: str, *args: object) -> None:
    """Send a task by its name, for `transaction.on_commit`. A broker that is away is logged, never shown."""
    if not settings.WAKE_TASKS:
        return
    try:
        app.send_task(task_name, args=args, retry=False, ignore_result=True)
    except Exception:
        logger.exception("Could not wake %s; the next sweep will find what it was for", task_name)
