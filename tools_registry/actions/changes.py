"""The only code that records that a tool changed, and the Deputy DPO's "carry on"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from tools_registry.models import Tool, ToolChange, ToolChangeAnswer
from tools_registry.queries import people
from tools_registry.queries.facts import facts_today
from tools_registry.rules import changes as rules
from tools_registry.rules.catalogue import acting_as
from tools_registry.what_changed import Changed
from tools_registry.words import ChangeKind
from trustai.audit.actions import record as record_event
from trustai.days import day_of
from trustai.notices.actions import tell
from trustai.rules import AlreadyDone

from . import facts

if TYPE_CHECKING:
    from datetime import date, datetime

    from schools.models import Role
    from schools.standing import Standing
    from trustai.accounts.models import User


@dataclass(frozen=True, slots=True)
class NewChange:
    """What changed. `feature` names a new AI feature, `new_age` a risen age limit; each only with its kind.

    `wording` and `source` are what the new terms say of the age, and where: they become the source of the trust's fact.
    """

    trust_id: int
    tool_id: int
    kind: ChangeKind
    summary: str
    effective_on: date
    feature: str = ""
    new_age: int | None = None
    wording: str = ""
    source: str = ""


@transaction.atomic
def record(*, new: NewChange, by: User, standing: Standing, at: datetime) -> ToolChange:
    """Record it; answers narrow from `effective_on` as design §3 says, and the people concerned are told.

    A risen age limit counts at once, whatever its day: nobody is let in for the days between.
    """
    tool = Tool.objects.select_for_update(no_key=True).for_trust(new.trust_id).get(pk=new.tool_id)
    rules.check_may_record(standing, new.trust_id)
    _check_not_twice(new, by)
    if new.kind == ChangeKind.AGE:
        rules.check_new_age(new.new_age, facts_today(tool, new.trust_id).minimum_age)
        facts.raise_age(
            tool=tool,
            trust_id=new.trust_id,
            new_age=new.new_age or 0,
            wording=new.wording,
            source=new.source,
            by=by,
            at=at,
        )
    change = facts.write_change(
        Changed(new.kind, new.summary),
        trust_id=new.trust_id,
        tool=tool,
        by=by,
        at=at,
        effective_on=new.effective_on,
        feature=new.feature if new.kind == ChangeKind.FEATURE else "",
    )
    role = acting_as(standing, new.trust_id, rules.RECORDS_CHANGES)
    _record("tool.changed", change, new.trust_id, role=role, by=by, at=at, new_age=new.new_age)
    return change


@transaction.atomic
def carry_on(
    *, change_id: int, trust_id: int, reason: str, by: User, standing: Standing, at: datetime
) -> ToolChangeAnswer:
    """The Deputy DPO has looked: what the change had switched off in this trust is on again, within the clearance."""
    change = (
        ToolChange.objects.select_for_update(of=("self",)).select_related("tool").for_trust(trust_id).get(pk=change_id)
    )
    rules.check_may_carry_on(standing, trust_id)
    rules.check_can_carry_on(change)
    if ToolChangeAnswer.objects.filter(change=change, trust_id=trust_id).exists():
        raise AlreadyDone("It has been said already that use may carry on.")
    answer = ToolChangeAnswer.objects.create(trust_id=trust_id, change=change, reason=reason, by=by, at=at)
    role = acting_as(standing, trust_id, rules.CARRIES_ON)
    _record("tool.carry_on", change, trust_id, role=role, by=by, at=at)
    concerned = people.concerned_by(change.tool_id, trust_id=trust_id, on=day_of(at)).get(trust_id, set())
    tell(
        concerned - {by.pk},
        "tool.carry_on",
        trust_id=trust_id,
        path=change.tool.get_absolute_url(),
        about=str(change.tool),
        at=at,
    )
    return answer


@transaction.atomic
def tell_next(*, at: datetime) -> bool:
    """Tell the people concerned of one change that nobody was told of yet. False when there is none left."""
    untold = ToolChange.objects.untold().select_for_update(of=("self",), skip_locked=True)
    change = untold.select_related("tool").order_by("at", "pk").first()
    if change is None:
        return False
    concerned = people.concerned_by(change.tool_id, trust_id=change.trust_id, on=day_of(at))
    for trust_id, whom in sorted(concerned.items()):
        path, about = change.tool.get_absolute_url(), str(change.tool)
        tell(whom - {change.by_id}, "tool.changed", trust_id=trust_id, path=path, about=about, at=at)
    if change.trust_id is None:
        for trust_id in sorted(concerned):
            _record("tool.changed", change, trust_id, role=None, by=None, at=at)
    change.told_at = at
    change.save(update_fields=["told_at"])
    return True


def _check_not_twice(new: NewChange, by: User) -> None:
    """The same form sent again."""
    same = ToolChange.objects.filter(
        trust_id=new.trust_id,
        tool_id=new.tool_id,
        kind=new.kind,
        summary=new.summary,
        feature=new.feature if new.kind == ChangeKind.FEATURE else "",
        effective_on=new.effective_on,
        by=by,
    )
    if same.exists():
        raise AlreadyDone("You have recorded this change already.")


def _record(
    kind: str,
    change: ToolChange,
    trust_id: int,
    *,
    role: Role | None,
    by: User | None,
    at: datetime,
    new_age: int | None = None,
) -> None:
    more: dict[str, Any] = {} if new_age is None else {"new_age": new_age}
    record_event(
        kind,
        trust_id=trust_id,
        subject_type="tool",
        subject_id=change.tool.public_id,
        role=role or "",
        by=by,
        at=at,
        change=str(change.public_id),
        change_kind=change.kind,
        effective_on=change.effective_on.isoformat(),
        **more,
    )
