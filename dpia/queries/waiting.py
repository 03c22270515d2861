"""What waits for a person among the cases: a fixed number of queries, whatever their number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from dpia import case as reading
from dpia.models import Assessment
from dpia.queries import phrases
from dpia.queries.lists import asked_of, open_reviews
from dpia.rules import reviews as review_rules
from dpia.rules import signing
from dpia.workflow import Status
from schools.models import Role
from schools.waits import Wait
from tools_registry import working_days
from trustai.days import day_of
from trustai.rules import refusal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from dpia.case import Case
    from schools.standing import Standing

SIGN_WITHIN = 10
ADVISE_WITHIN = 5
SIGNERS = (Role.HEAD, Role.TRUST_LEAD, Role.DPO)


def waiting(standing: Standing) -> list[Wait]:
    """Reviews for the person's team, cases they began or were sent back, cases to advise on, cases to sign."""
    return [*_reviews(standing), *_own(standing), *_ready(standing)]


def _reviews(standing: Standing) -> Iterable[Wait]:
    rows = open_reviews().filter(asked_of(standing), assessment__status=Status.IN_REVIEW)
    for review in rows.select_related("assessment__tool", "taken_by", "version", "place").order_by("due_on", "pk"):
        taken = f" {review.taken_by.name} has taken it." if review.taken_by else ""
        yield Wait(
            title=f"Review: {review.assessment.tool}",
            url=reverse("dpia:review", args=[review.assessment.reference]),
            action="Read and answer",
            on=review.due_on,
            text=f"{review.assessment.reference}, version {review.version.number}, for {phrases.team(review)}.{taken}",
        )


def _own(standing: Standing) -> Iterable[Wait]:
    rows = Assessment.objects.visible_to(standing).filter(
        by_id=standing.person_id, status__in=[Status.DRAFT, Status.CHANGES_ASKED]
    )
    for assessment in rows.select_related("tool").order_by("opened_at", "pk"):
        back = assessment.status == Status.CHANGES_ASKED
        nothing_lost = "Nothing is lost; only the teams whose part changes are asked again."
        yield Wait(
            title=f"{'Changes asked for' if back else 'Finish and send'}: {assessment.tool}",
            url=assessment.get_absolute_url(),
            action="Answer the changes" if back else "Go on writing",
            text=f"{assessment.reference}. {nothing_lost}" if back else f"{assessment.reference}.",
        )


def _ready(standing: Standing) -> Iterable[Wait]:
    """Every team has answered: the DPO advises where nobody has, then the accountable person signs."""
    if not standing.holds(*SIGNERS):
        return
    rows = Assessment.objects.visible_to(standing).filter(status=Status.READY).select_related("trust", "tool", "by")
    ready = list(rows.order_by("opened_at", "pk"))
    for case in reading.read_many(ready, on=standing.day) if ready else ():
        assessment = case.assessment
        latest = day_of(max((r.given_at for r in case.reviews if r.given_at), default=assessment.opened_at))
        if refusal(review_rules.check_may_advise, standing, case) is None:
            yield _wait(case, "Advise", "Read and advise", "advice", working_days.add(latest, ADVISE_WITHIN))
        if not signing.blocks(case) and refusal(signing.check_may_sign, standing, case) is None:
            yield _wait(case, "Sign off", "Read and sign", "sign", working_days.add(latest, SIGN_WITHIN))


def _wait(case: Case, what: str, action: str, page: str, on: date) -> Wait:
    assessment = case.assessment
    return Wait(
        title=f"{what}: {assessment.tool}",
        url=reverse(f"dpia:{page}", args=[assessment.reference]),
        action=action,
        on=on,
        text=f"{assessment.reference}, for {phrases.where(case)}: every team has answered.",
    )
