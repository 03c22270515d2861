"""The case as data: statuses, moves and the pure outcome of a round. No ORM, no clock, no request."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import TextChoices

if TYPE_CHECKING:
    from collections.abc import Collection


class Status(TextChoices):
    DRAFT = "draft", "Being written"
    IN_REVIEW = "in_review", "With the teams"
    CHANGES_ASKED = "changes_asked", "Changes asked for"
    READY = "ready", "Ready to sign"
    SIGNED = "signed", "Signed"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Move(StrEnum):
    SUBMIT = "submit"
    ASK_CHANGES = "ask_changes"
    ALL_IN = "all_in"
    SIGN = "sign"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


class Team(TextChoices):
    NETWORK = "network", "Network Team"
    DEPUTY_DPO = "deputydpo", "Deputy Data Protection Officer"
    SAFEGUARDING = "safeguarding", "Safeguarding"


class Verdict(TextChoices):
    AGREE = "agree", "Agree"
    CONDITIONS = "conditions", "Agree with conditions"
    CHANGES = "changes", "Ask for changes"
    OBJECT = "object", "Object"


STEPS: dict[tuple[Status, Move], Status] = {
    (Status.DRAFT, Move.SUBMIT): Status.IN_REVIEW,
    (Status.DRAFT, Move.WITHDRAW): Status.WITHDRAWN,
    (Status.IN_REVIEW, Move.SUBMIT): Status.IN_REVIEW,
    (Status.IN_REVIEW, Move.ASK_CHANGES): Status.CHANGES_ASKED,
    (Status.IN_REVIEW, Move.ALL_IN): Status.READY,
    (Status.IN_REVIEW, Move.WITHDRAW): Status.WITHDRAWN,
    (Status.CHANGES_ASKED, Move.SUBMIT): Status.IN_REVIEW,
    (Status.CHANGES_ASKED, Move.WITHDRAW): Status.WITHDRAWN,
    (Status.READY, Move.SIGN): Status.SIGNED,
    (Status.READY, Move.DECLINE): Status.DECLINED,
    (Status.READY, Move.WITHDRAW): Status.WITHDRAWN,
}
FINAL = frozenset(Status) - {start for start, _ in STEPS}


def outcome(verdicts: Collection[Verdict], *, awaited: int) -> Move | None:
    """The move a round of parallel reviews makes; None while any is open. An objection goes to sign-off, to be answered there."""
    if awaited or not verdicts:
        return None
    return Move.ASK_CHANGES if Verdict.CHANGES in verdicts else Move.ALL_IN
