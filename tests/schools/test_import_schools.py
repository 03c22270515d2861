"""`manage.py import_schools`: what goes in, what is said, what a second file changes."""

import io
import threading
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from schools import actions
from schools.models import Place, PlaceKind, Role, School, SchoolStatus, Trust
from tests import make
from trustai.audit.models import Event
from trustai.notices.models import Notice
from trustai.rules import Refused

from . import dfe_file

pytestmark = pytest.mark.django_db


def run(path, **options):
    """What the command says: its closing line, and the lines before it."""
    out, err = io.StringIO(), io.StringIO()
    call_command("import_schools", path, stdout=out, stderr=err, **options)
    return out.getvalue().strip(), err.getvalue().splitlines()


def refused(path, **options):
    with pytest.raises(CommandError) as said:
        run(path, **options)
    assert said.value.returncode == 2
    assert not School.objects.exists()
    return str(said.value)


@pytest.fixture
def file(tmp_path):
    return lambda *rows, **more: dfe_file.write(tmp_path, *rows, **more)


# The first file


def test_the_full_layout_goes_in():
    line, said = run(dfe_file.SMALL)

    assert said == []
    assert line == (
        "17 schools read: 17 added, 0 updated, 0 unchanged, 0 marked closed, 0 left their trust, 0 rows left out; "
        "13 of them in 2 trusts."
    )
    shalford = School.objects.get(urn="146022")
    assert (shalford.low_age, shalford.high_age, shalford.website) == (2, 7, "http://www.shalford.surrey.sch.uk")
    assert School.objects.get(urn="105135").name == "St Paul’s Academy"
    assert School.objects.get(urn="100893").status == SchoolStatus.CLOSING


def test_a_trust_gets_a_readable_name_a_code_for_its_cases_and_an_office():
    run(dfe_file.SMALL)

    trust = Trust.objects.get(group_uid="17054")
    assert (trust.name, trust.sort_name, trust.code) == (
        "Learning Partners Academy Trust", "learning partners academy trust", "LPAT",
    )  # fmt: skip
    assert trust.places.filter(kind=PlaceKind.SCHOOL).count() == 12
    assert trust.places.filter(kind=PlaceKind.OFFICE).count() == 1


def test_places_begin_with_nothing_confirmed_and_nothing_published():
    run(dfe_file.SMALL)
    place = Place.objects.get(urn="136906")
    assert (place.is_published, place.year_groups, place.year_groups_confirmed_at) == (False, [], None)
    assert place.joined_on == timezone.localdate()


def test_a_school_without_an_academy_trust_is_listed_and_has_no_place():
    run(dfe_file.SMALL)
    for urn in ("100008", "100588"):
        school = School.objects.get(urn=urn)
        assert school.trust is None
        assert not school.places.exists()
    assert not Trust.objects.filter(group_uid="5120").exists()


def test_two_trusts_of_one_name_stay_two(file):
    line, _ = run(file(dfe_file.school(500001), dfe_file.school(500002, Trusts_code="9002")))
    assert line.endswith("2 of them in 2 trusts.")
    assert sorted(Trust.objects.values_list("group_uid", "code")) == [("9001", "ATAT"), ("9002", "ATAT2")]


def test_a_closed_school_never_gets_a_place(file):
    run(file(dfe_file.school(500001, EstablishmentStatus_code="2", CloseDate="31-08-2020")))
    assert School.objects.get().closed_on == date(2020, 8, 31)
    assert not Place.objects.filter(kind=PlaceKind.SCHOOL).exists()


def test_bad_rows_are_named_and_the_rest_goes_in(file):
    path = file(
        dfe_file.school(500001),
        dfe_file.school(""),
        dfe_file.school(500002, StatutoryHighAge="eleven"),
        dfe_file.school(500001),
        dfe_file.school(500003, OpenDate="yesterday"),
    )
    line, said = run(path)

    assert said == [
        "Line 3: It has no URN. Left out.",
        "Line 4: StatutoryHighAge “eleven” is not an age. Left out.",
        "Line 5: URN 500001 is on line 2 already. Left out.",
        "Line 6: OpenDate “yesterday” is not a date; it was left blank.",
    ]
    assert "2 schools read: 2 added" in line
    assert "3 rows left out" in line
    assert set(School.objects.values_list("urn", flat=True)) == {"500001", "500003"}


def test_more_schools_than_a_batch_go_in(file):
    urns = range(500001, 500001 + actions.reading.BATCH + 5)
    line, _ = run(file(*(dfe_file.school(urn) for urn in urns)))
    assert "1,005 schools read: 1,005 added" in line
    assert Place.objects.filter(kind=PlaceKind.SCHOOL).count() == 1005


# Files that are refused


def test_a_file_that_is_not_there(tmp_path):
    assert "cannot be read: No such file or directory." in refused(tmp_path / "nothing.csv")


def test_a_folder(tmp_path):
    assert "cannot be read" in refused(tmp_path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty. Nothing was changed."),
        (b"PK\x03\x04", "The file is an Excel or ZIP file, not CSV"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "The file has no column “URN”"),
        (b"URN,EstablishmentName\n1,Ash\n", "The file has no column “StatutoryLowAge”, “StatutoryHighAge”"),
        (dfe_file.text().encode(), "The file has a header but no school that can be read."),
    ],
)
def test_a_file_that_is_not_the_one_changes_nothing(tmp_path, content, sentence):
    path = tmp_path / "wrong.csv"
    path.write_bytes(content)
    assert sentence in refused(path)


def test_a_file_that_breaks_off_late_changes_nothing(tmp_path):
    rows = [dfe_file.school(500001 + n) for n in range(actions.reading.BATCH + 10)]
    path = tmp_path / "broken.csv"
    path.write_text(f'{dfe_file.text(*rows)}"600000","never closed', encoding="cp1252", newline="")
    assert "Line 1012 is not CSV" in refused(path)
    assert not Trust.objects.exists()


def test_a_dry_run_counts_and_writes_nothing():
    line, _ = run(dfe_file.SMALL, dry_run=True)
    assert line.endswith("13 of them in 2 trusts. Nothing was written: this was a dry run.")
    assert not School.objects.exists()
    assert not Event.objects.exists()


# One trust


@pytest.mark.parametrize("wanted", ["17054", "LEARNING PARTNERS ACADEMY TRUST", "learning partners academy trust"])
def test_one_trust_by_code_or_name(wanted):
    line, _ = run(dfe_file.SMALL, trust=wanted)

    assert line.startswith("12 schools read for Learning Partners Academy Trust (17054): 12 added")
    assert School.objects.count() == 12
    assert [trust.group_uid for trust in Trust.objects.all()] == ["17054"]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [("Learning Partners", "Did you mean Learning Partners Academy Trust (17054)"), ("4711", "No trust has the code")],
)
def test_a_trust_that_is_not_in_the_file_lists_what_may_be_meant(wanted, said):
    assert said in refused(dfe_file.SMALL, trust=wanted)


def test_an_ambiguous_name_lists_the_codes(file):
    path = file(dfe_file.school(500001), dfe_file.school(500002, Trusts_code="9002"))
    said = refused(path, trust="The Ash Tree Academy Trust")
    assert "2 trusts are called" in said
    assert "The Ash Tree Academy Trust (9001), The Ash Tree Academy Trust (9002)" in said


def test_only_the_faults_of_that_trust_are_said(file):
    path = file(
        dfe_file.school(500001),
        dfe_file.school(500002, StatutoryLowAge="x"),
        dfe_file.school(500003, StatutoryLowAge="x", Trusts_code="9002"),
    )
    line, said = run(path, trust="9001")
    assert said == ["Line 3: StatutoryLowAge “x” is not an age. Left out."]
    assert "1 row left out" in line


# Again


def test_the_same_file_again_changes_nothing():
    run(dfe_file.SMALL)
    events = Event.objects.count()
    line, _ = run(dfe_file.SMALL)
    assert "17 schools read: 0 added, 0 updated, 17 unchanged" in line
    assert Event.objects.count() == events


def test_a_second_file_updates_adds_and_marks_closed(file):
    run(file(dfe_file.school(500001), dfe_file.school(500002)))
    line, _ = run(
        file(
            dfe_file.school(500001, EstablishmentName="Ash Academy", SchoolWebsite="ash.sch.uk"),
            dfe_file.school(500002, EstablishmentStatus_code="2", CloseDate="31-08-2026"),
            dfe_file.school(500003),
        )
    )
    assert "3 schools read: 1 added, 2 updated, 0 unchanged, 1 marked closed, 1 left their trust" in line
    ash = Place.objects.get(urn="500001")
    assert (ash.name, ash.sort_name, ash.school.website) == ("Ash Academy", "ash academy", "https://ash.sch.uk")
    assert School.objects.get(urn="500002").status == SchoolStatus.CLOSED


def test_a_school_that_the_file_lacks_is_named_and_left_as_it_was(file):
    run(file(dfe_file.school(500001), dfe_file.school(500002, EstablishmentName="Beech")))
    _, said = run(file(dfe_file.school(500001)))
    assert said == ["Not in this file, and left as they were: Beech (500002)."]
    assert School.objects.get(urn="500002").status == SchoolStatus.OPEN


def test_a_new_name_of_a_trust_is_taken_over_by_its_code(file):
    run(file(dfe_file.school(500001)))
    run(file(dfe_file.school(500001, Trusts_name="THE ROWAN TRUST")))
    trust = Trust.objects.get()
    assert (trust.name, trust.code) == ("The Rowan Trust", "ATAT")


def test_the_search_page_export_updates_and_leaves_trusts_alone():
    run(dfe_file.SMALL)
    line, said = run(dfe_file.SEARCH_PAGE)

    assert "The file has no column “Trusts (code)”, so schools stay in the trusts they were in." in said
    assert "5 schools read: 0 added" in line
    assert School.objects.get(urn="136906").trust.group_uid == "17054"
    assert not Place.objects.filter(leaving_reported_at__isnull=False).exists()


def test_the_search_page_export_alone_has_schools_but_no_trust():
    line, _ = run(dfe_file.SEARCH_PAGE)
    assert line.endswith("0 of them in 0 trusts.")
    assert School.objects.filter(trust__isnull=True).count() == 5


def test_the_search_page_export_reads_a_trust_that_is_known_here():
    run(dfe_file.SMALL)
    line, _ = run(dfe_file.SEARCH_PAGE, trust="17054")
    assert line.startswith("3 schools read for Learning Partners Academy Trust (17054)")


# A school that left its trust


@pytest.fixture
def ash(file):
    """Ash, published, with a head; its trust has a lead."""
    run(file(dfe_file.school(500001), dfe_file.school(500002)))
    place = Place.objects.get(urn="500001")
    Place.objects.filter(pk=place.pk).update(is_published=True)
    make.member(place, Role.HEAD)
    make.member(place.trust, Role.TRUST_LEAD)
    make.member(Place.objects.get(urn="500002"), Role.HEAD)
    return place


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"Trusts_code": "9002", "Trusts_name": "ELM TRUST"}, "9002"),
        ({"Trusts_code": "", "TrustSchoolFlag_name": "Not supported by a trust"}, ""),
        ({"EstablishmentStatus_code": "2"}, "9001"),
    ],
)
def test_a_school_that_left_or_closed_is_reported_unpublished_and_not_moved(file, ash, columns, code):
    line, said = run(file(dfe_file.school(500001, **columns), dfe_file.school(500002)))

    ash.refresh_from_db()
    assert "1 left their trust" in line
    assert "Ash Primary School (500001) is no longer in its trust, or has closed" in said[0]
    assert (ash.is_published, ash.left_on, ash.leaving_trust_code, ash.trust.group_uid) == (False, None, code, "9001")
    assert ash.leaving_reported_at is not None
    assert Place.objects.filter(urn="500001").count() == 1
    assert [notice.kind for notice in Notice.objects.all()] == ["school.left", "school.left"]
    event = Event.objects.filter(trust_id=ash.trust_id, kind="trust.schools_read").latest("sequence")
    assert event.detail["left"] == ["500001"]


def test_a_school_that_left_is_reported_once(file, ash):
    moved = file(dfe_file.school(500001, Trusts_code="9002"), dfe_file.school(500002))
    run(moved)
    line, said = run(moved)
    assert ("0 left their trust" in line, said, Notice.objects.count()) == (True, [], 2)


def test_one_trust_alone_still_sees_who_left_it(file, ash):
    line, _ = run(file(dfe_file.school(500001, Trusts_code="9002"), dfe_file.school(500002)), trust="9001")
    assert line.startswith("2 schools read for The Ash Tree Academy Trust (9001)")
    assert "1 left their trust" in line


def test_a_school_that_is_back_is_no_longer_reported_and_stays_unpublished(file, ash):
    run(file(dfe_file.school(500001, Trusts_code="9002"), dfe_file.school(500002)))
    _, said = run(file(dfe_file.school(500001), dfe_file.school(500002)))

    ash.refresh_from_db()
    assert "is in its trust again" in said[0]
    assert (ash.leaving_reported_at, ash.is_published) == (None, False)


def test_once_confirmed_the_new_trust_has_its_own_place_and_the_old_one_stays(file, ash):
    run(file(dfe_file.school(500001, Trusts_code="9002", Trusts_name="ELM TRUST"), dfe_file.school(500002)))
    ash.refresh_from_db()
    lead = make.member(ash.trust, Role.ADMIN)
    actions.confirm_left(
        place_id=ash.pk,
        left_on=timezone.localdate(),
        revision=ash.revision,
        by=lead,
        standing=make.standing(lead, on=timezone.localdate()),
        at=timezone.now(),
    )
    line, _ = run(file(dfe_file.school(500001, Trusts_code="9002", Trusts_name="ELM TRUST"), dfe_file.school(500002)))

    old, new = Place.objects.filter(urn="500001").order_by("pk")
    assert (old.trust.group_uid, new.trust.group_uid) == ("9001", "9002")
    assert "0 left their trust" in line


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_are_refused_not_mixed():
    """Another connection holds the lock that an import holds."""
    held, done = threading.Event(), threading.Event()

    def hold():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [actions.reading.ONE_AT_A_TIME])
            held.set()
            done.wait(10)
            cursor.execute("SELECT pg_advisory_unlock(%s)", [actions.reading.ONE_AT_A_TIME])
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    held.wait(10)
    try:
        with pytest.raises(Refused, match="Another import is under way"):
            actions.read_schools(rows=[], at=make.NOW)
    finally:
        done.set()
        other.join()


def test_no_query_of_an_import_joins_tables_whose_sizes_postgresql_may_have_wrong(django_assert_max_num_queries):
    """After a dry run the statistics say "empty", and a join then compares every row with every row."""
    with django_assert_max_num_queries(40) as asked:
        run(dfe_file.SMALL)
    assert [query["sql"] for query in asked.captured_queries if " JOIN " in query["sql"]] == []
