"""The only code that suspends a tool and lifts a suspension."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from schools.models import Place, Role
from schools.standing import people_holding
from tools_registry.actions import editions
from tools_registry.models import RegisterEntry, Suspension, Tool
from tools_registry.models.entries import entry_url
from tools_registry.queries import people
from tools_registry.reasons import day
from tools_registry.rules import suspensions as rules
from tools_registry.words import EntryStatus
from trustai.audit.actions import record
from trustai.days import day_of
from trustai.notices.actions import tell
from trustai.rules import AlreadyDone, Conflict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from schools.standing import Standing
    from trustai.accounts.models import User


@transaction.atomic
def suspend(
    *,
    tool_id: int,
    trust_id: int,
    place_id: int | None,
    reason: str,
    by: User,
    standing: Standing,
    at: datetime,
) -> Suspension:
    """Stop its use at once, at one place or (None) at every place of the trust. Everybody who uses it is told."""
    places = _lock_places(trust_id, place_id)
    tool = Tool.objects.for_trust(trust_id).get(pk=tool_id)
    role = _check_may_suspend(standing, trust_id, places, place_id)
    rules.check_reason(reason)
    _check_not_suspended(trust_id, tool, place_id, role, reason.strip())
    approved = RegisterEntry.objects.filter(place__in=places, tool=tool, status=EntryStatus.APPROVED)
    at_places = set(approved.values_list("place_id", flat=True))
    rules.check_can_suspend(is_approved=bool(at_places))
    suspension = Suspension.objects.create(
        trust_id=trust_id, tool=tool, place_id=place_id, reason=reason.strip(), by=by, role=role, at=at
    )
    affected = [place for place in places if place.pk in at_places]
    _issue_editions(affected, at=at)
    _record("entry.suspended", suspension, by=by, role=role, at=at)
    _tell_everybody(affected, "entry.suspended", suspension, by=by, at=at)
    return suspension


def ask_to_lift(*, suspension_id: int, by: User, standing: Standing, at: datetime) -> Suspension:
    """The decider's side: it may be used again. Lifted when the team that suspended has agreed, or else asked."""
    return _say_yes(suspension_id, decides=True, agrees=False, by=by, standing=standing, at=at)


def agree_to_lift(*, suspension_id: int, by: User, standing: Standing, at: datetime) -> Suspension:
    """The team's side. Lifted when the decider has asked already."""
    return _say_yes(suspension_id, decides=False, agrees=True, by=by, standing=standing, at=at)


def lift(*, suspension_id: int, by: User, standing: Standing, at: datetime) -> Suspension:
    """Both sides in one act, by somebody who decides the entry and belongs to the team that suspended."""
    return _say_yes(suspension_id, decides=True, agrees=True, by=by, standing=standing, at=at)


@transaction.atomic
def _say_yes(
    suspension_id: int, *, decides: bool, agrees: bool, by: User, standing: Standing, at: datetime
) -> Suspension:
    """The second of the two sides lifts it, whichever it is. Posts need no revision: what is agreed to never changes."""
    suspension, places = _lock(suspension_id)
    if suspension.lifted_at is not None:
        raise AlreadyDone("It has been lifted already.")
    stand_in = people.standing_in_for(Role(suspension.role), places[0], on=day_of(at))
    if decides:
        rules.check_may_ask_to_lift(standing, suspension)
    if agrees:
        rules.check_may_agree_to_lift(standing, suspension, stand_in)
    if (suspension.lift_asked_at or not decides) and (suspension.team_agreed_at or not agrees):
        raise AlreadyDone("That has been said already. The other side still has to agree.")
    if decides and suspension.lift_asked_at is None:
        suspension.lift_asked_by, suspension.lift_asked_at = by, at
    if agrees and suspension.team_agreed_at is None:
        suspension.team_agreed_by, suspension.team_agreed_at = by, at
    is_lifted = suspension.lift_asked_at is not None and suspension.team_agreed_at is not None
    if is_lifted:
        suspension.lifted_by, suspension.lifted_at = by, at
    suspension.revision += 1
    suspension.save()
    role = rules.decides_lifting_as(standing, suspension) if decides else None
    role = role or rules.agrees_as(standing, suspension, stand_in)
    _after(suspension, places, is_lifted=is_lifted, asked=decides, by=by, role=role or "", at=at)
    return suspension


def _after(
    suspension: Suspension,
    places: list[Place],
    *,
    is_lifted: bool,
    asked: bool,
    by: User,
    role: str,
    at: datetime,
) -> None:
    """Publish, record and tell: everybody when it is lifted, else the side whose word is missing."""
    if is_lifted:
        _issue_editions(places, at=at)
        _record("entry.lifted", suspension, by=by, role=role, at=at)
        _tell_everybody(places, "entry.lifted", suspension, by=by, at=at)
        return
    _record("entry.lift_asked" if asked else "entry.lift_agreed", suspension, by=by, role=role, at=at)
    on = day_of(at)
    if asked:
        missing = people.holding(Role(suspension.role), places[0], on=on)
    elif suspension.place is None:
        missing = people_holding(Role.TRUST_LEAD, trust_id=suspension.trust_id, on=on)
    else:
        missing = people.deciders(suspension.place, on=on)
    _tell(set(missing) - {by.pk}, "entry.lift_asked", suspension, places[0], at=at)


# Beats ----------------------------------------------------------------------------------------------------------------


def _lock_places(trust_id: int, place_id: int | None) -> list[Place]:
    """In the order of their keys, so that two acts on many places never wait for each other in a circle."""
    locked = Place.objects.select_for_update(of=("self",), no_key=True).filter(trust_id=trust_id)
    if place_id is not None:
        locked = locked.filter(pk=place_id)
    places = list(locked.select_related("trust").order_by("pk"))
    if not places:
        raise Place.DoesNotExist
    return places


def _lock(suspension_id: int) -> tuple[Suspension, list[Place]]:
    """The places at which it is approved (or the first of all), then the suspension itself."""
    shown = Suspension.objects.get(pk=suspension_id)
    places = _lock_places(shown.trust_id, shown.place_id)
    locked = Suspension.objects.select_for_update(of=("self",)).select_related("tool", "place__trust")
    suspension = locked.get(pk=suspension_id)
    approved = RegisterEntry.objects.filter(place__in=places, tool=suspension.tool, status=EntryStatus.APPROVED)
    at_places = set(approved.values_list("place_id", flat=True))
    return suspension, [place for place in places if place.pk in at_places] or places[:1]


def _check_may_suspend(standing: Standing, trust_id: int, places: list[Place], place_id: int | None) -> Role:
    if place_id is None:
        rules.check_may_suspend_everywhere(standing, trust_id)
        role = rules.suspends_everywhere_as(standing, trust_id)
    else:
        rules.check_may_suspend(standing, places[0])
        role = rules.suspends_as(standing, places[0])
    assert role is not None  # noqa: S101  # the check before
    return role


def _check_not_suspended(trust_id: int, tool: Tool, place_id: int | None, role: Role, reason: str) -> None:
    """The same words posted twice are done already; others are kept for whoever typed them."""
    same = Suspension.objects.filter(trust_id=trust_id, tool=tool, role=role, lifted_at=None)
    same = same.filter(place__isnull=True) if place_id is None else same.filter(place_id=place_id)
    stands = same.first()
    if stands is None:
        return
    if stands.reason == reason:
        raise AlreadyDone("It is suspended already.")
    raise Conflict(
        f"It is suspended already, since {day(day_of(stands.at))}, for another reason. What you typed is kept below."
    )


def _issue_editions(places: Iterable[Place], *, at: datetime) -> None:
    for place in places:
        editions.issue_if_changed(place=place, at=at)


def _record(kind: str, suspension: Suspension, *, by: User, role: str, at: datetime, **detail: Any) -> None:
    record(
        kind,
        trust_id=suspension.trust_id,
        subject_type="suspension",
        subject_id=suspension.public_id,
        urn=suspension.place.urn if suspension.place else "",
        by=by,
        role=role,
        at=at,
        tool=str(suspension.tool.public_id),
        everywhere=suspension.place_id is None,
        **detail,
    )


def _tell_everybody(places: Iterable[Place], kind: str, suspension: Suspension, *, by: User, at: datetime) -> None:
    """Everybody at these places, each once; whoever acted knows."""
    told = {by.pk}
    for place in places:
        here = set(people.who_use_it(place, on=day_of(at))) - told
        _tell(here, kind, suspension, place, at=at)
        told |= here


def _tell(whom: Iterable[int], kind: str, suspension: Suspension, place: Place, *, at: datetime) -> None:
    path = entry_url(place, suspension.tool)
    tell(whom, kind, trust_id=suspension.trust_id, about=str(suspension.tool), path=path, at=at)
