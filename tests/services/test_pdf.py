import json
import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from io import BytesIO
from urllib.parse import urljoin, uses_netloc, uses_relative
from zoneinfo import ZoneInfo

import pikepdf
import pytest
from pypdf import PdfReader
from weasyprint.urls import FatalURLFetchingError

from trustai.exports import pdf
from trustai.exports.qr import qr_svg
from trustai.exports.render import OwnFiles

ISSUED = datetime(2026, 11, 21, 14, 30, 5, 999, tzinfo=UTC)
TITLE = "AI tools approved at Oakfield Park School"
ROWS = "".join(f"<tr><th scope=row>Tool {n}</th><td>Staff</td><td>Lessons &amp; plans</td></tr>" for n in range(60))
LIST = f"""<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><title>Something else</title>
<link rel="stylesheet" href="/static/vendor/atkinson/wght.css">
<link rel="stylesheet" href="static:///vendor/bootstrap-icons/bootstrap-icons.min.css">
<style>
body {{ font-family: "Atkinson Hyperlegible Next Variable", sans-serif }}
@page {{ size: A4; @bottom-right {{ content: counter(page) " of " counter(pages); font-family: "Atkinson Hyperlegible Next Variable" }} }}
.qr {{ width: 30mm }}
</style></head><body><main><h1>AI tools approved</h1>
<p>Fêted <b>at once</b>, with an <i class="bi bi-check-lg" aria-hidden="true"></i></p>
{qr_svg("https://trustai.example.org/check/K7QM3RTX9V/", label="Code of the page that checks this list")}
<h2>The tools</h2><table><thead><tr><th scope=col>Tool</th><th scope=col>Who</th><th scope=col>For</th></tr></thead><tbody>{ROWS}</tbody></table>
<p><a href="https://trustai.example.org/check/">Check this list</a></p></main></body></html>"""


def page(body="<p>Text</p>", head="", lang=' lang="en-GB"'):
    return f"<!doctype html><html{lang}><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"


def render(html, **more):
    return pdf.render(html=html, issued_at=ISSUED, title=TITLE, **more)


@pytest.fixture(scope="module")
def printed():
    return render(LIST)


@pytest.fixture(scope="module")
def opened(printed):
    with pikepdf.open(BytesIO(printed)) as document:
        yield document


def tags(opened, name=None):
    """Structure elements in the order of the tree."""

    def walk(element):
        if isinstance(element, pikepdf.Dictionary) and "/S" in element:
            yield element
        kids = element.get("/K", []) if isinstance(element, pikepdf.Dictionary) else []
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary):
                yield from walk(kid)

    found = list(walk(opened.Root.StructTreeRoot))
    return [tag for tag in found if name in {None, str(tag.S)}]


class TestWhatComesOut:
    def test_has_the_title_the_language_and_the_time_of_issue(self, opened):
        assert str(opened.docinfo["/Title"]) == TITLE
        assert str(opened.Root.Lang) == "en-GB"
        assert str(opened.docinfo["/CreationDate"]) == str(opened.docinfo["/ModDate"]) == "D:20261121143005Z"
        assert opened.Root.ViewerPreferences.DisplayDocTitle

    def test_says_that_it_is_pdf_ua_1(self, opened):
        metadata = opened.open_metadata()
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == TITLE

    def test_is_tagged_with_headings_lists_of_cells_and_links(self, opened):
        assert opened.Root.MarkInfo.Marked
        names = [str(tag.S) for tag in tags(opened)]
        assert names[0] == "/Document"
        assert [name for name in names if re.fullmatch(r"/H\d", name)] == ["/H1", "/H2"]
        assert "/Link" in names

    def test_every_cell_names_its_heads(self, opened):
        assert {"/THead", "/TBody"} <= {str(kid.S) for table in tags(opened, "/Table") for kid in table.K}
        heads = {bytes(tag.ID) for tag in tags(opened, "/TH")}
        cells = tags(opened, "/TD")
        assert len(cells) == 120
        for cell in cells:
            named = {bytes(head) for head in cell.A.Headers}
            assert len(named) == 2
            assert named <= heads

    def test_the_qr_code_is_a_figure_with_its_words(self, opened):
        (figure,) = tags(opened, "/Figure")
        assert str(figure.Alt) == "Code of the page that checks this list"

    def test_every_font_is_embedded_and_none_is_drawn_by_program(self, opened):
        fonts = [
            item for item in opened.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font"
        ]
        assert "/Type3" not in {str(font.Subtype) for font in fonts}
        described = [font.FontDescriptor for font in fonts if "/FontDescriptor" in font]
        assert len(described) >= 3
        assert all("/FontFile2" in one or "/FontFile3" in one for one in described)
        names = {str(one.FontName).partition("+")[2].partition("Variable")[0] for one in described}
        assert names == {"Atkinson-Hyperlegible-Next-", "bootstrap-icons"}

    def test_the_text_can_be_read_back_on_every_page(self, printed):
        pages = [one.extract_text() for one in PdfReader(BytesIO(printed)).pages]
        assert len(pages) >= 2
        assert "Fêted at once" in pages[0]
        for number, text in enumerate(pages, start=1):
            assert f"{number} of {len(pages)}" in text
        assert all("Tool" in text and "Who" in text for text in pages[:2])


class TestTheSameBytes:
    def test_two_processes_a_second_apart_make_the_same_bytes(self, printed):
        time.sleep(1.1)
        assert render(LIST) == printed

    def test_surroundings_make_no_difference(self, printed, monkeypatch):
        for name, value in {
            "TZ": "Asia/Tokyo",
            "LANG": "de_DE",
            "PYTHONHASHSEED": "7",
            "SOURCE_DATE_EPOCH": "1",
        }.items():
            monkeypatch.setenv(name, value)
        assert render(LIST) == printed

    def test_a_zone_makes_no_difference_and_an_instant_does(self, printed):
        again = {"html": LIST, "title": TITLE}
        assert pdf.render(issued_at=ISSUED.astimezone(ZoneInfo("Europe/London")), **again) == printed
        assert pdf.render(issued_at=ISSUED.replace(hour=15), **again) != printed

    def test_fonts_do_carry_a_time_so_the_epoch_matters(self):
        job = {"html": LIST, "title": TITLE, "issued_at": "2026-11-21T14:30:05Z"}
        job |= {"roots": pdf._roots(), "prefix": "/static/"}
        made = [
            subprocess.run(
                [sys.executable, "-m", "trustai.exports.render"],
                input=json.dumps(job).encode(),
                env={**os.environ, "SOURCE_DATE_EPOCH": epoch},
                capture_output=True,
                check=True,
            ).stdout
            for epoch in ("1700000000", "1700000001")
        ]
        assert made[0] != made[1]

    def test_the_version_names_weasyprint(self):
        assert re.fullmatch(r"\d+-weasyprint-\d[\d.]*", pdf.RENDERER_VERSION)


class TestWhatADocumentMayRead:
    @pytest.fixture
    def own(self, tmp_path):
        secret = tmp_path / "secret.css"
        secret.write_text("*{}")
        written, collected = tmp_path / "written", tmp_path / "collected"
        for folder in (written / "css", collected / "css"):
            folder.mkdir(parents=True)
        (written / "css" / "app.css").write_text("a{}")
        (collected / "css" / "app.9f.css").write_text("b{}")
        (written / "link.css").symlink_to(secret)
        return OwnFiles([str(written), str(collected), str(tmp_path / "missing")], "/static/")

    @pytest.mark.parametrize(
        ("address", "content"),
        [
            ("/static/css/app.css", b"a{}"),
            ("/static/css/app.css?v=1#x", b"a{}"),
            ("css/app.css", b"a{}"),
            ("static:///css/app.css", b"a{}"),
            ("/static/css/app.9f.css", b"b{}"),
            ("/static/css/../css/app.css", b"a{}"),
        ],
    )
    def test_our_own_static_files(self, own, address, content, monkeypatch):
        monkeypatch.setattr("urllib.parse.uses_relative", [*uses_relative, "static"])
        monkeypatch.setattr("urllib.parse.uses_netloc", [*uses_netloc, "static"])
        response = own(urljoin("static:///", address))
        assert (response.read(), response.content_type) == (content, "text/css")

    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.1/x.css",
            "https://evil.example/x.css",
            "ftp://evil.example/x.css",
            "file:///etc/passwd",
            "data:text/css,*{}",
            "static://evil.example/css/app.css",
            "static:///../secret.css",
            "static:///static/../../secret.css",
            "static:///css/%2e%2e/%2e%2e/secret.css",
            "static:///css/..%2f..%2fsecret.css",
            "static:////etc/passwd",
            "static:///link.css",
            "static:///css",
            "static:///css/app.css%00",
            "static:///css/missing.css",
            "STATIC2:///css/app.css",
            "",
        ],
    )
    def test_and_nothing_else(self, own, url):
        with pytest.raises(FatalURLFetchingError, match="our own static files only"):
            own(url)

    @pytest.mark.parametrize(
        "html",
        [
            page(head='<link rel="stylesheet" href="https://evil.example/x.css">'),
            page(head="<style>@import url(file:///etc/passwd);</style>"),
            page(head="<style>@font-face { font-family: x; src: url(http://127.0.0.1:1/x.woff2) }</style>"),
            page(head="<style>body { background: url(data:image/png;base64,AAAA) }</style>"),
            page(head='<base href="file:///etc/"><link rel="stylesheet" href="passwd">'),
            page(head='<link rel="attachment" href="file:///etc/passwd">'),
            page('<img alt="x" src="../../../../etc/passwd">'),
            page('<img alt="x" src="//evil.example/x.png">'),
            page('<img alt="x" src="/static/css/missing.png">'),
            page(
                '<svg viewBox="0 0 1 1" width="9" height="9"><title>x</title><image href="file:///etc/passwd" width="1" height="1"/></svg>'
            ),
            page('<object data="file:///etc/passwd" type="image/png"></object>'),
        ],
    )
    def test_an_address_that_is_not_ours_ends_the_rendering(self, html):
        with pytest.raises(pdf.RenderingFailed, match="our own static files only"):
            render(html)

    def test_the_process_sees_none_of_our_secrets(self, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", "postgresql://a:b@c/d")
        monkeypatch.setenv("TRUSTAI_SECRET_KEY", "x" * 60)
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
        surroundings = pdf._surroundings(ISSUED)
        assert set(surroundings) <= {*pdf.PASSED_ON, "LC_ALL", "TZ", "PYTHONHASHSEED", "SOURCE_DATE_EPOCH"}


class TestWhenNoneComesOut:
    def test_a_document_without_a_language_is_refused(self):
        with pytest.raises(pdf.RenderingFailed, match='required "lang" attribute'):
            render(page(lang=""))

    def test_a_picture_without_words_is_refused(self):
        with pytest.raises(pdf.RenderingFailed, match="no required alt description"):
            render(page('<img src="/static/img/favicon.svg">'))

    def test_a_link_without_its_host_is_refused(self):
        with pytest.raises(pdf.RenderingFailed, match="needs its whole address"):
            render(page('<p><a href="/check/">Check</a> <a href="#here">Below</a></p><p id="here">Here</p>'))

    def test_one_that_takes_too_long_is_stopped(self):
        with pytest.raises(pdf.RenderingFailed, match=r"not rendered within 0\.05 seconds"):
            render(page(), longest=0.05)

    def test_a_crash_is_told_with_what_was_said_last(self, monkeypatch):
        monkeypatch.setattr(pdf, "_second", lambda _: None)
        with pytest.raises(pdf.RenderingFailed, match=r"(?s)exit code 1.*TypeError"):
            render(page())

    def test_a_killed_process_is_told_too(self, monkeypatch):
        killed = subprocess.CompletedProcess([], -9, b"%PDF-1.7", b"")
        monkeypatch.setattr(subprocess, "run", lambda *_, **__: killed)
        with pytest.raises(pdf.RenderingFailed, match="exit code -9"):
            render(page())
