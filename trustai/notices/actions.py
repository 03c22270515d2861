"""Owe an e-mail to people: rows in the caller's transaction, sent by a task that is only woken."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction

from trustai import celery

from . import letter
from .kinds import KINDS
from .models import LEFT, LOST, Notice, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

logger = logging.getLogger(__name__)

# As long as a task may run at most (CELERY_TASK_TIME_LIMIT), so two workers never hold one notice at a time.
LEASE = timedelta(minutes=5)
BATCH = 10
# How long a notice rests after each failure. A failure after the last rest is the end.
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
)


def tell(
    people: Iterable[int],
    kind: str,
    *,
    trust_id: int,
    path: str,
    at: datetime,
    about: str = "",
    due_on: date | None = None,
) -> None:
    """Owe each person (ids, repeats dropped) one e-mail of `kind`; `path` is the page it links to.

    Raises KeyError for a kind nobody has worded, ValueError where its words need a date or the path is not of this site.
    """
    if KINDS[kind].needs_due and due_on is None:
        raise ValueError(f"A notice of the kind {kind} needs due_on.")
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError(f"{path!r} is not a path of this site.")
    Notice.objects.bulk_create(
        Notice(trust_id=trust_id, person_id=person, kind=kind, about=about, path=path, due_on=due_on, created_at=at)
        for person in sorted(set(people))
    )
    transaction.on_commit(partial(celery.wake, "notices.sweep"))


@transaction.atomic
def claim(*, at: datetime, most: int = BATCH) -> list[Notice]:
    """Take what is due, oldest first, passing over what another worker is taking. Each claim counts as an attempt."""
    due = Notice.objects.due(at).order_by("created_at", "pk").select_related("person")
    notices = list(due.select_for_update(skip_locked=True, of=("self",))[:most])
    _lease(notices, until=at + LEASE)
    return notices


def send(notice: Notice, *, at: datetime) -> None:
    """Send a claimed notice, outside any transaction, and write down how it went. Never raises for a failed send."""
    failure = _deliver(notice)
    if not failure:
        _settle(notice, state=State.SENT, sent_at=at, leased_until=None, last_error="")
    elif failure in {LEFT, LOST} or notice.attempts > len(PAUSES):
        logger.error("Gave up on notice %s after %s attempts: %s", notice.public_id, notice.attempts, failure)
        _settle(notice, state=State.FAILED, leased_until=None, last_error=failure)
    else:
        logger.warning("Notice %s was not sent and will be tried again: %s", notice.public_id, failure)
        _settle(notice, state=State.WAITING, leased_until=at + PAUSES[notice.attempts - 1], last_error=failure)


def _lease(notices: Sequence[Notice], *, until: datetime) -> None:
    for notice in notices:
        notice.state = State.SENDING
        notice.leased_until = until
        notice.attempts += 1
    Notice.objects.bulk_update(notices, ["state", "leased_until", "attempts"])


def _deliver(notice: Notice) -> str:
    """Blank when the e-mail went out, else the kind of failure."""
    if not notice.person.is_active:
        return LEFT
    if notice.attempts > len(PAUSES) + 1:
        return LOST
    try:
        letter.compose(notice).send()
    except Exception as failure:  # noqa: BLE001  # its text may hold an address: only its kind is kept
        return type(failure).__name__
    return ""


def _settle(notice: Notice, **outcome: Any) -> None:
    """Write the outcome unless the lease ran out meanwhile: then whoever holds it now decides."""
    Notice.objects.filter(pk=notice.pk, state=State.SENDING, leased_until=notice.leased_until).update(**outcome)
