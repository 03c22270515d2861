"""All of England: the file of April 2022 that lies beside the project, where it does."""

import io
import resource
import time
from pathlib import Path

import pytest
from django.core.management import call_command

from schools.models import Place, PlaceKind, School, Trust
from schools.year_groups import from_ages, words

FILE = Path(__file__).parents[3] / "shared" / "data" / "gias" / "schools_england_202204.csv"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(not FILE.exists(), reason="the DfE's whole file does not lie beside the project"),
]


def run(**options):
    out = io.StringIO()
    call_command("import_schools", FILE, stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue().strip()


def test_all_schools_go_in_quickly_and_in_little_memory():
    began, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    line = run()
    took, grew = time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before

    assert "20,185 schools read: 20,185 added" in line
    assert line.endswith("9,225 of them in 2,354 trusts.")
    assert School.objects.count() == 20185
    assert Place.objects.filter(kind=PlaceKind.SCHOOL).count() == 9225
    assert Trust.objects.count() == Trust.objects.values("code").distinct().count() == 2354
    assert took < 25, f"{took:.0f} seconds of work, whatever else the machine is doing"
    assert grew < 100 * 1024, f"{grew} KiB"


def test_learning_partners_has_its_twelve_schools_with_their_ages():
    assert run(trust="17054").startswith("12 schools read for Learning Partners Academy Trust (17054): 12 added")
    found = {school.name: words(from_ages(school.low_age, school.high_age)) for school in School.objects.all()}
    assert found == {
        "Boxgrove Primary School": "Reception to Year 6",
        "Fullbrook School": "Years 7 to 13",
        "George Abbot School": "Years 7 to 13",
        "Guildford County School": "Years 7 to 13",
        "Guildford Grove Primary School": "Nursery (older) to Year 6",
        "Kings College Guildford": "Years 7 to 11",
        "Loseley Fields Primary School": "Reception to Year 6",
        "Northmead Junior School": "Years 3 to 6",
        "Pirbright Village Primary School": "Reception to Year 6",
        "Sandfield Primary School": "Reception to Year 6",
        "Shalford Infant School": "Nursery (younger) to Year 2",
        "Stoughton Infant School": "Nursery (older) to Year 2",
    }
