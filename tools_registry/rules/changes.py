"""Who records that a tool has changed, and who may say carry on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schools.models import Role
from tools_registry.words import ChangeKind
from trustai.rules import Refused

from .catalogue import acting_as

if TYPE_CHECKING:
    from schools.standing import Standing
    from tools_registry.models import ToolChange

RECORDS_CHANGES = (Role.NETWORK, Role.DEPUTY_DPO)
CARRIES_ON = (Role.DEPUTY_DPO, Role.DPO)


def check_may_record(standing: Standing, trust_id: int) -> None:
    if acting_as(standing, trust_id, RECORDS_CHANGES) is None:
        raise Refused("The Network Team or the Deputy DPO records that a tool has changed. Tell them what you saw.")


def check_new_age(new_age: int | None, today: int | None) -> None:
    """An age limit only rises here; a lower one is a looser fact and needs its source and a second person."""
    if new_age is None:
        raise Refused("Type the new age limit.")
    if today is None:
        raise Refused("The age limit is not known yet, so it cannot rise. It is set among the facts.")
    if new_age <= today:
        raise Refused(f"The limit is {today} now. A lower one is set among the facts, and a second person checks it.")


def check_may_carry_on(standing: Standing, trust_id: int) -> None:
    if acting_as(standing, trust_id, CARRIES_ON) is None:
        raise Refused("The Deputy DPO, or the DPO, says whether use may carry on after a change.")


def check_can_carry_on(change: ToolChange) -> None:
    if change.kind == ChangeKind.FEATURE:
        raise Refused("A new AI feature stays off until it has been assessed. Open an assessment for it.")
