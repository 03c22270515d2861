"""What can be picked is what the answer grants; what is closed it would not grant."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools_registry import strategies as some
from tools_registry import answer, choices, purposes
from tools_registry.answer import Allowance, OnePurposeException
from tools_registry.words import Audience, DataClass, SignIn, Subject

TODAY = some.TODAY
situations = some.any_situation


def open_ones(options):
    return frozenset(key for key, reason in options.items() if reason is None)


def as_open_as_can_be(options):
    return Allowance(
        options.audience,
        max(open_ones(options.data), key=lambda data: data.rank),
        open_ones(options.subjects),
        open_ones(options.purposes),
        open_ones(options.years),
    )


@given(situations)
def test_everything_open_can_be_chosen_together_and_is_granted(situation):
    within = situation.clearances[0]
    offered = choices.choices(situation, within, TODAY)
    asked = [as_open_as_can_be(options) for options in offered.values() if options.whole is None]

    given_ = choices.trial(situation, within, asked, TODAY)

    assert choices.unfit(situation, within, asked, TODAY) == ()
    for allowed in asked:
        got = given_.of(allowed.audience)
        assert (got.may, got.data_class) == (True, allowed.data_class)
        assert frozenset(got.purposes) == allowed.purposes
        assert frozenset(got.year_groups) == allowed.year_groups
        if allowed.data_class.is_personal:
            assert frozenset(got.subjects) == allowed.subjects


@given(situations, some.allowances())
def test_what_is_closed_would_not_be_granted(situation, asked):
    within = situation.clearances[0]
    offered = choices.choices(situation, within, TODAY)

    given_ = choices.trial(situation, within, asked, TODAY)

    for allowed in asked:
        got, options = given_.of(allowed.audience), offered[allowed.audience]
        assert not (got.may and options.whole)
        if not got.may:
            continue
        assert options.data[got.data_class] is None
        assert set(got.purposes) <= open_ones(options.purposes)
        assert set(got.year_groups) <= open_ones(options.years)
        assert set(got.subjects) <= open_ones(options.subjects)


@given(situations, some.allowances())
def test_a_decision_without_faults_is_granted_as_it_stands(situation, asked):
    within = situation.clearances[0]
    if choices.unfit(situation, within, asked, TODAY):
        return
    given_ = choices.trial(situation, within, asked, TODAY)
    for allowed in asked:
        got = given_.of(allowed.audience)
        assert (got.may, got.data_class) == (True, allowed.data_class)
        assert frozenset(got.purposes) == allowed.purposes


@given(situations, some.allowances())
def test_every_fault_says_why_and_quotes_its_source(situation, asked):
    within = situation.clearances[0]
    for fault in choices.unfit(situation, within, asked, TODAY):
        assert fault.reason.text
        assert fault.reason.clause


@given(situations, st.sampled_from([code for code, p in purposes.PURPOSES.items() if p.exception_by]))
def test_an_open_exception_is_granted_and_a_closed_one_is_not(situation, code):
    within = situation.clearances[0]
    exception = (OnePurposeException(code, TODAY, TODAY.replace(year=TODAY.year + 1)),)
    for audience, options in choices.choices(situation, within, TODAY).items():
        if code not in options.exceptions:
            continue
        got = choices.trial(situation, within, [choices.everything(audience)], TODAY, exception).of(audience)
        assert (code in got.purposes) == (options.exceptions[code] is None)


@given(situations)
@settings(max_examples=50)
def test_only_clearances_that_count_today_are_offered(situation):
    offered = choices.offered(situation, TODAY)
    for clearance in offered:
        entry = answer.Entry("approved", clearance.key)
        assert answer.standing_clearance(replace(situation, entry=entry), TODAY) == clearance
    assert list(offered) == sorted(offered, key=lambda c: (c.starts_on, c.key), reverse=True)


# By hand --------------------------------------------------------------------------------------------------------------

TOOL = answer.ToolFacts("Tool", minimum_age=13, age_confirmed=True, sign_in=SignIn.NONE)
CLEARED = answer.Clearance(
    1, "OST-2026-0001", TODAY, None, tuple(choices.everything(audience) for audience in Audience)
)


def situation(*, years=range(7, 14), tool=TOOL, cleared=CLEARED, agreements=()):
    place = answer.PlaceFacts(1, frozenset(years))
    return answer.Situation(tool, place, clearances=(cleared,), agreements=tuple(agreements))


def options(audience, **facts):
    found = situation(**facts)
    return choices.choices(found, found.clearances[0], TODAY)[audience]


def test_a_primary_school_reads_that_its_pupils_are_too_young():
    whole = options(Audience.PUPILS, years=range(7)).whole
    assert whole.text == "The supplier's terms say users must be 13, and ours are younger."


def test_a_mixed_year_and_a_younger_one_are_closed_and_the_others_open():
    years = options(Audience.PUPILS).years
    assert years[7].text == "Users must be 13, and pupils in Year 7 are younger."
    assert years[8].text.startswith("Users must be 13. In September some pupils there are younger")
    assert [year for year, reason in years.items() if reason is None] == [9, 10, 11, 12, 13]


def test_the_office_has_no_pupils():
    assert options(Audience.PUPILS, years=()).whole.code == "no_pupils"


def test_without_an_agreement_personal_data_is_closed_for_everybody():
    data = options(Audience.STAFF).data
    assert [c for c, reason in data.items() if reason is None] == [DataClass.NONE, DataClass.INTERNAL]
    assert data[DataClass.PERSONAL].code == "no_agreement"
    assert data[DataClass.PERSONAL].clause == "Trust AI policy, section 4"


def test_an_agreement_opens_its_own_people_and_no_others():
    agreement = answer.Agreement(TODAY, None, DataClass.PERSONAL, frozenset({Subject.STAFF}))
    staff = options(Audience.STAFF, agreements=[agreement])
    assert staff.data[DataClass.PERSONAL] is None
    assert staff.data[DataClass.SPECIAL].code == "agreement_stops"
    assert staff.subjects[Subject.STAFF] is None
    assert staff.subjects[Subject.PUPILS].text == "The trust's agreement does not cover personal data about pupils."


def test_what_the_clearance_leaves_out_names_the_clearance():
    narrow = replace(
        CLEARED, allowances=(Allowance(Audience.STAFF, DataClass.INTERNAL, frozenset(), frozenset({"planning"})),)
    )
    staff = options(Audience.STAFF, cleared=narrow)
    assert staff.data[DataClass.PERSONAL].text == (
        "The trust's clearance OST-2026-0001 allows staff school information at most."
    )
    assert staff.purposes["planning"] is None
    assert staff.purposes["quizzes"].text == "The trust's clearance OST-2026-0001 does not include this for staff."
    assert options(Audience.PUPILS, cleared=narrow).whole.code == "not_cleared_pupils"
    assert options(Audience.PUPILS, cleared=narrow).years == dict.fromkeys(
        range(7, 14), options(Audience.PUPILS, cleared=narrow).whole
    )


@pytest.mark.parametrize("code", ["safeguarding", "harmful", "voice", "auto_reply", "deciding", "transcription"])
def test_prohibited_and_restricted_uses_say_their_clause(code):
    closed = options(Audience.STAFF).purposes[code]
    assert closed == answer.reasons.purpose_closed(purposes.PURPOSES[code])


def test_a_use_that_needs_more_data_than_was_chosen_says_what_it_needs():
    agreement = answer.Agreement(TODAY, None, DataClass.PERSONAL, frozenset(Subject))
    found = situation(agreements=[agreement])
    asked = Allowance(Audience.STAFF, DataClass.NONE, frozenset(), frozenset({"reports"}))
    (fault,) = choices.unfit(found, CLEARED, [asked], TODAY)
    assert (fault.part, fault.value) == ("purposes", "reports")
    assert fault.reason.text == (
        "“Drafting comments for pupils' reports” cannot be done without personal data about pupils. "
        "Allow that too, or leave this out."
    )


def test_personal_data_is_about_somebody():
    agreement = answer.Agreement(TODAY, None, DataClass.PERSONAL, frozenset(Subject))
    asked = Allowance(Audience.STAFF, DataClass.PERSONAL)
    (fault,) = choices.unfit(situation(agreements=[agreement]), CLEARED, [asked], TODAY)
    assert (fault.part, fault.reason.text) == ("data", "Personal data is about somebody: choose whose may go in.")


def test_an_earlier_consultation_can_hold_everything_but_the_forbidden_uses():
    plain = choices.unbounded(frozenset())[Audience.STAFF]
    assert (plain.whole, plain.data[DataClass.SPECIAL], plain.purposes["planning"]) == (None, None, None)
    assert plain.purposes["minutes"].clause == "Trust AI policy, appendix 1"
    assert plain.purposes["formal_letters"].clause == "Trust AI policy, section 5"
    assert choices.unbounded(purposes.MICROSOFT_ONLY)[Audience.STAFF].purposes["minutes"] is None


def test_less_data_can_be_picked_even_where_every_use_needs_more():
    agreement = answer.Agreement(TODAY, None, DataClass.PERSONAL, frozenset(Subject))
    reports = Allowance(Audience.STAFF, DataClass.PERSONAL, frozenset(Subject), frozenset({"reports"}))
    cleared = replace(CLEARED, allowances=(reports,))
    staff = options(Audience.STAFF, cleared=cleared, agreements=[agreement])
    assert [data for data, reason in staff.data.items() if reason is None] == [
        DataClass.NONE,
        DataClass.INTERNAL,
        DataClass.PERSONAL,
    ]
    asked = Allowance(Audience.STAFF, DataClass.INTERNAL, frozenset(), frozenset({"reports"}))
    (fault,) = choices.unfit(situation(cleared=cleared, agreements=[agreement]), cleared, [asked], TODAY)
    assert (fault.part, fault.value) == ("purposes", "reports")
