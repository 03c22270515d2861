"""The signature: whose it is, and what must stand before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dpia.posts import Post
from dpia.rules.cases import check_can_move
from dpia.rules.reviews import check_hand
from dpia.words import IcoOutcome
from dpia.workflow import Move, Status, Team, Verdict
from schools.models import Role
from trustai.rules import Refused

if TYPE_CHECKING:
    from datetime import date

    from dpia.case import Case
    from schools.standing import Standing


BEFORE_IT = frozenset({Status.DRAFT, Status.IN_REVIEW, Status.CHANGES_ASKED})


@dataclass(frozen=True, slots=True)
class Signature:
    """What the accountable person says. `valid_until` is half-open: the first day it no longer counts."""

    measures_approved: bool
    residual_accepted: bool
    advice_accepted: bool
    valid_until: date | None
    review_by_role: str
    overruling_reasons: str = ""
    views_departed_reasons: str = ""
    comment: str = ""


def follows_advice(case: Case, *, accepted: bool) -> bool:
    """Whether signing keeps to the DPO's advice: it was accepted, and did not say "do not go ahead"."""
    advice = case.counted_advice
    return advice is None or (accepted and advice.may_go_ahead)


def only_trust_lead(case: Case, *, advice_accepted: bool = True) -> str:
    """Why only the trust lead may sign, or nothing: then the head of the one school does (design §3)."""
    if case.school is None:
        return "It is not for one school alone"
    if case.objections:
        return "A team objects"
    if case.residual_is_high:
        return "A risk that is left is high"
    if not follows_advice(case, accepted=advice_accepted):
        return "The advice is not followed"
    return ""


def signs_as(case: Case, *, advice_accepted: bool = True) -> Role:
    """The accountable role: the head's falls to the trust lead when no head is free."""
    if only_trust_lead(case, advice_accepted=advice_accepted):
        return Role.TRUST_LEAD
    return Role.HEAD if case.free(Role.HEAD, case.school, doing=Post.SIGN) else Role.TRUST_LEAD


def check_may_sign(standing: Standing, case: Case, *, advice_accepted: bool = True) -> Role:
    """Whose signature it is. Signing and declining are the same person's."""
    if case.assessment.status in BEFORE_IT:
        raise Refused("It is signed once every team has answered.")
    check_can_move(case.assessment, Move.SIGN)
    role = signs_as(case, advice_accepted=advice_accepted)
    held = standing.in_trust(case.assessment.trust_id)
    heads_it = case.school is not None and Role.HEAD in standing.at(case.school)
    if heads_it and role == Role.TRUST_LEAD and not only_trust_lead(case, advice_accepted=advice_accepted):
        check_hand(standing, case, Post.SIGN)
    if (role == Role.HEAD and not heads_it) or (role == Role.TRUST_LEAD and Role.TRUST_LEAD not in held):
        raise Refused(_whose(case, role, advice_accepted=advice_accepted))
    check_hand(standing, case, Post.SIGN)
    return role


def _whose(case: Case, role: Role, *, advice_accepted: bool) -> str:
    if role == Role.HEAD and case.school is not None:
        return f"The headteacher of {case.school.name} signs this case."
    why = only_trust_lead(case, advice_accepted=advice_accepted)
    return f"{why}, so only the trust lead signs." if why else "No headteacher is free to sign, so the trust lead does."


def blocks(case: Case) -> list[str]:
    """What keeps a case from being signed now, whoever signs. Declining is always open."""
    found = []
    if case.needs_dpia and case.counted_advice is None:
        found.append("The Data Protection Officer has not advised on this version yet.")
    if case.residual_is_high and (case.ico is None or case.ico.outcome != IcoOutcome.GO_AHEAD):
        said = case.ico.get_outcome_display().lower() if case.ico else "it has not been asked about this version yet"
        found.append(f"A risk that is left is high, so the ICO must say that it may go ahead (UK GDPR Art 36): {said}.")
    deputy = case.review_of(Team.DEPUTY_DPO)
    if not case.needs_dpia and deputy is not None and deputy.verdict == Verdict.OBJECT:
        found.append("The Deputy DPO does not agree that no DPIA is needed. Decline it, and start a case with one.")
    return found


def check_can_sign(case: Case) -> None:
    found = blocks(case)
    if found:
        raise Refused(" ".join(found))


def check_signature(case: Case, said: Signature, *, on: date) -> None:
    if not said.measures_approved:
        raise Refused("Approve the measures, or decline.")
    if not said.residual_accepted:
        raise Refused("Accept the risks that are left, or decline.")
    if said.valid_until is None or said.valid_until <= on:
        raise Refused("Say until which day it is valid: a day after today.")
    if not said.review_by_role:
        raise Refused("Say who keeps the assessment under review.")
    if case.objections and not said.overruling_reasons.strip():
        raise Refused("A team objects. Answer the objection with your reasons, or decline: the team reads them.")
    if not follows_advice(case, accepted=said.advice_accepted) and not said.overruling_reasons.strip():
        raise Refused("The advice is not followed. Say why, or decline.")


def check_may_decline(standing: Standing, case: Case, reason: str) -> Role:
    check_can_move(case.assessment, Move.DECLINE)
    role = check_may_sign(standing, case)
    if not reason.strip():
        raise Refused("Say why it is declined: the people who asked for it read this.")
    return role
