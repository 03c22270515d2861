"""What everybody reads: a school's list as a page, papers and feeds, all from one edition."""

import csv
import io
import json
import os
import subprocess
import sys
import time
from datetime import timedelta
from hashlib import sha256
from html import unescape
from pathlib import Path

import pikepdf
import pypdf
import pytest
from django.conf import settings
from django.test import override_settings

from schools.models import EntryDecider, Role
from tests import make
from tools_registry import check_codes, feeds, the_list
from tools_registry.actions import editions
from tools_registry.models import EditionFile, ListEdition
from tools_registry.models.lists import Layout
from tools_registry.queries import public as queries
from tools_registry.queries import the_list as lists
from trustai.exports import pdf

pytestmark = pytest.mark.django_db
FILES = ("", "approved-ai-tools.pdf", "approved-ai-tools.json", "approved-ai-tools.csv", "poster.pdf")
LATER = make.NOW + timedelta(hours=1)


@pytest.fixture(scope="module", autouse=True)
def papers(_built, tmp_path_factory):
    """Both papers of the edition in force, made once."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        edition = lists.latest(_built.place.pk)
        yield {layout: editions.paper(edition=edition, layout=layout, at=make.NOW) for layout in Layout}


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(make.NOW)


@pytest.fixture
def read(world, client):
    """What anybody gets at an address of the school's list."""

    def got(name="", **headers):
        response = client.get(f"/s/{world.place.urn}/{name}", headers=headers)
        if response.streaming:
            response.streaming_content = [b"".join(response.streaming_content)]
        return response

    return got


def body(response):
    return response.getvalue()


# Who gets it ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_anybody_gets_a_published_list(read, name):
    assert read(name).status_code == 200


@pytest.mark.parametrize("name", FILES)
def test_nobody_gets_one_that_is_not_published_or_known(world, client, name):
    assert client.get(f"/s/{world.other.urn}/{name}").status_code == 404
    assert client.get(f"/s/999999/{name}").status_code == 404
    assert client.get(f"/s/nonsense/{name}").status_code == 404


@pytest.mark.parametrize("name", FILES)
def test_a_school_that_left_publishes_nothing(world, client, name):
    world.place.left_on = make.TODAY
    world.place.save()
    assert client.get(f"/s/{world.place.urn}/{name}").status_code == 404


def test_nothing_can_be_posted(world, client):
    assert client.post(f"/s/{world.place.urn}/").status_code == 405


# Asking again --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_an_unchanged_list_costs_a_304_and_three_queries(read, django_assert_num_queries, name):
    first = read(name)
    assert first["Cache-Control"] == "no-cache"
    with django_assert_num_queries(3):
        again = read(name, if_none_match=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert read(name, if_modified_since=first["Last-Modified"]).status_code == 304


def test_every_form_of_a_list_has_its_own_etag(read):
    assert len({read(name)["ETag"] for name in FILES}) == len(FILES)


def test_a_suspension_is_seen_at_once(world, read):
    first = read()
    assert "DeepL" in first.content.decode()
    world.suspend("deepl", at=LATER)
    after = read(if_none_match=first["ETag"])
    assert after.status_code == 200
    assert "DeepL" not in after.content.decode()


def test_a_head_request_is_answered(world, client):
    assert client.head(f"/s/{world.place.urn}/").status_code == 200


# The page ------------------------------------------------------------------------------------------------------------


def test_the_page_says_who_may_what_and_who_answers(read):
    page = unescape(read().content.decode())
    assert "8 tools. Last changed 24 November 2026." in page
    assert "Staff, Years 9 to 11, and governors and trustees" in page
    assert "Year 8: no, some are under 13" in page
    assert "Personal data about pupils and staff only." in page
    assert "By 12 December 2026:</b> Every member of staff has had the briefing." in page
    assert "Only where this list says so" in page
    assert "Anybody may ask: pupils, parents, carers and staff. The headteacher decides" in page
    assert "ai@oakfieldpark.example" in page
    assert "True today" not in page
    assert "Printed" not in page


def test_the_trust_answers_where_it_decides(world, read):
    world.place.trust.entry_decider = EntryDecider.TRUST
    world.place.trust.save()
    page = unescape(read().content.decode())
    assert "The trust lead decides what is on this list" in page
    assert "the trust lead answers for the decision" in page


@pytest.mark.parametrize("name", FILES)
def test_no_person_and_nothing_internal_is_published(world, read, name):
    published = read(name)
    told = body(published)
    text = _pdf_text(told) if name.endswith(".pdf") else told.decode()
    assert world.head.name not in text
    assert world.teacher.name not in text
    assert "@oakfield.example" not in text.replace("data@oakfield.example", "")
    assert "safeguarding lead has agreed" not in text
    assert "Otter" not in text
    assert "Odd answers" not in text


def test_an_empty_list_says_what_that_means(client):
    place = make.place(published=True)
    page = client.get(f"/s/{place.urn}/").content.decode()
    assert "Nothing is approved here today" in page
    assert ListEdition.objects.get(place=place).number == 1


def test_a_page_is_drawn_in_few_queries(read, django_assert_num_queries):
    read()
    with django_assert_num_queries(3):
        read()


# Feeds ---------------------------------------------------------------------------------------------------------------


def test_the_json_is_the_edition(world, read):
    response = read("approved-ai-tools.json")
    assert response["Content-Type"] == "application/json"
    assert response["Access-Control-Allow-Origin"] == "*"
    found = json.loads(response.content)
    edition = lists.latest(world.place.pk)
    issue = found.pop("edition")
    assert issue["number"] == edition.number
    assert issue["check_url"].endswith(f"/check/{edition.check_code}/")
    assert sha256(the_list.as_bytes(found)).hexdigest() == issue["sha256"] == edition.sha256
    assert found["format"] == 1


def test_the_documented_shape_is_the_shape(read):
    described = Path(settings.BASE_DIR, "docs", "list-feeds.md").read_text()
    found = json.loads(read("approved-ai-tools.json").content)
    (copilot,) = [tool for tool in found["tools"] if tool["name"] == "Microsoft 365 Copilot Chat"]
    keys = {*found, *found["edition"], *copilot, *copilot["audiences"][0], *copilot["conditions"][0], *found["ask"]}
    assert {key for key in keys if f"`{key}`" not in described} == set()


def test_the_csv_has_a_row_for_each_audience(world, read):
    response = read("approved-ai-tools.csv")
    assert response["Content-Disposition"] == 'attachment; filename="approved-ai-tools.csv"'
    text = response.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == feeds.HEADINGS
    copilot = [row for row in rows if row["Tool"] == "Microsoft 365 Copilot Chat"]
    assert [(row["For"], row["Who"], row["Put in, at most"]) for row in copilot] == [
        ("Staff", "Staff", "Personal data"),
        ("Pupils", "Years 9 to 11", "General topics only"),
        ("Governors and trustees", "Governors and trustees", "General topics only"),
    ]
    assert {row["URN"] for row in rows} == {world.place.urn}
    assert copilot[0]["Whose data"] == "Pupils: personal data; Staff: personal data"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_spreadsheet_runs_nothing(client, start):
    place = make.place(published=True)
    make.approved(
        place, make.shared_tool("evil", name="Evil", supplier=f"{start}HYPERLINK(1)", how_to_tell=f"{start}2")
    )
    text = client.get(f"/s/{place.urn}/approved-ai-tools.csv").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["Supplier"][0] not in "=+-@\t\r"
    assert row["How to tell"][0] not in "=+-@\t\r"


# Papers --------------------------------------------------------------------------------------------------------------


def test_the_printed_list_says_what_the_list_says(world, read):
    response = read("approved-ai-tools.pdf")
    assert response["Content-Type"] == "application/pdf"
    content = body(response)
    text = _pdf_text(content)
    edition = lists.latest(world.place.pk)
    for tool in lists.document_of(edition)["tools"]:
        assert tool["name"].split()[0] in text
    assert check_codes.shown(edition.check_code) in text
    assert "Last changed 24 November 2026" in text
    with pikepdf.open(io.BytesIO(content)) as document:
        assert document.Root.Lang == "en-GB"
        assert document.Root.MarkInfo.Marked
        assert document.docinfo["/Title"] == "AI tools approved at Oakfield Park School"


def test_the_poster_is_one_page(read):
    assert len(pypdf.PdfReader(io.BytesIO(body(read("poster.pdf")))).pages) == 1


def test_a_paper_is_made_once(read, papers, monkeypatch):
    monkeypatch.setattr(pdf, "render", None)
    assert sha256(body(read("poster.pdf"))).hexdigest() == papers[Layout.POSTER].sha256
    assert EditionFile.objects.count() == len(papers)


def test_a_paper_that_cannot_be_made_is_said_so(read, monkeypatch):
    def fails(**_: object) -> bytes:
        raise pdf.RenderingFailed("no fonts")

    monkeypatch.setattr(pdf, "render", fails)
    monkeypatch.setattr(editions, "RENDERER", "another")
    response = read("poster.pdf")
    assert response.status_code == 503
    assert "cannot be made just now" in response.content.decode()
    assert "ETag" not in response


RENDER_THEM_ELSEWHERE = """
import hashlib, json, sys
import django
django.setup()
from datetime import datetime
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from trustai.exports import pdf
for job in json.load(sys.stdin):
    edition = job["edition"]
    edition["qr"] = mark_safe(edition["qr"])
    for day in ("last_changed", "changed_since"):
        edition[day] = datetime.fromisoformat(edition[day]).date()
    html = render_to_string(job["template"], {"edition": edition})
    content = pdf.render(html=html, issued_at=datetime.fromisoformat(job["issued_at"]), title=job["title"])
    print(hashlib.sha256(content).hexdigest())
"""


@pytest.mark.slow
def test_the_same_edition_gives_the_same_bytes_in_another_process(world, papers):
    edition = lists.latest(world.place.pk)
    printed = lists.on_paper(edition)
    plain = {
        **printed,
        "qr": str(printed["qr"]),
        "last_changed": printed["last_changed"].isoformat(),
        "changed_since": printed["changed_since"].isoformat(),
    }
    jobs = [
        {
            "template": editions.PAPERS[layout],
            "title": editions.TITLES[layout].format(place=world.place.name),
            "issued_at": edition.issued_at.isoformat(),
            "edition": plain,
        }
        for layout in papers
    ]
    time.sleep(1.1)
    done = subprocess.run(
        [sys.executable, "-c", RENDER_THEM_ELSEWHERE],
        input=json.dumps(jobs).encode(),
        capture_output=True,
        check=True,
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
    )
    assert done.stdout.decode().split() == [paper.sha256 for paper in papers.values()]


def _pdf_text(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


# For people of the place ---------------------------------------------------------------------------------------------


def test_members_of_a_school_that_publishes_none_read_a_preview(world, client):
    teacher = make.member(world.other, Role.STAFF)
    client.force_login(teacher)
    page = unescape(client.get(f"/schools/{world.other.urn}/list/").content.decode())
    assert "This list is not published" in page
    assert "Curipod" in page
    assert not ListEdition.objects.filter(place=world.other).exists()


def test_the_preview_of_a_published_list_is_the_list(world, client):
    client.force_login(world.teacher)
    assert client.get(f"/schools/{world.place.urn}/list/").url == f"/s/{world.place.urn}/"


def test_the_office_has_a_list_for_its_people(world, client):
    client.force_login(make.member(world.place.trust, Role.NETWORK))
    assert "The trust office publishes no list" in client.get("/office/list/").content.decode()


def test_strangers_see_no_preview(world, client):
    address = f"/schools/{world.other.urn}/list/"
    assert client.get(address).status_code == 302
    client.force_login(world.teacher)
    assert client.get(address).status_code == 404
    assert client.get("/office/list/").status_code == 404
    client.force_login(make.member(make.place(), Role.HEAD))
    assert client.get(address).status_code == 404


def test_a_preview_is_read_in_one_query(world, django_assert_num_queries):
    with django_assert_num_queries(1):
        queries.preview_page(world.other, make.TODAY)
