"""The only code that lays a trust's own facts over a tool's: stricter at once, looser once a second person has checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction

from schools.standing import people_holding
from tools_registry import what_changed
from tools_registry.models import Tool, ToolChange, TrustFact
from tools_registry.models.catalogue import FactField
from tools_registry.queries.facts import facts_today
from tools_registry.rules import catalogue as rules
from trustai import celery
from trustai.audit.actions import record
from trustai.days import day_of
from trustai.notices.actions import tell
from trustai.rules import AlreadyDone, Conflict

from .catalogue import TELL

if TYPE_CHECKING:
    from datetime import date, datetime

    from schools.models import Role
    from schools.standing import Standing
    from tools_registry.facts import Facts
    from trustai.accounts.models import User


@dataclass(frozen=True, slots=True)
class NewFact:
    """One fact as a trust sees it. `wording`, `source` and `source_on` are needed where it allows more than today."""

    trust_id: int
    tool_id: int
    field: FactField
    value: Any
    wording: str = ""
    source: str = ""
    source_on: date | None = None


@transaction.atomic
def lay(*, fact: NewFact, shown: Any, by: User, standing: Standing, at: datetime) -> TrustFact:
    """Lay a fact over the tool's. `shown` is the value the person saw; a looser one waits for a second person."""
    tool = _lock(fact.tool_id, fact.trust_id)
    rules.check_may_set(standing, fact.trust_id, fact.field)
    today = facts_today(tool, fact.trust_id)
    if getattr(today, fact.field) != shown:
        raise Conflict(f"{fact.field.label} changed while you were reading it. Look at it again; nothing was saved.")
    rules.check_fits(fact.field, fact.value, today)
    if rules.is_looser(fact.field, today, fact.value):
        return _put_forward(fact, tool, by=by, standing=standing, at=at)
    return _lay_stricter(fact, tool, today, by=by, standing=standing, at=at)


@transaction.atomic
def check(*, fact_id: int, by: User, standing: Standing, at: datetime) -> TrustFact:
    """The second person has read the terms and agrees: the looser fact counts from now on."""
    fact = _lock_fact(fact_id)
    if fact.checked_at is not None and fact.checked_by_id == by.pk:
        raise AlreadyDone("You have checked this fact already.")
    rules.check_is_pending(fact)
    rules.check_may_check(standing, fact)
    _check_nothing_since(fact)
    field = FactField(fact.field)
    today = facts_today(fact.tool, fact.trust_id)
    rules.check_fits(field, fact.value, today)
    _replace_counting(fact.trust_id, fact.tool, field, at)
    fact.checked_by, fact.checked_at = by, at
    fact.save(update_fields=["checked_by", "checked_at"])
    if field == FactField.MINIMUM_AGE and not today.age_confirmed:
        _confirm_age_too(fact, at)
    changed = what_changed.in_fact(field, getattr(today, field), fact.value)
    if changed is not None:
        write_change(changed, trust_id=fact.trust_id, tool=fact.tool, by=by, at=at)
    _record("fact.checked", fact, rules.CHECKS_FACTS, by=by, standing=standing, at=at)
    _tell_proposer("fact.checked", fact, at)
    return fact


@transaction.atomic
def turn_down(*, fact_id: int, by: User, standing: Standing, at: datetime) -> TrustFact:
    """The looser fact is not taken, or taken back by whoever put it forward. The stricter one stands."""
    fact = _lock_fact(fact_id)
    rules.check_is_pending(fact)
    rules.check_may_turn_down(standing, fact)
    fact.withdrawn_at = at
    fact.save(update_fields=["withdrawn_at"])
    _record("fact.turned_down", fact, rules.CHECKS_FACTS, by=by, standing=standing, at=at)
    if fact.by_id != by.pk:
        _tell_proposer("fact.turned_down", fact, at)
    return fact


def _check_nothing_since(fact: TrustFact) -> None:
    """What was read when it was put forward still holds: a limit that rose since is not undone by an older word."""
    changes = ToolChange.objects.for_trust(fact.trust_id).filter(tool=fact.tool, at__gt=fact.at)
    laid = TrustFact.objects.counting().filter(trust_id=fact.trust_id, tool=fact.tool, field=fact.field, at__gt=fact.at)
    if changes.exists() or laid.exists():
        raise Conflict(
            "Something about this tool has changed since this was put forward. Turn it down; it can be put forward again "
            "from the terms of today."
        )


# Steps shared with the other nouns -------------------------------------------------------------------------------------


def lay_over(fact: NewFact, tool: Tool, *, is_stricter: bool, by: User, at: datetime) -> TrustFact:
    """A step inside an action that has locked the tool and checked."""
    return TrustFact.objects.create(
        trust_id=fact.trust_id,
        tool=tool,
        field=fact.field,
        value=fact.value,
        is_stricter=is_stricter,
        wording=fact.wording,
        source=fact.source,
        source_on=fact.source_on,
        by=by,
        at=at,
    )


def raise_age(
    *, tool: Tool, trust_id: int, new_age: int, wording: str = "", source: str = "", by: User, at: datetime
) -> TrustFact:
    """A step of recording a risen age limit: the trust's own fact, stricter, counts at once. Read on the day it is recorded."""
    _replace_counting(trust_id, tool, FactField.MINIMUM_AGE, at)
    fact = NewFact(trust_id, tool.pk, FactField.MINIMUM_AGE, new_age, wording, source, day_of(at))
    return lay_over(fact, tool, is_stricter=True, by=by, at=at)


def write_change(
    changed: what_changed.Changed,
    *,
    trust_id: int,
    tool: Tool,
    by: User,
    at: datetime,
    effective_on: date | None = None,
    feature: str = "",
) -> ToolChange:
    """The row that every entry it touches is worked out from; people are told by a task, in batches."""
    change = ToolChange.objects.create(
        trust_id=trust_id,
        tool=tool,
        kind=changed.kind,
        summary=changed.summary,
        feature=feature,
        effective_on=effective_on or day_of(at),
        by=by,
        at=at,
    )
    transaction.on_commit(partial(celery.wake, TELL))
    return change


def _lock(tool_id: int, trust_id: int) -> Tool:
    return Tool.objects.select_for_update(no_key=True).for_trust(trust_id).get(pk=tool_id)


def _lock_fact(fact_id: int) -> TrustFact:
    """The tool is locked first, so that checks and new facts on it come one after the other."""
    fact = TrustFact.objects.get(pk=fact_id)
    _lock(fact.tool_id, fact.trust_id)
    return TrustFact.objects.select_for_update(of=("self",)).select_related("tool", "by").get(pk=fact_id)


def _replace_counting(trust_id: int, tool: Tool, field: FactField, at: datetime) -> None:
    TrustFact.objects.counting().filter(trust_id=trust_id, tool=tool, field=field).update(withdrawn_at=at)


def _lay_stricter(fact: NewFact, tool: Tool, today: Facts, *, by: User, standing: Standing, at: datetime) -> TrustFact:
    _replace_counting(fact.trust_id, tool, fact.field, at)
    laid = lay_over(fact, tool, is_stricter=True, by=by, at=at)
    changed = what_changed.in_fact(fact.field, getattr(today, fact.field), fact.value)
    if changed is not None:
        write_change(changed, trust_id=fact.trust_id, tool=tool, by=by, at=at)
    _record("fact.laid", laid, rules.may_set(fact.field), by=by, standing=standing, at=at)
    return laid


def _put_forward(fact: NewFact, tool: Tool, *, by: User, standing: Standing, at: datetime) -> TrustFact:
    rules.check_has_source(wording=fact.wording, source=fact.source, source_on=fact.source_on, on=day_of(at))
    pending = TrustFact.objects.pending().filter(trust_id=fact.trust_id, tool=tool, field=fact.field).first()
    rules.check_none_pending(pending)
    forward = lay_over(fact, tool, is_stricter=False, by=by, at=at)
    _record("fact.put_forward", forward, rules.may_set(fact.field), by=by, standing=standing, at=at)
    others = people_holding(*rules.CHECKS_FACTS, trust_id=fact.trust_id, on=day_of(at))
    tell(
        [person for person in others if person != by.pk],
        "fact.to_check",
        trust_id=fact.trust_id,
        path=tool.get_absolute_url(),
        about=str(tool),
        at=at,
    )
    return forward


def _confirm_age_too(fact: TrustFact, at: datetime) -> None:
    """Two people have read this age in the terms: that is what confirming it means."""
    _replace_counting(fact.trust_id, fact.tool, FactField.AGE_CONFIRMED, at)
    read = NewFact(fact.trust_id, fact.tool_id, FactField.AGE_CONFIRMED, True)
    read = replace(read, wording=fact.wording, source=fact.source, source_on=fact.source_on)
    confirmed = lay_over(read, fact.tool, is_stricter=False, by=fact.by, at=fact.at)
    confirmed.checked_by, confirmed.checked_at = fact.checked_by, at
    confirmed.save(update_fields=["checked_by", "checked_at"])


def _tell_proposer(kind: str, fact: TrustFact, at: datetime) -> None:
    tell([fact.by_id], kind, trust_id=fact.trust_id, path=fact.tool.get_absolute_url(), about=str(fact.tool), at=at)


def _record(kind: str, fact: TrustFact, roles: tuple[Role, ...], *, by: User, standing: Standing, at: datetime) -> None:
    coded: dict[str, Any] = {} if fact.field == FactField.DATA_LOCATION else {"value": fact.value}
    record(
        kind,
        trust_id=fact.trust_id,
        subject_type="tool",
        subject_id=fact.tool.public_id,
        role=rules.acting_as(standing, fact.trust_id, roles) or "",
        by=by,
        at=at,
        fact=str(fact.public_id),
        field=fact.field,
        **coded,
    )
