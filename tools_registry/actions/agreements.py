"""The only code that writes agreements with suppliers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction

from schools.models import Role, Trust
from schools.standing import people_holding
from tools_registry.models import Agreement, Tool
from tools_registry.rules import agreements as rules
from tools_registry.rules.catalogue import acting_as
from tools_registry.words import DataClass, Subject
from trustai.audit.actions import record
from trustai.days import day_of
from trustai.exports import actions as exports
from trustai.notices.actions import tell
from trustai.notices.models import Notice
from trustai.rules import AlreadyDone, check_fresh

if TYPE_CHECKING:
    from datetime import date

    from django.core.files import File

    from schools.standing import Standing
    from trustai.accounts.models import User

OWNER = "agreement"
WARNED_BEFORE = (timedelta(days=60), timedelta(days=14), timedelta(days=1))
LONDON = ZoneInfo("Europe/London")


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
    if upload is None and terms == terms_of(agreement):
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
    return agreement


@transaction.atomic
def warn_of_endings(*, at: datetime) -> int:
    """Tell those concerned 60 days, two weeks and a day before the last day, each once. Returns how many were due."""
    on = day_of(at)
    ending = (
        Agreement.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(withdrawn_at__isnull=True, ends_on__gt=on, ends_on__lte=on + max(WARNED_BEFORE) + timedelta(days=1))
        .select_related("tool")
        .order_by("pk")
    )
    due = [agreement for agreement in ending if _owes_a_warning(agreement, on)]
    for agreement in due:
        _warn(agreement, on, at)
    return len(due)


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


def _owes_a_warning(agreement: Agreement, on: date) -> bool:
    """Whether a day to warn has come since the last warning of this end."""
    if agreement.ends_on is None:
        return False
    last_day = agreement.ends_on - timedelta(days=1)
    begun = [last_day - before for before in WARNED_BEFORE if last_day - before <= on]
    if not begun:
        return False
    since = datetime.combine(max(begun), time.min, LONDON)
    told = Notice.objects.filter(
        trust_id=agreement.trust_id,
        kind="agreement.ending",
        path=agreement.get_absolute_url(),
        due_on=last_day,
        created_at__gte=since,
    )
    return not told.exists()


def _warn(agreement: Agreement, on: date, at: datetime) -> None:
    tell(
        people_holding(Role.DEPUTY_DPO, Role.DPO, Role.NETWORK, trust_id=agreement.trust_id, on=on),
        "agreement.ending",
        trust_id=agreement.trust_id,
        path=agreement.get_absolute_url(),
        about=str(agreement.tool),
        due_on=agreement.ends_on - timedelta(days=1) if agreement.ends_on else None,
        at=at,
    )


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
