"""The only code that decides what a place allows. Suspending and lifting stand in `suspensions`, conditions in `conditions`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from schools import year_groups
from schools.models import Place, Role
from tools_registry import answer, workflow
from tools_registry.actions import conditions, editions, requests
from tools_registry.actions.suspensions import agree_to_lift, ask_to_lift, lift, suspend
from tools_registry.models import Clearance, EntryAllowance, EntryException, RegisterEntry, Tool
from tools_registry.models.entries import entry_url
from tools_registry.queries import people
from tools_registry.queries.situations import situation_of, with_situation
from tools_registry.rules import entries as rules
from tools_registry.words import Audience, DataClass, EntryStatus, Subject
from tools_registry.workflow import Move
from trustai.audit.actions import record
from trustai.days import day_of
from trustai.notices.actions import tell
from trustai.rules import AlreadyDone, check_fresh

if TYPE_CHECKING:
    from datetime import date, datetime

    from schools.standing import Standing
    from tools_registry.actions.conditions import OwnCondition
    from tools_registry.answer import Allowance, Situation
    from trustai.accounts.models import User

__all__ = [
    "Decision",
    "NewException",
    "agree_to_lift",
    "approve",
    "ask_to_lift",
    "confirm_deletion",
    "decline",
    "lift",
    "suspend",
    "withdraw",
]

THIS_DECISION = "The decision on this tool"


@dataclass(frozen=True, slots=True)
class NewException:
    """One prohibited purpose that senior leadership allows from today until the day before `ends_on`."""

    purpose: str
    reason: str
    ends_on: date

    def on(self, starts_on: date) -> answer.OnePurposeException:
        return answer.OnePurposeException(self.purpose, starts_on, self.ends_on)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a place allows within a clearance. `revision` is that of the entry the page showed; 0 where there was none.

    `parents_agreed` and `work_consent`: collected for the present school year, the record being with `record_keeper`.
    """

    clearance_id: int
    allowances: tuple[Allowance, ...]
    review_on: date
    revision: int = 0
    conditions: tuple[OwnCondition, ...] = ()
    exceptions: tuple[NewException, ...] = ()
    parents_agreed: bool = False
    work_consent: bool = False
    record_keeper: str = "the school office"
    equity_note: str = ""
    unsuitable_for: str = ""


@transaction.atomic
def approve(
    *, place_id: int, tool_id: int, decision: Decision, by: User, standing: Standing, at: datetime
) -> RegisterEntry:
    """Approve, or decide again: what was allowed before ends, and this counts from now."""
    place, tool, entry = _lock(place_id, tool_id, at=at)
    _check_not_repeated(entry, decision, by, at=at)
    check_fresh(decision.revision, entry.revision if entry else 0, what=THIS_DECISION)
    role = _check_may_approve(standing, place, tool, entry, decision, at=at)
    move = workflow.to_approve(EntryStatus(entry.status) if entry else None)
    entry = entry or RegisterEntry(trust_id=place.trust_id, place=place, tool=tool, revision=0)
    before = _allowances(entry)
    entry.clearance_id, entry.review_on, entry.reason = decision.clearance_id, decision.review_on, ""
    entry.equity_note, entry.unsuitable_for = decision.equity_note.strip(), decision.unsuitable_for.strip()
    entry.record_keeper = decision.record_keeper.strip() or entry.record_keeper
    entry.parents_agreed = _school_years(entry.parents_agreed, decision.parents_agreed, at=at)
    entry.work_consent = _school_years(entry.work_consent, decision.work_consent, at=at)
    entry.deletion_confirmed_at = entry.deletion_confirmed_by = None
    _move(entry, move, by=by, role=role, at=at)
    _write_allowances(entry, decision.allowances, at=at)
    _write_exceptions(entry, decision.exceptions, by=by, at=at)
    conditions.settle(entry=entry, wanted=decision.conditions, by=by, role=role, at=at)
    conditions.settle_safeguarding(entry=entry, before=before, now=decision.allowances, by=by, at=at)
    _announce(entry, move, by=by, role=role, at=at, allowances=decision.allowances)
    return entry


@transaction.atomic
def decline(
    *, place_id: int, tool_id: int, reason: str, revision: int, by: User, standing: Standing, at: datetime
) -> RegisterEntry:
    """Decide against a tool that is not approved here."""
    place, tool, entry = _lock(place_id, tool_id, at=at)
    if entry and entry.status == EntryStatus.DECLINED and entry.reason == reason.strip():
        raise AlreadyDone("It has been declined already.")
    check_fresh(revision, entry.revision if entry else 0, what=THIS_DECISION)
    rules.check_may_decide(standing, place)
    rules.check_can_move(EntryStatus(entry.status) if entry else None, Move.DECLINE)
    rules.check_reason(reason)
    entry = entry or RegisterEntry(trust_id=place.trust_id, place=place, tool=tool, revision=0)
    entry.reason = reason.strip()
    role = rules.decides_as(standing, place) or ""
    _move(entry, Move.DECLINE, by=by, role=role, at=at)
    _announce(entry, Move.DECLINE, by=by, role=role, at=at)
    return entry


@transaction.atomic
def withdraw(
    *, place_id: int, tool_id: int, reason: str, revision: int, by: User, standing: Standing, at: datetime
) -> RegisterEntry:
    """Take an approval back. What was put in is then to be deleted, which `confirm_deletion` records."""
    place, _, entry = _lock(place_id, tool_id, at=at)
    if entry and entry.status == EntryStatus.WITHDRAWN and entry.reason == reason.strip():
        raise AlreadyDone("It has been withdrawn already.")
    check_fresh(revision, entry.revision if entry else 0, what=THIS_DECISION)
    rules.check_may_decide(standing, place, narrows=True)
    rules.check_can_move(EntryStatus(entry.status) if entry else None, Move.WITHDRAW)
    rules.check_reason(reason)
    assert entry is not None  # noqa: S101  # nothing can be withdrawn that was not decided
    entry.reason = reason.strip()
    role = rules.narrows_as(standing, place) or ""
    _move(entry, Move.WITHDRAW, by=by, role=role, at=at)
    _announce(entry, Move.WITHDRAW, by=by, role=role, at=at)
    return entry


@transaction.atomic
def confirm_deletion(*, place_id: int, tool_id: int, by: User, standing: Standing, at: datetime) -> RegisterEntry:
    """Record that what was put into a withdrawn tool has been deleted."""
    place, _, entry = _lock(place_id, tool_id, at=at)
    if entry is None:
        raise RegisterEntry.DoesNotExist
    if entry.deletion_confirmed_at is not None:
        raise AlreadyDone("It has been confirmed already.")
    rules.check_may_confirm_deletion(standing, place)
    rules.check_can_confirm_deletion(EntryStatus(entry.status))
    entry.deletion_confirmed_at, entry.deletion_confirmed_by = at, by
    entry.revision += 1
    entry.save(update_fields=["deletion_confirmed_at", "deletion_confirmed_by", "revision"])
    role = rules.narrows_as(standing, place) or Role.AI_LEAD
    _record("entry.deletion_confirmed", entry, by=by, role=role, at=at)
    return entry


# Beats ----------------------------------------------------------------------------------------------------------------


def _lock(place_id: int, tool_id: int, *, at: datetime) -> tuple[Place, Tool, RegisterEntry | None]:
    """The tool, so that it is not taken out of the catalogue meanwhile; the place, so that two first decisions on it are
    taken one after the other; then the entry."""
    Tool.objects.select_for_update(no_key=True).get(pk=tool_id)
    locked = Place.objects.select_for_update(of=("self",), no_key=True).select_related("trust")
    place = locked.get(pk=place_id)
    rules.check_still_here(place, on=day_of(at))
    tool = Tool.objects.for_trust(place.trust_id).get(pk=tool_id)
    entries = RegisterEntry.objects.select_for_update(of=("self",)).select_related("place", "tool", "clearance")
    return place, tool, entries.filter(place=place, tool=tool).first()


def _situation(tool: Tool, place: Place, on: date) -> Situation:
    return situation_of(with_situation(Tool.objects.filter(pk=tool.pk), place, on).get(), place, on)


def _check_not_repeated(entry: RegisterEntry | None, decision: Decision, by: User, *, at: datetime) -> None:
    """The same page posted twice by the same person: the first one stands."""
    if entry is None or entry.status != EntryStatus.APPROVED or entry.decided_by_id != by.pk:
        return
    if decision.revision == entry.revision - 1 and _stands_as(entry, decision, at=at):
        raise AlreadyDone("It has been decided already, just like this.")


def _stands_as(entry: RegisterEntry, decision: Decision, *, at: datetime) -> bool:
    year = year_groups.current_school_year(day_of(at))
    return (
        entry.clearance_id == decision.clearance_id
        and entry.review_on == decision.review_on
        and set(_allowances(entry)) == set(decision.allowances)
        and (year in entry.parents_agreed, year in entry.work_consent)
        == (decision.parents_agreed, decision.work_consent)
        and (entry.equity_note, entry.unsuitable_for) == (decision.equity_note.strip(), decision.unsuitable_for.strip())
        and set(conditions.own(entry)) == set(decision.conditions)
        and {(e.purpose, e.reason, e.ends_on) for e in _exceptions(entry)}
        == {(e.purpose, e.reason, e.ends_on) for e in decision.exceptions}
    )


def _check_may_approve(
    standing: Standing, place: Place, tool: Tool, entry: RegisterEntry | None, decision: Decision, *, at: datetime
) -> str:
    """Every rule of an approval. Returns the role it is given in."""
    on = day_of(at)
    rules.check_may_decide(standing, place, narrows=_narrows(entry, decision))
    rules.check_in_catalogue(tool)
    situation = _situation(tool, place, on)
    clearance = rules.check_clearance(situation, decision.clearance_id, on=on)
    exceptions = tuple(new.on(on) for new in decision.exceptions)
    rules.check_exceptions(exceptions, clearance, on=on)
    rules.check_allowances(situation, clearance, decision.allowances, exceptions, on=on)
    rules.check_review_on(decision.review_on, clearance, on=on)
    conditions.check_wanted(entry, decision.conditions, on=on)
    return rules.narrows_as(standing, place) or ""


def _narrows(entry: RegisterEntry | None, decision: Decision) -> bool:
    """Whether the decision only takes away from what stands: a head may do so where the trust decides."""
    if entry is None or entry.status != EntryStatus.APPROVED or entry.review_on is None:
        return False
    before = {allowed.audience: allowed for allowed in _allowances(entry)}
    fits = all(new.audience in before and new.fits(before[new.audience]) for new in decision.allowances)
    kept = set(conditions.own(entry)) <= set(decision.conditions)
    excepted = {(e.purpose, e.ends_on) for e in _exceptions(entry)}
    no_more = {(e.purpose, e.ends_on) for e in decision.exceptions} <= excepted
    same = _is_of_its_line(entry, decision.clearance_id) and decision.review_on <= entry.review_on
    return fits and kept and no_more and same


def _is_of_its_line(entry: RegisterEntry, clearance_id: int) -> bool:
    """The clearance it was decided within, or one that replaced it since."""
    found = Clearance.objects.filter(pk=clearance_id).first()
    while found is not None and found.pk != entry.clearance_id:
        found = found.replaces
    return found is not None


def _move(entry: RegisterEntry, move: Move, *, by: User, role: str, at: datetime) -> None:
    """The one place `status` is assigned."""
    start = EntryStatus(entry.status) if entry.status else None
    rules.check_can_move(start, move)
    entry.status = workflow.STEPS[start, move]
    entry.decided_by, entry.decided_role, entry.decided_at = by, role, at
    entry.revision += 1
    entry.save()


def _allowances(entry: RegisterEntry) -> tuple[Allowance, ...]:
    """What stands now."""
    if not entry.revision:
        return ()
    return tuple(
        answer.Allowance(
            Audience(row.audience),
            DataClass(row.data_class),
            frozenset(Subject(subject) for subject in row.subjects),
            frozenset(row.purposes),
            frozenset(row.year_groups),
        )
        for row in entry.allowances.filter(withdrawn_at=None)
    )


def _write_allowances(entry: RegisterEntry, allowances: tuple[Allowance, ...], *, at: datetime) -> None:
    entry.allowances.filter(withdrawn_at=None).update(withdrawn_at=at)
    EntryAllowance.objects.bulk_create(
        EntryAllowance(
            trust_id=entry.trust_id,
            entry=entry,
            audience=allowed.audience,
            data_class=allowed.data_class,
            subjects=sorted(allowed.subjects),
            purposes=sorted(allowed.purposes),
            year_groups=sorted(allowed.year_groups),
        )
        for allowed in allowances
    )


def _exceptions(entry: RegisterEntry) -> list[EntryException]:
    return list(entry.exceptions.filter(withdrawn_at=None)) if entry.revision else []


def _write_exceptions(entry: RegisterEntry, wanted: tuple[NewException, ...], *, by: User, at: datetime) -> None:
    """Those that stand as wanted are kept, with their first day; the others end now."""
    standing = {(e.purpose, e.reason, e.ends_on): e for e in _exceptions(entry)}
    keys = {(new.purpose, new.reason, new.ends_on) for new in wanted}
    gone = [row.pk for key, row in standing.items() if key not in keys]
    entry.exceptions.filter(pk__in=gone).update(withdrawn_at=at)
    EntryException.objects.bulk_create(
        EntryException(
            trust_id=entry.trust_id,
            entry=entry,
            purpose=new.purpose,
            reason=new.reason,
            starts_on=day_of(at),
            ends_on=new.ends_on,
            by=by,
            at=at,
        )
        for new in wanted
        if (new.purpose, new.reason, new.ends_on) not in standing
    )


def _school_years(recorded: list[int], collected: bool, *, at: datetime) -> list[int]:
    """The recorded years with the present one put in or taken out."""
    this_year = year_groups.current_school_year(day_of(at))
    return sorted({*recorded, this_year} if collected else set(recorded) - {this_year})


EVENTS = {
    Move.APPROVE: "entry.approved",
    Move.DECIDE_AGAIN: "entry.decided_again",
    Move.DECLINE: "entry.declined",
    Move.WITHDRAW: "entry.withdrawn",
}


def _announce(
    entry: RegisterEntry,
    move: Move,
    *,
    by: User,
    role: str,
    at: datetime,
    allowances: tuple[Allowance, ...] = (),
) -> None:
    """Publish, record and tell; after every lock is taken."""
    requests.mark_decided(
        trust_id=entry.trust_id, tool_id=entry.tool_id, place_id=entry.place_id, by=by, at=at, role=role
    )
    editions.issue_if_changed(place=entry.place, at=at)
    _record(EVENTS[move], entry, by=by, role=role, at=at, allowed={a.audience: a.data_class for a in allowances})
    withdrawn = move == Move.WITHDRAW
    concerned = people.who_use_it if withdrawn else people.who_run
    tell(
        set(concerned(entry.place, on=day_of(at))) - {by.pk},
        "entry.withdrawn" if withdrawn else "entry.decided",
        trust_id=entry.trust_id,
        about=str(entry.tool),
        path=entry_url(entry.place, entry.tool),
        at=at,
    )


def _record(kind: str, entry: RegisterEntry, *, by: User, role: str, at: datetime, **detail: Any) -> None:
    record(
        kind,
        trust_id=entry.trust_id,
        subject_type="entry",
        subject_id=entry.public_id,
        urn=entry.place.urn,
        by=by,
        role=role,
        at=at,
        tool=str(entry.tool.public_id),
        clearance=str(entry.clearance.public_id) if entry.clearance else "",
        **detail,
    )
