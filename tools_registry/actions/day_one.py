"""The only code that enters an earlier consultation at start-up and makes a clearance of it (design §3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import transaction

from schools.models import Place, Role, Trust
from schools.standing import people_holding
from tools_registry.actions import clearances
from tools_registry.actions.clearances import ClearanceTerms
from tools_registry.models import Clearance, DayOne, Tool
from tools_registry.models.clearances import Origin
from tools_registry.queries.day_one import allowances_of, counted_since
from tools_registry.rules import clearances as rules
from trustai.audit.actions import record
from trustai.days import day_of
from trustai.exports.actions import store
from trustai.notices.actions import tell
from trustai.rules import AlreadyDone, Refused, check_fresh

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.core.files import File

    from schools.standing import Standing
    from tools_registry.answer import Allowance
    from trustai.accounts.models import User


# As dpia gives references: an earlier document never takes one that a case will have.
LIKE_A_CASE = re.compile(r"[A-Z0-9]+-[0-9]{4}-[0-9]{4,}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was consulted on before, and what it is to allow until the day before `ends_on`. No places: the whole trust."""

    tool_id: int
    reference: str
    document_on: date
    ends_on: date
    place_ids: frozenset[int] | None
    allowances: tuple[Allowance, ...]
    staff_sign_up: bool = False


@transaction.atomic
def enter(
    *, trust_id: int, earlier: Earlier, upload: File[bytes], by: User, standing: Standing, at: datetime
) -> DayOne:
    """Keep the signed document, and ask the Deputy DPO and the Network Team to confirm that they were consulted."""
    trust = Trust.objects.select_for_update(no_key=True).get(pk=trust_id)
    tool = Tool.objects.for_trust(trust_id).get(pk=earlier.tool_id)
    rules.check_may_enter_day_one(standing, trust_id)
    since = counted_since(trust_id=trust_id, tool_id=tool.pk, place_ids=earlier.place_ids)
    rules.check_day_one_days(document_on=earlier.document_on, ends_on=earlier.ends_on, on=day_of(at), since=since)
    rules.check_terms(earlier.allowances, day_of(at), earlier.ends_on)
    _check_reference(trust, earlier.reference)
    public_id = uuid4()
    document = store(upload=upload, trust_id=trust_id, owner_type="day_one", owner_id=public_id, by=by, at=at)
    entered = DayOne.objects.create(
        public_id=public_id,
        trust=trust,
        tool=tool,
        reference=earlier.reference,
        document=document,
        document_on=earlier.document_on,
        ends_on=earlier.ends_on,
        terms=_as_json(earlier, trust),
        by=by,
        at=at,
    )
    _record("day_one.entered", entered, by=by, role=_acting(standing, trust_id), at=at)
    _tell(entered, Role.DEPUTY_DPO, Role.NETWORK, but=by, at=at)
    return entered


@transaction.atomic
def confirm(*, entered_id: int, role: Role, by: User, standing: Standing, at: datetime) -> DayOne:
    """The Deputy DPO or the Network Team says for itself that it was consulted. `role` names the team."""
    entered = _lock(entered_id)
    if by.pk == (entered.deputy_by_id if role == Role.DEPUTY_DPO else entered.network_by_id):
        raise AlreadyDone("You have confirmed it already.")
    rules.check_may_confirm_day_one(standing, entered, role)
    rules.check_not_confirmed(entered, role)
    held = standing.in_trust(entered.trust_id)
    acting = role if role in held else Role.DPO
    if role == Role.DEPUTY_DPO:
        entered.deputy_by, entered.deputy_role, entered.deputy_at = by, acting, at
    else:
        entered.network_by, entered.network_at = by, at
    entered.revision += 1
    entered.save()
    _record("day_one.confirmed", entered, by=by, role=acting, at=at)
    if entered.deputy_by_id and entered.network_by_id:
        _tell(entered, Role.TRUST_LEAD, but=by, at=at)
    return entered


@transaction.atomic
def sign(*, entered_id: int, revision: int, by: User, standing: Standing, at: datetime) -> Clearance:
    """The trust lead signs, and it counts as a clearance from today."""
    shown = DayOne.objects.get(pk=entered_id)
    Trust.objects.select_for_update(no_key=True).get(pk=shown.trust_id)
    entered = _lock(entered_id)
    if entered.clearance_id is not None:
        raise AlreadyDone("It has been signed already.")
    check_fresh(revision, entered.revision, what="This entry")
    rules.check_may_sign_day_one(standing, entered)
    terms = _terms(entered, day_of(at))
    since = counted_since(trust_id=entered.trust_id, tool_id=entered.tool_id, place_ids=terms.place_ids)
    rules.check_day_one_days(document_on=entered.document_on, ends_on=entered.ends_on, on=day_of(at), since=since)
    clearance = clearances.issue(terms=terms, by=by, role=Role.TRUST_LEAD, at=at)
    entered.clearance = clearance
    entered.revision += 1
    entered.save(update_fields=["clearance", "revision"])
    _record("day_one.signed", entered, by=by, role=Role.TRUST_LEAD, at=at)
    return clearance


@transaction.atomic
def take_back(*, entered_id: int, by: User, standing: Standing, at: datetime) -> DayOne:
    """Close an entry that was not signed. It stays in the trust's records; its reference can be entered again."""
    entered = _lock(entered_id)
    if entered.withdrawn_at is not None:
        raise AlreadyDone("It has been taken back already.")
    rules.check_may_take_back_day_one(standing, entered)
    entered.withdrawn_at, entered.withdrawn_by = at, by
    entered.revision += 1
    entered.save(update_fields=["withdrawn_at", "withdrawn_by", "revision"])
    _record("day_one.taken_back", entered, by=by, role=_acting(standing, entered.trust_id), at=at)
    return entered


def _lock(entered_id: int) -> DayOne:
    return DayOne.objects.select_for_update(of=("self",)).select_related("tool", "trust").get(pk=entered_id)


def _check_reference(trust: Trust, reference: str) -> None:
    if not reference.strip():
        raise Refused("Type the reference of the earlier document.")
    if LIKE_A_CASE.fullmatch(reference.strip()):
        raise Refused(
            "This looks like the reference of an assessment in TrustAI. Type the document’s own reference or title."
        )
    used = DayOne.objects.filter(trust=trust, reference=reference, withdrawn_at=None).exists()
    if used or Clearance.objects.filter(trust=trust, reference=reference).exists():
        raise Refused("This reference is used already. Give the document one of its own.")


def _as_json(earlier: Earlier, trust: Trust) -> dict[str, Any]:
    places = None
    if earlier.place_ids is not None:
        found = Place.objects.filter(trust=trust, pk__in=earlier.place_ids).order_by("sort_name")
        places = [str(public_id) for public_id in found.values_list("public_id", flat=True)]
    return {
        "places": places,
        "staff_sign_up": earlier.staff_sign_up,
        "allowances": [
            {
                "audience": allowed.audience,
                "data_class": allowed.data_class,
                "subjects": sorted(allowed.subjects),
                "purposes": sorted(allowed.purposes),
                "year_groups": sorted(allowed.year_groups),
            }
            for allowed in earlier.allowances
        ],
    }


def _terms(entered: DayOne, on: date) -> ClearanceTerms:
    named = entered.terms["places"]
    places = Place.objects.filter(trust_id=entered.trust_id, public_id__in=named or ())
    return ClearanceTerms(
        trust_id=entered.trust_id,
        tool_id=entered.tool_id,
        reference=entered.reference,
        version=1,
        place_ids=None if named is None else frozenset(places.values_list("pk", flat=True)),
        allowances=allowances_of(entered),
        staff_sign_up=entered.terms["staff_sign_up"],
        starts_on=on,
        ends_on=entered.ends_on,
        origin=Origin.DAY_ONE,
        document_id=entered.document_id,
    )


def _acting(standing: Standing, trust_id: int) -> str:
    held = standing.in_trust(trust_id)
    return next((role for role in rules.ENTERS_DAY_ONE if role in held), "")


def _record(kind: str, entered: DayOne, *, by: User, role: str, at: datetime) -> None:
    record(
        kind,
        trust_id=entered.trust_id,
        subject_type="day_one",
        subject_id=entered.public_id,
        by=by,
        role=role,
        at=at,
        tool=str(entered.tool.public_id),
    )


def _tell(entered: DayOne, *roles: Role, but: User, at: datetime) -> None:
    whom = set(people_holding(*roles, trust_id=entered.trust_id, on=day_of(at))) - {but.pk}
    path = entered.get_absolute_url()
    tell(whom, "clearance.to_confirm", trust_id=entered.trust_id, about=str(entered.tool), path=path, at=at)
