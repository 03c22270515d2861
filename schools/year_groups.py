"""Year groups and the ages in them: plain numbers, no database and no clock.

A year group is its number: Year N is N, Reception 0, the older nursery year −1, the younger −2. What a child is in is
fixed by their age on 31 August before the school year (national curriculum: Year N is N + 4).
"""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

N1, N2, RECEPTION = -2, -1, 0
YEAR_1, YEAR_2, YEAR_3, YEAR_4, YEAR_5, YEAR_6, YEAR_7 = range(1, 8)
YEAR_8, YEAR_9, YEAR_10, YEAR_11, YEAR_12, YEAR_13, YEAR_14 = range(8, 15)
ALL = tuple(range(N1, YEAR_14 + 1))
SEPTEMBER = 9

_NAMES = {N1: "Nursery (younger)", N2: "Nursery (older)", RECEPTION: "Reception"}
_SHORT = {N1: "N1", N2: "N2", RECEPTION: "R"}
_LAST_OF_STAGE = {RECEPTION: "EYFS", YEAR_2: "KS1", YEAR_6: "KS2", YEAR_9: "KS3", YEAR_11: "KS4", YEAR_14: "KS5"}


class Fit(StrEnum):
    """Whether the pupils of a class have reached an age at the start of the school year."""

    WHOLLY = "wholly"
    PARTLY = "partly"
    NOT = "not"


def age_on_31_august(year_group: int) -> int:
    """Everybody's age in years at the start: Reception 4, Year 9 is 13, Year 14 is 18. Raises ValueError."""
    if year_group not in ALL:
        raise ValueError(f"{year_group} is not a year group")
    return year_group + 4


def name(year_group: int, *, by_age: bool = False) -> str:
    """In words: "Year 9", "Reception", "Nursery (older)"; "Age 13" in a school that has no year groups."""
    age = age_on_31_august(year_group)
    if by_age:
        return f"Age {age}"
    return _NAMES.get(year_group, f"Year {year_group}")


def short(year_group: int, *, by_age: bool = False) -> str:
    """For a box or a column: "9", "R", "N1"; "13" in a school that has no year groups."""
    age = age_on_31_august(year_group)
    if by_age:
        return str(age)
    return _SHORT.get(year_group, str(year_group))


def from_short(text: str) -> int:
    """Back from `short`. Raises ValueError."""
    for group in ALL:
        if short(group) == text:
            return group
    raise ValueError(f"{text!r} is not a year group")


def key_stage(year_group: int) -> str:
    """ "EYFS" up to Reception, then "KS1" to "KS4"; "KS5" is the usual name for 16 to 18."""
    age_on_31_august(year_group)
    return next(stage for last, stage in _LAST_OF_STAGE.items() if year_group <= last)


def fit(year_group: int, minimum_age: int | None, youngest: int | None = None) -> Fit:
    """Whether a year group is old enough for a tool, judged by age on 31 August before the school year.

    `youngest` is the youngest year group that sits in the same mixed-age class: it decides, and a class that holds
    somebody under the age is at best PARTLY. A minimum age that is not known (None) is reached by nobody.
    """
    if minimum_age is None:
        return Fit.NOT
    own = age_on_31_august(year_group)
    lowest = own if youngest is None else min(own, age_on_31_august(youngest))
    if lowest >= minimum_age:
        return Fit.WHOLLY
    return Fit.PARTLY if own + 1 >= minimum_age else Fit.NOT


def from_ages(low: int | None, high: int | None) -> tuple[int, ...]:
    """The year groups that a school's statutory ages suggest; its head confirms them.

    The low age is the age at the start of the first year (4 is Reception, 7 Year 3, 11 Year 7). 5 is Reception as well:
    it is the age at which school becomes compulsory, and the 5 to 11 and 5 to 7 schools of the DfE's file take
    children in the year they turn 5. The high age is the age at which the last pupils leave (11 is Year 6, 18 Year 13).
    """
    if low is None or high is None:
        return ()
    first = RECEPTION if low == age_on_31_august(YEAR_1) else low - 4
    return tuple(group for group in ALL if first <= group < high - 4)


def words(groups: Iterable[int], *, by_age: bool = False) -> str:
    """In words, runs joined: "Reception to Year 2", "Years 5 and 6", "Years 9 to 11", "Year 7 and Year 9"; "Ages 13 to 15"."""
    parts = [_run_in_words(first, last, by_age=by_age) for first, last in _runs(sorted(set(groups)))]
    if not parts:
        return "No ages" if by_age else "No year groups"
    *before, final = parts
    if not before:
        return final
    comma = "," if any(" and " in part for part in parts) else ""
    return f"{', '.join(before)}{comma} and {final}"


def _runs(groups: list[int]) -> list[tuple[int, int]]:
    """First and last of each unbroken run."""
    if not groups:
        return []
    breaks = [(left, right) for left, right in pairwise(groups) if right != left + 1]
    starts = [groups[0], *(right for _, right in breaks)]
    ends = [*(left for left, _ in breaks), groups[-1]]
    return list(zip(starts, ends, strict=True))


def _run_in_words(first: int, last: int, *, by_age: bool) -> str:
    if first == last:
        return name(first, by_age=by_age)
    joined = "and" if last == first + 1 else "to"
    if by_age:
        return f"Ages {age_on_31_august(first)} {joined} {age_on_31_august(last)}"
    if first >= YEAR_1:
        return f"Years {first} {joined} {last}"
    return f"{name(first)} {joined} {name(last)}"


def current_school_year(day: date) -> int:
    """The year in which the school year of this day began: it begins on 1 September."""
    return day.year if day.month >= SEPTEMBER else day.year - 1
