"""The check before a decision stands: what staff would read, what was answered, and what is said once it is done. No query."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schools import year_groups
from tools_registry import purposes, verdicts
from tools_registry.answer import answer
from tools_registry.reasons import day
from tools_registry.rules import entries as rules
from tools_registry.rules.conditions import DSL_AGREES
from tools_registry.words import Audience, ConditionKind, EntryStatus, Subject

from . import terms
from .situations import allowances, situation_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schools.standing import Standing
    from tools_registry import answer as answers
    from tools_registry.actions.entries import Decision
    from tools_registry.answer import Allowance
    from tools_registry.queries.decisions import DecidePage
    from tools_registry.queries.terms import Term
    from tools_registry.reasons import Reason
    from tools_registry.verdicts import AudienceRow, Line, Says, ToDo

# The list of what has to be done says these already.
ABOUT_CONDITIONS = frozenset({"condition_first", "condition_late"})


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the check: what was answered. `to` is the id of the question, blank where nothing can be changed."""

    name: str
    value: str = ""
    level: int | None = None
    to: str = ""
    terms: Sequence[Term] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """The card of the look-up in short, as staff would read it. `reasons` are about those the decision opens it to."""

    says: Says
    who: Sequence[Line]
    audiences: Sequence[AudienceRow]
    exceptions: Sequence[Line]
    unsuitable_for: str
    to_do: Sequence[ToDo]
    reasons: Sequence[Reason]

    @property
    def is_closed(self) -> bool:
        return not self.says.is_yes


@dataclass(frozen=True, slots=True)
class CheckPage:
    preview: Preview
    rows: Sequence[Check]
    approve_label: str
    recorded_as: str


def check_page(standing: Standing, page: DecidePage, decision: Decision, *, by: str) -> CheckPage:
    """What was answered, under what staff would read."""
    situation = _as_decided(page, decision)
    role = rules.narrows_as(standing, page.place)
    return CheckPage(
        preview=_preview(page, decision, situation),
        rows=_checks(page, decision),
        approve_label=f"Approve for {page.place.name}",
        recorded_as=f"{by}, {role.label if role else ''}",
    )


def outcome(page: DecidePage, decision: Decision) -> str:
    """What is said once it stands: whether it may be used now, and what has to be done first."""
    situation = _as_decided(page, decision)
    given = answer(situation, page.on)
    first = [condition for condition in given.pending if condition.kind == ConditionKind.BEFORE_USE]
    to_do = "; ".join(condition.words.rstrip(".") for condition in first)
    tool, place = page.tool, page.place.name
    if any(verdicts.may(each) for each in given.audiences):
        waits = [a.label.lower() for a in Audience if any(a in each.audiences for each in first)]
        later = f" Not yet for {' and '.join(waits)}. To be done first: {to_do}." if first else ""
        return f"{tool} is approved for {place}. The list changes at once.{later}"
    if first:
        return f"{tool} is decided for {place}, and nobody may use it yet. To be done first: {to_do}."
    why = next((reason.text for reason in given.all_reasons), "")
    return f"{tool} is decided for {place}, but nobody may use it today. {why}".rstrip()


# What staff would read ------------------------------------------------------------------------------------------------


def _preview(page: DecidePage, decision: Decision, situation: answers.Situation) -> Preview:
    given, by_age = answer(situation, page.on), page.place.shows_ages
    is_open = any(verdicts.may(each) for each in given.audiences)
    since = min((each.since for each in situation.suspensions), default=None)
    says = verdicts.says(given, Audience.STAFF, suspended_on=since, by_age=by_age)
    to_do = verdicts.to_do(situation.conditions if is_open else given.pending, page.on)
    asked = {allowed.audience for allowed in decision.allowances}
    why = dict.fromkeys((*given.reasons, *(r for a in given.audiences if a.audience in asked for r in a.reasons)))
    said = ABOUT_CONDITIONS if to_do else frozenset[str]()
    return Preview(
        says=says,
        who=verdicts.who_lines(given, by_age=by_age) if is_open else (),
        audiences=[verdicts.audience_row(each, by_age=by_age) for each in given.audiences if verdicts.may(each)],
        exceptions=verdicts.exceptions(given, situation.entry.exceptions if situation.entry else (), page.on),
        unsuitable_for=decision.unsuitable_for if is_open else "",
        to_do=to_do,
        reasons=[reason for reason in why if reason.code not in said],
    )


def _as_decided(page: DecidePage, decision: Decision) -> answers.Situation:
    """The situation as it would be read from the database once this decision stands."""
    would: Any = copy(page.tool)
    year = [year_groups.current_school_year(page.on)]
    would.s_entry = [
        {
            "status": EntryStatus.APPROVED,
            "clearance_id": page.clearance.pk,
            "review_on": decision.review_on.isoformat(),
            "decided_at": page.on.isoformat(),
            "parents_agreed": year if decision.parents_agreed else [],
            "work_consent": year if decision.work_consent else [],
            "record_keeper": decision.record_keeper,
            "allowances": [_allowance_row(allowed) for allowed in decision.allowances],
            "exceptions": [
                {"purpose": e.purpose, "starts_on": page.on.isoformat(), "ends_on": e.ends_on.isoformat()}
                for e in decision.exceptions
            ],
        }
    ]
    before = {row["words"]: row for row in would.s_conditions if row["clearance_id"] is None}
    would.s_conditions = [
        *(row for row in would.s_conditions if row["clearance_id"] is not None),
        *(before.get(new.words) or _condition_row(new) for new in decision.conditions),
        *_safeguarding(page, decision),
    ]
    return situation_of(would, page.place, page.on)


def _safeguarding(page: DecidePage, decision: Decision) -> list[dict[str, Any]]:
    """The agreement of the school's safeguarding lead: one that was given stands for no more than it was given for."""
    raw: Any = page.tool
    opened = next((allowed for allowed in decision.allowances if allowed.audience == Audience.PUPILS), None)
    if opened is None or not page.asks_dsl:
        return []
    stands = [row for row in raw.s_conditions if row["clearance_id"] is None and row["words"] == DSL_AGREES]
    before = allowances(raw.s_entry[0]["allowances"]) if raw.s_entry else ()
    if any(opened.fits(each) for each in before if each.audience == Audience.PUPILS) and stands:
        return stands
    return [_row(ConditionKind.BEFORE_USE, DSL_AGREES, audiences=[Audience.PUPILS])]


def _allowance_row(allowed: Allowance) -> dict[str, Any]:
    return {
        "audience": allowed.audience,
        "data_class": allowed.data_class,
        "subjects": sorted(allowed.subjects),
        "purposes": sorted(allowed.purposes),
        "year_groups": sorted(allowed.year_groups),
    }


def _condition_row(new: Any) -> dict[str, Any]:
    return _row(
        new.kind,
        new.words,
        public_words=new.public_words,
        due_on=new.due_on.isoformat() if new.due_on else None,
        audiences=sorted(new.audiences),
        resets_each_september=new.resets_each_september,
    )


def _row(kind: str, words: str, **more: Any) -> dict[str, Any]:
    """A condition that nobody has met yet."""
    plain = {"clearance_id": None, "public_words": "", "due_on": None, "resets_each_september": False}
    return {**plain, "kind": kind, "words": words, "met": False, "met_this_year": False, **more}


# What was answered ----------------------------------------------------------------------------------------------------


def _checks(page: DecidePage, decision: Decision) -> list[Check]:
    rows = [Check("Who", _who(decision, page), to="id_who_group")]
    for allowed in decision.allowances:
        rows += _checks_of(allowed)
    rows.append(Check("Never for", "Everything the policy forbids, and what is closed by the clearance"))
    rows += _checks_of_pupils(page, decision)
    for new in decision.exceptions:
        rows.append(Check("Exception", _exception_words(new), to="id_exceptions_group"))
    if page.cleared_conditions:
        rows.append(Check("The clearance’s conditions", terms=page.cleared_conditions))
    if decision.conditions:
        rows.append(Check("Our conditions", terms=[terms.of_own(new) for new in decision.conditions], to="own"))
    rows.append(Check("SEND and equal access", decision.equity_note, to="id_equity_note"))
    if decision.unsuitable_for:
        rows.append(Check("Not suitable for", decision.unsuitable_for, to="id_unsuitable_for"))
    rows.append(Check("Review by", day(decision.review_on), to="id_review_on"))
    until = f", valid until {day(page.last_review_on)}" if page.last_review_on else ""
    rows.append(Check("Within", f"{page.clearance.reference}{until}"))
    return rows


def _checks_of(allowed: Allowance) -> list[Check]:
    audience = allowed.audience
    value = allowed.data_class.label
    if allowed.data_class.is_personal:
        value += " about " + ", ".join(subject.label.lower() for subject in Subject if subject in allowed.subjects)
    uses = "; ".join(purposes.labels(allowed.purposes))
    return [
        Check(f"{audience.label} may put in", value, allowed.data_class.rank + 1, to=f"id_{audience}_data_group"),
        Check(f"{audience.label} may use it for", uses, to=f"id_{audience}_purposes_group"),
    ]


def _checks_of_pupils(page: DecidePage, decision: Decision) -> list[Check]:
    """What has to be there first for pupils, and for their work."""
    rows = []
    opens = any(allowed.audience == Audience.PUPILS for allowed in decision.allowances)
    if page.asks_parents and opens:
        rows.append(Check("Parents", _collected(decision.parents_agreed, decision), to="id_parents_agreed"))
    if any("pupil_work" in allowed.purposes for allowed in decision.allowances):
        rows.append(Check("Pupils’ own work", _collected(decision.work_consent, decision), to="id_work_consent"))
    if opens and page.asks_dsl:
        agreed = any(row.get("met") for row in _safeguarding(page, decision))
        asked = "has agreed to as much before" if agreed else "is asked to agree first"
        rows.append(Check("Before pupils use it", f"The school’s safeguarding lead {asked}"))
    return rows


def _collected(collected: bool, decision: Decision) -> str:
    if collected:
        return f"Agreement collected for this school year; {decision.record_keeper} keeps the record"
    return "Not collected yet for this school year, so not yet"


def _who(decision: Decision, page: DecidePage) -> str:
    chosen = []
    for allowed in decision.allowances:
        years = ""
        if allowed.audience == Audience.PUPILS:
            years = f" in {year_groups.words(allowed.year_groups, by_age=page.place.shows_ages)}"
        chosen.append(f"{allowed.audience.label}{years}")
    others = [a.label.lower() for a in Audience if a not in {allowed.audience for allowed in decision.allowances}]
    return ". ".join([", ".join(chosen), *(f"Not {other}" for other in others)]) + "."


def _exception_words(new: Any) -> str:
    last = new.ends_on.fromordinal(new.ends_on.toordinal() - 1)
    return f"{purposes.get(new.purpose).label}, until {day(last)}: {new.reason}"
