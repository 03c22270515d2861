"""What a file is, told from its bytes and never from its name. No database, no storage."""

from __future__ import annotations

import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from trustai.rules import Refused

if TYPE_CHECKING:
    from django.core.files import File

MEGABYTE = 1024 * 1024
LARGEST = 10 * MEGABYTE
LARGEST_UNPACKED = 100 * MEGABYTE
MOST_PARTS = 5_000
LONGEST_STEM = 100


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file we take."""

    content_type: str
    extension: str
    words: str
    other_extensions: tuple[str, ...] = ()

    def is_named(self, name: str) -> bool:
        return extension_of(name) in {self.extension, *self.other_extensions}


PDF = Kind("application/pdf", ".pdf", "PDF")
DOCX = Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx", "Word document")
PNG = Kind("image/png", ".png", "PNG picture")
JPEG = Kind("image/jpeg", ".jpg", "JPEG picture", (".jpeg",))
KINDS = {kind.content_type: kind for kind in (PDF, DOCX, PNG, JPEG)}
ACCEPT = ".pdf,.docx,.png,.jpg,.jpeg"
WANTED = "Send a PDF, Word (.docx), PNG or JPEG."

MAGIC: tuple[tuple[bytes, Kind], ...] = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
ZIP = b"PK\x03\x04"
# Kinds people send by mistake, so that the refusal can say what the file is.
OTHERS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or locked Office file"),
    (0, b"GIF8", "a GIF picture"),
    (8, b"WEBP", "a WebP picture"),
    (4, b"ftypheic", "an iPhone picture (HEIC)"),
    (4, b"ftyp", "a video or a picture of another kind"),
    (0, b"II*\x00", "a TIFF picture"),
    (0, b"MM\x00*", "a TIFF picture"),
    (0, b"{\\rtf", "a rich text file"),
    (0, b"MZ", "a program"),
    (0, b"\x7fELF", "a program"),
    (0, b"PK\x05\x06", "an empty ZIP archive"),
    (0, b"Rar!", "a RAR archive"),
    (0, b"7z\xbc\xaf", "a 7-Zip archive"),
    (0, b"\x1f\x8b", "a compressed archive"),
)
ZIPPED: tuple[tuple[str, str], ...] = (
    ("xl/", "an Excel workbook"),
    ("ppt/", "a PowerPoint presentation"),
    ("mimetype", "an OpenDocument file"),
)
WRITTEN: tuple[tuple[bytes, str], ...] = (
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<svg", "an SVG picture"),
    (b"<?xml", "an XML file"),
)


def check(upload: File[bytes]) -> Kind:
    """The kind of an upload. Raises Refused with the sentence for the person who chose it."""
    return sniff(read(upload), upload.name or "")


def read(upload: File[bytes]) -> bytes:
    """The whole content, or Refused when it is empty or too large; never more than the limit is held in memory."""
    upload.seek(0)
    content: bytes = upload.read(LARGEST + 1)
    if not content:
        raise Refused("This file is empty. Open it, save it again and send that.")
    if len(content) > LARGEST:
        raise Refused(f"This file is larger than {LARGEST // MEGABYTE} MB. Make it smaller, or send it as a PDF.")
    return content


def sniff(content: bytes, name: str) -> Kind:
    """The kind of these bytes. Raises Refused for every kind but the four we take."""
    for magic, kind in MAGIC:
        if content.startswith(magic):
            return kind
    if content.startswith(ZIP):
        return _sniff_zip(content, name)
    raise Refused(_refusal(_other(content), name))


def safe_name(name: str, kind: Kind) -> str:
    """A name that can stand in a header and on any disk: no path, no control or direction marks, the true extension."""
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    letters = "".join(" " if unicodedata.category(each).startswith("C") else each for each in plain)
    kept = " ".join("".join("-" if each in '"*:<>?|;%' else each for each in letters).split())
    known = kind.is_named(kept)
    stem = kept[: -len(extension_of(kept))] if known else kept
    return f"{stem.strip('. ')[:LONGEST_STEM] or 'file'}{extension_of(kept) if known else kind.extension}"


def extension_of(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _sniff_zip(content: bytes, name: str) -> Kind:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_not_a_bomb(parts)
            types = _content_types(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError) as damage:
        raise Refused(
            f"This file is damaged or locked. Open it, save it again without a password and send that. {WANTED}"
        ) from damage
    names = {part.filename for part in parts}
    if any(each.lower().endswith("vbaproject.bin") for each in names) or b"macroenabled" in types.lower():
        raise Refused("This Word file holds macros. Save it as a plain Word document (.docx) and send that.")
    if "word/document.xml" in names and b"wordprocessingml.document.main+xml" in types:
        return DOCX
    raise Refused(_refusal(_zipped(names), name))


def _check_not_a_bomb(parts: list[zipfile.ZipInfo]) -> None:
    """`zipfile` never unpacks a part beyond the size it states, so the stated sizes bound the work."""
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        most = LARGEST_UNPACKED // MEGABYTE
        raise Refused(f"This file unpacks to more than {most} MB. Take large pictures out of it, or send it as a PDF.")


def _content_types(archive: zipfile.ZipFile) -> bytes:
    try:
        with archive.open("[Content_Types].xml") as part:
            return part.read(MEGABYTE)
    except KeyError:
        return b""


def _zipped(names: set[str]) -> str:
    for start, words in ZIPPED:
        if any(each.startswith(start) for each in names):
            return words
    return "a ZIP archive"


def _other(content: bytes) -> str:
    """What the bytes are, in words, or blank when we do not know."""
    for offset, magic, words in OTHERS:
        if content.startswith(magic, offset):
            return words
    start = content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for opening, words in WRITTEN:
        if start.startswith(opening):
            return words
    return "plain text" if _is_text(content[:4096]) else ""


def _is_text(start: bytes) -> bool:
    # The cut may fall inside a letter; three bytes are the most that can be left of one.
    text = start.decode("utf-8", "ignore")
    return b"\0" not in start and len(text.encode()) >= len(start) - 3


def _refusal(words: str, name: str) -> str:
    extension = extension_of(name)
    claimed = next((kind for kind in KINDS.values() if kind.is_named(name)), None)
    if claimed and words:
        return f"This file is {words} named {extension}. {WANTED}"
    if claimed:
        return f"This file is named {extension} but is no {claimed.words}. {WANTED}"
    return f"This file is {words or 'of a kind we do not take'}. {WANTED}"
