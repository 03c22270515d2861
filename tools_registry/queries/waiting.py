"""What waits for a person in the register: a fixed number of queries, whatever the size of the trust."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from schools.models import Role
from schools.waits import Wait
from tools_registry import working_days
from tools_registry.models import (
    Clearance,
    ClearancePlace,
    DayOne,
    RegisterEntry,
    Request,
    Suspension,
    ToolChange,
    ToolChangeAnswer,
    TrustFact,
)
from tools_registry.models.entries import entry_url
from tools_registry.models.requests import RequestStatus
from tools_registry.rules.clearances import check_may_confirm_day_one, check_may_sign_day_one
from tools_registry.rules.entries import check_may_confirm_deletion, decides_as
from tools_registry.words import NARROWING_CHANGES, ChangeKind, EntryStatus
from trustai.days import day_of
from trustai.rules import refusal

from . import open_conditions
from .posts import rows_for

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet

    from schools.models import Place
    from schools.standing import Standing

ANSWER_WITHIN = 5
DECIDE_WITHIN = 10
DELETE_WITHIN = 10
LOOK_AHEAD = timedelta(days=30)


def waiting(standing: Standing) -> list[Wait]:
    """Requests to answer, conditions, suspensions to lift, data to delete, clearances to decide, entries to look at again,
    changes, facts, day one."""
    decides = [place for place in standing.places if decides_as(standing, place)]
    found = [*_requests(standing), *open_conditions.waiting(standing), *_suspensions(standing), *_deletions(standing)]
    if decides:
        found += [*_clearances(decides, standing.day), *_reviews(decides, standing.day)]
    if standing.holds(Role.DEPUTY_DPO, Role.DPO, Role.NETWORK):
        found += [*_changes(standing), *_facts(standing)]
    if standing.is_wide:
        found += [*_day_ones(standing), *_not_in_catalogue(standing)]
    return found


def _requests(standing: Standing) -> Iterable[Wait]:
    answers_at = [p.pk for p in standing.places if standing.at(p) & {Role.AI_LEAD, Role.HEAD}]
    heads_at = [p.pk for p in standing.places if Role.HEAD in standing.at(p)]
    offices = [p.pk for p in standing.places if p.is_office and standing.in_trust(p.trust_id) & {Role.TRUST_LEAD}]
    if not answers_at and not offices:
        return []
    rows = Request.objects.filter(
        Q(status=RequestStatus.OPEN, place_id__in=[*answers_at, *offices])
        | Q(status=RequestStatus.REFUSED, place_id__in=[*heads_at, *offices], look_again_at__gt=F("answered_at"))
    ).order_by("at")
    alike: dict[tuple[int, str], list[Request]] = defaultdict(list)
    for row in rows:
        alike[row.place_id, row.alike_key].append(row)
    return [_request(rows) for rows in alike.values()]


def _request(rows: list[Request]) -> Wait:
    first = rows[0]
    asked = "1 person has asked for it." if len(rows) == 1 else f"{len(rows)} people have asked for it."
    again = any(row.is_to_be_looked_at_again for row in rows)
    return Wait(
        title=f"Look again: {first.asked_name}" if again else f"Answer: may we use {first.asked_name}?",
        url=first.get_absolute_url(),
        action="Read and answer",
        on=working_days.add((first.look_again_at or first.at).date(), ANSWER_WITHIN),
        text="The AI lead said no, and the person asks you to look again." if again else asked,
    )


def _not_in_catalogue(standing: Standing) -> Iterable[Wait]:
    """Asked for by name only: it can be assessed once somebody has added it, or said which tool is meant."""
    adds_in = standing.trust_ids_as(Role.NETWORK) | standing.trust_ids_as(Role.DEPUTY_DPO)
    rows = (
        Request.objects.waiting().filter(trust_id__in=adds_in, tool=None).select_related("place").order_by("at", "pk")
    )
    alike: dict[tuple[int, str], list[Request]] = defaultdict(list)
    for row in rows if adds_in else ():
        alike[row.trust_id, row.alike_key].append(row)
    for first, *rest in alike.values():
        places = sorted({row.place.name for row in (first, *rest)})
        yield Wait(
            title=f"Add to the catalogue: {first.asked_name}",
            url=first.get_absolute_url(),
            action="Add it",
            on=working_days.add(day_of(first.at), ANSWER_WITHIN),
            text=f"Asked for at {', '.join(places)}. Until it is in the catalogue nobody can assess it.",
        )


def _clearances(places: list[Place], on: date) -> Iterable[Wait]:
    """Clearances in force that a place has not decided on."""
    newer = Clearance.objects.filter(replaces=OuterRef("pk"), starts_on__lte=on)
    rows = (
        Clearance.objects.in_force(on)
        .filter(~Exists(newer), trust_id__in={p.trust_id for p in places})
        .select_related("tool")
        .order_by("signed_at")
    )
    named: dict[int, set[int]] = defaultdict(set)
    for clearance_id, place_id in ClearancePlace.objects.filter(clearance__in=rows).values_list("clearance", "place"):
        named[clearance_id].add(place_id)
    decided = set(RegisterEntry.objects.filter(place__in=places).values_list("place_id", "tool_id"))
    for clearance in rows:
        for place in places:
            covers = clearance.trust_id == place.trust_id and (
                clearance.is_trust_wide or place.pk in named[clearance.pk]
            )
            if covers and (place.pk, clearance.tool_id) not in decided:
                yield Wait(
                    title=f"Decide: may {place.name} use {clearance.tool}?",
                    url=entry_url(place, clearance.tool),
                    action="Decide",
                    on=working_days.add(clearance.starts_on, DECIDE_WITHIN),
                    text=f"The trust cleared it under {clearance.reference}.",
                )


def _reviews(places: list[Place], on: date) -> Iterable[Wait]:
    rows = RegisterEntry.objects.filter(
        place__in=places, status=EntryStatus.APPROVED, review_on__lte=on + LOOK_AHEAD
    ).select_related("tool", "place__trust")
    for entry in rows:
        grace = entry.place.trust.grace_school_days
        over = entry.review_on is not None and working_days.add(entry.review_on, grace) <= on
        yield Wait(
            title=f"Look again at {entry.tool} for {entry.place}",
            url=entry.get_absolute_url(),
            action="Look again",
            on=entry.review_on,
            text="It has expired: nobody may use it until it is decided again."
            if over
            else "Its review date has come or is near. It expires if nobody looks.",
        )


def _deletions(standing: Standing) -> Iterable[Wait]:
    """Withdrawn, and nobody has said that what was put in has been deleted."""
    places = [place for place in standing.places if refusal(check_may_confirm_deletion, standing, place) is None]
    rows = RegisterEntry.objects.filter(
        place__in=places, status=EntryStatus.WITHDRAWN, deletion_confirmed_at=None
    ).select_related("tool", "place")
    for entry in rows.order_by("decided_at", "pk") if places else ():
        yield Wait(
            title=f"Confirm that the data is deleted: {entry.tool}",
            url=entry.get_absolute_url(),
            action="Confirm",
            on=working_days.add(day_of(entry.decided_at), DELETE_WITHIN),
            text=f"{entry.place.name} no longer allows it. What was put in has to be deleted.",
        )


def _suspensions(standing: Standing) -> Iterable[Wait]:
    """One of the two sides has said that it may be lifted, and this person belongs to the other."""
    decides_at = [place.pk for place in standing.places if decides_as(standing, place)]
    decides = Q(place_id__in=decides_at) | Q(place=None, trust_id__in=standing.trust_ids_as(Role.TRUST_LEAD))
    rows = (
        Suspension.objects.filter(lifted_at=None)
        .filter(
            Q(rows_for(standing, "role"), lift_asked_at__isnull=False, team_agreed_at=None)
            | Q(decides, lift_asked_at=None, team_agreed_at__isnull=False)
        )
        .select_related("tool", "place")
        .order_by("at", "pk")
    )
    for row in rows:
        everywhere = reverse("tools_registry:office_entry", args=[row.tool.public_id])
        url = entry_url(row.place, row.tool) if row.place else everywhere
        said = row.lift_asked_at or row.team_agreed_at or row.at
        asked = row.lift_asked_at is not None
        yield Wait(
            title=f"Agree to lift the suspension of {row.tool}?" if asked else f"Lift the suspension of {row.tool}?",
            url=url,
            action="Look and answer",
            on=working_days.add(day_of(said), ANSWER_WITHIN),
            text="Whoever decides has asked to lift it." if asked else "The team that suspended it agrees.",
        )


def _changes(standing: Standing) -> Iterable[Wait]:
    """Changes that narrow until the Deputy DPO says carry on, for tools somebody in the trust has approved."""
    trusts = [h.trust_id for h in standing.held if h.role in {Role.DEPUTY_DPO, Role.DPO}]
    if not trusts:
        return
    for trust_id in trusts:
        answered = ToolChangeAnswer.objects.filter(change=OuterRef("pk"), trust_id=trust_id)
        newer = Clearance.objects.filter(trust_id=trust_id, tool=OuterRef("tool"), assessed_at__gt=OuterRef("at"))
        used = RegisterEntry.objects.filter(trust_id=trust_id, tool=OuterRef("tool"), status=EntryStatus.APPROVED)
        rows: QuerySet[ToolChange] = (
            ToolChange.objects.filter(Q(trust=None) | Q(trust_id=trust_id))
            .filter(~Exists(answered), ~Exists(newer), Exists(used), kind__in=NARROWING_CHANGES | {ChangeKind.FEATURE})
            .select_related("tool")
            .order_by("effective_on")
        )
        for change in rows:
            yield Wait(
                title=f"Changed: {change.tool}",
                url=change.tool.get_absolute_url(),
                action="Look at the change",
                on=change.effective_on,
                text=change.summary,
            )


def _facts(standing: Standing) -> Iterable[Wait]:
    """Looser facts that need a second person."""
    rows = (
        TrustFact.objects.filter(
            trust_id__in=standing.wide_trust_ids, is_stricter=False, checked_at=None, withdrawn_at=None
        )
        .exclude(by_id=standing.person_id)
        .select_related("tool")
        .order_by("at")
    )
    for fact in rows:
        yield Wait(
            title=f"Check a fact: {fact.tool}",
            url=fact.tool.get_absolute_url(),
            action="Check it",
            on=working_days.add(fact.at.date(), ANSWER_WITHIN),
            text=f"{fact.get_field_display()}: a second person must check it before it counts.",
        )


def _day_ones(standing: Standing) -> Iterable[Wait]:
    """Earlier consultations that this person's team confirms, or this person signs."""
    rows = DayOne.objects.filter(trust_id__in=standing.wide_trust_ids, clearance=None, withdrawn_at=None)
    for entered in rows.select_related("tool").order_by("at", "pk"):
        confirms = any(_may_confirm(standing, entered, role) for role in (Role.DEPUTY_DPO, Role.NETWORK))
        if confirms or refusal(check_may_sign_day_one, standing, entered) is None:
            yield Wait(
                title=f"Earlier consultation: {entered.tool}",
                url=entered.get_absolute_url(),
                action="Read and confirm" if confirms else "Read and sign",
                on=working_days.add(day_of(entered.at), DECIDE_WITHIN),
                text="Was your team consulted?" if confirms else "Both teams say that they were consulted.",
            )


def _may_confirm(standing: Standing, entered: DayOne, role: Role) -> bool:
    said = entered.deputy_by_id if role == Role.DEPUTY_DPO else entered.network_by_id
    return said is None and refusal(check_may_confirm_day_one, standing, entered, role) is None
