"""What people and programs may type: numbers without end, days beyond every calendar, characters no sheet can hold."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from schools.models import Role
from tests import make
from trustai import sheets
from trustai.forms import DayField, LastDayField, whole_number


@pytest.mark.parametrize(
    ("typed", "number"),
    [("7", 7), ("", 0), ("-1", 0), ("seven", 0), ("٧", 0), ("9" * 5000, 0), ("123456789", 123456789)],
)
def test_a_number_is_read_or_is_none(typed, number):
    assert whole_number(typed) == number


@pytest.mark.parametrize("field", [DayField(), LastDayField()])
@pytest.mark.parametrize("typed", ["31 12 9999", "9999-12-31", "1 1 2201"])
def test_a_day_beyond_every_calendar_is_refused_in_words(field, typed):
    with pytest.raises(ValidationError, match="Type a day like 31 8 2027"):
        field.clean(typed)


def test_a_last_day_is_kept_as_the_day_after_it():
    assert LastDayField().clean("31 12 2200") == date(2201, 1, 1)


@pytest.mark.parametrize("kind", sheets.KINDS)
def test_characters_that_no_sheet_can_hold_are_left_out(kind):
    written = sheets.write(kind, title="Tools", headings=["Name"], rows=[["Bell\x07tool"], ["\x0b=SUM(A1)"]])
    if kind == "csv":
        assert written.decode("utf-8-sig").split() == ["Name", "Belltool", "'=SUM(A1)"]
        return
    rows = openpyxl.load_workbook(BytesIO(written)).active.iter_rows(values_only=True)
    assert [row[0] for row in rows] == ["Name", "Belltool", "'=SUM(A1)"]


@pytest.mark.django_db
def test_numbers_without_end_are_no_server_error(client):
    world = make.world()
    case = make.sent_case(world)
    many = "9" * 5000
    client.force_login(world.people["network"])
    assert client.get(f"/dpia/{case.reference}.pdf?version={many}").status_code == 404
    typed = {"more": "1", "conditions-TOTAL_FORMS": many, "conditions-INITIAL_FORMS": "0"}
    assert client.post(f"/dpia/{case.reference}/review/", typed).status_code == 200
    client.force_login(world.people[Role.HEAD])
    assert client.post(f"/dpia/{case.reference}/withdraw/", {"revision": many, "reason": "No"}).status_code == 409
