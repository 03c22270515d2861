"""The only code that writes conditions: those a place sets itself, and where and when each is met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from schools import year_groups
from schools.models import Place, Role
from tools_registry.actions import editions
from tools_registry.models import ClearancePlace, Condition, ConditionProgress
from tools_registry.models.clearances import Origin
from tools_registry.models.entries import entry_url
from tools_registry.queries import people
from tools_registry.rules import conditions as rules
from tools_registry.words import Audience, ConditionKind
from trustai.audit.actions import record
from trustai.days import day_of
from trustai.notices.actions import tell
from trustai.rules import AlreadyDone, Conflict, check_fresh

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from schools.standing import Standing
    from tools_registry.answer import Allowance
    from tools_registry.models import RegisterEntry, Tool
    from trustai.accounts.models import User

DSL_AGREES = rules.DSL_AGREES


@dataclass(frozen=True, slots=True)
class OwnCondition:
    """A condition a place sets for itself. No audiences: it holds for everybody."""

    kind: ConditionKind
    words: str
    public_words: str = ""
    due_on: date | None = None
    audiences: frozenset[Audience] = frozenset()
    owner_role: str = Role.HEAD
    is_per_person: bool = False
    resets_each_september: bool = False


# Steps of deciding an entry -------------------------------------------------------------------------------------------


def own(entry: RegisterEntry) -> tuple[OwnCondition, ...]:
    """Those the place has set and that still count."""
    if not entry.revision:
        return ()
    return tuple(_value(row) for row in _own_rows(entry))


def check_wanted(entry: RegisterEntry | None, wanted: Collection[OwnCondition], *, on: date) -> None:
    """Raises Refused. Those that stand already may be late."""
    standing = own(entry) if entry is not None else ()
    for new in wanted:
        if new not in standing:
            rules.check_due_on(new.kind, new.due_on, on=on)


def settle(*, entry: RegisterEntry, wanted: Collection[OwnCondition], by: User, role: str, at: datetime) -> None:
    """Make the place's own conditions these. One that stays keeps what was reported and confirmed about it."""
    standing = {_value(row): row for row in _own_rows(entry)}
    gone = [row.pk for value, row in standing.items() if value not in wanted]
    Condition.objects.filter(pk__in=gone).update(withdrawn_at=at)
    Condition.objects.bulk_create(
        _row(entry, new, by=by, role=role, at=at) for new in dict.fromkeys(wanted) if new not in standing
    )


def settle_safeguarding(
    *, entry: RegisterEntry, before: Collection[Allowance], now: Collection[Allowance], by: User, at: datetime
) -> None:
    """Where no safeguarding lead of the school has read the case, the DSL agrees before pupils use it here (design §1).

    An agreement given before stands while pupils are allowed no more than it was given for.
    """
    opened = next((allowed for allowed in now if allowed.audience == Audience.PUPILS), None)
    agreed_to = next((allowed for allowed in before if allowed.audience == Audience.PUPILS), None)
    needed = opened is not None and not entry.place.is_office and _is_unread_by_dsl(entry)
    row = entry.conditions.filter(withdrawn_at=None, set_by_role=Role.DSL).first()
    if row is not None and needed and opened is not None and agreed_to is not None and opened.fits(agreed_to):
        return
    if row is not None:
        # What was asked for has grown, or is not asked for any longer: nobody agrees to what they have not read.
        Condition.objects.filter(pk=row.pk).update(withdrawn_at=at)
    if not needed:
        return
    asked = OwnCondition(
        ConditionKind.BEFORE_USE, DSL_AGREES, audiences=frozenset({Audience.PUPILS}), owner_role=Role.DSL
    )
    row = _row(entry, asked, by=by, role=Role.DSL, at=at)
    row.save()
    _tell(people.holding(Role.DSL, entry.place, on=day_of(at)), "condition.asked", row, entry.place, at=at)


# Acts -----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def report(
    *,
    condition_id: int,
    place_id: int | None,
    evidence: str,
    revision: int,
    by: User,
    standing: Standing,
    at: datetime,
    done_count: int | None = None,
    of_count: int | None = None,
) -> ConditionProgress:
    """Say that it is done. It is met when whoever set it confirms. `place_id` is None where it is met once for all.

    `revision` here and below is that of the report that was read, 0 where there was none.
    """
    condition, places = _lock(condition_id, place_id)
    place = places[0]
    rules.check_may_report(standing, condition, place)
    rules.check_evidence(evidence)
    rules.check_counts(condition, done_count, of_count)
    latest = _latest_progress(condition, place, on=day_of(at))
    progress = _unless_refused(latest)
    if progress is not None and progress.confirmed_at is not None:
        raise AlreadyDone("It has been confirmed as met already.")
    if progress is not None and _says(progress) == (evidence.strip(), done_count, of_count):
        raise AlreadyDone("It has been reported already.")
    _check_fresh(revision, latest)
    progress = progress or _new_progress(condition, place, on=day_of(at))
    progress.evidence, progress.done_count, progress.of_count = evidence.strip(), done_count, of_count
    progress.reported_by, progress.reported_at = by, at
    progress.revision = revision + 1
    progress.save()
    role = rules.reports_as(standing, condition, place) or ""
    _record("condition.reported", condition, place, by=by, role=role, at=at, done=done_count, of=of_count)
    if rules.is_complete(condition, progress):
        confirming = set(people.holding(Role(condition.set_by_role), place, on=day_of(at)))
        _tell(confirming - {by.pk}, "condition.reported", condition, progress.place, at=at)
    return progress


@transaction.atomic
def confirm(
    *,
    condition_id: int,
    place_id: int | None,
    revision: int,
    by: User,
    standing: Standing,
    at: datetime,
    evidence: str = "",
    done_count: int | None = None,
    of_count: int | None = None,
) -> ConditionProgress:
    """Confirm that it is met here this school year; `evidence` and the counts where nobody reported all of it before."""
    condition, places = _lock(condition_id, place_id)
    place = places[0]
    latest = _latest_progress(condition, place, on=day_of(at))
    progress = _unless_refused(latest)
    if progress is not None and progress.confirmed_at is not None:
        raise AlreadyDone("It has been confirmed as met already.")
    role = _check_may_confirm(condition, place, standing=standing, at=at)
    _check_fresh(revision, latest)
    if progress is None or (evidence.strip() and not rules.is_complete(condition, progress)):
        rules.check_evidence(evidence)
        rules.check_counts(condition, done_count, of_count)
        progress = progress or _new_progress(condition, place, on=day_of(at))
        progress.evidence, progress.done_count, progress.of_count = evidence.strip(), done_count, of_count
        progress.reported_by, progress.reported_at = by, at
    rules.check_everybody_has_done_it(condition, progress)
    progress.confirmed_by, progress.confirmed_at = by, at
    progress.revision = revision + 1
    progress.save()
    for each in places:
        editions.issue_if_changed(place=each, at=at)
    _record("condition.confirmed", condition, place, by=by, role=role, at=at)
    told = {progress.reported_by_id, *people.who_run(place, on=day_of(at))} - {by.pk}
    _tell(told, "condition.confirmed", condition, progress.place, at=at)
    return progress


@transaction.atomic
def refuse(
    *, condition_id: int, place_id: int | None, reason: str, revision: int, by: User, standing: Standing, at: datetime
) -> ConditionProgress:
    """Say that what was reported does not meet it. It can be reported again."""
    condition, places = _lock(condition_id, place_id)
    place = places[0]
    latest = _latest_progress(condition, place, on=day_of(at))
    role = _check_may_confirm(condition, place, standing=standing, at=at)
    progress = _unless_refused(latest)
    if progress is None:
        raise Conflict("Nothing waits to be confirmed here: somebody has answered it meanwhile.")
    if progress.confirmed_at is not None:
        raise Conflict("It was confirmed while you were reading. Suspend the tool if it must stop.")
    _check_fresh(revision, latest)
    rules.check_refusal(reason)
    progress.refused_at, progress.refused_reason = at, reason.strip()
    progress.revision = revision + 1
    progress.save(update_fields=["refused_at", "refused_reason", "revision"])
    _record("condition.refused", condition, place, by=by, role=role, at=at)
    told = {progress.reported_by_id} - {by.pk}
    _tell(told, "condition.refused", condition, progress.place, at=at)
    return progress


# Beats ----------------------------------------------------------------------------------------------------------------


def _lock(condition_id: int, place_id: int | None) -> tuple[Condition, list[Place]]:
    """Its places in the order of their keys, then the condition. The place it is looked at from comes first."""
    shown = Condition.objects.select_related("entry", "clearance").get(pk=condition_id)
    covered = Place.objects.filter(trust_id=shown.trust_id)
    if shown.entry is not None:
        covered = covered.filter(pk=shown.entry.place_id)
    elif shown.clearance is not None and not shown.clearance.is_trust_wide:
        named = ClearancePlace.objects.filter(clearance=shown.clearance).values("place_id")
        covered = covered.filter(pk__in=named)
    if place_id is not None and not shown.met_once_for_all:
        covered = covered.filter(pk=place_id)
    locked = covered.select_for_update(of=("self",), no_key=True).select_related("trust").order_by("pk")
    places = sorted(locked, key=lambda place: place.pk != place_id)
    rules.check_one_place(shown, places)
    rows = Condition.objects.select_for_update(of=("self",)).select_related("entry__tool", "clearance__tool")
    condition = rows.get(pk=condition_id)
    if condition.withdrawn_at is not None:
        raise Conflict(
            "This condition was taken off while you were reading. What is asked now stands on the tool’s page."
        )
    return condition, places


def _where(condition: Condition, place: Place) -> Place | None:
    return None if condition.met_once_for_all else place


def _latest_progress(condition: Condition, place: Place, *, on: date) -> ConditionProgress | None:
    """What was last reported here: this school year where it starts again each September, else ever."""
    rows = condition.progress.filter(place=_where(condition, place))
    if condition.resets_each_september:
        rows = rows.filter(school_year=year_groups.current_school_year(on))
    return rows.order_by("-school_year", "-reported_at", "-pk").first()


def _unless_refused(latest: ConditionProgress | None) -> ConditionProgress | None:
    return None if latest is None or latest.refused_at is not None else latest


def _check_fresh(shown: int, latest: ConditionProgress | None) -> None:
    """What is confirmed, refused or changed is what was read, not what somebody reported since."""
    check_fresh(shown, latest.revision if latest else 0, what="What is reported here")


def _new_progress(condition: Condition, place: Place, *, on: date) -> ConditionProgress:
    return ConditionProgress(
        trust_id=condition.trust_id,
        condition=condition,
        place=_where(condition, place),
        school_year=year_groups.current_school_year(on),
    )


def _says(progress: ConditionProgress) -> tuple[str, int | None, int | None]:
    return progress.evidence, progress.done_count, progress.of_count


def _check_may_confirm(condition: Condition, place: Place, *, standing: Standing, at: datetime) -> Role | str:
    stand_in = people.standing_in_for(Role(condition.set_by_role), place, on=day_of(at))
    rules.check_may_confirm(standing, condition, place, stand_in=stand_in)
    return rules.confirms_as(standing, condition, place, stand_in) or ""


def _is_unread_by_dsl(entry: RegisterEntry) -> bool:
    """A clearance for several places, or an earlier consultation: the school's own lead has not looked at the tool."""
    clearance = entry.clearance
    if clearance is None:
        return False
    return clearance.origin == Origin.DAY_ONE or clearance.is_trust_wide or clearance.places.count() > 1


def _own_rows(entry: RegisterEntry) -> list[Condition]:
    """Set by the place itself: the DSL's agreement is asked for by the rules, not by the head."""
    return list(entry.conditions.filter(withdrawn_at=None).exclude(set_by_role=Role.DSL).order_by("pk"))


def _value(row: Condition) -> OwnCondition:
    return OwnCondition(
        ConditionKind(row.kind),
        row.words,
        row.public_words,
        row.due_on,
        frozenset(Audience(audience) for audience in row.audiences),
        row.owner_role,
        row.is_per_person,
        row.resets_each_september,
    )


def _row(entry: RegisterEntry, new: OwnCondition, *, by: User, role: str, at: datetime) -> Condition:
    return Condition(
        trust_id=entry.trust_id,
        entry=entry,
        kind=new.kind,
        words=new.words,
        public_words=new.public_words,
        due_on=new.due_on,
        audiences=sorted(new.audiences),
        owner_role=new.owner_role,
        is_per_person=new.is_per_person,
        resets_each_september=new.resets_each_september,
        set_by_role=role,
        set_by=by,
        at=at,
    )


def _tool(condition: Condition) -> Tool:
    holder = condition.entry or condition.clearance
    assert holder is not None  # noqa: S101  # tools_registry_condition_of_one_thing
    return holder.tool


def _record(kind: str, condition: Condition, place: Place, *, by: User, role: str, at: datetime, **detail: Any) -> None:
    record(
        kind,
        trust_id=condition.trust_id,
        subject_type="condition",
        subject_id=condition.public_id,
        urn="" if condition.met_once_for_all else place.urn,
        by=by,
        role=role,
        at=at,
        tool=str(_tool(condition).public_id),
        **{name: value for name, value in detail.items() if value is not None},
    )


def _tell(whom: Collection[int], kind: str, condition: Condition, place: Place | None, *, at: datetime) -> None:
    """Leads to the page of the tool at the place, or to the clearance's where it is met once for all."""
    tool = _tool(condition)
    if place is not None:
        path = entry_url(place, tool)
    elif condition.clearance is not None:
        path = condition.clearance.get_absolute_url()
    else:
        path = tool.get_absolute_url()
    still_here = people.still_in(condition.trust_id, whom, on=day_of(at))
    tell(still_here, kind, trust_id=condition.trust_id, about=str(tool), path=path, at=at)
