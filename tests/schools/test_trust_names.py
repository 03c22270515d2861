"""Names of trusts: the register's capitals, case codes, and which trust is meant."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schools import trust_names
from schools.trust_names import NoSuchTrust, choose, code_for, written_out


@pytest.mark.parametrize(
    ("filed", "written"),
    [
        ("LEARNING PARTNERS ACADEMY TRUST", "Learning Partners Academy Trust"),
        ("THE DIOCESE OF ELY MULTI-ACADEMY TRUST", "The Diocese of Ely Multi-Academy Trust"),
        ("ST MARY'S C.E. ACADEMY TRUST (UK) LTD", "St Mary's C.E. Academy Trust (UK) Ltd"),
        ("THE CHILDREN’S TRUST", "The Children’s Trust"),
        ("OUR CHILDREN 1ST", "Our Children 1st"),
        ("LDBS ACADEMIES TRUST 2", "LDBS Academies Trust 2"),
        ("STRATFORD-UPON-AVON SCHOOL", "Stratford-upon-Avon School"),
        ("TRUST (THE)", "Trust (The)"),
        ("KING EDWARD VI ACADEMY TRUST", "King Edward VI Academy Trust"),
        ("O'NEILL ACADEMIES", "O'Neill Academies"),
        ("E-ACT", "E-ACT"),
        ("REAch2 Academy Trust", "REAch2 Academy Trust"),
        ("", ""),
    ],
)
def test_capitals_are_written_as_people_write_them(filed, written):
    assert written_out(filed) == written


@given(st.text(alphabet="ABCDEÉIOSTY '’-.()&12", max_size=40))
def test_only_the_case_of_letters_changes(filed):
    assert written_out(filed).casefold() == filed.casefold()


@pytest.mark.parametrize(
    ("name", "taken", "code"),
    [
        ("Learning Partners Academy Trust", [], "LPAT"),
        ("Learning Partners Academy Trust", ["LPAT"], "LPAT2"),
        ("Learning Partners Academy Trust", ["LPAT", "LPAT2"], "LPAT3"),
        ("The Diocese of Ely Multi-Academy Trust", [], "DEMAT"),
        ("St Mary's Church of England School", [], "SMCES"),
        ("Areté Learning Trust", [], "ALT"),
        ("Ark", [], "ARK"),
        ("Aspirations", [], "ASPI"),
        ("東京", [], "TRUST"),
        ("A b c d e f g h i j k l", [], "BCDEFGHI"),
    ],
)
def test_codes_are_initials_and_unlike_any_other(name, taken, code):
    assert code_for(name, set(taken)) == code


@given(st.lists(st.text(max_size=30), max_size=30))
def test_codes_are_never_given_twice_and_always_fit(names):
    taken = set()
    for name in names:
        code = code_for(name, taken)
        assert code not in taken
        assert re.fullmatch(r"[A-Z0-9]{1,12}", code)
        taken.add(code)


KNOWN = {
    "17054": "LEARNING PARTNERS ACADEMY TRUST",
    "1": "Oak Trust",
    "2": "Oak Trust",
    "3": "Diamond Learning Partnership",
}


@pytest.mark.parametrize(
    "wanted", ["17054", " 17054 ", "learning partners academy trust", "Learning  Partners Academy Trust"]
)
def test_a_trust_is_meant_by_its_code_or_its_exact_name(wanted):
    assert choose(wanted, KNOWN) == "17054"


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("oak trust", "2 trusts are called “oak trust”. Use the code: Oak Trust (1), Oak Trust (2)."),
        ("Learning Partners", "Did you mean Learning Partners Academy Trust (17054), Diamond Learning Partnership (3)"),
        ("99999", "No trust has the code or the exact name “99999”."),
    ],
)
def test_another_name_lists_what_may_be_meant(wanted, said):
    with pytest.raises(NoSuchTrust, match=re.escape(said)):
        choose(wanted, KNOWN)


def test_no_more_than_a_handful_are_listed():
    with pytest.raises(NoSuchTrust) as refused:
        choose("oak", {str(n): f"Oak {n} Trust" for n in range(50)})
    assert str(refused.value).count("(") == trust_names.MOST_SHOWN
