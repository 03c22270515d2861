"""What happened in a case, told in sentences: codes in the events become words here, names are looked up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dpia.queries.phrases import SHORT, role_label, section_title
from dpia.questions import number
from dpia.words import IcoOutcome
from dpia.workflow import Team, Verdict
from tools_registry.words import Audience
from trustai.audit import queries as audit

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from dpia.models import Assessment
    from trustai.audit.queries import Told


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    sentence: str


def history(assessment: Assessment) -> tuple[Line, ...]:
    """Two queries, newest first."""
    told = audit.story([assessment.public_id], assessment.trust_id)
    lines = ((event.at, _sentence(event)) for event in told)
    return tuple(Line(at, sentence) for at, sentence in lines if sentence)


def _sentence(event: Told) -> str:
    tell = TELL.get(event.kind.removeprefix("assessment."))
    return f"{event.who} {tell(event)}" if tell else ""


def _started(event: Told) -> str:
    asked = event.detail.get("requests") or 0
    if not asked:
        return "started the case."
    return f"started the case, for {asked} request{'' if asked == 1 else 's'}."


def _screened(event: Told) -> str:
    if event.detail["needed"]:
        return "went through the screening: a DPIA is needed."
    if event.detail["chosen"]:
        return "went through the screening: a DPIA is done although the criteria do not ask for it."
    return "went through the screening: no DPIA is needed."


def _sent(event: Told) -> str:
    teams = [SHORT[Team(code)] for code in event.detail.get("asked", [])]
    to = f" to {' and '.join(teams)}" if teams else ""
    return f"sent version {event.detail['version'] or 1}{to}."


def _taken(event: Told) -> str:
    away = " in the Deputy’s place" if event.detail.get("deputy_away") else ""
    return f"took the review for {SHORT[Team(event.detail['team'])]}{away}."


def _given(event: Told) -> str:
    team = SHORT[Team(event.detail["team"])]
    conditions = event.detail["conditions"]
    said = {
        Verdict.AGREE: "agreed",
        Verdict.CONDITIONS: f"agreed, on {conditions} condition{'' if conditions == 1 else 's'},",
        Verdict.CHANGES: "asked for changes",
        Verdict.OBJECT: "objected",
    }[Verdict(event.detail["verdict"])]
    referred = " The advice is left to the DPO." if event.detail.get("referred") else ""
    advice = " It is the DPO’s advice as well." if event.detail.get("is_advice") else ""
    return f"{said} for {team}, on version {event.detail['version']}.{referred}{advice}"


def _advised(event: Told) -> str:
    return "advised that it may go ahead." if event.detail["may_go_ahead"] else "advised not to go ahead."


def _asked(event: Told) -> str:
    return f"said what {Audience(event.detail['audience']).label.lower()} are to be allowed."


def _asked_off(event: Told) -> str:
    return f"took {Audience(event.detail['audience']).label.lower()} off."


def _ico(event: Told) -> str:
    return f"recorded what the ICO says: {IcoOutcome(event.detail['outcome']).label.lower()}."


def _risk(words: str) -> Callable[[Told], str]:
    return lambda event: words.format(f"R{event.detail['number']}")


TELL: dict[str, Callable[[Told], str]] = {
    "started": _started,
    "screened": _screened,
    "answered": lambda event: f"worked on {number(event.detail['question'])}.",
    "asked": _asked,
    "asked_off": _asked_off,
    "risk_added": _risk("added risk {}."),
    "risk_changed": _risk("changed risk {}."),
    "risk_withdrawn": _risk("took risk {} off."),
    "measure_added": _risk("added a measure against {}."),
    "measure_changed": _risk("changed a measure against {}."),
    "measure_withdrawn": _risk("took a measure against {} off."),
    "submit": _sent,
    "review_taken": _taken,
    "review_given": _given,
    "ask_changes": lambda _: "gave the last review of the round: it goes back to be changed.",
    "all_in": lambda _: "gave the last review: every team has answered.",
    "advised": _advised,
    "ico": _ico,
    "sign": lambda event: f"signed as {role_label(event.role)}, and the clearance was issued.",
    "decline": lambda event: f"declined as {role_label(event.role)}.",
    "withdraw": lambda _: "withdrew the case.",
    "commented": lambda event: f"commented on {section_title(event.detail['section'])}.",
    "settled": lambda _: "settled a comment.",
}
