"""What is allowed today at this place with this tool: one pure function over plain values (design §4).

No database, no clock. Every page, PDF and feed that shows permission asks here, so they cannot disagree. The laws it
keeps are numbered in the comments as in the design, and proved by property tests in tests/tools_registry/test_answer_laws.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from schools import year_groups
from schools.year_groups import Fit

from . import purposes, reasons
from .purposes import Purpose, Rule
from .words import (
    NARROWING_CHANGES,
    Audience,
    ChangeKind,
    ConditionKind,
    DataClass,
    EntryStatus,
    Mark,
    SignIn,
    Subject,
    lower,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from .reasons import Reason

Granted = dict[Subject, DataClass]

# What goes in --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Allowance:
    """Who may use a tool, with what data, whose, and what for. One for each audience."""

    audience: Audience
    data_class: DataClass = DataClass.NONE
    subjects: frozenset[Subject] = frozenset()
    purposes: frozenset[str] = frozenset()
    year_groups: frozenset[int] = frozenset()

    def within(self, other: Allowance) -> Allowance:
        """The part of this allowance that `other` also allows."""
        return replace(
            self,
            data_class=lower(self.data_class, other.data_class),
            subjects=self.subjects & other.subjects,
            purposes=self.purposes & other.purposes,
            year_groups=self.year_groups & other.year_groups,
        )

    def fits(self, other: Allowance) -> bool:
        return self.within(other) == self


@dataclass(frozen=True, slots=True)
class Change:
    """Something that changed in the tool. `answered` when the Deputy DPO said carry on.

    `answered_by` are the clearances that were assessed with it in view: under these it narrows nothing.
    """

    kind: ChangeKind
    effective_on: date
    feature: str = ""
    answered: bool = False
    answered_by: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class ToolFacts:
    """What the terms say, with the trust's own facts laid over the shared ones. Ages in whole years."""

    name: str
    minimum_age: int | None
    parental_age: int | None = None
    age_confirmed: bool = False
    sign_in: SignIn = SignIn.UNKNOWN
    restricted_purposes: frozenset[str] = frozenset()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """Which year groups the head has confirmed; `youngest` names the youngest year in a mixed-age class."""

    key: int
    year_groups: frozenset[int] = frozenset()
    youngest: tuple[tuple[int, int], ...] = ()
    years_confirmed: bool = True
    shows_ages: bool = False
    left_on: date | None = None

    def youngest_with(self, year_group: int) -> int:
        return dict(self.youngest).get(year_group, year_group)


@dataclass(frozen=True, slots=True)
class Agreement:
    """A data-sharing agreement, in force from `starts_on` until the day before `ends_on`."""

    starts_on: date
    ends_on: date | None
    data_class: DataClass
    subjects: frozenset[Subject]
    covers_accounts: bool = False

    def in_force(self, on: date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or on < self.ends_on)


@dataclass(frozen=True, slots=True)
class Clearance:
    """What a signed assessment allows at most. `places` is None for the whole trust; `ended_on` when withdrawn."""

    key: int
    reference: str
    starts_on: date
    ends_on: date | None
    allowances: tuple[Allowance, ...]
    places: frozenset[int] | None = None
    ended_on: date | None = None
    replaces: int | None = None
    staff_sign_up: bool = False

    def covers(self, place: int) -> bool:
        return self.places is None or place in self.places

    def in_force(self, on: date) -> bool:
        over = (day for day in (self.ends_on, self.ended_on) if day is not None)
        return self.starts_on <= on and all(on < day for day in over)


@dataclass(frozen=True, slots=True)
class Condition:
    """Something to do or keep to. `met` holds for this place and this school year; `due_on` is the last day to do it."""

    kind: ConditionKind
    words: str
    met: bool = False
    due_on: date | None = None
    audiences: frozenset[Audience] = frozenset(Audience)
    public_words: str = ""


@dataclass(frozen=True, slots=True)
class OnePurposeException:
    """One prohibited purpose that senior leadership allows here until the day before `ends_on` (policy, appendix 1)."""

    purpose: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Suspension:
    """Use stopped from a day, until lifted."""

    since: date
    by_role: str


@dataclass(frozen=True, slots=True)
class Entry:
    """The place's decision. `parents_agreed` / `work_consent` are the school years (by first year) recorded as collected."""

    status: EntryStatus
    clearance: int | None
    allowances: tuple[Allowance, ...] = ()
    decided_on: date | None = None
    review_on: date | None = None
    expires_on: date | None = None
    parents_agreed: frozenset[int] = frozenset()
    work_consent: frozenset[int] = frozenset()
    record_keeper: str = "the school office"
    exceptions: tuple[OnePurposeException, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything the answer is worked out from, but the day.

    `tool_then`: for a clearance that was assessed before a looser fact was laid, what counted at that time.
    """

    tool: ToolFacts
    place: PlaceFacts
    entry: Entry | None = None
    clearances: tuple[Clearance, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    conditions: tuple[Condition, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    progress: str = ""
    tool_then: tuple[tuple[int, ToolFacts], ...] = ()


# What comes out ------------------------------------------------------------------------------------------------------


class Verdict(StrEnum):
    YES = "yes"
    LIMITED = "limited"
    NOT_YET = "not_yet"
    NO = "no"


@dataclass(frozen=True, slots=True)
class YearAnswer:
    year_group: int
    mark: Mark
    words: str

    @property
    def may(self) -> bool:
        return self.mark in {Mark.OK, Mark.CONSENT}


@dataclass(frozen=True, slots=True)
class AudienceAnswer:
    """One audience's answer. When `may` is false nothing else in it is allowed.

    `with_parents`: only pupils whose parent has agreed. `with_work_consent`: pupils' own work only where pupil and parent
    have agreed (law 7).
    """

    audience: Audience
    may: bool
    data_class: DataClass = DataClass.NONE
    whose: tuple[tuple[Subject, DataClass], ...] = ()
    purposes: tuple[str, ...] = ()
    years: tuple[YearAnswer, ...] = ()
    with_parents: bool = False
    with_work_consent: bool = False
    reasons: tuple[Reason, ...] = ()

    @property
    def year_groups(self) -> tuple[int, ...]:
        return tuple(year.year_group for year in self.years if year.may)

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """Whose personal data may go in."""
        return tuple(subject for subject, _ in self.whose)


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole answer, for all audiences. `status` is a status code of the register (looks, wording)."""

    verdict: Verdict
    status: str
    audiences: tuple[AudienceAnswer, ...]
    reasons: tuple[Reason, ...]
    features_off: tuple[str, ...] = ()
    needs_attention: bool = False
    clearance: int | None = None
    pending: tuple[Condition, ...] = ()
    next_change_on: date | None = None
    exceptions: tuple[str, ...] = field(default=())

    def of(self, audience: Audience) -> AudienceAnswer:
        return next(given for given in self.audiences if given.audience == audience)

    @property
    def allows_anybody(self) -> bool:
        return any(given.may for given in self.audiences)

    @property
    def all_reasons(self) -> tuple[Reason, ...]:
        """Every reason once, the general ones first."""
        each = (*self.reasons, *(reason for given in self.audiences for reason in given.reasons))
        return tuple(dict.fromkeys(each))


# The working out -----------------------------------------------------------------------------------------------------


def answer(situation: Situation, on: date) -> Answer:
    """What is allowed on that day. Only ever less as days pass, things end or rise (law 5)."""
    clearance = standing_clearance(situation, on)
    situation = _as_assessed(situation, clearance)
    closed = _closed(situation, clearance, on)
    if closed is not None or clearance is None or situation.entry is None:
        status, verdict, why = closed or ("not_listed", Verdict.NO, (reasons.not_listed(),))
        shut = tuple(_shut(situation, audience) for audience in Audience)
        return Answer(
            verdict,
            status,
            shut,
            why,
            pending=_pending(situation, on),
            next_change_on=next_change_on(situation, on),
            needs_attention=_needs_attention(situation, on),
        )
    given = tuple(_for_audience(situation, situation.entry, clearance, audience, on) for audience in Audience)
    return Answer(
        verdict=_verdict(given),
        status=_status(situation, given, on),
        audiences=given,
        reasons=_general_limits(situation, on),
        features_off=_features_off(situation, on),
        needs_attention=_needs_attention(situation, on),
        clearance=clearance.key,
        pending=_pending(situation, on),
        next_change_on=next_change_on(situation, on),
        exceptions=tuple(e.purpose for e in situation.entry.exceptions if e.starts_on <= on < e.ends_on),
    )


def _as_assessed(situation: Situation, clearance: Clearance | None) -> Situation:
    """The tool as this clearance knows it: a looser fact laid since does not widen it, and what it has in view is answered."""
    if clearance is None:
        return situation
    tool = dict(situation.tool_then).get(clearance.key, situation.tool)
    changes = (replace(c, answered=c.answered or clearance.key in c.answered_by) for c in tool.changes)
    return replace(situation, tool=replace(tool, changes=tuple(changes)))


def standing_clearance(situation: Situation, on: date) -> Clearance | None:
    """The clearance the entry stands on: its own, or the last one started that replaced it. None when that is over.

    A clearance that was replaced counts no longer, even when the newer one ends first (law 5).
    """
    if situation.entry is None:
        return None
    found = next((c for c in situation.clearances if c.key == situation.entry.clearance), None)
    seen: set[int] = set()
    while found is not None and found.key not in seen:
        seen.add(found.key)
        here = situation.place.key
        newer = [c for c in situation.clearances if c.replaces == found.key and c.starts_on <= on and c.covers(here)]
        if not newer:
            break
        found = max(newer, key=lambda c: (c.starts_on, c.key))
    if found is None or not found.in_force(on) or not found.covers(situation.place.key):
        return None
    return found


def _closed(
    situation: Situation, clearance: Clearance | None, on: date
) -> tuple[str, Verdict, tuple[Reason, ...]] | None:
    """Law 3: why nothing at all is allowed, or None. The gravest reason first."""
    entry, place = situation.entry, situation.place
    if place.left_on is not None and place.left_on <= on:
        return "withdrawn", Verdict.NO, (reasons.left_trust(place.left_on),)
    if situation.suspensions:
        first = min(situation.suspensions, key=lambda s: s.since)
        return "suspended", Verdict.NO, (reasons.suspended(first.since, first.by_role),)
    if entry is None:
        return _unlisted(situation.progress)
    if entry.status == EntryStatus.DECLINED:
        return "declined", Verdict.NO, (reasons.declined(),)
    if entry.status == EntryStatus.WITHDRAWN:
        return "withdrawn", Verdict.NO, (reasons.withdrawn(),)
    if clearance is None:
        return "expired", Verdict.NO, (reasons.no_clearance(),)
    if entry.expires_on is not None and entry.expires_on <= on:
        return "expired", Verdict.NO, (reasons.expired(entry.review_on or entry.expires_on),)
    return None


def _unlisted(progress: str) -> tuple[str, Verdict, tuple[Reason, ...]]:
    if progress in {"asked_for", "under_review"}:
        return progress, Verdict.NOT_YET, (reasons.not_yet(progress),)
    return "not_listed", Verdict.NO, (reasons.not_listed(),)


def _shut(situation: Situation, audience: Audience) -> AudienceAnswer:
    years = _year_answers(situation, frozenset(), frozenset()) if audience == Audience.PUPILS else ()
    return AudienceAnswer(audience, may=False, years=years)


def _for_audience(
    situation: Situation, entry: Entry, clearance: Clearance, audience: Audience, on: date
) -> AudienceAnswer:
    asked = _allowance(entry.allowances, audience)
    if asked is None:
        return replace(_shut(situation, audience), reasons=(reasons.not_offered(audience),))
    cleared = cleared_for(clearance, audience)
    if cleared is None:
        return replace(_shut(situation, audience), reasons=(reasons.not_cleared(audience, clearance.reference),))
    closed = _blocked(situation, clearance, audience, on)
    if closed:
        return replace(_shut(situation, audience), reasons=closed)
    allowed = asked.within(cleared)
    why = _left_out(situation, asked, allowed, clearance)
    granted = _narrow_data(situation, allowed, on, why)
    kept = _narrow_purposes(situation, entry, allowed, granted, on, why)
    with_consent = any(purposes.PURPOSES[code].needs_work_consent for code in kept)
    if with_consent:
        why.append(reasons.work_consent(entry.record_keeper, collected=True))
    open_answer = AudienceAnswer(
        audience,
        may=True,
        data_class=_most(allowed, granted),
        whose=tuple(granted.items()),
        purposes=kept,
        with_work_consent=with_consent,
        reasons=tuple(why),
    )
    if not open_answer.purposes:
        return replace(_shut(situation, audience), reasons=open_answer.reasons or (reasons.no_purpose(audience),))
    return (
        open_answer if audience != Audience.PUPILS else _for_pupils(situation, entry, asked, allowed, open_answer, on)
    )


def _left_out(situation: Situation, asked: Allowance, allowed: Allowance, clearance: Clearance) -> list[Reason]:
    """What the place decided and a narrower clearance does not allow (law 6): one reason that names all of it."""
    gone: list[str] = []
    if allowed.data_class != asked.data_class:
        gone.append(f"any data beyond {allowed.data_class.label.lower()}")
    if allowed.data_class.is_personal and allowed.subjects != asked.subjects:
        people = " and ".join(
            subject.label.lower() for subject in Subject if subject in asked.subjects - allowed.subjects
        )
        gone.append(f"personal data about {people}")
    gone += [purposes.label(code) for code in _sorted(asked.purposes - allowed.purposes)]
    years = (asked.year_groups - allowed.year_groups) & situation.place.year_groups
    if years and asked.audience == Audience.PUPILS:
        gone.append(f"pupils in {year_groups.words(years, by_age=situation.place.shows_ages)}")
    return [reasons.clearance_stops(asked.audience, clearance.reference, gone)] if gone else []


def _for_pupils(
    situation: Situation, entry: Entry, asked: Allowance, allowed: Allowance, given: AudienceAnswer, on: date
) -> AudienceAnswer:
    """Law 1 (age) and law 7 (a parent's agreement)."""
    agreed = year_groups.current_school_year(on) in entry.parents_agreed
    years = _year_answers(
        situation,
        allowed.year_groups,
        allowed.year_groups if agreed else frozenset(),
        left_out=asked.year_groups - allowed.year_groups,
    )
    why = [*given.reasons, *_age_limits(situation, allowed, years)]
    with_parents = any(year.mark == Mark.CONSENT for year in years)
    if with_parents or (not agreed and _parental_years(situation, allowed.year_groups)):
        why.append(reasons.parents(situation.tool.minimum_age, entry.record_keeper, collected=agreed))
    if not any(year.may for year in years):
        no = _no_years(situation, asked, allowed)
        return AudienceAnswer(Audience.PUPILS, may=False, years=years, reasons=(*why, *no))
    return replace(given, years=years, with_parents=with_parents, reasons=tuple(why))


def _age_limits(situation: Situation, allowed: Allowance, years: Iterable[YearAnswer]) -> list[Reason]:
    """Why not every year that was offered, where some may."""
    limit, by_age = situation.tool.minimum_age or 0, situation.place.shows_ages
    offered = [year for year in years if year.year_group in allowed.year_groups]
    young = [year.year_group for year in offered if year.mark == Mark.YOUNG]
    mixed = [year.year_group for year in offered if year.mark == Mark.MIXED]
    why = [reasons.mixed_year(year_groups.name(year, by_age=by_age), limit) for year in mixed]
    if young and len(young) < len(offered):
        why.append(reasons.years_too_young(year_groups.words(young, by_age=by_age), limit))
    return why


def _no_years(situation: Situation, asked: Allowance, allowed: Allowance) -> tuple[Reason, ...]:
    if situation.place.year_groups & allowed.year_groups and situation.tool.minimum_age is not None:
        return (reasons.too_young(situation.tool.minimum_age),)
    if situation.place.year_groups & asked.year_groups:
        return ()  # the clearance leaves them out, which has its reason
    return (reasons.not_offered(Audience.PUPILS),)


def _blocked(situation: Situation, clearance: Clearance, audience: Audience, on: date) -> tuple[Reason, ...]:
    """Why this audience may not use it at all today, whatever the entry says."""
    found: list[Reason] = []
    for condition in situation.conditions:
        if condition.met or audience not in condition.audiences:
            continue
        if condition.kind == ConditionKind.BEFORE_USE:
            found.append(reasons.condition_first(condition.words))
        elif condition.kind == ConditionKind.BY_DATE and condition.due_on is not None and on > condition.due_on:
            found.append(reasons.condition_late(condition.words, condition.due_on))
    found += _account_block(situation, clearance, audience, on)
    if audience == Audience.PUPILS:
        found += _pupils_block(situation, on)
    return tuple(found)


def _pupils_block(situation: Situation, on: date) -> list[Reason]:
    tool, place = situation.tool, situation.place
    found = []
    if tool.minimum_age is None or not tool.age_confirmed:
        found.append(reasons.age_unknown())
    if not place.years_confirmed:
        found.append(reasons.years_unconfirmed())
    if _terms_changed(situation, on):
        found.append(reasons.terms_changed())
    return found


def _account_block(situation: Situation, clearance: Clearance, audience: Audience, on: date) -> list[Reason]:
    """Law 2: an account is personal data, whatever is typed; pupils never use their own."""
    sign_in = situation.tool.sign_in
    if sign_in == SignIn.NONE:
        return []
    if audience == Audience.VISITORS:
        return [reasons.visitors_have_no_account()]
    if audience == Audience.PUPILS:
        if sign_in != SignIn.SCHOOL:
            return [reasons.no_personal_accounts()]
        if not _accounts_agreed(situation, Subject.PUPILS, on):
            return [reasons.pupil_accounts_need_agreement()]
        return []
    if clearance.staff_sign_up or _accounts_agreed(situation, Subject.STAFF, on):
        return []
    return [reasons.staff_sign_up_not_cleared()]


def _accounts_agreed(situation: Situation, subject: Subject, on: date) -> bool:
    return any(
        a.covers_accounts and subject in a.subjects and a.data_class.is_personal and a.in_force(on)
        for a in situation.agreements
    )


def _terms_changed(situation: Situation, on: date) -> bool:
    return any(c.kind in NARROWING_CHANGES and not c.answered and c.effective_on <= on for c in situation.tool.changes)


def _narrow_data(situation: Situation, allowed: Allowance, on: date, why: list[Reason]) -> Granted:
    """Law 2: personal data only under an agreement in force that covers it and those people; worked out person by person."""
    if not allowed.data_class.is_personal:
        return {}
    if _terms_changed(situation, on):
        why.append(reasons.terms_changed())
        return {}
    granted: Granted = {}
    for subject in sorted(allowed.subjects):
        covered = [a.data_class for a in situation.agreements if a.in_force(on) and subject in a.subjects]
        most = max((lower(allowed.data_class, c) for c in covered), key=lambda c: c.rank, default=DataClass.NONE)
        if most.is_personal:
            granted[subject] = most
    if not granted:
        why.append(reasons.no_agreement())
    elif any(given != allowed.data_class for given in granted.values()) or len(granted) < len(allowed.subjects):
        why.append(reasons.agreement_stops(tuple(granted.items())))
    return granted


def _most(allowed: Allowance, granted: Granted) -> DataClass:
    """The class shown for the audience: the most sensitive granted for anybody, else at most school information."""
    return max(granted.values(), key=lambda c: c.rank, default=lower(allowed.data_class, DataClass.INTERNAL))


def _narrow_purposes(
    situation: Situation, entry: Entry, allowed: Allowance, granted: Granted, on: date, why: list[Reason]
) -> tuple[str, ...]:
    """Law 4, and pupils' work only once pupil and parent have agreed (law 7)."""
    kept = []
    for code in _sorted(allowed.purposes):
        no = _purpose_refusal(situation, entry, allowed, granted, code, on)
        if no is None:
            kept.append(code)
        else:
            why.append(no)
    return tuple(kept)


def _purpose_refusal(
    situation: Situation, entry: Entry, allowed: Allowance, granted: Granted, code: str, on: date
) -> Reason | None:
    purpose = purposes.PURPOSES.get(code)
    if purpose is None or allowed.audience not in purpose.audiences:
        return reasons.purpose_unknown(code)
    excepted = any(e.purpose == code and e.starts_on <= on < e.ends_on for e in entry.exceptions)
    if purpose.rule == Rule.PROHIBITED and not (excepted and purpose.exception_by):
        return reasons.purpose_closed(purpose)
    if code in purposes.MICROSOFT_ONLY and code not in situation.tool.restricted_purposes:
        return reasons.purpose_closed(purpose)
    if not _enough_data(purpose, allowed, granted):
        return reasons.purpose_needs_data(purpose)
    if purpose.needs_work_consent and year_groups.current_school_year(on) not in entry.work_consent:
        return reasons.work_consent(entry.record_keeper, collected=False)
    return None


def _enough_data(purpose: Purpose, allowed: Allowance, granted: Granted) -> bool:
    if purpose.least.rank > _most(allowed, granted).rank:
        return False
    return all(subject in granted and granted[subject].rank >= purpose.least.rank for subject in purpose.subjects)


# Years ---------------------------------------------------------------------------------------------------------------


def _year_answers(
    situation: Situation,
    offered: frozenset[int],
    with_parents: frozenset[int],
    *,
    left_out: frozenset[int] = frozenset(),
) -> tuple[YearAnswer, ...]:
    """`left_out`: what the place opened and the clearance does not."""
    return tuple(
        YearAnswer(year, Mark.SHUT, "no, the trust's clearance leaves it out")
        if year in left_out
        else _year_answer(situation, year, year in offered, year in with_parents)
        for year in sorted(situation.place.year_groups)
    )


def _year_answer(situation: Situation, year: int, offered: bool, parents_agreed: bool) -> YearAnswer:
    tool = situation.tool
    youngest = situation.place.youngest_with(year)
    limit = tool.minimum_age
    shut = YearAnswer(year, Mark.SHUT, "no, not offered here")
    if limit is None or not tool.age_confirmed:
        return YearAnswer(year, Mark.YOUNG, "no, its age limit is not known") if offered else shut
    fit = year_groups.fit(year, limit, youngest=youngest)
    if fit == Fit.WHOLLY:
        return YearAnswer(year, Mark.OK, "may use it") if offered else shut
    if offered and _with_parent(situation, year):
        if parents_agreed:
            return YearAnswer(year, Mark.CONSENT, "only pupils whose parent has agreed")
        return YearAnswer(year, Mark.YOUNG, "no, parents have not been asked yet this school year")
    if fit == Fit.PARTLY or (youngest != year and year_groups.fit(year, limit) != Fit.NOT):
        return YearAnswer(year, Mark.MIXED, f"no, some are under {limit}")
    return YearAnswer(year, Mark.YOUNG, f"no, users must be {limit}")


def _with_parent(situation: Situation, year: int) -> bool:
    limit = situation.tool.parental_age
    if limit is None:
        return False
    return year_groups.fit(year, limit, youngest=situation.place.youngest_with(year)) == Fit.WHOLLY


def _parental_years(situation: Situation, offered: Iterable[int]) -> bool:
    limit = situation.tool.minimum_age
    return limit is not None and any(
        year_groups.fit(year, limit, youngest=situation.place.youngest_with(year)) != Fit.WHOLLY
        and _with_parent(situation, year)
        for year in offered
        if year in situation.place.year_groups
    )


# Words about the whole -----------------------------------------------------------------------------------------------


def cleared_for(clearance: Clearance, audience: Audience) -> Allowance | None:
    """What a clearance gives these people, with room for the exceptions that only senior leadership makes (appendix 1)."""
    cleared = _allowance(clearance.allowances, audience)
    return replace(cleared, purposes=cleared.purposes | purposes.BY_EXCEPTION) if cleared else None


def _allowance(allowances: Iterable[Allowance], audience: Audience) -> Allowance | None:
    return next((a for a in allowances if a.audience == audience), None)


def _sorted(codes: frozenset[str]) -> tuple[str, ...]:
    known = [code for code in purposes.PURPOSES if code in codes]
    return (*known, *sorted(codes - set(known)))


def _features_off(situation: Situation, on: date) -> tuple[str, ...]:
    return tuple(
        c.feature
        for c in situation.tool.changes
        if c.kind == ChangeKind.FEATURE and not c.answered and c.effective_on <= on and c.feature
    )


def _general_limits(situation: Situation, on: date) -> tuple[Reason, ...]:
    return tuple(reasons.feature_off(feature) for feature in _features_off(situation, on))


def _needs_attention(situation: Situation, on: date) -> bool:
    entry = situation.entry
    if entry is None or entry.status != EntryStatus.APPROVED:
        return False
    overdue = entry.review_on is not None and entry.review_on <= on
    late = any(
        c.kind == ConditionKind.BY_DATE and not c.met and c.due_on and on > c.due_on for c in situation.conditions
    )
    changed = any(not c.answered and c.effective_on <= on for c in situation.tool.changes)
    return overdue or bool(late) or changed


def _pending(situation: Situation, on: date) -> tuple[Condition, ...]:
    return tuple(c for c in situation.conditions if not c.met and c.kind != ConditionKind.ALWAYS)


def _status(situation: Situation, given: tuple[AudienceAnswer, ...], on: date) -> str:
    if _needs_attention(situation, on):
        return "needs_attention"
    return "approved_with_conditions" if situation.conditions else "approved"


def _verdict(given: tuple[AudienceAnswer, ...]) -> Verdict:
    staff = next(a for a in given if a.audience == Audience.STAFF)
    if not any(a.may for a in given):
        waits = any(reason.code == "condition_first" for a in given for reason in a.reasons)
        return Verdict.NOT_YET if waits else Verdict.NO
    limited = any(a.reasons for a in given if a.may) or not staff.may
    return Verdict.LIMITED if limited else Verdict.YES


def next_change_on(situation: Situation, on: date) -> date | None:
    """The next day on which the answer may differ with nobody doing anything; a list edition is looked at again then."""
    days = [situation.place.left_on, _next_school_year(on)]
    for agreement in situation.agreements:
        days += [agreement.starts_on, agreement.ends_on]
    for clearance in situation.clearances:
        days += [clearance.starts_on, clearance.ends_on, clearance.ended_on]
    days += [change.effective_on for change in situation.tool.changes]
    days += [_day_after(c.due_on) for c in situation.conditions if c.due_on is not None and not c.met]
    if situation.entry is not None:
        days += [situation.entry.review_on, situation.entry.expires_on]
        days += [day for e in situation.entry.exceptions for day in (e.starts_on, e.ends_on)]
    return min((day for day in days if day is not None and day > on), default=None)


def _day_after(day: date) -> date:
    return day.fromordinal(day.toordinal() + 1)


def _next_school_year(on: date) -> date:
    return on.replace(year=year_groups.current_school_year(on) + 1, month=9, day=1)
