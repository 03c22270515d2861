"""A trust's settings, and the DPO's delegation."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from schools import rules
from schools.models import EntryDecider, Role, Trust
from schools.standing import people_holding
from trustai.audit.actions import record
from trustai.days import day_of
from trustai.notices.actions import tell
from trustai.rules import AlreadyDone, check_fresh

if TYPE_CHECKING:
    from datetime import date, datetime

    from schools.standing import Standing
    from trustai.accounts.models import User


@dataclass(frozen=True, slots=True)
class TrustSettings:
    """The choices the policy leaves open. Days are working days for reviews, school days for grace."""

    review_working_days: int
    grace_school_days: int
    review_months: int
    entry_decider: EntryDecider
    mailbox: str
    policy_name: str
    policy_url: str


SAID_IN_EVENTS = ("review_working_days", "grace_school_days", "review_months", "entry_decider")


@transaction.atomic
def change_trust(
    *, trust_id: int, settings: TrustSettings, revision: int, by: User, standing: Standing, at: datetime
) -> Trust:
    trust = Trust.objects.select_for_update().get(pk=trust_id)
    after = asdict(settings)
    before = {name: getattr(trust, name) for name in after}
    if before == after:
        raise AlreadyDone("Nothing was changed: these are the settings already.")
    check_fresh(revision, trust.revision, what="The trust's settings")
    rules.check_may_change_trust(standing, trust)
    for name, value in after.items():
        setattr(trust, name, value)
    trust.revision += 1
    trust.save(update_fields=[*after, "revision"])
    changed = [name for name in after if before[name] != after[name]]
    said = {name: [before[name], after[name]] for name in changed if name in SAID_IN_EVENTS}
    role = next(role for role in rules.CHANGES_TRUST if role in standing.in_trust(trust.pk))
    _record("trust.settings_changed", trust, role, by=by, at=at, changed=changed, values=said)
    return trust


@transaction.atomic
def delegate_advice(
    *, trust_id: int, starts_on: date | None, revision: int, by: User, standing: Standing, at: datetime
) -> Trust:
    """The DPO records from which day the Deputy may advise in their place; None takes it back at once."""
    trust = Trust.objects.select_for_update().get(pk=trust_id)
    if trust.deputy_may_advise_from == starts_on:
        raise AlreadyDone("Nothing was changed: this is recorded already.")
    check_fresh(revision, trust.revision, what="The trust's settings")
    rules.check_may_delegate_advice(standing, trust)
    rules.check_delegation_day(starts_on, on=day_of(at))
    trust.deputy_may_advise_from = starts_on
    trust.revision += 1
    trust.save(update_fields=["deputy_may_advise_from", "revision"])
    starts = starts_on.isoformat() if starts_on else None
    _record("trust.advice_delegated", trust, Role.DPO, by=by, at=at, starts_on=starts)
    tell(
        set(people_holding(Role.DEPUTY_DPO, Role.DPO, trust_id=trust.pk, on=day_of(at))) - {by.pk},
        "trust.advice_delegated" if starts_on else "trust.advice_taken_back",
        trust_id=trust.pk,
        path=reverse("schools:trust_settings"),
        due_on=starts_on,
        at=at,
    )
    return trust


def _record(kind: str, trust: Trust, role: Role, *, by: User, at: datetime, **detail: object) -> None:
    record(
        kind,
        trust_id=trust.pk,
        subject_type="trust",
        subject_id=trust.public_id,
        urn="",
        role=role,
        by=by,
        at=at,
        **detail,
    )
