"""The only code that writes agreements with suppliers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from schools.models import Role, Trust
from schools.standing import people_holding
from tools_registry.actions import reminders
from tools_registry.models import Agreement, Tool
from tools_registry.queries import people
from tools_registry.rules import agreements as rules
from tools_registry.rules.catalogue import acting_as
from tools_registry.words import DataClass, Subject
from trustai.audit.actions import record
from trustai.audit.models import Event
from trustai.days import day_of
from trustai.exports import actions as exports
from trustai.notices.actions import tell
from trustai.rules import AlreadyDone, check_fresh

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from django.core.files import File

    from schools.standing import Standing
    from trustai.accounts.models import User

OWNER = "agreement"
WARNED_BEFORE = (timedelta(days=60), timedelta(days=14), timedelta(days=1))
ONE_DAY = timedelta(days=1)
ENDING = "agreement.ending"


@dataclass(frozen=True, slots=True)
class Terms:
    """What an agreement says. `ends_on` is the day after its last day; None has no end."""

    reference: str
    supplier_party: str
    starts_on: date
    ends_on: date | None
    data_class: DataClass
    subjects: frozenset[Subject]
    covers_accounts: bool = False

    def covers_less_than(self, before: Terms) -> bool:
        """Whether anything that `before` covered on some day is no longer covered on it."""
        ends_earlier = self.ends_on is not None and (before.ends_on is None or self.ends_on < before.ends_on)
        return (
            self.data_class.rank < before.data_class.rank
            or not before.subjects <= self.subjects
            or (before.covers_accounts and not self.covers_accounts)
            or self.starts_on > before.starts_on
            or ends_earlier
        )


@transaction.atomic
def add(
    *,
    trust_id: int,
    tool_id: int,
    terms: Terms,
    upload: File[bytes] | None = None,
    by: User,
    standing: Standing,
    at: datetime,
) -> Agreement:
    Trust.objects.select_for_update(no_key=True).get(pk=trust_id)
    rules.check_may_keep(standing, trust_id)
    tool = Tool.objects.select_for_update(no_key=True).for_trust(trust_id).listed().get(pk=tool_id)
    _check(terms)
    _check_reference(trust_id, terms.reference)
    agreement = Agreement(trust_id=trust_id, tool=tool, by=by, at=at)
    _write(agreement, terms)
    if upload is not None:
        _attach(agreement, upload, by=by, at=at)
    agreement.save(force_insert=True)
    _record("agreement.added", agreement, standing, by=by, at=at)
    return agreement


@transaction.atomic
def change(
    *,
    agreement_id: int,
    terms: Terms,
    upload: File[bytes] | None = None,
    revision: int,
    by: User,
    standing: Standing,
    at: datetime,
) -> Agreement:
    """New terms, a new document, or both. The old document is kept and closed."""
    agreement = _lock(agreement_id)
    rules.check_may_keep(standing, agreement.trust_id)
    rules.check_in_use(agreement)
    before = terms_of(agreement)
    if upload is None and terms == before:
        raise AlreadyDone("Nothing was changed: the agreement says so already.")
    check_fresh(revision, agreement.revision, what=agreement.reference)
    _check(terms)
    if terms.reference != agreement.reference:
        _check_reference(agreement.trust_id, terms.reference)
    _write(agreement, terms)
    if upload is not None:
        _attach(agreement, upload, by=by, at=at)
    agreement.revision += 1
    agreement.save()
    _record("agreement.changed", agreement, standing, by=by, at=at)
    if terms.covers_less_than(before):
        _tell("agreement.changed", agreement, but=by.pk, at=at)
    return agreement


@transaction.atomic
def withdraw(*, agreement_id: int, revision: int, by: User, standing: Standing, at: datetime) -> Agreement:
    """It covers nothing from now on; what it covered goes off in every answer at once."""
    agreement = _lock(agreement_id)
    rules.check_may_keep(standing, agreement.trust_id)
    if agreement.withdrawn_at is not None:
        raise AlreadyDone("This agreement has been withdrawn already.")
    check_fresh(revision, agreement.revision, what=agreement.reference)
    agreement.withdrawn_at, agreement.withdrawn_by = at, by
    agreement.revision += 1
    agreement.save(update_fields=["withdrawn_at", "withdrawn_by", "revision"])
    _record("agreement.withdrawn", agreement, standing, by=by, at=at)
    _tell("agreement.withdrawn", agreement, but=by.pk, at=at)
    return agreement


@transaction.atomic
def warn_of_endings(*, at: datetime) -> int:
    """Tell those concerned 60 days, two weeks and a day before the last day, each once. Returns how many were due."""
    on = day_of(at)
    ending = (
        Agreement.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(withdrawn_at__isnull=True, ends_on__gt=on, ends_on__lte=on + max(WARNED_BEFORE) + ONE_DAY)
        .select_related("tool")
        .order_by("trust_id", "pk")
    )
    due = [(agreement, last_day) for agreement in ending if (last_day := _last_day(agreement))]
    told = _warned([agreement for agreement, _ in due])
    owed = [
        (agreement, last_day, days)
        for agreement, last_day in due
        if (days := reminders.begun(last_day, WARNED_BEFORE, on=on)) is not None
        and (agreement.public_id, str(last_day), days) not in told
    ]
    for agreement, last_day, days in owed:
        _warn(agreement, last_day, days, at)
    return len(owed)


def terms_of(agreement: Agreement) -> Terms:
    return Terms(
        reference=agreement.reference,
        supplier_party=agreement.supplier_party,
        starts_on=agreement.starts_on,
        ends_on=agreement.ends_on,
        data_class=DataClass(agreement.data_class),
        subjects=frozenset(Subject(subject) for subject in agreement.subjects),
        covers_accounts=agreement.covers_accounts,
    )


def _lock(agreement_id: int) -> Agreement:
    return Agreement.objects.select_for_update(of=("self",)).select_related("tool").get(pk=agreement_id)


def _check(terms: Terms) -> None:
    rules.check_terms(
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        data_class=terms.data_class,
        subjects=terms.subjects,
        covers_accounts=terms.covers_accounts,
    )


def _check_reference(trust_id: int, reference: str) -> None:
    rules.check_reference_free(Agreement.objects.filter(trust_id=trust_id, reference=reference).exists())


def _write(agreement: Agreement, terms: Terms) -> None:
    agreement.reference, agreement.supplier_party = terms.reference, terms.supplier_party
    agreement.starts_on, agreement.ends_on = terms.starts_on, terms.ends_on
    agreement.data_class, agreement.subjects = terms.data_class, sorted(terms.subjects)
    agreement.covers_accounts = terms.covers_accounts


def _attach(agreement: Agreement, upload: File[bytes], *, by: User, at: datetime) -> None:
    if agreement.document_id is not None:
        exports.withdraw(stored_id=agreement.document_id, trust_id=agreement.trust_id, by=by, at=at)
    agreement.document = exports.store(
        upload=upload,
        trust_id=agreement.trust_id,
        owner_type=OWNER,
        owner_id=agreement.public_id,
        by=by,
        at=at,
    )


def _last_day(agreement: Agreement) -> date | None:
    return agreement.ends_on - ONE_DAY if agreement.ends_on else None


def _warned(agreements: Iterable[Agreement]) -> set[tuple[object, str, int]]:
    """The warnings that were given: (agreement, last day, days before)."""
    events = Event.objects.filter(kind=ENDING, subject_id__in=[agreement.public_id for agreement in agreements])
    return {(event.subject_id, event.detail["last_day"], event.detail["days"]) for event in events}


def _warn(agreement: Agreement, last_day: date, days: int, at: datetime) -> None:
    record(
        ENDING,
        trust_id=agreement.trust_id,
        subject_type="agreement",
        subject_id=agreement.public_id,
        by=None,
        at=at,
        tool=str(agreement.tool.public_id),
        last_day=str(last_day),
        days=days,
    )
    _tell(ENDING, agreement, at=at, due_on=last_day)


def _tell(kind: str, agreement: Agreement, *, at: datetime, but: int | None = None, due_on: date | None = None) -> None:
    """The teams, who keep it; and whoever runs a place that has approved the tool, who look at the tool itself."""
    on, trust_id, about = day_of(at), agreement.trust_id, str(agreement.tool)
    teams = set(people_holding(Role.DEPUTY_DPO, Role.DPO, Role.NETWORK, trust_id=trust_id, on=on))
    path = agreement.get_absolute_url()
    tell(teams - {but}, kind, trust_id=trust_id, path=path, about=about, due_on=due_on, at=at)
    places = set(people.who_run_it(agreement.tool_id, trust_id=trust_id, on=on)) - teams
    path = agreement.tool.get_absolute_url()
    tell(places - {but}, kind, trust_id=trust_id, path=path, about=about, due_on=due_on, at=at)


def _record(kind: str, agreement: Agreement, standing: Standing, *, by: User, at: datetime) -> None:
    record(
        kind,
        trust_id=agreement.trust_id,
        subject_type="agreement",
        subject_id=agreement.public_id,
        role=acting_as(standing, agreement.trust_id, rules.KEEPS_AGREEMENTS) or "",
        by=by,
        at=at,
        tool=str(agreement.tool.public_id),
        starts_on=agreement.starts_on.isoformat(),
        ends_on=agreement.ends_on.isoformat() if agreement.ends_on else None,
        data_class=agreement.data_class,
        subjects=agreement.subjects,
        covers_accounts=agreement.covers_accounts,
        document=str(agreement.document.public_id) if agreement.document else None,
    )
