"""The page on which a tool is decided: what is open, and why the rest is closed. Its check stands in `decision_checks`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime

from schools import year_groups
from tools_registry import choices, months, verdicts
from tools_registry.answer import Allowance
from tools_registry.models import Clearance
from tools_registry.models.clearances import Origin
from tools_registry.reasons import day
from tools_registry.rules import entries as rules
from tools_registry.words import Audience, DataClass, EntryStatus

from . import addresses, entries, facts, terms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from schools.models import Place
    from schools.standing import Standing
    from tools_registry import answer as answers
    from tools_registry.choices import Choices
    from tools_registry.models import RegisterEntry, Tool
    from tools_registry.queries.facts import FactLine
    from tools_registry.queries.terms import Term
    from tools_registry.reasons import Reason
    from tools_registry.verdicts import Line

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
    cleared_conditions: Sequence[Term]
    facts: Sequence[FactLine]
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
        asks_dsl=not place.is_office and _is_unread_by_dsl(clearance, bound),
        record_keeper=entry.record_keeper if entry else "the school office",
        only_narrows=rules.decides_as(standing, place) is None,
        cleared=_cleared(bound),
        cleared_conditions=[terms.of_clearance(row) for row in raw.s_conditions if row["clearance_id"] == bound.key],
        facts=facts.brief_of(tool),
        entry_url=addresses.at(place, "entry", tool.public_id),
        decline_url=addresses.at(place, "decline", tool.public_id),
    )


def _is_unread_by_dsl(clearance: Clearance, bound: answers.Clearance) -> bool:
    """Whether the school's own safeguarding lead agrees before pupils use it, as `actions.conditions` asks."""
    return clearance.origin == Origin.DAY_ONE or clearance.is_trust_wide or len(bound.places or ()) > 1


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
    filled = {"review_on": min(review_on, last) if last else review_on, "record_keeper": "the school office"}
    if entry is None:
        return filled
    exception = entry.exceptions.filter(withdrawn_at=None, ends_on__gt=on).first()
    return {
        **filled,
        "record_keeper": entry.record_keeper,
        "equity_note": entry.equity_note,
        "unsuitable_for": entry.unsuitable_for,
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
