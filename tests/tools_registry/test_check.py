"""Is this printed list still current? And what is different between two editions."""

import secrets
from copy import deepcopy
from datetime import timedelta
from html import unescape

import pytest
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st

from tests import make
from tools_registry import check_codes, list_changes
from tools_registry.models import ListEdition
from tools_registry.queries import the_list as lists
from tools_registry.views.public import MOST_TRIES

LATER = make.NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(make.NOW)
    cache.clear()


# Codes ---------------------------------------------------------------------------------------------------------------


def test_a_code_is_ten_of_the_alphabet():
    code = check_codes.new(secrets.choice)
    assert len(code) == 10
    assert set(code) <= set(check_codes.ALPHABET)
    assert check_codes.read(check_codes.shown(code)) == code


@pytest.mark.parametrize("typed", ["K7QM0-RTX11", "k7qm0rtx11", " K7QMO–RTXIL ", "k7-qm-o r t x l i", "K7QM0RTX1L"])
def test_a_code_is_read_as_people_type_it(typed):
    assert check_codes.read(typed) == "K7QM0RTX11"


@pytest.mark.parametrize("typed", ["", "K7QM0-RTX1", "K7QM0-RTX111", "K7QM0-RTXU1", "K7QM0-RTX1é", "K7QM0/RTX11"])
def test_what_cannot_be_a_code(typed):
    assert check_codes.read(typed) is None


@given(st.text(max_size=30))
def test_anything_may_be_typed(typed):
    code = check_codes.read(typed)
    assert code is None or set(code) <= set(check_codes.ALPHABET)


# The page ------------------------------------------------------------------------------------------------------------

pages = pytest.mark.django_db


@pages
def test_the_newest_edition_is_current(world, client):
    edition = lists.latest(world.place.pk)
    page = unescape(client.get(f"/check/{edition.check_code}/").content.decode())
    assert "Yes, this list is still current." in page
    assert "nothing on it has changed since" in page


@pages
def test_an_older_edition_says_what_changed(world, client, time_machine):
    edition = lists.latest(world.place.pk)
    time_machine.move_to(LATER)
    world.suspend("deepl", at=LATER)
    make.approved(world.place, world.tool("curipod"), make.allowance(purposes={"planning"}), by=world.head)
    page = unescape(client.get(f"/check/{edition.check_code}/").content.decode())
    assert "No: the list has changed since." in page
    assert "DeepL (Free version)" in page
    assert "Curipod, for staff" in page
    assert f'href="/s/{world.place.urn}/"' in page


@pages
def test_a_check_publishes_what_the_calendar_changed(world, client, time_machine):
    edition = lists.latest(world.place.pk)
    time_machine.move_to(make.NOW.replace(month=12, day=13))
    page = unescape(client.get(f"/check/{edition.check_code}/").content.decode())
    assert "No: the list has changed since." in page
    assert lists.latest(world.place.pk).number == edition.number + 1


@pages
def test_a_school_that_stopped_publishing_is_not_vouched_for(world, client):
    edition = lists.latest(world.place.pk)
    world.place.is_published = False
    world.place.save()
    page = unescape(client.get(f"/check/{edition.check_code}/").content.decode())
    assert "No: do not go by this list." in page
    assert f"/s/{world.place.urn}/" not in page


@pages
def test_a_code_is_led_to_its_one_address(world, client):
    code = lists.latest(world.place.pk).check_code
    assert client.get("/check/", {"code": check_codes.shown(code).lower()}).url == f"/check/{code}/"
    assert client.get(f"/check/{check_codes.shown(code)}/").url == f"/check/{code}/"


@pages
@pytest.mark.parametrize("code", ["AAAAAAAAAA", "nonsense", "%3Cscript%3E"])
def test_an_unknown_code_is_said_so(client, code):
    response = client.get(f"/check/{code}/")
    assert response.status_code == 404
    page = unescape(response.content.decode())
    assert "No list has this code." in page
    assert "do not go by that paper" in page
    assert "<script>" not in response.content.decode()


def test_the_form_says_what_is_wrong(client):
    page = unescape(client.get("/check/", {"code": "K7QM"}).content.decode())
    assert "A code has ten letters and figures" in page
    assert 'value="K7QM"' in page
    assert "Type the code at the foot of the list" in unescape(client.get("/check/", {"code": ""}).content.decode())


@pages
def test_guessing_is_stopped(client, time_machine):
    for _ in range(MOST_TRIES):
        assert client.get("/check/AAAAAAAAAA/").status_code == 404
    assert client.get("/check/AAAAAAAAAA/").status_code == 429
    assert client.get("/check/AAAAAAAAAA/", REMOTE_ADDR="192.0.2.7").status_code == 404
    time_machine.move_to(make.NOW + timedelta(minutes=6))
    assert client.get("/check/AAAAAAAAAA/").status_code == 404


# What is different ---------------------------------------------------------------------------------------------------


@pytest.fixture
def document(world):
    return lists.document_of(ListEdition.objects.filter(place=world.place).latest("number"))


def changed(document, change):
    """The sentences about one tool, the school chat, after a change to it."""
    after = deepcopy(document)
    (tool,) = [each for each in after["tools"] if each["name"] == "Microsoft 365 Copilot Chat"]
    change(tool, {each["audience"]: each for each in tool["audiences"]})
    (found,) = list_changes.compare(document, after).changed
    assert found.name == "Microsoft 365 Copilot Chat (School account)"
    return found.sentences


@pages
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda tool, who: who["pupils"].update(may=False), "no longer for pupils"),
        (lambda tool, who: who["visitors"].update(may=True, who="Visitors"), "now for visitors too"),
        (lambda tool, who: who["pupils"].update(who="Years 10 and 11"), "Years 10 and 11, and no longer Years 9 to 11"),
        (
            lambda tool, who: who["staff"].update(data="internal", data_name="School information", whose=[]),
            "staff may put in at most: school information; before: personal data (pupils: personal data, staff: personal data)",
        ),
        (
            lambda tool, who: who["staff"]["purposes"].remove("Minutes of a meeting"),
            "staff may no longer use it for: minutes of a meeting",
        ),
        (lambda tool, who: who["staff"]["purposes"].append("Writing code"), "staff may now use it for: writing code"),
        (lambda tool, who: who["pupils"].update(with_parents=True), "only pupils whose parent has agreed"),
        (lambda tool, who: tool.update(features_off=["Video maker"]), "not to be used in it: Video maker"),
        (lambda tool, who: tool.update(conditions=[]), "its conditions have changed"),
        (lambda tool, who: tool.update(review_by="2027-01-31"), "it is looked at again by 31 January 2027"),
        (lambda tool, who: tool["decided"].update(on="2026-11-25"), "it was decided again"),
        (lambda tool, who: tool.update(supplier="Another"), "its details have changed"),
        (lambda tool, who: tool.update(unsuitable_for="Pupils who lip-read"), "whom it does not suit has changed"),
    ],
)
def test_a_change_in_a_sentence(document, change, sentence):
    assert changed(document, change) == (sentence,)


@pages
def test_what_narrows_is_said_first(document):
    after = deepcopy(document)
    removed = after["tools"].pop(0)
    after["tools"][0]["audiences"][0]["may"] = False
    after["tools"].append({**deepcopy(removed), "id": "new", "name": "New one"})
    after["ask"] = {"role": "Headteacher", "mailbox": ""}
    found = list_changes.compare(document, after).sentences
    assert found[0].endswith(" is off the list.")
    assert "no longer for staff" in found[1]
    assert found[2] == "New on the list: New one, for staff."
    assert found[3] == "Whom to ask has changed."


@pages
def test_the_same_list_is_no_change(document):
    assert list_changes.compare(document, deepcopy(document)).sentences == ()


@pages
def test_the_rules_around_the_list_count_too(document):
    after = {**deepcopy(document), "always": ["Be careful."], "decides": "The trust lead", "year_groups": []}
    assert list_changes.compare(document, after).sentences == (
        "Who decides has changed.",
        "The rules for every tool have changed.",
        "The school’s year groups have changed.",
    )
