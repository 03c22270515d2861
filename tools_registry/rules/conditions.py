"""Who reports and who confirms a condition. Each check raises Refused or returns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schools.models import Role
from tools_registry.reasons import day
from tools_registry.rules.entries import narrows_as
from tools_registry.words import ConditionKind
from trustai.rules import Refused

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from schools.models import Place
    from schools.standing import Standing
    from tools_registry.models import Condition, ConditionProgress


DSL_AGREES = "The school's safeguarding lead has agreed that pupils use it"
TOO_MANY = "No more people can have done it than are to do it."


def label(role: str) -> str:
    """A role in the words of a sentence: "Deputy Data Protection Officer"."""
    return Role(role).label if role in Role.values else role


def reports_as(standing: Standing, condition: Condition, place: Place) -> Role | None:
    """The role in which this person reports it: its owner, or whoever decides at the place."""
    held = standing.roles_for(place)
    if condition.owner_role in held:
        return Role(condition.owner_role)
    if condition.owner_id == standing.person_id and held:
        return min(held)
    return narrows_as(standing, place)


def confirms_as(standing: Standing, condition: Condition, place: Place, stand_in: Role | None) -> Role | None:
    """The role in which this person confirms it: the team or role that set it, or its stand-in while that is empty."""
    held = standing.roles_for(place)
    if condition.set_by_role in held:
        return Role(condition.set_by_role)
    return stand_in if stand_in in held else None


def check_due_on(kind: ConditionKind, due_on: date | None, *, on: date) -> None:
    """Of a new condition: a day that has passed would close the tool at once. One that stands and is late stays."""
    if kind == ConditionKind.BY_DATE and due_on is not None and due_on < on:
        raise Refused(f"{day(due_on)} has passed. Type today or a later day: the tool is off after that day.")


def check_can_be_met(condition: Condition) -> None:
    if condition.withdrawn_at is not None:
        raise Refused("This condition no longer counts.")
    if condition.kind == ConditionKind.ALWAYS:
        raise Refused("This is a rule of use: it is kept every day and never done with.")


def check_may_report(standing: Standing, condition: Condition, place: Place) -> None:
    check_can_be_met(condition)
    if reports_as(standing, condition, place) is None:
        raise Refused(
            f"Only its owner ({label(condition.owner_role)}), or whoever decides here, reports that this is done."
        )


def check_evidence(evidence: str) -> None:
    if not evidence.strip():
        raise Refused("Say what was done and how one can see it.")


def check_counts(condition: Condition, done: int | None, of: int | None) -> None:
    """A condition for each person is reported in numbers."""
    if not condition.is_per_person:
        return
    if done is None or of is None or of < 1:
        raise Refused("Say how many people have done it, and how many are to do it.")
    if done > of:
        raise Refused(TOO_MANY)


def check_may_confirm(standing: Standing, condition: Condition, place: Place, *, stand_in: Role | None) -> None:
    check_can_be_met(condition)
    if confirms_as(standing, condition, place, stand_in) is None:
        who = label(stand_in or condition.set_by_role)
        raise Refused(f"Only the {who} confirms this: it is met when whoever set it says so.")


def check_everybody_has_done_it(condition: Condition, progress: ConditionProgress) -> None:
    if not is_complete(condition, progress):
        so_far = f"{progress.done_count or 0} of {progress.of_count or 0}"
        raise Refused(f"{so_far} people have done it so far. It is met when everybody has.")


def is_complete(condition: Condition, progress: ConditionProgress) -> bool:
    """Said to be done: a condition for each person only when everybody has done it."""
    return not condition.is_per_person or (progress.done_count or 0) >= (progress.of_count or 0)


def check_refusal(reason: str) -> None:
    if not reason.strip():
        raise Refused("Say what is still missing: the person who reported it reads it.")


def check_one_place(condition: Condition, places: Collection[Place]) -> None:
    if not places:
        raise Refused("This condition is not one of this tool here.")
    if condition.met_once_for_all or len(places) == 1:
        return
    raise Refused("This condition is met school by school: open it on the page of the tool at a school.")
