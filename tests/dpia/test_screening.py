"""When a DPIA is needed: a table by hand, and what no combination may break."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpia.actions import drafts
from dpia.screening import CRITERIA, Facts, Screening, Source, facts_of, prefilled, result, suggests_dpia
from tests import make
from tools_registry.words import Audience, DataClass, Subject
from trustai.rules import Refused

CODES = [criterion.code for criterion in CRITERIA]
GIVEN_FILE = Path(__file__).parents[3] / "shared" / "data" / "dpia_screening_criteria.csv"
ticks = st.frozensets(st.sampled_from(CODES))


def test_there_are_22_criteria():
    assert [sum(c.source == source for c in CRITERIA) for source in Source] == [3, 10, 9]


@pytest.mark.skipif(not GIVEN_FILE.exists(), reason="the list of criteria is not beside this checkout")
def test_they_are_those_of_the_list():
    with GIVEN_FILE.open() as lines:
        listed = [(row["list"].removesuffix("_list"), int(row["no"])) for row in csv.DictReader(lines)]
    assert [(str(c.source), c.number) for c in CRITERIA] == listed


@pytest.mark.parametrize(
    ("ticked", "needed"),
    [
        # The law's own three, each alone
        ({"always_1"}, True),
        ({"always_2"}, True),
        ({"always_3"}, True),
        # The ICO's list: what stands alone
        ({"ico_2"}, True),
        ({"ico_3"}, True),
        ({"ico_6"}, True),
        ({"ico_9"}, True),
        ({"ico_10"}, True),
        # The ICO's list: what needs one European criterion beside it
        ({"ico_1"}, False),
        ({"ico_4"}, False),
        ({"ico_5"}, False),
        ({"ico_7"}, False),
        ({"ico_8"}, False),
        ({"ico_1", "european_7"}, True),
        ({"ico_4", "european_7"}, True),
        ({"ico_5", "european_5"}, True),
        ({"ico_7", "european_1"}, True),
        ({"ico_8", "european_7"}, True),
        # One fact counts once
        ({"ico_1", "european_8"}, False),
        ({"ico_4", "european_4"}, False),
        ({"ico_5", "european_4"}, False),
        ({"ico_4", "ico_5", "european_4"}, False),
        ({"ico_8", "european_3"}, False),
        ({"ico_1", "european_8", "european_7"}, True),
        ({"ico_4", "european_4", "european_8"}, True),
        # The European nine: two of them
        ({"european_1"}, False),
        ({"european_7"}, False),
        ({"european_4", "european_7"}, True),
        ({"european_8", "european_9"}, True),
        (set(), False),
    ],
)
def test_the_rules(ticked, needed):
    assert result(ticked).needed is needed


@given(ticks, ticks)
def test_more_ticks_never_turn_needed_into_not_needed(one, more):
    assert result(one | more).needed >= result(one).needed


@given(ticks)
def test_every_answer_says_why_with_a_source(ticked):
    why = result(ticked).why
    assert why
    if ticked:
        assert all(any(source in sentence for source in ("UK GDPR", "ICO", "WP248")) for sentence in why)


@given(ticks)
def test_the_order_of_ticks_does_not_matter(ticked):
    assert result(sorted(ticked)) == result(sorted(ticked, reverse=True))


def test_an_unknown_criterion_is_an_error():
    with pytest.raises(KeyError):
        result({"ico_11"})


# What is known already -----------------------------------------------------------------------------------------------


def facts(*audiences, data=DataClass.NONE, subjects=()):
    return Facts(frozenset(audiences), data, frozenset(subjects))


@pytest.mark.parametrize(
    ("known", "ticked"),
    [
        (facts(), {"ico_1", "european_8"}),
        (facts(Audience.STAFF), {"ico_1", "european_8", "european_7"}),
        (facts(Audience.PUPILS), {"ico_1", "european_8", "european_7"}),
        (facts(Audience.VISITORS), {"ico_1", "european_8"}),
        (
            facts(Audience.STAFF, data=DataClass.PERSONAL, subjects=[Subject.PUPILS]),
            {"ico_1", "european_8", "european_7"},
        ),
        (
            facts(Audience.STAFF, data=DataClass.SPECIAL, subjects=[Subject.PARENTS]),
            {"ico_1", "european_8", "european_7", "european_4"},
        ),
        (
            facts(Audience.GOVERNORS, data=DataClass.PERSONAL, subjects=[Subject.STAFF]),
            {"ico_1", "european_8", "european_7"},
        ),
    ],
)
def test_what_is_ticked_before_anybody_looks(known, ticked):
    assert set(prefilled(known)) == ticked


def test_personal_data_in_ai_is_a_dpia_before_anybody_looks():
    assert suggests_dpia(facts(Audience.STAFF, data=DataClass.PERSONAL, subjects=[Subject.PARENTS]))
    assert not suggests_dpia(facts(Audience.STAFF, data=DataClass.INTERNAL))


def test_whose_data_counts_only_where_personal_data_goes_in():
    asked = make.allowance(data=DataClass.INTERNAL, subjects={Subject.PUPILS})
    assert facts_of([asked]).concerns_pupils is False


def test_a_screening_is_out_of_date_when_more_is_known():
    said = Screening(frozenset({"ico_1", "european_8"}))
    assert said.overlooks(facts(Audience.PUPILS)) == {"european_7"}
    known = Screening(said.ticks, left_off=frozenset({"european_7"}), concerned=frozenset({"employees"}))
    assert not known.overlooks(facts(Audience.STAFF))
    assert known.overlooks(facts(Audience.STAFF, Audience.PUPILS)) == {"european_7"}, "said of employees only"
    assert Screening.from_value(said.as_value()) == said


def test_a_screening_is_overtaken_when_more_goes_in_or_about_more_people():
    before = facts(Audience.STAFF, data=DataClass.INTERNAL)
    said = Screening.said_of(
        before, ticks=frozenset({"european_7", "european_8", "ico_1"}), left_off=frozenset(), reasons=""
    )
    assert Screening.from_value(said.as_value()) == said
    assert not said.is_overtaken(before)
    personal = facts(Audience.STAFF, data=DataClass.PERSONAL, subjects=[Subject.STAFF])
    assert said.is_overtaken(personal)
    again = Screening.said_of(personal, ticks=said.ticks, left_off=frozenset(), reasons="")
    assert not again.is_overtaken(personal)
    assert not again.is_overtaken(before), "less is no reason to go through it again"
    assert again.is_overtaken(facts(Audience.STAFF, data=DataClass.PERSONAL, subjects=[Subject.STAFF, Subject.PARENTS]))


@pytest.mark.django_db
def test_a_case_screened_for_school_information_is_not_sent_with_personal_data():
    world = make.world()
    made = make.case(world)
    make.write_case(world, made, make.allowance(data=DataClass.INTERNAL), dpia=False)
    more = make.allowance(data=DataClass.PERSONAL, subjects={Subject.STAFF})
    revision = made.asked.get(audience="staff").revision
    drafts.set_asked(assessment_id=made.pk, asked=more, revision=revision, **world.acts("ailead"))
    with pytest.raises(Refused, match="What goes in has changed since the screening"):
        make.send_case(world, made)
