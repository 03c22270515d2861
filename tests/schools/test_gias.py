"""Reading the DfE's file: layouts, encodings, and what is said of lines that are wrong. No database."""

import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schools import gias
from schools.gias import Fault, NotSchoolsFile, Row

from . import dfe_file


def read(text):
    return list(gias.read(io.StringIO(text, newline="")))


def one(**columns):
    """The only thing read from a file of one school."""
    (found, *_) = read(dfe_file.text(dfe_file.school(500001, **columns)))
    return found


def read_path(path):
    with path.open("rb") as stream:
        encoding = gias.encoding_of(stream)
        with io.TextIOWrapper(stream, encoding, errors="replace", newline="") as lines:
            return encoding, list(gias.read(lines))


def test_the_full_layout_is_read_whole():
    encoding, found = read_path(dfe_file.SMALL)

    assert encoding == "cp1252"
    assert all(isinstance(row, Row) for row in found)
    assert [row.urn for row in found if row.trust_code == "17054"] == [
        "136906", "137003", "139193", "140057", "141197", "141200", "143373", "143625", "146022", "146023", "146025", "146259",
    ]  # fmt: skip
    assert next(row.facts.name for row in found if row.urn == "105135") == "St Paul’s Academy"


def test_the_search_page_export_has_no_codes_and_rows_longer_than_the_header():
    encoding, found = read_path(dfe_file.SEARCH_PAGE)

    assert encoding == "utf-8"
    assert [row.urn for row in found] == ["136906", "137003", "139193", "100008", "100009"]
    assert {row.trust_code for row in found} == {None}
    assert found[0].trust_name == "LEARNING PARTNERS ACADEMY TRUST"
    assert [row.facts.opened_on for row in found[:2]] == [date(2011, 7, 1), date(2011, 9, 1)]
    assert (found[2].facts.low_age, found[2].facts.high_age, found[2].facts.la_name) == (11, 18, "Surrey")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("encoding", "seen_as"), [("cp1252", "cp1252"), ("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig")]
)
def test_every_encoding_and_line_end_reads_the_same(tmp_path, encoding, seen_as, newline):
    school = dfe_file.school(500001, EstablishmentName="St Zoë’s “First” School")
    path = dfe_file.write(tmp_path, school, encoding=encoding, newline=newline)

    seen, (row,) = read_path(path)

    assert (seen, row.facts.name) == (seen_as, "St Zoë’s “First” School")


def test_plain_ascii_with_a_late_windows_apostrophe_is_windows(tmp_path):
    rows = [dfe_file.school(500001 + n) for n in range(3000)]
    rows.append(dfe_file.school(600000, EstablishmentName="King’s"))
    encoding, found = read_path(dfe_file.write(tmp_path, *rows))
    assert (encoding, found[-1].facts.name) == ("cp1252", "King’s")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04rest", "Excel or ZIP"),
        (b"\xff\xfeU\x00R\x00N\x00", "UTF-16"),
        (b"URN,EstablishmentName\n1,\x00\x00", "not text"),
    ],
)
def test_what_is_no_text_is_named(content, said):
    with pytest.raises(NotSchoolsFile, match=said):
        gias.encoding_of(io.BytesIO(content))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\n\n", "The first line of the file is empty"),
        ("<html><body>Not found</body></html>\n", "no column “URN”, “EstablishmentName”, “StatutoryLowAge”"),
        ("URN,EstablishmentName,StatutoryLowAge,StatutoryHighAge\n1,a,4,11\n", "“EstablishmentStatus \\(name\\)”"),
        ("URN,EstablishmentName,StatutoryLowAge,EstablishmentStatus (code)\n", "no column “StatutoryHighAge”"),
        (dfe_file.text(), "no school that can be read"),
        (dfe_file.text(dfe_file.school("")), "no school that can be read"),
    ],
)
def test_a_file_that_is_not_the_one_is_refused_whole(text, said):
    with pytest.raises(NotSchoolsFile, match=said):
        read(text)


def test_a_quotation_mark_never_closed_is_refused_whole_and_its_line_named():
    good = dfe_file.text(dfe_file.school(500001))
    with pytest.raises(NotSchoolsFile, match="Line 3 is not CSV"):
        read(f'{good}"500002","Broken')


def test_columns_are_found_by_name_in_any_order_and_extra_ones_do_not_matter():
    header = ["New column", *reversed(dfe_file.HEADER), "Another"]
    (row,) = read(dfe_file.text(dfe_file.school(500001, EstablishmentName="Elm"), header=header))
    assert (row.urn, row.facts.name, row.trust_code) == ("500001", "Elm", "9001")


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"URN": ""}, "It has no URN."),
        ({"URN": "12A456"}, "The URN “12A456” is not 5 or 6 digits."),
        ({"EstablishmentName": " "}, "The school has no name."),
        ({"StatutoryLowAge": "four"}, "StatutoryLowAge “four” is not an age."),
        ({"StatutoryHighAge": "11.0"}, "StatutoryHighAge “11.0” is not an age."),
        ({"StatutoryHighAge": "-1"}, "StatutoryHighAge “-1” is not an age."),
        ({"StatutoryHighAge": "111"}, "StatutoryHighAge “111” is not an age."),
        ({"StatutoryLowAge": "16", "StatutoryHighAge": "11"}, "The lowest age, 16, is above the highest, 11."),
        ({"EstablishmentStatus_code": "9"}, "The status “9” is not one the DfE uses."),
    ],
)
def test_a_bad_row_is_left_out_with_its_line_and_reason_and_the_rest_is_read(columns, reason):
    bad = dfe_file.school(columns.pop("URN", "500002"), **columns)
    found = read(dfe_file.text(dfe_file.school(500001), bad, dfe_file.school(500003)))

    assert [type(each) for each in found] == [Row, Fault, Row]
    assert found[1] == Fault(3, reason, "9001")


def test_a_duplicate_urn_names_the_line_that_counts():
    first, second = read(dfe_file.text(dfe_file.school(500001), dfe_file.school(500001, EstablishmentName="Other")))
    assert (first.facts.name, second) == ("Ash Primary School", Fault(3, "URN 500001 is on line 2 already.", "9001"))


def test_lines_are_counted_as_an_editor_counts_them():
    first = dfe_file.school(500001, EstablishmentName="Two\nlines", Street="")
    found = read(dfe_file.text(first, dfe_file.school("")))
    assert (found[0].line, found[0].facts.name, found[1].line) == (2, "Two lines", 4)


@pytest.mark.parametrize(
    ("filed", "day"),
    [("01-09-2011", date(2011, 9, 1)), ("01/09/2011", date(2011, 9, 1)), ("1/9/2011", date(2011, 9, 1)), ("", None)],
)
def test_dates_are_read_both_ways(filed, day):
    assert one(OpenDate=filed).facts.opened_on == day


@pytest.mark.parametrize("filed", ["31-02-2011", "2011-09-01", "soon", "09/2011"])
def test_a_date_that_is_none_is_noted_and_the_school_still_read(filed):
    row, note = read(dfe_file.text(dfe_file.school(500001, OpenDate=filed)))
    assert row.facts.opened_on is None
    assert note == Fault(2, f"OpenDate “{filed}” is not a date; it was left blank.", "9001", left_out=False)


@pytest.mark.parametrize(
    ("filed", "kept"),
    [
        ("www.ash.sch.uk", "https://www.ash.sch.uk"),
        ("www.ash.sch.uk/home?a=1", "https://www.ash.sch.uk/home?a=1"),
        ("http://www.ash.sch.uk/", "http://www.ash.sch.uk/"),
        ("HTTPS://Ash.sch.uk/Home", "https://ash.sch.uk/Home"),
        ("http://www.ash.sch.uk.", "http://www.ash.sch.uk"),
        ("", ""),
        ("http:www.ash.sch.uk", ""),
        ("?ash.sch.uk", ""),
        ("javascript:alert(1)", ""),
        ("ash", ""),
        ("https://user:secret@ash.sch.uk", ""),
        ("https://[::1", ""),
        ("www.ash.sch.uk or ash.org", ""),
        ("a" * 400 + ".sch.uk", ""),
    ],
)
def test_websites_get_a_scheme_or_are_left_out(filed, kept):
    assert gias.website(filed) == kept


@given(st.text(max_size=60))
def test_a_website_is_http_or_nothing_whatever_is_filed(filed):
    kept = gias.website(filed)
    assert kept == "" or kept.startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("code", "name", "trust"),
    [
        ("3", "Supported by a multi-academy trust", "9001"),
        ("5", "Supported by a single-academy trust", "9001"),
        ("", "Supported by a single-academy trust", "9001"),
        ("3", "", "9001"),
        ("", "", "9001"),
        ("1", "Supported by a trust", ""),
        ("1", "", ""),
        ("2", "Not supported by a trust", ""),
        ("0", "Not applicable", ""),
    ],
)
def test_only_an_academy_trust_counts_as_one(code, name, trust):
    assert one(TrustSchoolFlag_code=code, TrustSchoolFlag_name=name).trust_code == trust


@pytest.mark.parametrize(
    ("code", "name", "status"),
    [
        ("1", "Open", "open"),
        ("2", "Closed", "closed"),
        ("3", "Open, but proposed to close", "closing"),
        ("4", "Proposed to open", "proposed"),
        ("", "Closed", "closed"),
        ("", "", "open"),
    ],
)
def test_the_status_is_that_of_the_file(code, name, status):
    assert one(EstablishmentStatus_code=code, EstablishmentStatus_name=name).facts.status == status


def test_codes_stay_text_and_what_is_blank_is_not_known():
    facts = one(LA_code="036", EstablishmentNumber="0042", StatutoryLowAge="", UKPRN="10000001").facts
    assert (facts.la_code, facts.establishment_number, facts.ukprn, facts.low_age) == ("036", "0042", "10000001", None)
    assert (facts.has_nursery, facts.pupils, facts.website) == (None, None, "")


@pytest.mark.parametrize(
    ("filed", "has"),
    [("Has Nursery Classes", True), ("No Nursery Classes", False), ("Not applicable", None), ("", None)],
)
def test_nursery_is_yes_no_or_not_known(filed, has):
    assert one(NurseryProvision_name=filed).facts.has_nursery is has
