"""Reading for a team, its verdict, comments, and the DPO's advice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dpia.posts import GIVES, Post
from dpia.rules.cases import roles_for
from dpia.workflow import Status, Team, Verdict
from schools.models import Role
from tools_registry.words import ConditionKind
from trustai.rules import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from dpia.case import Case
    from dpia.models import Comment, Review
    from schools.models import Place
    from schools.standing import Standing
    from tools_registry.words import Audience


@dataclass(frozen=True, slots=True)
class SetCondition:
    """A condition a team sets with its verdict. `due_on` is the last day to do it; no audiences: everybody."""

    kind: ConditionKind
    words: str
    owner_role: str
    public_words: str = ""
    due_on: date | None = None
    audiences: frozenset[Audience] = frozenset()
    is_per_person: bool = False
    resets_each_september: bool = False


def _held(standing: Standing, case: Case, role: Role, place: Place | None) -> bool:
    here = standing.at(place) if place else standing.in_trust(case.assessment.trust_id)
    return role in here


def check_hand(standing: Standing, case: Case, post: Post) -> None:
    """One person gives at most one of: writing, a team's review, the DPO's advice, the signature (design §3)."""
    gave = case.gave(standing.person_id, besides=post)
    if standing.person_id in case.authors:
        gave = "You wrote part of this case"
    if gave:
        raise Refused(f"{gave}, so you cannot also give {GIVES[post]}. {_who_else(case, post)}")


def _who_else(case: Case, post: Post) -> str:
    """Who can instead: the first role with somebody free."""
    for role, place in roles_for(case, post):
        if case.free(role, place, doing=post):
            whose = f"{role.label}{f' of {place.name}' if place else ''}"
            return f"It can be given by: {whose}."
    return "A trust administrator can give somebody else the role."


# Reviews -------------------------------------------------------------------------------------------------------------


def reviews_as(standing: Standing, case: Case, team: Team) -> Role | None:
    """The role in which this person reads for a team, the proper one first; a fall-back is checked apart."""
    for role, place in roles_for(case, Post(team)):
        if _held(standing, case, role, place):
            return role
    return None


def stands_in(case: Case, team: Team, role: Role) -> bool:
    """Whether this role reads for the team only in somebody's place."""
    return role != roles_for(case, Post(team))[0][0]


def check_may_review(standing: Standing, case: Case, review: Review, *, deputy_away: bool = False) -> Role:
    """`deputy_away`: the DPO says that the Deputy cannot do it now."""
    team = Team(review.team)
    role = reviews_as(standing, case, team)
    if role is None:
        raise Refused(f"This review is for {_team_in_words(case, team)}. You may comment on it.")
    check_open(case, review)
    check_hand(standing, case, Post(team))
    if stands_in(case, team, role):
        _check_in_place(standing, case, review, role, deputy_away=deputy_away)
    return role


def check_open(case: Case, review: Review) -> None:
    if review.verdict:
        who = review.given_by.name if review.given_by else "Somebody"
        raise Refused(f"{who} has given this verdict already. It stands, and cannot be changed.")
    if case.assessment.status != Status.IN_REVIEW:
        raise Refused("The teams are not reading this case now.")


def _check_in_place(standing: Standing, case: Case, review: Review, role: Role, *, deputy_away: bool) -> None:
    """A fall-back only where the proper post has nobody free: DSL to trust safeguarding lead, Deputy DPO to DPO."""
    proper, place = roles_for(case, Post(review.team))[0]
    free = case.free(proper, place, doing=Post(review.team))
    took_it = review.taken_by_id == standing.person_id
    if free and not took_it and not (role == Role.DPO and deputy_away):
        where = f" of {place.name}" if place else ""
        raise Refused(f"This review is the {proper.label}’s{where}, who can give it. You read only in their place.")


def _team_in_words(case: Case, team: Team) -> str:
    words = []
    for role, place in roles_for(case, Post(team)):
        words.append(f"the {role.label}{f' of {place.name}' if place else ''}")
    return ", or in their place ".join(words)


def check_verdict(
    verdict: Verdict, reason: str, conditions: Sequence[SetCondition], *, is_advice: bool, on: date
) -> None:
    """What each verdict needs to be understood and acted on."""
    if verdict == Verdict.CONDITIONS and not conditions:
        raise Refused("Write at least one condition, or choose “Agree”.")
    if verdict != Verdict.CONDITIONS and conditions:
        raise Refused("Conditions go with “Agree with conditions” only.")
    if verdict == Verdict.CHANGES and not reason.strip():
        raise Refused("Say what should change: the people who wrote it read this.")
    if verdict == Verdict.OBJECT and not reason.strip():
        raise Refused("Say why you object: whoever signs has to answer it.")
    if is_advice and not reason.strip():
        raise Refused("This review is the Data Protection Officer's advice as well, so write the advice.")
    for condition in conditions:
        _check_condition(condition, on=on)


def _check_condition(condition: SetCondition, *, on: date) -> None:
    if not condition.words.strip():
        raise Refused("Say what the condition is.")
    if condition.kind == ConditionKind.BY_DATE and condition.due_on is None:
        raise Refused("A condition by a date needs the last day to do it.")
    if condition.due_on is not None and condition.due_on < on:
        raise Refused("The last day of a condition cannot be in the past.")
    if not condition.owner_role:
        raise Refused("Say who sees to the condition.")


def advises_by_review(case: Case, role: Role, verdict: Verdict, *, refer: bool, on: date) -> bool:
    """Whether a Deputy DPO's review, or the DPO's in their place, is the DPO's advice as well (design §3).

    Not where the DPO has advised on this version already. The Deputy's only under the DPO's recorded delegation; never when it is referred, when the Deputy objects, or while
    a residual risk is high.
    """
    if not case.needs_dpia or verdict == Verdict.CHANGES or case.counted_advice is not None:
        return False
    if role == Role.DPO:
        return True
    delegated = case.trust.deputy_may_advise_from
    if role != Role.DEPUTY_DPO or delegated is None or on < delegated:
        return False
    return not refer and verdict != Verdict.OBJECT and not case.residual_is_high


# Advice --------------------------------------------------------------------------------------------------------------


def check_may_advise(standing: Standing, case: Case) -> None:
    """The DPO advises and does not approve (UK GDPR Art 35(2), Art 38)."""
    if Role.DPO not in standing.in_trust(case.assessment.trust_id):
        raise Refused("Only the Data Protection Officer gives this advice.")
    if not case.needs_dpia:
        raise Refused("No DPIA is needed here, so no advice is asked for: the Deputy DPO's review is enough.")
    if case.assessment.status not in {Status.IN_REVIEW, Status.READY}:
        raise Refused("Advice is given on a version that has been sent and not yet signed.")
    if case.counted_advice is not None:
        raise Refused(f"Advice on this version was given by {case.counted_advice.by.name}.")
    check_hand(standing, case, Post.ADVICE)


def check_may_record_ico(standing: Standing, case: Case) -> Role:
    """Whoever speaks with the Commissioner for the trust (UK GDPR Art 36, Art 39(1)(e))."""
    held = standing.in_trust(case.assessment.trust_id)
    role = next((role for role in (Role.DPO, Role.DEPUTY_DPO) if role in held), None)
    if role is None:
        raise Refused("Only the Data Protection Officer or their Deputy records what the ICO says.")
    if case.assessment.status not in {Status.IN_REVIEW, Status.READY}:
        raise Refused("The ICO's answer is recorded while a sent version waits for its signature.")
    if not case.residual_is_high:
        raise Refused("No residual risk is high, so the ICO need not be consulted.")
    return role


# Comments ------------------------------------------------------------------------------------------------------------


def check_may_settle(standing: Standing, case: Case, comment: Comment, roles: frozenset[Role]) -> None:
    """Who asked says whether it is answered, or somebody else of the same role."""
    same_role = bool(comment.role) and Role(comment.role) in roles
    if comment.by_id != standing.person_id and not same_role:
        raise Refused("Only whoever wrote the comment, or somebody in the same role, says that it is settled.")


def speaks_as(standing: Standing, case: Case) -> frozenset[Role]:
    """Every role this person holds that counts in the case."""
    found = set(standing.in_trust(case.assessment.trust_id))
    for place in case.places:
        found |= standing.at(place)
    if case.assessment.is_trust_wide:
        found |= {h.role for h in standing.held if h.trust_id == case.assessment.trust_id}
    return frozenset(found)
