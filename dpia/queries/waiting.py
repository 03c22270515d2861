"""What waits for a person among the cases: a fixed number of queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse

from dpia.models import Assessment, Review
from dpia.workflow import Status, Team, Verdict
from schools.models import Role
from schools.waits import Wait
from tools_registry import working_days

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schools.standing import Standing

SIGN_WITHIN = 10
ADVISE_WITHIN = 5


def waiting(standing: Standing) -> list[Wait]:
    """Reviews for the person's team, cases sent back or begun by them, cases to advise on, cases to sign."""
    return [*_reviews(standing), *_own(standing), *_ready(standing)]


def _reviews(standing: Standing) -> Iterable[Wait]:
    teams = Q(pk__in=[])
    for held in standing.held:
        if held.role == Role.NETWORK:
            teams |= Q(team=Team.NETWORK, trust_id=held.trust_id)
        elif held.role == Role.DEPUTY_DPO:
            teams |= Q(team=Team.DEPUTY_DPO, trust_id=held.trust_id)
        elif held.role == Role.SAFEGUARDING:
            teams |= Q(team=Team.SAFEGUARDING, trust_id=held.trust_id, place=None)
        elif held.role == Role.DSL:
            teams |= Q(team=Team.SAFEGUARDING, place_id=held.place_id)
    rows = (
        Review.objects.filter(teams, verdict="", superseded_at=None, assessment__status=Status.IN_REVIEW)
        .select_related("assessment__tool", "taken_by", "version")
        .order_by("due_on")
    )
    for review in rows:
        taken = f" {review.taken_by} has taken it." if review.taken_by else ""
        yield Wait(
            title=f"Review: {review.assessment.tool}",
            url=reverse("dpia:review", args=[review.assessment.reference]),
            action="Read and answer",
            on=review.due_on,
            text=f"{review.assessment.reference}, version {review.version.number}, for the {review.get_team_display()}.{taken}",
        )


def _own(standing: Standing) -> Iterable[Wait]:
    rows = (
        Assessment.objects.visible_to(standing)
        .filter(by_id=standing.person_id, status__in=[Status.DRAFT, Status.CHANGES_ASKED])
        .select_related("tool")
        .order_by("opened_at")
    )
    for case in rows:
        back = case.status == Status.CHANGES_ASKED
        yield Wait(
            title=f"{'Changes asked for' if back else 'Finish and send'}: {case.tool}",
            url=case.get_absolute_url(),
            action="Answer the changes" if back else "Go on writing",
            text=f"{case.reference}. Nothing is lost; only the teams whose part changes are asked again."
            if back
            else case.reference,
        )


def _ready(standing: Standing) -> Iterable[Wait]:
    """Every team has answered: the DPO advises where nobody has, the accountable person signs."""
    if not standing.holds(Role.HEAD, Role.TRUST_LEAD, Role.DPO):
        return
    rows = (
        Assessment.objects.visible_to(standing)
        .filter(status=Status.READY)
        .select_related("tool")
        .prefetch_related("advice__version", "reviews", "places")
        .order_by("opened_at")
    )
    for case in rows:
        latest = max((r.given_at for r in case.reviews.all() if r.given_at), default=case.opened_at)
        advised = any(advice.version.number == case.version for advice in case.advice.all())
        if Role.DPO in standing.in_trust(case.trust_id) and not advised:
            yield Wait(
                title=f"Advise: {case.tool}",
                url=case.get_absolute_url(),
                action="Read and advise",
                on=working_days.add(latest.date(), ADVISE_WITHIN),
                text=f"{case.reference}: every team has answered.",
            )
        if _signs(standing, case):
            yield Wait(
                title=f"Sign off: {case.tool}",
                url=case.get_absolute_url(),
                action="Read and sign",
                on=working_days.add(latest.date(), SIGN_WITHIN),
                text=f"{case.reference}: every team has answered.",
            )


def _signs(standing: Standing, case: Assessment) -> bool:
    """The head for one school that nobody objected for; the trust lead for everything else (design §3)."""
    objected = any(r.verdict == Verdict.OBJECT and r.superseded_at is None for r in case.reviews.all())
    places = [row.place_id for row in case.places.all()]
    if case.is_trust_wide or len(places) != 1 or objected:
        return Role.TRUST_LEAD in standing.in_trust(case.trust_id)
    heads_at = {h.place_id for h in standing.held if h.role == Role.HEAD}
    return places[0] in heads_at or (
        Role.TRUST_LEAD in standing.in_trust(case.trust_id) and case.by_id in _heads_of(places[0], standing)
    )


def _heads_of(place_id: int, standing: Standing) -> frozenset[int]:
    """The person themself when head there; others are not known without a query, and need not be."""
    return frozenset(
        {standing.person_id} if any(h.place_id == place_id and h.role == Role.HEAD for h in standing.held) else ()
    )
