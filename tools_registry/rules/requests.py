"""Who may ask for a tool, who answers, and how often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schools import year_groups
from schools.models import Role
from tools_registry.models.requests import (
    ANSWERS_AT_PLACE,
    ANSWERS_FOR_TRUST,
    HAVE_THE_LAST_WORD,
    RequestStatus,
    Stage,
)
from tools_registry.purposes import PURPOSES
from tools_registry.words import Audience, DataClass, Subject
from trustai.rules import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from schools.models import Place
    from schools.standing import Standing
    from tools_registry.answer import Answer, AudienceAnswer
    from tools_registry.models import Request

ASKS = (
    Role.STAFF,
    Role.AI_LEAD,
    Role.DSL,
    Role.HEAD,
    Role.NETWORK,
    Role.DEPUTY_DPO,
    Role.DPO,
    Role.SAFEGUARDING,
    Role.TRUST_LEAD,
)


# States in which nobody has decided about the tool here.
NOT_DECIDED = ("not_listed", "asked_for", "under_review")
NOT_APPROVED = "It is not approved here, so it cannot be answered as already allowed."


def acting_at(standing: Standing, place: Place, roles: tuple[Role, ...]) -> Role | None:
    held = standing.roles_for(place)
    return next((role for role in roles if role in held), None)


def answers_here(place: Place) -> tuple[Role, ...]:
    """Design §5, triage: the AI lead and the head at a school, the trust's own people at its office."""
    return ANSWERS_FOR_TRUST if place.is_office else ANSWERS_AT_PLACE


def asks_at(standing: Standing) -> tuple[Place, ...]:
    """Places for which this person may ask."""
    return tuple(place for place in standing.places if acting_at(standing, place, ASKS))


def check_may_ask(standing: Standing, place: Place) -> None:
    if acting_at(standing, place, ASKS) is None:
        raise Refused(
            "Staff ask for a tool. Governors, trustees and administrators read the list; tell the school what you would like."
        )


def check_may_answer(standing: Standing, place: Place) -> None:
    if acting_at(standing, place, answers_here(place)) is None:
        who = "trust lead, the Network Team or the Deputy DPO" if place.is_office else "AI lead or the headteacher"
        raise Refused(f"The {who} of {place.name} answers this.")


def check_can_answer(standing: Standing, request: Request) -> None:
    """Open; or said no to by somebody else than the head: then the head may answer in their place, once."""
    role = acting_at(standing, request.place, answers_here(request.place))
    if request.status == RequestStatus.OPEN:
        return
    if request.status != RequestStatus.REFUSED:
        raise Refused("This request has been answered.")
    if request.answered_role in HAVE_THE_LAST_WORD:
        raise Refused("The answer has been given and is final.")
    if role not in HAVE_THE_LAST_WORD:
        who = "trust lead" if request.place.is_office else "headteacher"
        raise Refused(f"The {who} answers now: the first answer was no.")


def check_reason(reason: str) -> None:
    if not reason:
        raise Refused("Say why not: the person who asked reads it.")


def check_already_allowed(found: Answer | None, requests: Iterable[Request]) -> None:
    """All that each of them asks for is allowed today, by the same answer that staff read; else it says why not."""
    if found is None or found.status in NOT_DECIDED:
        raise Refused(NOT_APPROVED)
    for request in requests:
        given = [found.of(Audience(code)) for code in request.audiences]
        for each in given:
            _check_audience(each, found, request)
        _check_purposes(given, request)


def _check_audience(given: AudienceAnswer, found: Answer, request: Request) -> None:
    if not given.may:
        raise Refused(next((reason.text for reason in (*given.reasons, *found.reasons)), NOT_APPROVED))
    if lacks := _lacks(given, request):
        why = f" {given.reasons[0].text}" if given.reasons else ""
        raise Refused(f"{given.audience.label} may use it here, but not {lacks}.{why}")


def _lacks(given: AudienceAnswer, request: Request) -> str:
    """What was asked for and this audience may not do, in words after "not"; blank when all of it is allowed."""
    data = DataClass(request.data_class)
    whose = dict(given.whose)
    refused = [s for s in map(Subject, request.subjects) if whose.get(s, DataClass.NONE).rank < data.rank]
    if data.rank > given.data_class.rank or (data.is_personal and refused):
        return "with the data asked for"
    years = sorted(set(request.year_groups) - set(given.year_groups))
    if given.audience == Audience.PUPILS and years:
        return f"in {year_groups.words(years)}"
    theirs = {code for code in request.purposes if code in PURPOSES and given.audience in PURPOSES[code].audiences}
    return "for all that was asked for" if theirs - set(given.purposes) else ""


def _check_purposes(given: Sequence[AudienceAnswer], request: Request) -> None:
    """A use that none of the audiences can have at all is nobody's."""
    if set(request.purposes) - {code for each in given for code in each.purposes}:
        raise Refused("It is allowed here, but not for all that was asked for.")


def check_may_take_forward(standing: Standing, place: Place) -> None:
    """Those who answer here, and the trust's own people for one case of several schools (design §5, draft)."""
    if acting_at(standing, place, (*answers_here(place), *ANSWERS_FOR_TRUST)) is None:
        raise Refused(f"The AI lead or the headteacher of {place.name}, or the trust’s teams, take it forward.")


def check_can_take_forward(request: Request) -> None:
    if request.tool_id is None:
        raise Refused("It is not in the catalogue yet. The Network Team or the Deputy DPO adds it first.")
    if not request.is_undecided:
        raise Refused("This request has been answered or taken forward already.")


def check_can_look_again(standing: Standing, request: Request) -> None:
    """Redress (design §3): once, by the person who asked, after a no that was not the head's."""
    if request.by_id != standing.person_id:
        raise Refused("Only the person who asked can ask for another look.")
    if request.status != RequestStatus.REFUSED:
        raise Refused("Nobody has said no to this request.")
    if request.answered_role in HAVE_THE_LAST_WORD:
        who = "trust lead" if request.place.is_office else "headteacher"
        raise Refused(f"The {who} has answered, and that answer is final.")
    if request.look_again_at is not None:
        raise Refused("You have asked for another look already. You will be told.")


def check_is_named(*, chosen: bool, name: str) -> None:
    if not chosen and not name:
        raise Refused("Type what it is called.")


def check_stage(stage: Stage, *, buy_on: date | None, in_use_since: date | None, on: date) -> None:
    if stage == Stage.BUYING and buy_on is None:
        raise Refused("Type the day it is to be bought.")
    if stage == Stage.IN_USE and in_use_since is None:
        raise Refused("Type the day since when it has been used.")
    if in_use_since is not None and in_use_since > on:
        raise Refused("The day since when it has been used cannot be after today.")
