"""How cases, teams and people are put into words, and codes into those the pages know."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.dateformat import format as spell
from django.utils.timezone import localtime

from dpia.questions import BY_KEY
from dpia.workflow import Status, Team, Verdict
from schools import year_groups
from schools.models import Role
from tools_registry import purposes
from tools_registry.words import Audience, Subject

if TYPE_CHECKING:
    from datetime import date

    from dpia.case import Case
    from dpia.models import Assessment, Review
    from tools_registry.answer import Allowance

STATES = {
    Status.DRAFT: "under_way",
    Status.IN_REVIEW: "under_review",
    Status.CHANGES_ASKED: "changes_asked",
    Status.READY: "under_review",
    Status.SIGNED: "done",
    Status.DECLINED: "declined",
    Status.WITHDRAWN: "withdrawn",
}
VERDICT_STATES = {
    "": "reading",
    Verdict.AGREE: "agrees",
    Verdict.CONDITIONS: "agrees_with_conditions",
    Verdict.CHANGES: "asks_for_changes",
    Verdict.OBJECT: "objects",
}
MOST_NAMED = 3


def day(when: date | datetime) -> str:
    """12 December 2026"""
    return spell(localtime(when).date() if isinstance(when, datetime) else when, "j F Y")


def role_label(code: str) -> str:
    return Role(code).label if code in Role.values else code


def where(case: Case) -> str:
    """ "Oakfield Park", "3 schools" or "the whole trust"."""
    if case.assessment.is_trust_wide:
        return "the whole trust"
    return place_names([place.name for place in case.places])


def place_names(names: list[str]) -> str:
    return listed(names) if len(names) <= MOST_NAMED else f"{len(names)} places"


def listed(words: list[str]) -> str:
    """ "a, b and c" """
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def who(asked: tuple[Allowance, ...]) -> str:
    """ "staff and pupils in Years 7 to 13" """
    said = [_audience(row) for row in sorted(asked, key=lambda row: list(Audience).index(row.audience))]
    return listed(said)


def _audience(row: Allowance) -> str:
    if row.audience == Audience.PUPILS:
        return f"pupils in {year_groups.words(row.year_groups)}"
    return str(row.audience.label).lower()


def allowance(row: Allowance) -> str:
    """One audience's allowance in a sentence."""
    whose = listed([Subject(subject).label.lower() for subject in sorted(row.subjects)])
    put_in = row.data_class.label + (f" of {whose}" if whose else "")
    uses = "; ".join(label for label in purposes.labels(row.purposes)) or "no use chosen yet"
    years = f" {year_groups.words(row.year_groups)}." if row.audience == Audience.PUPILS else ""
    return f"{put_in}.{years} {uses}."


def team(review: Review) -> str:
    """Which people read for the team here."""
    if review.team != Team.SAFEGUARDING:
        return SHORT[Team(review.team)]
    return f"Safeguarding lead, {review.place.name}" if review.place else "Trust safeguarding lead"


THE = {Team.NETWORK: "the Network Team", Team.DEPUTY_DPO: "the Deputy DPO", Team.SAFEGUARDING: "safeguarding"}
SHORT = {Team.NETWORK: "Network Team", Team.DEPUTY_DPO: "Deputy DPO", Team.SAFEGUARDING: "Safeguarding"}


def verdict(review: Review) -> str:
    """ "Agrees, 1 condition", "Due 30 November 2026" """
    if not review.verdict:
        return f"Due {day(review.due_on)}"
    if review.verdict == Verdict.CONDITIONS:
        count = len(review.conditions.all())
        return f"Agrees, with {count} condition{'' if count == 1 else 's'}"
    return {
        Verdict.AGREE: "Agrees",
        Verdict.CHANGES: "Changes asked for",
        Verdict.OBJECT: "Objects",
    }[Verdict(review.verdict)]


def section_title(key: str) -> str:
    return {"screening": "the screening", "who": "who may use it"}.get(key) or f"section {BY_KEY[key].number}"


def tool_parts(assessment: Assessment) -> tuple[str, str]:
    """The tool's name and its edition, apart."""
    return assessment.tool.name, assessment.tool.edition


def given(review: Review) -> str:
    """ "Yusuf Demir, 19 November 2026, on version 2"; blank while it is open."""
    if review.given_by is None or review.given_at is None:
        return ""
    return f"{review.given_by.name}, {day(review.given_at)}, on version {review.given_on_version}"
