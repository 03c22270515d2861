"""The pages on which a tool is decided: what is open and why the rest is closed, and what staff would read."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime

from schools import year_groups
from tools_registry import choices, months, purposes, verdicts
from tools_registry.answer import Allowance, answer
from tools_registry.models import Clearance
from tools_registry.reasons import day
from tools_registry.rules import entries as rules
from tools_registry.words import Audience, ConditionKind, DataClass, EntryStatus, Subject

from . import addresses, entries
from .situations import situation_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from schools.models import Place
    from schools.standing import Standing
    from tools_registry import answer as answers
    from tools_registry.actions.entries import Decision
    from tools_registry.choices import Choices
    from tools_registry.models import RegisterEntry, Tool
    from tools_registry.queries.entries import Fact
    from tools_registry.reasons import Reason
    from tools_registry.verdicts import Line, Says

OFFERED_AT_FIRST = DataClass.INTERNAL


@dataclass(frozen=True, slots=True)
class DecidePage:
    """`within` is the clearance as the answer knows it, `clearance` its row. `given` and `initial` fill the form in."""

    place: Place
    tool: Tool
    on: date
    situation: answers.Situation
    clearance: Clearance
    within: answers.Clearance
    others: Sequence[Clearance]
    options: Mapping[Audience, Choices]
    given: Sequence[Allowance]
    initial: Mapping[str, Any]
    entry: RegisterEntry | None
    first_review_on: date
    last_review_on: date | None
    asks_parents: bool
    asks_work_consent: bool
    asks_dsl: bool
    record_keeper: str
    only_narrows: bool
    cleared: Sequence[Line]
    cleared_conditions: Sequence[str]
    facts: Sequence[Fact]
    facts_source: str
    entry_url: str
    decline_url: str

    @property
    def revision(self) -> int:
        return self.entry.revision if self.entry else 0

    @property
    def decided_meanwhile(self) -> str:
        """What stands now, for somebody whose page was stale."""
        if self.entry is None:
            return "Nothing has been decided yet."
        status, at = EntryStatus(self.entry.status).label.lower(), localtime(self.entry.decided_at)
        return (
            f"It is now {status}, by {self.entry.decided_by}, {day(at.date())} at {at:%H:%M}. What you typed is below."
        )


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the check: what was answered. `to` is the id of the question, blank where nothing can be changed."""

    name: str
    value: str
    level: int | None = None
    to: str = ""


@dataclass(frozen=True, slots=True)
class CheckPage:
    says: Says
    rows: Sequence[Check]
    approve_label: str
    recorded_as: str


def decide_page(standing: Standing, place: Place, public_id: UUID, within: str = "") -> DecidePage:
    """`within` is the id of one clearance among several. Raises Refused for who may not decide, or where nothing is cleared."""
    rules.check_may_open_decision(standing, place)
    tool, situation = entries.find_tool(place, public_id, standing)
    entries.check_may_open(standing, place, situation)
    on = standing.day
    offered = choices.offered(situation, on)
    rows = _rows(offered)
    bound = next((each for each in offered if str(rows[each.key].public_id) == within), offered[0])
    clearance = rows[bound.key]
    options = choices.choices(situation, bound, on)
    entry = entries.find_entry(place, tool)
    first, last = on.fromordinal(on.toordinal() + 1), rules.last_review_on(bound)
    raw: Any = tool
    return DecidePage(
        place=place,
        tool=tool,
        on=on,
        situation=situation,
        clearance=clearance,
        within=bound,
        others=[rows[each.key] for each in offered if each.key != bound.key],
        options=options,
        given=_given(situation, options),
        initial=_initial(place, entry, on, last),
        entry=entry,
        first_review_on=first,
        last_review_on=last,
        asks_parents=_asks_parents(situation, options),
        asks_work_consent=_is_open(options[Audience.STAFF].purposes, "pupil_work"),
        asks_dsl=not place.is_office and (clearance.is_trust_wide or len(bound.places or ()) > 1),
        record_keeper=entry.record_keeper if entry else "the school office",
        only_narrows=rules.decides_as(standing, place) is None,
        cleared=_cleared(bound),
        cleared_conditions=[row["words"] for row in raw.s_conditions if row["clearance_id"] == bound.key],
        facts=entries.tool_facts(tool, situation),
        facts_source=entries.facts_source(tool),
        entry_url=addresses.at(place, "entry", tool.public_id),
        decline_url=addresses.at(place, "decline", tool.public_id),
    )


def check_page(standing: Standing, page: DecidePage, decision: Decision, *, by: str) -> CheckPage:
    """What was answered, under what staff would read. No query."""
    situation = _as_decided(page, decision)
    given = answer(situation, page.on)
    role = rules.narrows_as(standing, page.place)
    return CheckPage(
        says=verdicts.says(given, Audience.STAFF),
        rows=_checks(page, decision, given),
        approve_label=f"Approve for {page.place.name}",
        recorded_as=f"{by}, {role.label if role else ''}",
    )


def _rows(offered: Sequence[answers.Clearance]) -> dict[int, Clearance]:
    found = Clearance.objects.filter(pk__in=[each.key for each in offered]).select_related("signed_by")
    return {clearance.pk: clearance for clearance in found}


def _given(situation: answers.Situation, options: Mapping[Audience, Choices]) -> list[Allowance]:
    """Filled in at first: what stands, as far as it is still open; else the clearance for staff, with no personal data."""
    if situation.entry is not None and situation.entry.allowances:
        kept = [_as_open(allowed, options[allowed.audience]) for allowed in situation.entry.allowances]
        return [allowed for allowed in kept if options[allowed.audience].whole is None]
    return [
        _as_open(
            Allowance(audience, OFFERED_AT_FIRST, purposes=frozenset(each.purposes), year_groups=frozenset(each.years)),
            each,
        )
        for audience, each in options.items()
        if audience == Audience.STAFF and each.whole is None
    ]


def _as_open(allowed: Allowance, options: Choices) -> Allowance:
    """The part of it that can be picked; uses that would need more data than is picked are left out."""
    data = max(
        (d for d, why in options.data.items() if why is None and d.rank <= allowed.data_class.rank),
        key=lambda d: d.rank,
        default=DataClass.NONE,
    )
    enough = choices.done_with(data, allowed.subjects if data.is_personal else frozenset())
    return replace(
        allowed,
        data_class=data,
        subjects=frozenset(s for s in allowed.subjects if options.subjects.get(s, s) is None),
        purposes=frozenset(c for c in allowed.purposes if options.purposes.get(c, c) is None and enough(c)),
        year_groups=frozenset(y for y in allowed.year_groups if options.years.get(y, y) is None),
    )


def _initial(place: Place, entry: RegisterEntry | None, on: date, last: date | None) -> dict[str, Any]:
    review_on = months.add(on, place.trust.review_months)
    year = year_groups.current_school_year(on)
    filled = {"review_on": min(review_on, last) if last else review_on, "record_keeper": "the school office"}
    if entry is None:
        return filled
    exception = entry.exceptions.filter(withdrawn_at=None, ends_on__gt=on).first()
    return {
        **filled,
        "record_keeper": entry.record_keeper,
        "equity_note": entry.equity_note,
        "unsuitable_for": entry.unsuitable_for,
        "parents_agreed": year in entry.parents_agreed,
        "work_consent": year in entry.work_consent,
        "exceptions": [exception.purpose] if exception else [],
        "exception_reason": exception.reason if exception else "",
        "exception_ends": exception.ends_on if exception else None,
    }


def _asks_parents(situation: answers.Situation, options: Mapping[Audience, Choices]) -> bool:
    """Whether a year that can be picked has pupils who may only use it when a parent has agreed."""
    limit = situation.tool.minimum_age
    if situation.tool.parental_age is None or limit is None:
        return False
    return any(
        why is None
        and year_groups.fit(year, limit, youngest=situation.place.youngest_with(year)) != year_groups.Fit.WHOLLY
        for year, why in options[Audience.PUPILS].years.items()
    )


def _is_open(options: Mapping[str, Reason | None], code: str) -> bool:
    return code in options and options[code] is None


def _cleared(clearance: answers.Clearance) -> list[Line]:
    """The clearance in short, for the aside."""
    lines = []
    for allowed in clearance.allowances:
        whose = ""
        if allowed.data_class.is_personal and allowed.subjects:
            whose = " about " + ", ".join(subject.label.lower() for subject in sorted(allowed.subjects))
        years = f" in {year_groups.words(allowed.year_groups)}" if allowed.audience == Audience.PUPILS else ""
        text = f"{years.strip() + ': ' if years else ''}up to {allowed.data_class.label.lower()}{whose}"
        lines.append(verdicts.Line("yes", f"{allowed.audience.label}:", text))
    return lines


# What staff would read ------------------------------------------------------------------------------------------------


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
    ]
    return situation_of(would, page.place, page.on)


def _allowance_row(allowed: Allowance) -> dict[str, Any]:
    return {
        "audience": allowed.audience,
        "data_class": allowed.data_class,
        "subjects": sorted(allowed.subjects),
        "purposes": sorted(allowed.purposes),
        "year_groups": sorted(allowed.year_groups),
    }


def _condition_row(new: Any) -> dict[str, Any]:
    return {
        "clearance_id": None,
        "kind": new.kind,
        "words": new.words,
        "public_words": new.public_words,
        "due_on": new.due_on.isoformat() if new.due_on else None,
        "audiences": sorted(new.audiences),
        "resets_each_september": new.resets_each_september,
        "met": False,
        "met_this_year": False,
    }


def _checks(page: DecidePage, decision: Decision, given: answers.Answer) -> list[Check]:
    rows = [Check("Who", _who(decision, page), to="id_who_group")]
    for allowed in decision.allowances:
        rows += _checks_of(allowed)
    rows.append(Check("Never for", "Everything the policy forbids, and what is closed by the clearance"))
    rows += _checks_of_pupils(page, decision, given)
    for new in decision.exceptions:
        rows.append(Check("Exception", _exception_words(new), to="id_exceptions_group"))
    if decision.conditions:
        rows.append(Check("Our conditions", "\n".join(_condition_words(new) for new in decision.conditions), to="own"))
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


def _checks_of_pupils(page: DecidePage, decision: Decision, given: answers.Answer) -> list[Check]:
    """What has to be there first for pupils, and for their work."""
    rows = []
    opens = any(allowed.audience == Audience.PUPILS for allowed in decision.allowances)
    if page.asks_parents and opens:
        rows.append(Check("Parents", _collected(decision.parents_agreed, decision), to="id_parents_agreed"))
    if any("pupil_work" in allowed.purposes for allowed in decision.allowances):
        rows.append(Check("Pupils’ own work", _collected(decision.work_consent, decision), to="id_work_consent"))
    if opens and page.asks_dsl:
        rows.append(Check("Before pupils use it", "The school’s safeguarding lead is asked to agree first"))
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


def _condition_words(new: Any) -> str:
    due = f" by {day(new.due_on)}" if new.due_on else ""
    return f"{ConditionKind(new.kind).label}{due}: {new.words}"
