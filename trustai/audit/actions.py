"""Record an event; the fourth beat of every change of state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from .models import Event

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from trustai.accounts.models import User

NEXT = """
INSERT INTO audit_sequence (trust_id, last) VALUES (%s, 1)
ON CONFLICT (trust_id) DO UPDATE SET last = audit_sequence.last + 1
RETURNING last
"""


def record(
    kind: str,
    *,
    trust_id: int,
    subject_type: str,
    subject_id: UUID,
    by: User | None,
    at: datetime,
    urn: str = "",
    role: str = "",
    **detail: Any,
) -> Event:
    """Append one event inside the caller's transaction. `detail` holds ids and codes only, never names or free text.

    Call it after every row lock is taken: the trust's number is locked until the transaction ends.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("An event is recorded inside the change it describes.")
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [trust_id])
        (number,) = cursor.fetchone()
    return Event.objects.create(
        trust_id=trust_id,
        sequence=number,
        kind=kind,
        subject_type=subject_type,
        subject_id=subject_id,
        urn=urn,
        by=by.public_id if by else None,
        role=role,
        at=at,
        detail=detail,
    )
