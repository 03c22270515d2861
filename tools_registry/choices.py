"""What a place can choose when it decides on a tool, and why the rest is closed. Pure.

Worked out by trying: an option is open when the answer would grant it to an entry that asked for everything, and the
closed ones carry the answer's own reason. So what can be picked and what is then allowed cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from schools import year_groups
from schools.year_groups import Fit

from . import answer, purposes, reasons
from .answer import Allowance, Entry, OnePurposeException, cleared_for
from .purposes import PURPOSES, Rule
from .reasons import APPENDIX_1, SECTION_4, Reason
from .words import Audience, DataClass, EntryStatus, Mark, Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from .answer import Answer, AudienceAnswer, Clearance, Situation

DATA_REASONS = frozenset({"terms_changed", "no_agreement", "agreement_stops"})


@dataclass(frozen=True, slots=True)
class Choices:
    """One audience's options. None: open; a reason: closed. `whole` closes the audience itself."""

    audience: Audience
    whole: Reason | None
    data: Mapping[DataClass, Reason | None]
    subjects: Mapping[Subject, Reason | None]
    purposes: Mapping[str, Reason | None]
    years: Mapping[int, Reason | None]
    exceptions: Mapping[str, Reason | None]


@dataclass(frozen=True, slots=True)
class Unfit:
    """One thing chosen that the answer would not grant. `part`: who, data, subjects, purposes, years or exceptions."""

    audience: Audience
    part: str
    value: str
    reason: Reason


# How the code of the reason begins that the clearance leaves a use out.
NOT_CLEARED = "purpose_not_cleared_"
# Codes of the reasons that a use is not granted: with none left, nobody may use the tool at all.
ABOUT_USES = ("closed_", "needs_data_", "work_consent", "purpose_unknown", "no_purpose_")

# Codes of the reasons that close a tool to every pupil, whatever their years.
ABOUT_PUPILS = frozenset(
    {"not_cleared_pupils", "age_unknown", "years_unconfirmed", "no_personal_accounts", "pupil_accounts"}
)


def offered(situation: Situation, on: date) -> tuple[Clearance, ...]:
    """The clearances a place can decide within today, the newest first: in force, for it, and not replaced."""
    replaced = {c.replaces for c in situation.clearances if c.replaces is not None and c.starts_on <= on}
    found = (c for c in situation.clearances if c.key not in replaced and c.in_force(on))
    return tuple(
        sorted((c for c in found if c.covers(situation.place.key)), key=lambda c: (c.starts_on, c.key), reverse=True)
    )


def choices(situation: Situation, clearance: Clearance, on: date) -> dict[Audience, Choices]:
    """Every option for every audience within `clearance`."""
    return {audience: _for_audience(situation, clearance, audience, on) for audience in Audience}


def everything(audience: Audience) -> Allowance:
    """As much as anybody could ask for."""
    return Allowance(audience, DataClass.SPECIAL, frozenset(Subject), frozenset(PURPOSES), frozenset(year_groups.ALL))


def trial(
    situation: Situation,
    clearance: Clearance,
    allowances: Iterable[Allowance],
    on: date,
    exceptions: tuple[OnePurposeException, ...] = (),
) -> Answer:
    """The answer once such a decision stands, its conditions are met and what has to be collected is collected."""
    this_year = frozenset({year_groups.current_school_year(on)})
    entry = Entry(
        EntryStatus.APPROVED,
        clearance.key,
        tuple(allowances),
        decided_on=on,
        parents_agreed=this_year,
        work_consent=this_year,
        exceptions=exceptions,
    )
    return answer.answer(replace(situation, entry=entry, conditions=(), suspensions=()), on)


def unfit(
    situation: Situation,
    clearance: Clearance,
    allowances: Iterable[Allowance],
    on: date,
    exceptions: tuple[OnePurposeException, ...] = (),
) -> tuple[Unfit, ...]:
    """What is in these allowances that the answer would not grant, each with its reason. Empty: they can stand."""
    asked = tuple(allowances)
    given = trial(situation, clearance, asked, on, exceptions)
    found: list[Unfit] = []
    for allowed in asked:
        options = _for_audience(situation, clearance, allowed.audience, on)
        found += _unfit(allowed, given.of(allowed.audience), options)
    return tuple(found)


def said(reason: Reason) -> str:
    """A reason as it stands beside a closed choice, and as the server refuses it: the sentence, then its clause."""
    return f"{reason.text} {reason.clause}."


def done_with(data: DataClass, subjects: frozenset[Subject]) -> Callable[[str], bool]:
    """Whether a use can do with that much data about those people."""
    return lambda code: PURPOSES[code].least.rank <= data.rank and PURPOSES[code].subjects <= subjects


def unbounded(restricted: frozenset[str]) -> dict[Audience, Choices]:
    """What a clearance could hold at most for a tool that has these restricted purposes: all but the forbidden uses."""
    return {
        audience: Choices(
            audience,
            None,
            dict.fromkeys(DataClass),
            dict.fromkeys(Subject),
            {code: _forbidden(code, restricted) for code in _codes(audience)},
            dict.fromkeys(year_groups.ALL) if audience == Audience.PUPILS else {},
            {},
        )
        for audience in Audience
    }


def _forbidden(code: str, restricted: frozenset[str]) -> Reason | None:
    purpose = PURPOSES[code]
    closed = purpose.rule == Rule.PROHIBITED or (code in purposes.MICROSOFT_ONLY and code not in restricted)
    return reasons.purpose_closed(purpose) if closed else None


# One audience ---------------------------------------------------------------------------------------------------------


def _for_audience(situation: Situation, clearance: Clearance, audience: Audience, on: date) -> Choices:
    whole_answer = trial(situation, clearance, [everything(audience)], on)
    given = whole_answer.of(audience)
    cleared = _cleared(clearance, audience)
    whole = None if given.may else _why_not_at_all(situation, clearance, whole_answer, given)
    return Choices(
        audience,
        whole,
        {data: whole or _data(situation, clearance, cleared, data, on) for data in DataClass},
        {subject: whole or _subject(clearance, cleared, given, subject) for subject in Subject},
        {code: whole or _purpose(clearance, cleared, given, code) for code in _codes(audience)},
        {year.year_group: whole or _year(situation, clearance, cleared, year) for year in given.years},
        {code: whole or _exception(situation, clearance, cleared, code, on) for code in _exceptional(audience)},
    )


def _cleared(clearance: Clearance, audience: Audience) -> Allowance:
    """What the clearance gives this audience; nothing where it does not name it."""
    return cleared_for(clearance, audience) or Allowance(audience)


def _codes(audience: Audience) -> tuple[str, ...]:
    return tuple(code for code, purpose in PURPOSES.items() if audience in purpose.audiences)


def _exceptional(audience: Audience) -> tuple[str, ...]:
    return tuple(code for code in _codes(audience) if PURPOSES[code].exception_by)


def _why_not_at_all(situation: Situation, clearance: Clearance, whole: Answer, given: AudienceAnswer) -> Reason:
    """The reason that holds for the tool here, else the audience's own; of pupils the one about their years."""
    if whole.clearance is None:
        return whole.reasons[0]
    why = [reason for reason in given.reasons if not reason.code.startswith("clearance_stops")] or [*given.reasons]
    if given.audience != Audience.PUPILS:
        return why[0]
    first = next((reason for reason in why if reason.code in ABOUT_PUPILS), None)
    if first is not None:
        return first
    here = situation.place.year_groups
    if not here:
        return Reason("no_pupils", "Why not pupils?", "There are no pupils here.", SECTION_4)
    limit = situation.tool.minimum_age
    if limit is not None and not any(_is_old_enough(situation, year, limit) for year in here):
        return reasons.too_young(limit)
    if _cleared(clearance, Audience.PUPILS).year_groups & here:
        return why[-1]
    text = f"The trust's clearance {clearance.reference} names none of your year groups."
    return Reason("years_not_cleared", "Why not pupils?", text, SECTION_4)


def _is_old_enough(situation: Situation, year: int, limit: int) -> bool:
    """With a parent's agreement too, where the terms say so."""
    at_least = min(limit, situation.tool.parental_age if situation.tool.parental_age is not None else limit)
    return year_groups.fit(year, at_least, youngest=situation.place.youngest_with(year)) == Fit.WHOLLY


def _data(situation: Situation, clearance: Clearance, cleared: Allowance, data: DataClass, on: date) -> Reason | None:
    asked = replace(everything(cleared.audience), data_class=data)
    given = trial(situation, clearance, [asked], on).of(cleared.audience)
    fits = data.rank <= cleared.data_class.rank
    if given.data_class == data or (fits and not given.may and not data.is_personal):
        return None
    if not fits:
        return Reason(
            f"data_not_cleared_{data}",
            f"Why not {data.label.lower()}?",
            f"The trust's clearance {clearance.reference} allows {cleared.audience.label.lower()} "
            f"{cleared.data_class.label.lower()} at most.",
            SECTION_4,
        )
    return _data_reason(clearance, cleared, given)


def _data_reason(clearance: Clearance, cleared: Allowance, given: AudienceAnswer) -> Reason:
    if not cleared.subjects:
        return Reason(
            "nobody_cleared",
            "Why no personal data?",
            f"The trust's clearance {clearance.reference} names nobody whose personal data may go in.",
            SECTION_4,
        )
    return next((reason for reason in given.reasons if reason.code in DATA_REASONS), reasons.no_agreement())


def _subject(clearance: Clearance, cleared: Allowance, given: AudienceAnswer, subject: Subject) -> Reason | None:
    if subject in given.subjects:
        return None
    if subject not in cleared.subjects or not cleared.data_class.is_personal:
        return Reason(
            f"subject_not_cleared_{subject}",
            f"Why not data about {subject.label.lower()}?",
            f"The trust's clearance {clearance.reference} does not include personal data about "
            f"{subject.label.lower()}.",
            SECTION_4,
        )
    found = _data_reason(clearance, cleared, given)
    if found.code != "agreement_stops":
        return found
    return Reason(
        f"subject_not_agreed_{subject}",
        f"Why not data about {subject.label.lower()}?",
        f"The trust's agreement does not cover personal data about {subject.label.lower()}.",
        SECTION_4,
    )


def _purpose(clearance: Clearance, cleared: Allowance, given: AudienceAnswer, code: str) -> Reason | None:
    if code in given.purposes:
        return None
    purpose = PURPOSES[code]
    found = next((r for r in given.reasons if r.code in {f"closed_{code}", f"needs_data_{code}"}), None)
    if found is not None:
        return found
    if purpose.rule == Rule.PROHIBITED or code in purposes.MICROSOFT_ONLY:
        return reasons.purpose_closed(purpose)
    return Reason(
        f"{NOT_CLEARED}{code}",
        f"Why not: {purpose.label.lower()}?",
        f"The trust's clearance {clearance.reference} does not include this for {cleared.audience.label.lower()}.",
        SECTION_4,
    )


def _exception(situation: Situation, clearance: Clearance, cleared: Allowance, code: str, on: date) -> Reason | None:
    tried = (OnePurposeException(code, on, on + timedelta(days=1)),)
    given = trial(situation, clearance, [everything(cleared.audience)], on, tried).of(cleared.audience)
    if code in given.purposes:
        return None
    found = next((r for r in given.reasons if r.code == f"needs_data_{code}"), None)
    return found or Reason(
        f"exception_not_cleared_{code}",
        f"Why no exception for {PURPOSES[code].label.lower()}?",
        f"The trust's clearance {clearance.reference} leaves no room for one.",
        APPENDIX_1,
    )


def _year(situation: Situation, clearance: Clearance, cleared: Allowance, year: answer.YearAnswer) -> Reason | None:
    if year.may:
        return None
    name = year_groups.name(year.year_group, by_age=situation.place.shows_ages)
    limit = situation.tool.minimum_age
    if year.year_group not in cleared.year_groups:
        text = f"The trust's clearance {clearance.reference} does not include {name}."
        return Reason(f"year_not_cleared_{year.year_group}", f"Why not {name}?", text, SECTION_4)
    if limit is None:
        return reasons.age_unknown()
    if year.mark == Mark.MIXED:
        return reasons.mixed_year(name, limit)
    text = f"Users must be {limit}, and pupils in {name} are younger."
    return Reason(f"young_{year.year_group}", f"Why not {name}?", text, f"Supplier's terms; {SECTION_4}")


# A whole decision -----------------------------------------------------------------------------------------------------


def _unfit(allowed: Allowance, given: AudienceAnswer, options: Choices) -> list[Unfit]:
    audience = allowed.audience
    if options.whole is not None:
        return [Unfit(audience, "who", audience, options.whole)]
    if not given.may and any(reason.code.startswith(ABOUT_USES) for reason in given.reasons):
        uses = [Unfit(audience, "purposes", code, _why_not_for(options, code)) for code in sorted(allowed.purposes)]
        return uses or [Unfit(audience, "purposes", "", reasons.no_purpose(audience))]
    found: list[tuple[str, str, Reason]] = []
    if allowed.data_class != given.data_class:
        found.append(("data", allowed.data_class, options.data[allowed.data_class] or _too_much(allowed, given)))
    found += [
        ("subjects", subject, options.subjects[subject] or _too_much(allowed, given))
        for subject in sorted(allowed.subjects - set(given.subjects))
        if allowed.data_class.is_personal
    ]
    found += [
        ("purposes", code, _why_not_for(options, code)) for code in sorted(allowed.purposes - set(given.purposes))
    ]
    found += [
        ("years", year_groups.short(year), _why_not_year(options, year))
        for year in sorted(allowed.year_groups - set(given.year_groups))
        if audience == Audience.PUPILS
    ]
    return [Unfit(audience, part, str(value), reason) for part, value, reason in found]


def _too_much(allowed: Allowance, given: AudienceAnswer) -> Reason:
    """Open by itself, but not together with the rest of what was chosen."""
    nobody = Reason("whose_data", "Whose data?", "Personal data is about somebody: choose whose may go in.", SECTION_4)
    found = next((reason for reason in given.reasons if reason.code in DATA_REASONS), None)
    return found if allowed.subjects and found else nobody


def _why_not_for(options: Choices, code: str) -> Reason:
    if code not in options.purposes:
        return reasons.purpose_unknown(code)
    closed = options.purposes[code]
    if closed is not None:
        return closed
    purpose = PURPOSES[code]
    about = " and ".join(subject.label.lower() for subject in sorted(purpose.subjects))
    needs = f"{purpose.least.label.lower()} about {about}" if about else purpose.least.label.lower()
    return Reason(
        f"needs_data_{code}",
        f"Why not: {purpose.label.lower()}?",
        f"“{purpose.label}” cannot be done without {needs}. Allow that too, or leave this out.",
        SECTION_4,
    )


def _why_not_year(options: Choices, year: int) -> Reason:
    closed = options.years.get(year)
    if closed is not None:
        return closed
    name = year_groups.name(year)
    return Reason(f"no_such_year_{year}", f"Why not {name}?", f"The school has no {name}.", SECTION_4)
