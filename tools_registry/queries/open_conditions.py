"""Conditions that wait for a person: to be done by their owner, to be confirmed by whoever set them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import F, Q
from django.urls import reverse

from schools.models import Role
from schools.waits import Wait
from tools_registry import working_days
from tools_registry.models import Condition, ConditionProgress, RegisterEntry
from tools_registry.models.entries import entry_url
from tools_registry.rules.entries import decides_as
from trustai.days import day_of

from . import addresses
from .posts import Filled, rows_for, stand_in_for, stood_in_for
from .unmet import unmet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schools.standing import Standing
    from tools_registry.models import Clearance

    from .unmet import Unmet

CONFIRM_WITHIN = 5


def waiting(standing: Standing) -> list[Wait]:
    """Six queries at most, whatever their number."""
    return [*_to_do(standing), *_to_confirm(standing)]


# To be done -----------------------------------------------------------------------------------------------------------


def _to_do(standing: Standing) -> Iterator[Wait]:
    """One wait for each; to somebody who looks after the whole trust one for a condition, at however many places."""
    conditions = Condition.objects.filter(_may_be_mine(standing), trust_id__in=standing.trust_ids)
    entries = RegisterEntry.objects.filter(place__in=standing.places)
    found = unmet(conditions.select_related("clearance"), entries, standing.day)
    if not found:
        return
    filled = Filled(standing.trust_ids, {each.condition.owner_role for each in found}, standing.day)
    mine: dict[tuple[int, int], list[Unmet]] = defaultdict(list)
    for each in found:
        if not each.is_reported and _is_mine(standing, each, filled):
            mine[each.condition.pk, 0 if standing.is_wide else each.place.pk].append(each)
    for same in mine.values():
        yield _agreement(same[0]) if _is_agreement(same[0]) else _task(same)


def _may_be_mine(standing: Standing) -> Q:
    """A first choice. Whoever decides somewhere may have to see to any that has no owner there."""
    if any(decides_as(standing, place) for place in standing.places):
        return Q()
    roles = {held.role for held in standing.held} | stood_in_for(standing)
    return Q(owner_role__in=roles) | Q(owner_id=standing.person_id)


def _is_mine(standing: Standing, each: Unmet, filled: Filled) -> bool:
    """Its owner's; of an agreement the stand-in's while the post is empty; else, with no owner here, the decider's."""
    condition, held = each.condition, standing.roles_for(each.place)
    if condition.owner_role in held or (condition.owner_id == standing.person_id and held):
        return True
    if condition.owner_id is not None or filled.at(condition.owner_role, each.place):
        return False
    stand_in = stand_in_for(condition.owner_role) if _is_agreement(each) else None
    return stand_in in held if stand_in else decides_as(standing, each.place) is not None


def _is_agreement(each: Unmet) -> bool:
    """The DSL's own word before pupils use it here: there is nothing to report first."""
    return each.condition.entry_id is not None and each.condition.set_by_role == Role.DSL


def _agreement(each: Unmet) -> Wait:
    return Wait(
        title=f"Agree: may pupils use {each.tool}?",
        url=_url(each),
        action="Look and answer",
        on=working_days.add(day_of(each.condition.at), CONFIRM_WITHIN),
        text=f"{each.place.name}: pupils wait for your agreement.",
    )


def _task(same: list[Unmet]) -> Wait:
    first = same[0]
    condition, places = first.condition, sum(len(each.places) for each in same)
    one_page = len(same) == 1 or condition.clearance is None
    done = first.reported
    so_far = f" {done.done_count} of {done.of_count} people have done it." if done and len(same) == 1 else ""
    return Wait(
        title=f"To do: {first.tool}",
        url=_url(first) if one_page else _clearance_url(condition.clearance),
        action="See to it",
        on=condition.due_on,
        text=f"{first.place.name if places == 1 else f'{places} places'}: {condition.words}{so_far}",
    )


def _url(each: Unmet) -> str:
    return addresses.at(each.place, "condition", each.tool.public_id, each.condition.public_id)


# To be confirmed ------------------------------------------------------------------------------------------------------


def _to_confirm(standing: Standing) -> Iterator[Wait]:
    """Reported as met; for the team or role that set them, or for whoever stands in while that post is empty."""
    rows = (
        ConditionProgress.objects.filter(confirmed_at=None, refused_at=None, condition__withdrawn_at=None)
        .filter(Q(condition__is_per_person=False) | Q(done_count__gte=F("of_count")))
        .filter(rows_for(standing, "condition__set_by_role"))
        .select_related("condition__clearance__tool", "condition__entry__tool", "place")
        .order_by("reported_at")
    )
    for row in rows:
        holder = row.condition.clearance or row.condition.entry
        if holder is None:
            continue
        yield Wait(
            title=f"Confirm a condition: {holder.tool}",
            url=entry_url(row.place, holder.tool) if row.place else _clearance_url(row.condition.clearance),
            action="Look and confirm",
            on=working_days.add(row.reported_at.date(), CONFIRM_WITHIN),
            text=row.condition.words,
        )


def _clearance_url(clearance: Clearance | None) -> str:
    return reverse("tools_registry:clearance", args=[clearance.public_id]) if clearance else reverse("home:home")
