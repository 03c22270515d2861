"""What signed cases allow at most, and which consultations are open. Cases call down to here; nothing here knows a case."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import transaction

from schools.models import Place, Role
from tools_registry.actions import editions
from tools_registry.models import Clearance, ClearanceAllowance, ClearancePlace, Condition, Consultation, RegisterEntry
from tools_registry.models.clearances import Origin
from tools_registry.models.entries import entry_url
from tools_registry.queries import people
from tools_registry.rules import clearances as rules
from tools_registry.words import EntryStatus
from trustai.audit.actions import record
from trustai.days import day_of
from trustai.notices.actions import tell
from trustai.rules import AlreadyDone, check_fresh

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from schools.standing import Standing
    from tools_registry.answer import Allowance
    from tools_registry.words import Audience, ConditionKind
    from trustai.accounts.models import User


@dataclass(frozen=True, slots=True)
class NewCondition:
    """A condition to pass to every entry under the clearance. No audiences: it holds for everybody."""

    kind: ConditionKind
    words: str
    public_words: str
    due_on: date | None
    audiences: frozenset[Audience]
    owner_role: str
    set_by_role: str
    set_by_id: int
    is_per_person: bool = False
    resets_each_september: bool = False
    met_once_for_all: bool = False


@dataclass(frozen=True, slots=True)
class ClearanceTerms:
    """What is cleared. `place_ids` is None for the whole trust; it counts until the day before `ends_on`.

    `assessed_at` is when the assessed version was frozen; None answers no change of the tool (an earlier document).
    """

    trust_id: int
    tool_id: int
    reference: str
    version: int
    place_ids: frozenset[int] | None
    allowances: tuple[Allowance, ...]
    staff_sign_up: bool
    starts_on: date
    ends_on: date | None
    replaces_id: int | None = None
    conditions: tuple[NewCondition, ...] = ()
    origin: str = Origin.ASSESSMENT
    document_id: int | None = None
    assessed_at: datetime | None = None


@transaction.atomic
def issue(*, terms: ClearanceTerms, by: User, role: str, at: datetime) -> Clearance:
    """Issue a signed clearance and offer it to whoever decides at its places.

    Called inside the signing act too: before that act records its own event, because places are locked here.
    """
    places = _lock_places(terms.trust_id, terms.place_ids)
    rules.check_terms(terms.allowances, terms.starts_on, terms.ends_on)
    if terms.replaces_id is not None:
        old = Clearance.objects.select_for_update().get(pk=terms.replaces_id)
        if old.withdrawn_at is not None:
            # What was stopped comes alive only when a place decides on the new one.
            terms = replace(terms, replaces_id=None)
        else:
            check_replaces(old, trust_id=terms.trust_id, tool_id=terms.tool_id, place_ids=terms.place_ids)
    clearance = _write(terms, by=by, role=role, at=at)
    if terms.replaces_id is not None:
        _issue_editions(places, at=at)
    _record("clearance.issued", clearance, by=by, role=role, at=at, version=clearance.version)
    _tell_deciders(clearance, places, at=at)
    return clearance


@transaction.atomic
def withdraw(*, clearance_id: int, reason: str, by: User, standing: Standing, at: datetime, revision: int) -> Clearance:
    """End a clearance at once: from now on nothing is allowed that stood on it."""
    shown = Clearance.objects.get(pk=clearance_id)
    places = _lock_places(shown.trust_id, place_ids_of(shown))
    clearance = Clearance.objects.select_for_update(of=("self",)).select_related("tool").get(pk=clearance_id)
    if clearance.withdrawn_at is not None:
        raise AlreadyDone("This clearance has been withdrawn already.")
    check_fresh(revision, clearance.revision, what="This clearance")
    rules.check_may_withdraw(standing, clearance)
    rules.check_can_withdraw(clearance, replaced_by=_replaced_by(clearance, on=day_of(at)), on=day_of(at))
    rules.check_has_reason(reason)
    clearance.withdrawn_at, clearance.withdrawn_by, clearance.withdrawn_reason = at, by, reason.strip()
    clearance.revision += 1
    clearance.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason", "revision"])
    _issue_editions(places, at=at)
    _record("clearance.withdrawn", clearance, by=by, role=Role.TRUST_LEAD, at=at)
    _tell_withdrawn(clearance, at=at)
    return clearance


def open_consultation(
    *, trust_id: int, tool_id: int, place_ids: frozenset[int] | None, reference: str, at: datetime
) -> None:
    """Note that a case on a tool is open, for these places or (None) the whole trust. Noting it again changes nothing."""
    wanted = sorted(place_ids) if place_ids is not None else [None]
    Consultation.objects.bulk_create(
        (
            Consultation(trust_id=trust_id, tool_id=tool_id, place_id=place_id, reference=reference, opened_at=at)
            for place_id in wanted
        ),
        ignore_conflicts=True,
    )


def close_consultation(*, trust_id: int, reference: str, at: datetime) -> None:
    """Note that a case is over. Noting it again changes nothing."""
    Consultation.objects.filter(trust_id=trust_id, reference=reference, closed_at=None).update(closed_at=at)


def check_replaces(old: Clearance, *, trust_id: int, tool_id: int, place_ids: frozenset[int] | None) -> None:
    """Whether one for these places (None: the whole trust) may replace it. Asked when a case begins and when it is signed."""
    rules.check_can_replace(old, trust_id=trust_id, tool_id=tool_id)
    rules.check_replaces_whole(place_ids_of(old), place_ids, already=old.replaced_by.exists())


def place_ids_of(clearance: Clearance) -> frozenset[int] | None:
    """The places it names, or None for the whole trust."""
    return None if clearance.is_trust_wide else frozenset(clearance.places.values_list("place_id", flat=True))


def _lock_places(trust_id: int, place_ids: frozenset[int] | None) -> list[Place]:
    """In the order of their keys, so that two acts on many places never wait for each other in a circle."""
    locked = Place.objects.select_for_update(of=("self",), no_key=True).filter(trust_id=trust_id)
    if place_ids is not None:
        locked = locked.filter(pk__in=place_ids)
    return list(locked.select_related("trust", "school").order_by("pk"))


def _write(terms: ClearanceTerms, *, by: User, role: str, at: datetime) -> Clearance:
    clearance = Clearance.objects.create(
        trust_id=terms.trust_id,
        tool_id=terms.tool_id,
        origin=terms.origin,
        reference=terms.reference,
        version=terms.version,
        is_trust_wide=terms.place_ids is None,
        replaces_id=terms.replaces_id,
        staff_sign_up=terms.staff_sign_up,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        document_id=terms.document_id,
        signed_by=by,
        signed_role=role,
        signed_at=at,
        assessed_at=terms.assessed_at,
    )
    ClearancePlace.objects.bulk_create(
        ClearancePlace(trust_id=terms.trust_id, clearance=clearance, place_id=place_id)
        for place_id in sorted(terms.place_ids or ())
    )
    ClearanceAllowance.objects.bulk_create(_allowance_row(clearance, allowed) for allowed in terms.allowances)
    Condition.objects.bulk_create(_condition_row(clearance, new, at=at) for new in terms.conditions)
    return clearance


def _allowance_row(clearance: Clearance, allowed: Allowance) -> ClearanceAllowance:
    return ClearanceAllowance(
        trust_id=clearance.trust_id,
        clearance=clearance,
        audience=allowed.audience,
        data_class=allowed.data_class,
        subjects=sorted(allowed.subjects),
        purposes=sorted(allowed.purposes),
        year_groups=sorted(allowed.year_groups),
    )


def _condition_row(clearance: Clearance, new: NewCondition, *, at: datetime) -> Condition:
    return Condition(
        trust_id=clearance.trust_id,
        clearance=clearance,
        kind=new.kind,
        words=new.words,
        public_words=new.public_words,
        audiences=sorted(new.audiences),
        due_on=new.due_on,
        is_per_person=new.is_per_person,
        resets_each_september=new.resets_each_september,
        met_once_for_all=new.met_once_for_all,
        owner_role=new.owner_role,
        set_by_role=new.set_by_role,
        set_by_id=new.set_by_id,
        at=at,
    )


def _issue_editions(places: Iterable[Place], *, at: datetime) -> None:
    for place in places:
        editions.issue_if_changed(place=place, at=at)


def _tell_deciders(clearance: Clearance, places: Iterable[Place], *, at: datetime) -> None:
    on = day_of(at)
    deciders = {person for place in places for person in people.deciders(place, on=on)}
    tell(
        deciders,
        "clearance.issued",
        trust_id=clearance.trust_id,
        about=str(clearance.tool),
        path=clearance.get_absolute_url(),
        at=at,
    )


def _tell_withdrawn(clearance: Clearance, *, at: datetime) -> None:
    """Those who run or work at a place whose entry stood on it; each is told once."""
    stood = RegisterEntry.objects.filter(clearance_id__in=_lineage(clearance), status=EntryStatus.APPROVED)
    told: set[int] = set()
    for entry in stood.select_related("place", "tool").order_by("pk"):
        here = set(people.who_use_it(entry.place, on=day_of(at))) - told
        tell(
            here,
            "clearance.withdrawn",
            trust_id=clearance.trust_id,
            about=str(clearance.tool),
            path=entry_url(entry.place, entry.tool),
            at=at,
        )
        told |= here


def _replaced_by(clearance: Clearance, *, on: date) -> str:
    """The reference of the clearance that has taken its place, or blank."""
    newer = clearance.replaced_by.filter(starts_on__lte=on).order_by("-starts_on", "-pk").first()
    return newer.reference if newer else ""


def _lineage(clearance: Clearance) -> list[int]:
    """Its own key and those of the clearances it replaced, one after the other."""
    found = [clearance.pk]
    before = clearance.replaces
    while before is not None and before.pk not in found:
        found.append(before.pk)
        before = before.replaces
    return found


def _record(kind: str, clearance: Clearance, *, by: User, role: str, at: datetime, **detail: Any) -> None:
    record(
        kind,
        trust_id=clearance.trust_id,
        subject_type="clearance",
        subject_id=clearance.public_id,
        by=by,
        role=role,
        at=at,
        tool=str(clearance.tool.public_id),
        **detail,
    )
