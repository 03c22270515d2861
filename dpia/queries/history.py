"""What happened in a case, told in sentences: codes in the events become words here, names are looked up."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from dpia.queries.phrases import THE, listed, role_label, section_title
from dpia.questions import BY_KEY, RISKS, SECTION_OF
from dpia.words import IcoOutcome
from dpia.workflow import Team, Verdict
from trustai.audit import queries as audit
from trustai.days import day_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from dpia.models import Assessment
    from trustai.audit.queries import Told

NEWEST = 500


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    sentence: str


def history(assessment: Assessment) -> tuple[Line, ...]:
    """Two queries, newest first. A day's writing by one person in one go is one line."""
    told = audit.story([assessment.public_id], assessment.trust_id, newest=NEWEST)
    lines = []
    for (wrote, who, _), run in groupby(told, key=_sitting):
        events = list(run)
        if wrote:
            lines.append(Line(events[0].at, f"{who} worked on {_parts(events)}."))
        else:
            lines += [Line(event.at, _sentence(event)) for event in events]
    return tuple(line for line in lines if line.sentence)


def _sitting(event: Told) -> tuple[bool, str, date]:
    return event.kind.removeprefix("assessment.") in WRITTEN, event.who, day_of(event.at)


def _parts(events: list[Told]) -> str:
    """ "who is to use it, and sections 1, 3 and 6" """
    found = {WRITTEN[event.kind.removeprefix("assessment.")](event) for event in events}
    *before, last = [str(n) for n in sorted(found) if n] or [""]
    sections = f"sections {', '.join(before)} and {last}" if before else f"section {last}" if last else ""
    return ", and ".join(part for part in ("who is to use it" if 0 in found else "", sections) if part)


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
    teams = [THE[Team(code)] for code in event.detail.get("asked", [])]
    to = f" to {listed(teams)}" if teams else ""
    return f"sent version {event.detail['version'] or 1}{to}."


def _taken(event: Told) -> str:
    away = " in the Deputy’s place" if event.detail.get("deputy_away") else ""
    return f"took the review for {THE[Team(event.detail['team'])]}{away}."


def _given(event: Told) -> str:
    team = THE[Team(event.detail["team"])]
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


def _ico(event: Told) -> str:
    return f"recorded what the ICO says: {IcoOutcome(event.detail['outcome']).label.lower()}."


# What was written, by the number of its section; 0 is what is asked for.
WRITTEN: dict[str, Callable[[Told], int]] = {
    "answered": lambda event: SECTION_OF[event.detail["question"]].number,
    "asked": lambda _: 0,
    "asked_off": lambda _: 0,
    **dict.fromkeys(
        (
            "risk_added",
            "risk_changed",
            "risk_withdrawn",
            "measure_added",
            "measure_changed",
            "measure_withdrawn",
        ),
        lambda _: BY_KEY[RISKS].number,
    ),
}
TELL: dict[str, Callable[[Told], str]] = {
    "started": _started,
    "screened": _screened,
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
