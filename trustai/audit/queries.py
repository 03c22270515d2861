"""What a history page shows, and whether the trail is whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.db import connection
from pgtrigger.core import INSTALLED

from trustai.accounts.models import User

from .models import Event

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

FORMER = "A former colleague"
ITSELF = "TrustAI"

# One statement sees one moment: an event written meanwhile cannot look like a gap.
NUMBERING = """
WITH numbered AS (
    SELECT trust_id, sequence, row_number() OVER (PARTITION BY trust_id ORDER BY sequence) AS place FROM audit_event
), found AS (
    SELECT trust_id, count(*) AS events, min(place) FILTER (WHERE sequence <> place) AS missing
    FROM numbered GROUP BY trust_id
)
SELECT trust_id, coalesce(events, 0), coalesce(last, 0), missing
FROM found FULL JOIN audit_sequence USING (trust_id) ORDER BY trust_id
"""


@dataclass(frozen=True, slots=True)
class Told:
    """One event as a page tells it: codes as recorded, the person by the name they have today."""

    at: datetime
    sequence: int
    kind: str
    subject_type: str
    subject_id: UUID
    who: str
    role: str
    urn: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Numbering:
    """How many events a trust has, the last number given out, and the first that is missing in between."""

    trust_id: int
    events: int
    last: int
    missing: int | None

    @property
    def fault(self) -> str:
        """What is wrong, in words; blank when the numbers run from 1 to the last without a gap."""
        if self.missing is None and self.events == self.last:
            return ""
        if self.events > self.last:
            return f"trust {self.trust_id}: event {self.last + 1} stands, but only {self.last} numbers were given out"
        return f"trust {self.trust_id}: event {self.missing or self.events + 1} is missing"


def story(subject_ids: Collection[UUID], trust_id: int, *, newest: int = 200) -> tuple[Told, ...]:
    """The newest events about these subjects, newest first: two queries, however many."""
    about = Event.objects.filter(trust_id=trust_id, subject_id__in=subject_ids)
    events = list(about.order_by("-sequence")[:newest])
    names = names_of({event.by for event in events if event.by})
    return tuple(
        Told(
            at=event.at,
            sequence=event.sequence,
            kind=event.kind,
            subject_type=event.subject_type,
            subject_id=event.subject_id,
            who=names.get(event.by, FORMER) if event.by else ITSELF,
            role=event.role,
            urn=event.urn,
            detail=event.detail,
        )
        for event in events
    )


def names_of(people: Collection[UUID]) -> dict[UUID, str]:
    """Names of those who still have an account; whoever has left is not in it."""
    return dict(User.objects.filter(public_id__in=people, is_active=True).values_list("public_id", "name"))


def numberings() -> tuple[Numbering, ...]:
    """The state of the numbers in every trust that has events or had a number given out."""
    with connection.cursor() as cursor:
        cursor.execute(NUMBERING)
        return tuple(Numbering(*row) for row in cursor.fetchall())


def faulty_triggers() -> tuple[str, ...]:
    """Names of the database triggers that should guard a table and do not."""
    return tuple(
        f"{model._meta.db_table}: {trigger.name}"
        for model, trigger in pgtrigger.registered()
        if trigger.get_installation_status(model) != (INSTALLED, True)
    )
