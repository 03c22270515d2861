"""Starting, writing, sending and withdrawing a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dpia import grid
from dpia.case import standing_measures
from dpia.posts import GIVES, Post, unfilled
from dpia.questions import number
from dpia.words import Level
from dpia.workflow import FINAL, STEPS, Move, Status
from schools.models import Role
from tools_registry import purposes
from tools_registry.purposes import Rule
from tools_registry.words import Audience
from trustai.rules import Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from dpia.case import Case, Draft
    from dpia.models import Assessment
    from schools.models import Place
    from schools.standing import Standing
    from tools_registry.answer import Allowance
    from tools_registry.models import Request

WIDE_DRAFTERS = (Role.NETWORK, Role.DEPUTY_DPO, Role.TRUST_LEAD)
SCHOOL_DRAFTERS = (Role.AI_LEAD, Role.HEAD)
WHO_DRAFTS = "the school's AI lead or headteacher, the Network Team, the Deputy DPO or the trust lead"


# Starting and writing ------------------------------------------------------------------------------------------------


def drafts_as(standing: Standing, trust_id: int, places: Collection[Place], *, trust_wide: bool) -> Role | None:
    """The role in which this person may write a case for these places: their own school's, or for the whole trust."""
    wide = next((role for role in WIDE_DRAFTERS if role in standing.in_trust(trust_id)), None)
    if wide or trust_wide or not places:
        return wide
    return next((role for role in SCHOOL_DRAFTERS if all(role in standing.at(place) for place in places)), None)


def check_may_start(standing: Standing, trust_id: int, places: Collection[Place], *, trust_wide: bool) -> None:
    if not trust_wide and not places:
        raise Refused("Choose at least one place, or the whole trust.")
    if any(place.trust_id != trust_id for place in places):
        raise Refused("A case is about places of one trust.")
    if drafts_as(standing, trust_id, places, trust_wide=trust_wide) is None:
        raise Refused(f"Only {WHO_DRAFTS} may start this case, a school's own people only for their own school.")


def check_none_open(open_case: Assessment | None) -> None:
    if open_case is not None:
        raise Refused(f"There is an open case on this tool here already: {open_case.reference}. Go on with that one.")


def check_answers(request: Request, assessment: Assessment, places: Collection[Place]) -> None:
    """A case answers requests for its own tool, at its own places."""
    if request.tool_id not in {None, assessment.tool_id}:
        raise Refused(f"The request for {request.asked_name} is about another tool, so this case cannot answer it.")
    if not assessment.is_trust_wide and request.place_id not in {place.pk for place in places}:
        where = request.place.name
        raise Refused(f"The request for {request.asked_name} comes from {where}, which this case is not for.")


def check_can_move(assessment: Assessment, move: Move) -> None:
    if (Status(assessment.status), move) not in STEPS:
        said = assessment.get_status_display().lower()
        raise Refused(f"{assessment.reference} stands at “{said}”, where this cannot be done.")


def check_may_write(standing: Standing, case: Case) -> Role:
    """Writing any answer makes an author, and an author gives nothing else to the version."""
    role = _drafts(standing, case)
    gave = case.gave(standing.person_id)
    if gave:
        raise Refused(f"{gave}, so you cannot also write it. Say what you want changed in a comment.")
    check_can_write(case)
    return role


def _drafts(standing: Standing, case: Case) -> Role:
    assessment = case.assessment
    role = drafts_as(standing, assessment.trust_id, case.places, trust_wide=assessment.is_trust_wide)
    if role is None:
        raise Refused(f"Only {WHO_DRAFTS} may write this case. You may comment on it.")
    return role


def check_can_write(case: Case) -> None:
    status = Status(case.assessment.status)
    if status in FINAL:
        said = case.assessment.get_status_display().lower()
        raise Refused(f"This case is {said} and stays as it is. Start a new one to change anything.")
    if status == Status.READY:
        raise Refused("Every team has answered, so nothing is changed before it is signed.")
    if status == Status.IN_REVIEW and not case.changes_are_asked:
        raise Refused("The teams are reading it. It can be changed once a team asks for changes.")


def check_may_withdraw(standing: Standing, case: Case) -> Role:
    """Whoever may write a case may withdraw it, whatever else they gave to it."""
    check_can_move(case.assessment, Move.WITHDRAW)
    return _drafts(standing, case)


# What is written -----------------------------------------------------------------------------------------------------


def check_allowance(asked: Allowance, restricted: Collection[str]) -> None:
    """Only what anybody could be allowed at all (policy, sections 4 to 6); the answer narrows it further."""
    if not asked.purposes:
        raise Refused("Choose at least one thing they may use it for.")
    if asked.data_class.is_personal and not asked.subjects:
        raise Refused("Personal data goes in: say whose.")
    if asked.subjects and not asked.data_class.is_personal:
        raise Refused("Nobody's personal data goes in at this level, so leave out whose.")
    if asked.audience == Audience.PUPILS and not asked.year_groups:
        raise Refused("Choose the year groups whose pupils are to use it.")
    for code in asked.purposes:
        _check_purpose(code, asked, restricted)


def _check_purpose(code: str, asked: Allowance, restricted: Collection[str]) -> None:
    purpose = purposes.PURPOSES.get(code)
    if purpose is None or purpose not in purposes.offered_to(asked.audience):
        raise Refused("One of these uses cannot be allowed to these people.")
    if purpose.rule == Rule.RESTRICTED and purpose.code in purposes.MICROSOFT_ONLY and code not in restricted:
        raise Refused(f"{purpose.label}: {purpose.why}")
    if purpose.least.rank > asked.data_class.rank or not purpose.subjects <= asked.subjects:
        raise Refused(f"“{purpose.label}” cannot be done without {purpose.least.label.lower()} going in.")


def check_level(severity: str, likelihood: str, level: str, reason: str, *, what: str) -> None:
    if grid.departs(severity, likelihood, level) and not reason.strip():
        said = grid.suggest(severity, likelihood).label.lower()
        raise Refused(f"The grid suggests “{said}” for {what}. Choose that, or say why it is different.")


# Sending -------------------------------------------------------------------------------------------------------------


def lacks(case: Case, draft: Draft) -> list[tuple[str, str]]:
    """What is missing before it can be sent: (where, sentence); where is a section, "screening" or "who"."""
    found = [*_lacks_asked(draft), *_lacks_screening(draft)]
    found += [(question.key, f"Answer {number(question.key)}: {question.text}") for question in draft.unanswered]
    if draft.needs_dpia:
        found += _lacks_risks(draft)
    return found


def _lacks_asked(draft: Draft) -> Iterable[tuple[str, str]]:
    if not draft.asked:
        yield "who", "Say who is to use it, with what data, and what for."


def _lacks_screening(draft: Draft) -> Iterable[tuple[str, str]]:
    said = draft.screening
    if said is None:
        yield "screening", "Go through the screening."
        return
    if said.is_overtaken(draft.facts):
        yield "screening", "What goes in has changed since the screening: look at it again."
    if not draft.needs_dpia and not said.reasons.strip():
        yield "screening", "Say why no DPIA is needed."


def _lacks_risks(draft: Draft) -> Iterable[tuple[str, str]]:
    if not draft.risks:
        yield "risks", "Name at least one risk to people."
    for risk in draft.risks:
        if risk.level != Level.LOW and not standing_measures(risk):
            yield "risks", f"Say what is done about R{risk.number}."
        if risk.level != Level.LOW and not risk.residual:
            yield "risks", f"Say what is left of R{risk.number} after the measures."


def check_complete(case: Case, draft: Draft) -> None:
    missing = lacks(case, draft)
    if missing:
        more = f" And {len(missing) - 3} more." if len(missing) > 3 else ""  # noqa: PLR2004
        raise Refused(" ".join(sentence for _, sentence in missing[:3]) + more)


def check_posts(case: Case, draft: Draft) -> None:
    """A case cannot be sent while a needed post is empty: the sentence names the post and who can fill it."""
    needed: list[Post] = [
        *(Post(team) for team in draft.teams),
        *([Post.ADVICE] if draft.needs_dpia else []),
        Post.SIGN,
    ]
    people: dict[Post, frozenset[int]] = {post: _candidates(case, post) for post in needed}
    for post in needed:
        if not people[post]:
            raise Refused(_empty(case, post))
    if _can_fill(case, people):
        return
    post = unfilled(people) or needed[-1]
    raise Refused(f"Nobody is left for {GIVES[post]}: one person may give only one thing. {_who_fills(case, post)}")


def _can_fill(case: Case, people: dict[Post, frozenset[int]]) -> bool:
    """Each post by another person; the DPO may review in the Deputy's place and advise in one act."""
    if unfilled(people) is None:
        return True
    if Post.ADVICE not in people:
        return False
    in_one_act: dict[Post, frozenset[int]] = {post: found for post, found in people.items() if post != Post.ADVICE}
    in_one_act[Post.DEPUTY_DPO] = case.holding(Role.DPO) - case.authors
    return unfilled(in_one_act) is None


def _candidates(case: Case, post: Post) -> frozenset[int]:
    """Who could fill a post, with the fall-backs of design §3, apart from whoever wrote the case."""
    found = frozenset[int]().union(*(case.holding(role, place) for role, place in roles_for(case, post)))
    return found - case.authors


def roles_for(case: Case, post: Post) -> tuple[tuple[Role, Place | None], ...]:
    """The roles that may fill a post, the proper one first."""
    school = case.school
    if post == Post.NETWORK:
        return ((Role.NETWORK, None),)
    if post == Post.DEPUTY_DPO:
        return ((Role.DEPUTY_DPO, None), (Role.DPO, None))
    if post == Post.SAFEGUARDING:
        return ((Role.DSL, school), (Role.SAFEGUARDING, None)) if school else ((Role.SAFEGUARDING, None),)
    if post == Post.ADVICE:
        return ((Role.DPO, None),)
    return ((Role.HEAD, school), (Role.TRUST_LEAD, None)) if school else ((Role.TRUST_LEAD, None),)


def _empty(case: Case, post: Post) -> str:
    role, place = roles_for(case, post)[0]
    where = f" at {place.name}" if place else ""
    held = case.holding(role, place)
    why = "has written part of this case" if held else "is an empty post"
    return f"{role.label}{where} {why}, so nobody can give {GIVES[post]}. {_who_fills(case, post)}"


def _who_fills(case: Case, post: Post) -> str:
    role, place = roles_for(case, post)[0]
    if role == Role.NETWORK:
        return "A trust administrator can give the role to another member or to a named contractor."
    if place is not None:
        return f"The headteacher of {place.name} or a trust administrator can give somebody the role."
    return f"A trust administrator can give somebody the role “{role.label}”."


def check_something_changed(*, same: bool, number: int) -> None:
    if same:
        raise Refused(f"Nothing has changed since version {number}. Answer what the teams asked for in the sections.")
