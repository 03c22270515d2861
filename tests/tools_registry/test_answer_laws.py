"""The seven laws of the answer, each as a property (design §4)."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import event, given, settings
from hypothesis import strategies as st

from schools import year_groups
from tests.tools_registry.strategies import TODAY, any_situation, open_situations
from tools_registry import answer, purposes
from tools_registry.purposes import Rule
from tools_registry.words import (
    NARROWING_CHANGES,
    Audience,
    ChangeKind,
    ConditionKind,
    DataClass,
    EntryStatus,
    SignIn,
    Subject,
)

LATER = st.integers(1, 700).map(lambda days: TODAY + timedelta(days=days))
within_school_year = st.integers(1, 280).map(lambda days: TODAY + timedelta(days=days))


def granted(given_answer):
    """An answer as the set of single things it allows, so that "less" is plain set inclusion."""
    things = set()
    for part in given_answer.audiences:
        if not part.may:
            continue
        things.add((part.audience, "may"))
        things |= {(part.audience, "class", data) for data in DataClass if data.rank <= part.data_class.rank}
        things |= {
            (part.audience, "about", subject, data)
            for subject, most in part.whose
            for data in DataClass
            if data.is_personal and data.rank <= most.rank
        }
        things |= {(part.audience, "for", code) for code in part.purposes}
        things |= {(part.audience, "year", year) for year in part.year_groups}
    return things


@given(any_situation, LATER)
def test_law_1_no_pupil_of_a_year_that_is_not_wholly_old_enough(situation, on):
    pupils = answer.answer(situation, on).of(Audience.PUPILS)
    tool, place = situation.tool, situation.place
    for year in pupils.years:
        if not year.may:
            continue
        youngest = min(year.year_group, place.youngest_with(year.year_group))
        reached = year_groups.age_on_31_august(youngest)
        assert tool.age_confirmed
        assert tool.minimum_age is not None
        event(f"a year group may, mark {year.mark}")
        agreed = year_groups.current_school_year(on) in situation.entry.parents_agreed
        assert reached >= tool.minimum_age or (
            agreed and tool.parental_age is not None and reached >= tool.parental_age
        )


@given(any_situation, LATER)
def test_law_1_an_age_that_is_not_known_lets_no_pupil_in(situation, on):
    unknown = replace(situation, tool=replace(situation.tool, minimum_age=None))
    unread = replace(situation, tool=replace(situation.tool, age_confirmed=False))
    unconfirmed = replace(situation, place=replace(situation.place, years_confirmed=False))
    assert not any(answer.answer(s, on).of(Audience.PUPILS).may for s in (unknown, unread, unconfirmed))


@given(any_situation, LATER)
def test_law_2_personal_data_only_under_an_agreement_that_covers_those_people(situation, on):
    result = answer.answer(situation, on)
    for part in result.audiences:
        if part.data_class.is_personal:
            event("personal data allowed")
            assert part.may
            assert part.whose
        for subject, most in part.whose:
            assert most.is_personal
            assert any(
                a.in_force(on) and subject in a.subjects and a.data_class.rank >= most.rank
                for a in situation.agreements
            )


@given(open_situations(), LATER)
def test_law_2_without_an_agreement_nothing_personal_whatever_the_place_decides(situation, on):
    bare = replace(situation, agreements=())
    for part in answer.answer(bare, on).audiences:
        assert not part.data_class.is_personal
        assert part.whose == ()


@given(any_situation, LATER)
def test_law_2_pupils_use_no_account_or_one_under_an_agreement(situation, on):
    if answer.answer(situation, on).of(Audience.PUPILS).may:
        event(f"pupils may, {situation.tool.sign_in}")
        covered = any(
            a.covers_accounts and Subject.PUPILS in a.subjects and a.in_force(on) for a in situation.agreements
        )
        assert situation.tool.sign_in == SignIn.NONE or (situation.tool.sign_in == SignIn.SCHOOL and covered)


@given(any_situation, LATER)
def test_law_2_a_staff_sign_up_needs_a_clearance_that_says_so(situation, on):
    result = answer.answer(situation, on)
    if result.of(Audience.STAFF).may and situation.tool.sign_in != SignIn.NONE:
        clearance = answer.standing_clearance(situation, on)
        covered = any(
            a.covers_accounts and Subject.STAFF in a.subjects and a.in_force(on) for a in situation.agreements
        )
        assert clearance.staff_sign_up or covered


@given(any_situation, LATER)
def test_law_3_nothing_without_a_clearance_in_force_and_nothing_beyond_it(situation, on):
    result = answer.answer(situation, on)
    clearance = answer.standing_clearance(situation, on)
    if clearance is None:
        assert not result.allows_anybody
        return
    assert clearance.in_force(on)
    for part in result.audiences:
        if not part.may:
            continue
        cleared = next(a for a in clearance.allowances if a.audience == part.audience)
        asked = next(a for a in situation.entry.allowances if a.audience == part.audience)
        assert part.data_class.rank <= min(cleared.data_class.rank, asked.data_class.rank)
        assert set(part.purposes) <= (cleared.purposes | purposes.BY_EXCEPTION) & asked.purposes
        assert set(part.subjects) <= cleared.subjects & asked.subjects
        assert set(part.year_groups) <= cleared.year_groups & asked.year_groups & situation.place.year_groups


@given(open_situations(), LATER)
def test_law_3_suspended_withdrawn_declined_or_gone_is_nothing_with_the_reason(situation, on):
    closed = [
        replace(situation, suspensions=(answer.Suspension(TODAY, "Network Team"),)),
        replace(situation, entry=replace(situation.entry, status=EntryStatus.DECLINED)),
        replace(situation, entry=replace(situation.entry, status=EntryStatus.WITHDRAWN)),
        replace(situation, entry=replace(situation.entry, expires_on=TODAY)),
        replace(situation, place=replace(situation.place, left_on=TODAY)),
        replace(situation, entry=None),
        replace(situation, clearances=()),
        replace(situation, clearances=tuple(replace(c, ended_on=TODAY) for c in situation.clearances)),
    ]
    for one in closed:
        result = answer.answer(one, on)
        assert not result.allows_anybody
        assert result.reasons


@given(open_situations(), st.frozensets(st.sampled_from(Audience), min_size=1), LATER)
def test_law_3_a_before_use_condition_that_is_not_met_closes_its_audiences(situation, audiences, on):
    waits = answer.Condition(ConditionKind.BEFORE_USE, "Tell parents", audiences=audiences)
    result = answer.answer(replace(situation, conditions=(*situation.conditions, waits)), on)
    for audience in audiences:
        assert not result.of(audience).may


@given(any_situation, LATER)
def test_law_4_prohibited_never_restricted_only_where_named_and_never_below_their_data(situation, on):
    for part in answer.answer(situation, on).audiences:
        for code in part.purposes:
            purpose = purposes.PURPOSES[code]
            event(f"purpose {purpose.rule}")
            assert part.audience in purpose.audiences
            if purpose.rule == Rule.PROHIBITED:
                assert purpose.exception_by
                assert any(e.purpose == code and e.starts_on <= on < e.ends_on for e in situation.entry.exceptions)
            if code in purposes.MICROSOFT_ONLY:
                assert code in situation.tool.restricted_purposes
            assert part.data_class.rank >= purpose.least.rank
            assert purpose.subjects <= set(part.subjects)


@given(any_situation, LATER)
def test_law_4_nobody_may_use_a_tool_for_nothing(situation, on):
    for part in answer.answer(situation, on).audiences:
        assert part.may == bool(part.purposes)


@settings(max_examples=300)
@given(any_situation, within_school_year, within_school_year)
def test_law_5_the_answer_only_shrinks_as_days_pass(situation, one, other):
    sooner, later = sorted((one, other))
    assert granted(answer.answer(situation, later)) <= granted(answer.answer(situation, sooner))


@settings(max_examples=300)
@given(any_situation, LATER, st.data())
def test_law_5_the_answer_only_shrinks_when_something_ends_or_rises(situation, on, data):
    before = granted(answer.answer(situation, on))
    narrower = [replace(situation, clearances=tuple(replace(c, ended_on=on) for c in situation.clearances))]
    if situation.agreements:
        gone = data.draw(st.integers(0, len(situation.agreements) - 1))
        ended = tuple(replace(a, ends_on=on) if i == gone else a for i, a in enumerate(situation.agreements))
        narrower.append(replace(situation, agreements=ended))
    if situation.tool.minimum_age is not None:
        risen = data.draw(st.integers(situation.tool.minimum_age, 19))
        narrower.append(replace(situation, tool=replace(situation.tool, minimum_age=risen)))
    kind = data.draw(st.sampled_from(sorted(NARROWING_CHANGES | {ChangeKind.FEATURE})))
    changed = (*situation.tool.changes, answer.Change(kind, on, "Something new"))
    narrower.append(replace(situation, tool=replace(situation.tool, changes=changed)))
    for one in narrower:
        assert granted(answer.answer(one, on)) <= before


@given(any_situation, LATER)
def test_law_6_every_no_and_every_limit_carries_its_reason_and_clause(situation, on):
    result = answer.answer(situation, on)
    for part in result.audiences:
        if not part.may:
            assert part.reasons or result.reasons
    for reason in result.all_reasons:
        assert reason.text.endswith(".")
        assert reason.clause
        assert reason.title.endswith("?")


def limits(part, asked, place):
    """What was asked for and is not granted, each as the word that its reason may be known by."""
    if part.data_class != asked.data_class:
        yield "data"
    if part.data_class.is_personal and set(part.subjects) < asked.subjects:
        yield "whose"
    yield from asked.purposes - set(part.purposes)
    if part.audience == Audience.PUPILS:
        yield from (asked.year_groups & place.year_groups) - set(part.year_groups)


@settings(max_examples=300)
@given(any_situation, LATER)
def test_law_6_everything_asked_for_and_not_granted_is_explained(situation, on):
    result = answer.answer(situation, on)
    for part in result.audiences:
        if part.may:
            asked = next(a for a in situation.entry.allowances if a.audience == part.audience)
            gone = list(limits(part, asked, situation.place))
            event(f"some of it is not granted: {bool(gone)}")
            assert bool(part.reasons) >= bool(gone), gone


def narrowed(situation, **to):
    """The entry as it was decided, on a clearance that gives each audience only this much now."""
    within = tuple(replace(each, **to) for each in situation.clearances[0].allowances)
    return replace(situation, clearances=(replace(situation.clearances[0], allowances=within),))


@given(open_situations(), LATER)
def test_law_6_a_clearance_that_narrows_a_decision_says_what_it_leaves_out(situation, on):
    for less, words in (
        ({"data_class": DataClass.NONE}, "any data beyond general topics only"),
        ({"subjects": frozenset({Subject.STAFF})}, "personal data about pupils and "),
        ({"purposes": frozenset({"planning", "ideas", "practice"})}, "quizzes"),
        ({"year_groups": frozenset({12, 13, 14})}, "pupils in Nursery"),
    ):
        result = answer.answer(narrowed(situation, **less), on)
        part = result.of(Audience.PUPILS if "year_groups" in less else Audience.STAFF)
        reason = next((r for r in part.reasons if r.code.startswith("clearance_stops")), None)
        personal = next(a for a in situation.entry.allowances if a.audience == part.audience).data_class.is_personal
        if part.may and ("subjects" not in less or personal):
            event(f"narrowed by {next(iter(less))}")
            assert words in reason.text
            assert "OST-2026-0001" in reason.text


def test_law_6_years_that_a_clearance_leaves_out_are_not_the_schools_doing():
    only_years = {"year_groups": frozenset({9})}
    asked = answer.Allowance(Audience.PUPILS, purposes=frozenset({"practice"}), year_groups=frozenset({10, 11}))
    given_then = answer.Clearance(1, "OST-2026-0001", TODAY, None, (replace(asked, **only_years),))
    situation = answer.Situation(
        tool=answer.ToolFacts("Tool", 13, age_confirmed=True, sign_in=SignIn.NONE),
        place=answer.PlaceFacts(1, frozenset({9, 10, 11})),
        entry=answer.Entry(EntryStatus.APPROVED, 1, (asked,), TODAY),
        clearances=(given_then,),
    )
    pupils = answer.answer(situation, TODAY).of(Audience.PUPILS)
    assert not pupils.may
    assert [reason.code for reason in pupils.reasons] == ["clearance_stops_pupils"]
    assert "pupils in Years 10 and 11" in pupils.reasons[0].text
    assert [year.words for year in pupils.years if year.year_group > 9] == [
        "no, the trust's clearance leaves it out"
    ] * 2


@given(open_situations(), LATER)
def test_law_6_years_too_young_beside_years_that_may_have_their_reason(situation, on):
    limited = replace(situation, tool=replace(situation.tool, minimum_age=16, parental_age=None))
    pupils = answer.answer(limited, on).of(Audience.PUPILS)
    if pupils.may:
        assert any(reason.code == "years_too_young" and "users must be 16" in reason.text for reason in pupils.reasons)


@given(open_situations(), LATER)
def test_law_7_a_parents_agreement_is_needed_and_stays_no_until_collected(situation, on):
    this_year = year_groups.current_school_year(on)
    parental = replace(situation, tool=replace(situation.tool, minimum_age=18, parental_age=13))
    without = replace(parental, entry=replace(parental.entry, parents_agreed=frozenset({this_year - 1})))
    agreed = replace(parental, entry=replace(parental.entry, parents_agreed=frozenset({this_year})))

    no = answer.answer(without, on).of(Audience.PUPILS)
    yes = answer.answer(agreed, on).of(Audience.PUPILS)

    assert not set(no.year_groups) & set(range(9, 14))
    if yes.may:
        event("parents have agreed and pupils may")
        assert yes.with_parents
        assert any(r.code == "parents" and situation.entry.record_keeper in r.text for r in yes.reasons)


@given(open_situations(), LATER)
def test_law_7_pupils_work_goes_in_only_when_pupil_and_parent_have_agreed_this_year(situation, on):
    this_year = year_groups.current_school_year(on)
    last_year = replace(situation, entry=replace(situation.entry, work_consent=frozenset({this_year - 1})))
    for part in answer.answer(last_year, on).audiences:
        assert "pupil_work" not in part.purposes
        assert not part.with_work_consent


@given(open_situations(), LATER)
def test_law_7_pupils_work_that_may_go_in_says_who_must_agree_and_who_keeps_the_record(situation, on):
    this_year = year_groups.current_school_year(on)
    collected = replace(situation, entry=replace(situation.entry, work_consent=frozenset({this_year})))
    for part in answer.answer(collected, on).audiences:
        assert part.with_work_consent == ("pupil_work" in part.purposes)
        if part.with_work_consent:
            event("pupils' own work may go in")
            said = next(reason.text for reason in part.reasons if reason.code == "work_consent")
            assert "only when the pupil and a parent have agreed" in said
            assert f"{situation.entry.record_keeper} keeps the record" in said
            assert "equal alternative" in said


@given(open_situations(), LATER)
def test_law_7_what_is_not_collected_names_who_would_keep_it(situation, on):
    parental = replace(situation.tool, minimum_age=18, parental_age=13)
    bare = replace(situation.entry, parents_agreed=frozenset(), work_consent=frozenset())
    for part in answer.answer(replace(situation, tool=parental, entry=bare), on).audiences:
        for reason in part.reasons:
            if reason.code in {"parents", "work_consent"}:
                assert f"The record would be with {bare.record_keeper}." in reason.text
                assert "equal alternative" in reason.text


@given(any_situation, LATER)
def test_nothing_changes_before_the_next_change_the_answer_names(situation, on):
    result = answer.answer(situation, on)
    day_before = (result.next_change_on or on + timedelta(days=400)) - timedelta(days=1)
    if day_before > on:
        assert granted(answer.answer(situation, day_before)) == granted(result)
