"""Reading a file of shared tools: by column name, every mistake with its line. No database."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .finding import host_of
from .models.catalogue import Confidence, Training
from .purposes import MICROSOFT_ONLY
from .words import SignIn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

LARGEST = 10 * 1024 * 1024
OLDEST = 99
LONGEST_CODE = 80
LONGEST_URL = 400
LIST = ";"


class BadFile(Exception):
    """The file cannot be used. `errors` are (line, sentence); the text is one sentence about the whole."""

    def __init__(self, sentence: str, errors: Sequence[tuple[int, str]] = ()) -> None:
        super().__init__(sentence)
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class ToolRow:
    """One shared tool as the file has it; the names are those of `models.Tool`."""

    code: str
    name: str
    edition: str
    supplier: str
    category: str
    website: str
    domains: tuple[str, ...]
    aliases: tuple[str, ...]
    how_to_tell: str
    sign_in: str
    account_holds: str
    minimum_age: int | None
    parental_age: int | None
    education_rule: str
    restricted_purposes: tuple[str, ...]
    trains_on_inputs: str
    data_location: str
    terms_url: str
    privacy_url: str
    source: str
    source_on: date | None
    confidence: str


COLUMNS: tuple[str, ...] = tuple(ToolRow.__slots__)


@dataclass(slots=True)
class _Line:
    """One row while it is read: its cells, and what is wrong with them."""

    cells: dict[str, str]
    wrong: list[str] = field(default_factory=list)

    def text(self, column: str) -> str:
        return " ".join(self.cells[column].split())

    def names(self, column: str) -> tuple[str, ...]:
        each = (" ".join(part.split()) for part in self.cells[column].split(LIST))
        return tuple(dict.fromkeys(part for part in each if part))

    def age(self, column: str) -> int | None:
        typed = self.text(column)
        if not typed:
            return None
        if not typed.isdecimal() or int(typed) > OLDEST:
            self.wrong.append(
                f"{column} is “{typed}”: write an age in whole years, or leave it empty where it is not known"
            )
            return None
        return int(typed)

    def one_of(self, column: str, known: Sequence[str], empty: str = "") -> str:
        typed = self.text(column).lower() or empty
        if typed not in known:
            self.wrong.append(f"{column} is “{typed}”: write one of {', '.join(known)}")
        return typed

    def link(self, column: str) -> str:
        typed = self.text(column)
        parts = urlsplit(typed)
        if typed and (parts.scheme not in {"http", "https"} or not parts.hostname or len(typed) > LONGEST_URL):
            self.wrong.append(f"{column} is “{typed}”: write a whole web address, like https://example.com")
        return typed

    def day(self, column: str) -> date | None:
        typed = self.text(column)
        try:
            return date.fromisoformat(typed) if typed else None
        except ValueError:
            self.wrong.append(f"{column} is “{typed}”: write a day like 2026-08-31")
            return None

    def hosts(self, column: str) -> tuple[str, ...]:
        found = [(part, host_of(part)) for part in self.names(column)]
        self.wrong += [f"{column} has “{part}”, which is no domain" for part, host in found if "." not in host]
        return tuple(dict.fromkeys(host for _, host in found))

    def purposes(self, column: str) -> tuple[str, ...]:
        found = self.names(column)
        if unknown := [code for code in found if code not in MICROSOFT_ONLY]:
            known = ", ".join(sorted(MICROSOFT_ONLY))
            self.wrong.append(f"{column} has “{unknown[0]}”: only {known} can stand there")
        return found

    def code(self) -> str:
        typed = self.text("code")
        plain = typed.replace("-", "").replace("_", "")
        if not (plain.isascii() and plain.isalnum()) or typed != typed.lower() or len(typed) > LONGEST_CODE:
            self.wrong.append(f"code is “{typed}”: write small letters, digits and hyphens, at most {LONGEST_CODE}")
        return typed


def read(path: Path) -> list[ToolRow]:
    """The tools of the file. Raises BadFile, with every line that is wrong, and then nothing of it is used."""
    records = list(_records(_text(path)))
    if not records:
        raise BadFile("The file has a header and no tools.")
    rows: list[ToolRow] = []
    errors: list[tuple[int, str]] = []
    seen: dict[str, int] = {}
    for number, cells in records:
        row, wrong = _row(cells)
        if row.code in seen:
            wrong = [*wrong, f"code {row.code} stands on line {seen[row.code]} already"]
        seen.setdefault(row.code, number)
        errors += [(number, sentence) for sentence in wrong]
        rows.append(row)
    if errors:
        count = len({number for number, _ in errors})
        raise BadFile(f"{count} {'line is' if count == 1 else 'lines are'} wrong, so nothing was loaded.", errors)
    return rows


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as missing:
        raise BadFile(f"{path} cannot be read: {missing.strerror or missing}.") from missing
    if not content.strip():
        raise BadFile(f"{path} is empty.")
    if len(content) > LARGEST or b"\0" in content:
        raise BadFile(f"{path} is not a CSV file of tools.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _records(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each record with the line it begins on, after the header was found good."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip().lower() for name in next(reader)]
        _check_header(header)
        start = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if len(cells) != len(header):
                    raise BadFile(f"Line {start} has {len(cells)} fields and the header has {len(header)}.")
                yield start, dict(zip(header, cells, strict=True))
            start = reader.line_num + 1
    except csv.Error as broken:
        raise BadFile(f"Line {reader.line_num} is not CSV: {broken}.") from broken


def _check_header(header: list[str]) -> None:
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise BadFile(f"The file has no column {' and no column '.join(missing)}.")
    unknown = [name for name in header if name not in COLUMNS]
    if unknown:
        raise BadFile(f"Line 1: there is no fact called “{unknown[0]}”. Known are {', '.join(COLUMNS)}.")
    if len(set(header)) < len(header):
        raise BadFile("Line 1: a column stands there twice.")


def _row(cells: dict[str, str]) -> tuple[ToolRow, list[str]]:
    line = _Line(cells)
    values = {column: _READ.get(column, _Line.text)(line, column) for column in COLUMNS if column != "code"}
    row = ToolRow(code=line.code(), **values)
    if not row.name:
        line.wrong.append("name is empty")
    if None not in {row.minimum_age, row.parental_age} and (row.parental_age or 0) > (row.minimum_age or 0):
        line.wrong.append("parental_age is above minimum_age")
    if row.confidence == Confidence.CONFIRMED and not row.source:
        line.wrong.append("it is confirmed, but source is empty")
    return row, line.wrong


_READ: dict[str, Callable[[_Line, str], Any]] = {
    "website": _Line.link,
    "terms_url": _Line.link,
    "privacy_url": _Line.link,
    "domains": _Line.hosts,
    "aliases": _Line.names,
    "restricted_purposes": _Line.purposes,
    "minimum_age": _Line.age,
    "parental_age": _Line.age,
    "source_on": _Line.day,
    "sign_in": lambda line, column: line.one_of(column, SignIn.values, SignIn.UNKNOWN),
    "trains_on_inputs": lambda line, column: line.one_of(column, Training.values, Training.UNKNOWN),
    "confidence": lambda line, column: line.one_of(column, Confidence.values, Confidence.UNCONFIRMED),
}
