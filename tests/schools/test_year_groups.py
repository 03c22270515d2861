"""Year groups and ages: a table of the national curriculum, and laws that hold for every year group and age."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schools import year_groups
from schools.year_groups import ALL, N1, N2, RECEPTION, Fit

GROUPS = st.sampled_from(ALL)
AGES = st.integers(min_value=0, max_value=25)
FILE = Path(__file__).parent / "files" / "year_groups.csv"
TABLE = list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines()))


def test_the_table_has_every_year_group_in_order():
    assert [row["code"] for row in TABLE] == [year_groups.short(group) for group in ALL]


@pytest.mark.parametrize("row", TABLE, ids=[row["code"] for row in TABLE])
def test_names_stages_and_ages_are_those_of_the_table(row):
    group = year_groups.from_short(row["code"])

    assert year_groups.name(group) == row["year_group"]
    assert row["key_stage"].startswith(year_groups.key_stage(group))
    assert str(year_groups.age_on_31_august(group)) == row["age_on_31_august_before_year"]


@pytest.mark.parametrize("row", TABLE, ids=[row["code"] for row in TABLE])
def test_old_enough_is_as_in_the_table(row):
    group = year_groups.from_short(row["code"])

    for age in (13, 16, 18):
        wholly = row[f"all_pupils_at_least_{age}_at_start" if age == 13 else f"all_at_least_{age}_at_start"] == "True"
        assert (year_groups.fit(group, age) is Fit.WHOLLY) == wholly
    if row["some_pupils_13_during_year"] == "True":
        assert year_groups.fit(group, 13) is not Fit.NOT
    else:
        assert year_groups.fit(group, 13) is Fit.NOT


@pytest.mark.parametrize(
    ("age", "partly", "wholly_from"), [(13, 8, 9), (16, 11, 12), (18, 13, 14), (5, 0, 1), (3, N1, N2)]
)
def test_the_first_year_group_wholly_old_enough(age, partly, wholly_from):
    assert year_groups.fit(partly, age) is Fit.PARTLY
    assert [group for group in ALL if year_groups.fit(group, age) is Fit.WHOLLY] == list(range(wholly_from, 15))


@given(GROUPS)
def test_an_unknown_age_lets_nobody_in(group):
    assert year_groups.fit(group, None) is Fit.NOT


@given(GROUPS)
def test_no_minimum_lets_everybody_in(group):
    assert year_groups.fit(group, 0) is Fit.WHOLLY


@given(GROUPS, AGES)
def test_wholly_means_that_the_youngest_pupil_is_old_enough(group, age):
    assert (year_groups.fit(group, age) is Fit.WHOLLY) == (year_groups.age_on_31_august(group) >= age)


@given(GROUPS, GROUPS, AGES)
def test_the_youngest_in_a_mixed_class_decides(group, youngest, age):
    together = year_groups.fit(group, age, youngest)

    if together is Fit.WHOLLY:
        assert year_groups.fit(group, age) is Fit.WHOLLY
        assert year_groups.fit(youngest, age) is Fit.WHOLLY or youngest > group
    if year_groups.fit(group, age) is Fit.NOT:
        assert together is Fit.NOT


@given(GROUPS, AGES, st.none() | GROUPS)
def test_a_higher_limit_never_lets_more_in(group, age, youngest):
    order = [Fit.NOT, Fit.PARTLY, Fit.WHOLLY]
    lower, higher = year_groups.fit(group, age, youngest), year_groups.fit(group, age + 1, youngest)
    assert order.index(higher) <= order.index(lower)


@given(GROUPS)
def test_short_names_lead_back(group):
    assert year_groups.from_short(year_groups.short(group)) == group


@pytest.mark.parametrize("number", [-3, 15, 99])
def test_other_numbers_are_no_year_group(number):
    for function in (year_groups.age_on_31_august, year_groups.name, year_groups.short, year_groups.key_stage):
        with pytest.raises(ValueError, match="is not a year group"):
            function(number)


@pytest.mark.parametrize("text", ["", "15", "r", "Year 9", "-1"])
def test_other_words_are_no_year_group(text):
    with pytest.raises(ValueError, match="is not a year group"):
        year_groups.from_short(text)


@pytest.mark.parametrize(
    ("low", "high", "first", "last"),
    [
        (2, 7, N1, 2),
        (3, 7, N2, 2),
        (4, 7, RECEPTION, 2),
        (5, 7, RECEPTION, 2),
        (2, 11, N1, 6),
        (3, 11, N2, 6),
        (4, 11, RECEPTION, 6),
        (5, 11, RECEPTION, 6),
        (7, 11, 3, 6),
        (9, 13, 5, 8),
        (11, 16, 7, 11),
        (11, 18, 7, 13),
        (11, 19, 7, 14),
        (13, 18, 9, 13),
        (14, 19, 10, 14),
        (4, 18, RECEPTION, 13),
        (3, 19, N2, 14),
        (2, 19, N1, 14),
        (0, 11, N1, 6),
        (16, 25, 12, 14),
        (6, 8, 2, 3),
    ],
)
def test_statutory_ages_suggest_year_groups(low, high, first, last):
    assert year_groups.from_ages(low, high) == tuple(range(first, last + 1))


@pytest.mark.parametrize(("low", "high"), [(None, 11), (4, None), (None, None), (19, 25), (0, 2)])
def test_ages_that_are_missing_or_outside_school_suggest_nothing(low, high):
    assert year_groups.from_ages(low, high) == ()


@given(AGES, AGES)
def test_nobody_suggested_has_reached_the_age_at_which_pupils_leave(low, high):
    groups = year_groups.from_ages(low, high)
    assert list(groups) == sorted(set(groups))
    assert all(year_groups.age_on_31_august(group) < high for group in groups)


@pytest.mark.parametrize(
    ("groups", "text"),
    [
        ([], "No year groups"),
        ([9], "Year 9"),
        ([0], "Reception"),
        ([N2], "Nursery (older)"),
        ([5, 6], "Years 5 and 6"),
        ([9, 10, 11], "Years 9 to 11"),
        ([0, 1], "Reception and Year 1"),
        ([0, 1, 2], "Reception to Year 2"),
        ([N1, N2, 0, 1, 2, 3, 4, 5, 6], "Nursery (younger) to Year 6"),
        ([7, 9], "Year 7 and Year 9"),
        ([9, 7, 9], "Year 7 and Year 9"),
        ([7, 9, 11], "Year 7, Year 9 and Year 11"),
        ([7, 8, 12, 13], "Years 7 and 8, and Years 12 and 13"),
        ([0, 1, 2, 7, 8, 9], "Reception to Year 2 and Years 7 to 9"),
    ],
)
def test_year_groups_in_words(groups, text):
    assert year_groups.words(groups) == text


@given(st.sets(GROUPS))
def test_words_name_the_first_and_the_last(groups):
    text = year_groups.words(groups)
    if groups:
        assert year_groups.short(max(groups)) in text or year_groups.name(max(groups)) in text
        assert year_groups.name(min(groups)) in text or f"Years {min(groups)}" in text


@pytest.mark.parametrize(
    ("day", "began"),
    [(date(2026, 8, 31), 2025), (date(2026, 9, 1), 2026), (date(2026, 12, 31), 2026), (date(2027, 1, 1), 2026)],
)
def test_the_school_year_begins_on_1_september(day, began):
    assert year_groups.current_school_year(day) == began
