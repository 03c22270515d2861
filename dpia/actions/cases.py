"""Begin a case, and withdraw it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from dpia import case as cases
from dpia import questions
from dpia.actions.moving import _move, announce, lock_case, note, writers
from dpia.models import AskedAllowance, Assessment, AssessmentPlace, AssessmentRequest
from dpia.rules import cases as rules
from dpia.workflow import FINAL, Move, Status
from schools.models import Place, Trust
from tools_registry import purposes
from tools_registry.actions import clearances
from tools_registry.actions import requests as asked_for
from tools_registry.models import Clearance, Request, Tool
from tools_registry.words import Audience, DataClass
from trustai.days import day_of
from trustai.rules import AlreadyDone, Refused, check_fresh

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from schools.models import Role
    from schools.standing import Standing
    from trustai.accounts.models import User


@dataclass(frozen=True, slots=True)
class NewCase:
    """What a case is about. `place_ids` is None for the whole trust; `request_ids` are the requests it answers."""

    trust_id: int
    tool_id: int
    place_ids: frozenset[int] | None
    request_ids: frozenset[int] = frozenset()
    replaces_id: int | None = None


@transaction.atomic
def start(*, new: NewCase, by: User, standing: Standing, at: datetime) -> Assessment:
    """Open a case, note it in the register, and take what the requests ask for as a first answer."""
    trust = Trust.objects.select_for_update(no_key=True).get(pk=new.trust_id)
    tool = Tool.objects.for_trust(trust.pk).listed().get(pk=new.tool_id)
    places = _places(new)
    rules.check_may_start(standing, trust.pk, places, trust_wide=new.place_ids is None)
    _check_none_open(new, by=by)
    _check_replaces(new)
    assessment = _create(trust, tool, new, by=by, at=at)
    waiting = _link(assessment, places, new)
    if waiting:
        asked_for.take_forward(request_ids=waiting, by=by, standing=standing, at=at)
    clearances.open_consultation(
        trust_id=trust.pk, tool_id=tool.pk, place_ids=new.place_ids, reference=assessment.reference, at=at
    )
    case = cases.read(assessment, on=day_of(at))
    note(
        case,
        "started",
        by=by,
        role=_role(standing, case),
        at=at,
        tool=str(tool.public_id),
        requests=len(new.request_ids),
    )
    return assessment


@transaction.atomic
def withdraw(
    *, assessment_id: int, reason: str, revision: int, by: User, standing: Standing, at: datetime
) -> Assessment:
    """Give a case up before it is signed. Everything in it stays readable; the requests it answered wait again."""
    case = lock_case(assessment_id, at=at)
    if case.assessment.status == Status.WITHDRAWN:
        raise AlreadyDone("This case has been withdrawn already.")
    check_fresh(revision, case.assessment.revision, what="This case")
    role = rules.check_may_withdraw(standing, case)
    if not reason.strip():
        raise Refused("Say why it is withdrawn: the teams read this.")
    case.assessment.closed_reason = reason.strip()
    clearances.close_consultation(trust_id=case.assessment.trust_id, reference=case.assessment.reference, at=at)
    answered = list(case.assessment.requests.values_list("request_id", flat=True))
    asked_for.reopen(request_ids=answered, by=by, role=role, at=at)
    _move(case, Move.WITHDRAW, by=by, role=role, at=at)
    reading = {review.taken_by_id for review in case.reviews if review.taken_by_id and not review.verdict}
    announce(case, (writers(case) | reading) - {by.pk}, "assessment.withdrawn", at=at)
    return case.assessment


def _places(new: NewCase) -> list[Place]:
    if new.place_ids is None:
        return []
    found = list(Place.objects.filter(pk__in=new.place_ids, trust_id=new.trust_id).order_by("sort_name", "pk"))
    if len(found) != len(new.place_ids):
        raise Refused("One of these places is not in this trust.")
    return found


def _check_none_open(new: NewCase, *, by: User) -> None:
    """No second case on a tool where one is open; the trust's lock keeps two from beginning at once."""
    open_cases = Assessment.objects.filter(trust_id=new.trust_id, tool_id=new.tool_id).exclude(status__in=FINAL)
    if new.place_ids is not None:
        here = AssessmentPlace.objects.filter(place_id__in=new.place_ids).values("assessment")
        open_cases = open_cases.filter(Q(pk__in=here) | Q(is_trust_wide=True))
    found = open_cases.order_by("pk").first()
    if found and found.by_id == by.pk and found.version == 0 and _covers(found) == new.place_ids:
        raise AlreadyDone(f"{found.reference} is open already, for the same places.")
    rules.check_none_open(found)


def _covers(assessment: Assessment) -> frozenset[int] | None:
    return None if assessment.is_trust_wide else frozenset(assessment.places.values_list("place_id", flat=True))


def _check_replaces(new: NewCase) -> None:
    if new.replaces_id is None:
        return
    standing = Clearance.objects.filter(pk=new.replaces_id, trust_id=new.trust_id, withdrawn_at=None).first()
    if standing is None or standing.tool_id != new.tool_id:
        raise Refused("Only a clearance of this trust for this tool that stands can be replaced.")
    clearances.check_replaces(standing, trust_id=new.trust_id, tool_id=new.tool_id, place_ids=new.place_ids)


def _create(trust: Trust, tool: Tool, new: NewCase, *, by: User, at: datetime) -> Assessment:
    number = trust.next_case_number
    trust.next_case_number += 1
    trust.save(update_fields=["next_case_number"])
    return Assessment.objects.create(
        trust=trust,
        reference=f"{trust.code.upper()}-{day_of(at).year}-{number:04d}",
        tool=tool,
        is_trust_wide=new.place_ids is None,
        questions_edition=questions.EDITION,
        replaces_clearance_id=new.replaces_id,
        by=by,
        opened_at=at,
    )


def _link(assessment: Assessment, places: Sequence[Place], new: NewCase) -> list[int]:
    """The places and the requests it is about. Gives the requests that wait for an answer: this takes them forward."""
    AssessmentPlace.objects.bulk_create(
        AssessmentPlace(trust_id=assessment.trust_id, assessment=assessment, place=place) for place in places
    )
    requests = _answered_by(assessment, places, new)
    AssessmentRequest.objects.bulk_create(
        AssessmentRequest(trust_id=assessment.trust_id, assessment=assessment, request=request) for request in requests
    )
    AskedAllowance.objects.bulk_create(_asked(assessment, requests))
    return [request.pk for request in requests if request.is_undecided]


def _answered_by(assessment: Assessment, places: Sequence[Place], new: NewCase) -> list[Request]:
    found = Request.objects.filter(pk__in=new.request_ids, trust_id=new.trust_id)
    requests = list(found.select_related("place").order_by("pk"))
    if len(requests) != len(new.request_ids):
        raise Refused("One of these requests is not in this trust.")
    for request in requests:
        rules.check_answers(request, assessment, places)
    return requests


def _asked(assessment: Assessment, requests: Sequence[Request]) -> Iterable[AskedAllowance]:
    """What the requests ask for together, an audience at a time, without what nobody could be allowed."""
    for audience in Audience:
        rows = [request for request in requests if audience in request.audiences]
        if not rows:
            continue
        offered = {purpose.code for purpose in purposes.offered_to(audience)}
        data_class = max((DataClass(row.data_class) for row in rows), key=lambda c: c.rank)
        yield AskedAllowance(
            trust_id=assessment.trust_id,
            assessment=assessment,
            audience=audience,
            data_class=data_class,
            subjects=sorted({s for row in rows for s in row.subjects}) if data_class.is_personal else [],
            purposes=sorted({p for row in rows for p in row.purposes} & offered),
            year_groups=sorted({y for row in rows for y in row.year_groups}) if audience == Audience.PUPILS else [],
        )


def _role(standing: Standing, case: cases.Case) -> Role | str:
    assessment = case.assessment
    wide = assessment.is_trust_wide
    return rules.drafts_as(standing, assessment.trust_id, case.places, trust_wide=wide) or ""
