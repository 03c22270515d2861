import zipfile
from io import BytesIO

import pytest
from django import forms
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.services import samples
from trustai.exports import files
from trustai.exports.forms import CheckedFileField
from trustai.rules import Refused

WANTED = "Send a PDF, Word (.docx), PNG or JPEG."


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (samples.PDF, files.PDF),
        (samples.docx(), files.DOCX),
        (samples.PNG, files.PNG),
        (samples.JPEG, files.JPEG),
    ],
)
@pytest.mark.parametrize("name", ["agreement.pdf", "agreement.docx", "agreement", "", "agreement.exe"])
def test_a_kind_we_take_is_told_by_its_bytes_whatever_its_name(content, kind, name):
    assert files.sniff(content, name) is kind


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"<!DOCTYPE html><title>x</title>", "agreement.pdf", "This file is a web page named .pdf."),
        (b"\xef\xbb\xbf \n<html>", "agreement.docx", "This file is a web page named .docx."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "logo.PNG", "This file is an SVG picture named .png."),
        (b"<?xml version='1.0'?><x/>", "data.xml", "This file is an XML file."),
        (b"Dear Ruth, \xc3\xa9", "letter.txt", "This file is plain text."),
        (b"MZ\x90\0", "agreement.pdf", "This file is a program named .pdf."),
        (b"\x7fELF\2", "x.jpeg", "This file is a program named .jpeg."),
        (b"GIF89a\1\0", "logo.png", "This file is a GIF picture named .png."),
        (b"RIFF\0\0\0\0WEBPVP8 ", "photo.jpg", "This file is a WebP picture named .jpg."),
        (b"\0\0\0\x18ftypheic\0", "IMG_1.HEIC", "This file is an iPhone picture (HEIC)."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0",
            "agreement.docx",
            "This file is an old or locked Office file named .docx.",
        ),
        (b"{\\rtf1}", "letter.rtf", "This file is a rich text file."),
        (samples.zipped(xl__workbook_xml="<x/>"), "list.xlsx", "This file is an Excel workbook."),
        (
            samples.zipped(ppt__presentation_xml="<x/>"),
            "talk.docx",
            "This file is a PowerPoint presentation named .docx.",
        ),
        (
            samples.zipped(mimetype="application/vnd.oasis.opendocument.text"),
            "a.odt",
            "This file is an OpenDocument file.",
        ),
        (samples.zipped(a_txt="x"), "all.zip", "This file is a ZIP archive."),
        (samples.zipped(word__document_xml="<x/>"), "a.docx", "This file is a ZIP archive named .docx."),
        (samples.docx("text/xml"), "a.docx", "This file is a ZIP archive named .docx."),
        (b"\x01\x02\0\x03", "agreement.pdf", "This file is named .pdf but is no PDF."),
        (b"\x01\x02\0\x03", "agreement", "This file is of a kind we do not take."),
        (b"junk " + samples.PDF, "agreement.pdf", "This file is plain text named .pdf."),
    ],
)
def test_anything_else_is_refused_with_what_it_is_and_what_to_send(content, name, sentence):
    with pytest.raises(Refused) as refused:
        files.sniff(content, name)
    assert str(refused.value) == f"{sentence} {WANTED}"


@pytest.mark.parametrize(
    "content",
    [
        samples.docx(**{"word/vbaProject.bin": b"x"}),
        samples.docx(**{"word/VBAPROJECT.BIN": b"x"}),
        samples.docx(samples.MACROS),
    ],
)
def test_a_word_document_with_macros_is_refused(content):
    with pytest.raises(Refused, match="holds macros"):
        files.sniff(content, "agreement.docx")


def test_a_document_that_unpacks_to_far_more_than_it_weighs_is_refused():
    bomb = samples.docx(**{"word/media/image1.bmp": bytes(files.LARGEST_UNPACKED)})
    assert len(bomb) < files.MEGABYTE
    with pytest.raises(Refused, match="unpacks to more than 100 MB"):
        files.sniff(bomb, "agreement.docx")


def test_a_document_of_very_many_parts_is_refused():
    many = samples.docx(**{f"word/part{n}.xml": "" for n in range(files.MOST_PARTS)})
    with pytest.raises(Refused, match="unpacks to more"):
        files.sniff(many, "agreement.docx")


def test_a_part_that_says_it_is_small_is_not_unpacked_beyond_what_it_says():
    honest = samples.docx()
    with zipfile.ZipFile(BytesIO(honest)) as archive:
        size = archive.getinfo("[Content_Types].xml").file_size
    lying = honest.replace(size.to_bytes(4, "little"), (1).to_bytes(4, "little"))
    with pytest.raises(Refused, match="damaged or locked"):
        files.sniff(lying, "agreement.docx")


@pytest.mark.parametrize("content", [samples.docx()[:60], samples.docx()[:-30], b"PK\x03\x04"])
def test_a_damaged_document_is_refused(content):
    with pytest.raises(Refused, match="damaged or locked"):
        files.sniff(content, "agreement.docx")


def test_an_empty_file_is_refused():
    with pytest.raises(Refused, match="is empty"):
        files.check(ContentFile(b"", "agreement.pdf"))


def test_ten_megabytes_are_taken_and_one_byte_more_is_not():
    full = samples.PDF.ljust(files.LARGEST, b"\0")
    assert files.check(ContentFile(full, "agreement.pdf")) is files.PDF
    with pytest.raises(Refused, match="larger than 10 MB"):
        files.check(ContentFile(full + b"\0", "agreement.pdf"))


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Agreement 2026.pdf", "Agreement 2026.pdf"),
        ("Datenschutz-Folgenabschätzung.PDF", "Datenschutz-Folgenabschätzung.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\ruth\\agreement.pdf", "agreement.pdf"),
        ("agree\r\nSet-Cookie: a=b.pdf", "agree Set-Cookie- a=b.pdf"),
        ("invoice\u202efdp.exe", "invoice fdp.exe.pdf"),
        ('a"b*c.pdf', "a-b-c.pdf"),
        ("page.html", "page.html.pdf"),
        ("", "file.pdf"),
        (".pdf", "pdf.pdf"),
        (" ... ", "file.pdf"),
        ("x" * 300 + ".pdf", "x" * 100 + ".pdf"),
    ],
)
def test_a_safe_name_has_no_path_no_trick_and_the_true_extension(name, safe):
    assert files.safe_name(name, files.PDF) == safe
    assert files.safe_name(safe, files.PDF) == safe


def test_a_jpeg_may_be_called_jpg_or_jpeg():
    assert files.safe_name("a.JPEG", files.JPEG) == "a.jpeg"
    assert files.safe_name("a.jpg", files.JPEG) == "a.jpg"


class AgreementForm(forms.Form):
    signed = CheckedFileField()


@pytest.mark.parametrize(
    ("content", "errors"),
    [
        (samples.PDF, {}),
        (b"<html>", {"signed": [f"This file is a web page named .pdf. {WANTED}"]}),
    ],
)
def test_the_form_says_beside_the_field_what_the_action_would_refuse(content, errors):
    form = AgreementForm({}, {"signed": SimpleUploadedFile("agreement.pdf", content, "application/pdf")})
    assert form.errors == errors
    assert 'accept=".pdf,.docx,.png,.jpg,.jpeg"' in str(form["signed"])
