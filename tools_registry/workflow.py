"""A place's decision on a tool as data: statuses and moves. No ORM, no clock, no request."""

from __future__ import annotations

from enum import StrEnum

from .words import EntryStatus


class Move(StrEnum):
    APPROVE = "approve"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    DECIDE_AGAIN = "decide_again"


# None: nobody has decided yet, so there is no row.
STEPS: dict[tuple[EntryStatus | None, Move], EntryStatus] = {
    (None, Move.APPROVE): EntryStatus.APPROVED,
    (None, Move.DECLINE): EntryStatus.DECLINED,
    (EntryStatus.APPROVED, Move.DECIDE_AGAIN): EntryStatus.APPROVED,
    (EntryStatus.APPROVED, Move.WITHDRAW): EntryStatus.WITHDRAWN,
    (EntryStatus.DECLINED, Move.DECIDE_AGAIN): EntryStatus.APPROVED,
    (EntryStatus.WITHDRAWN, Move.DECIDE_AGAIN): EntryStatus.APPROVED,
}


def can(status: EntryStatus | None, move: Move) -> bool:
    return (status, move) in STEPS


def to_approve(status: EntryStatus | None) -> Move:
    """How an entry of this status comes to be approved: for the first time, or decided again."""
    return Move.APPROVE if status is None else Move.DECIDE_AGAIN
