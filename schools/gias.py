"""Read the DfE's schools file, "Get Information about Schools": bytes in, plain values out. No database, no clock.

Columns are found by the name in the header, never by position: the DfE adds and drops some. Two layouts are read: the
full download (codes and names) and the export of the website's search page (names only, and rows that are longer than
the header because each linked school is one more field). Codes stay text.
"""

from __future__ import annotations

import codecs
import csv
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, BinaryIO, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

REQUIRED: Final = ("URN", "EstablishmentName", "StatutoryLowAge", "StatutoryHighAge")
STATUS: Final = ("EstablishmentStatus (code)", "EstablishmentStatus (name)")
STATUSES: Final = {
    "1": "open",
    "2": "closed",
    "3": "closing",
    "4": "proposed",
    "open": "open",
    "closed": "closed",
    "open, but proposed to close": "closing",
    "proposed to open": "proposed",
}
OLDEST = 99
LONGEST_ADDRESS = 390
NO_ACADEMY_TRUST: Final = frozenset({"0", "1", "2", "4"})
CHUNK = 1 << 20
URN = re.compile(r"^[0-9]{5,6}$")
HOST = re.compile(r"^(?=.{4,253}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")


class NotSchoolsFile(Exception):
    """The file as a whole cannot be read. The text says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the register says about one school, ready to be kept."""

    name: str
    la_code: str
    la_name: str
    establishment_number: str
    ukprn: str
    type_code: str
    type_name: str
    phase_name: str
    status: str
    low_age: int | None
    high_age: int | None
    has_nursery: bool | None
    has_sixth_form: bool | None
    pupils: int | None
    street: str
    town: str
    postcode: str
    website: str
    opened_on: date | None
    closed_on: date | None
    changed_on: date | None


@dataclass(frozen=True, slots=True)
class Row:
    """One school. `trust_code` is "" for a school in no academy trust, None where the file cannot say."""

    line: int
    urn: str
    trust_code: str | None
    trust_name: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong on one line; `left_out` when the school on it was not read."""

    line: int
    reason: str
    trust_code: str | None = None
    left_out: bool = True


class _BadRow(Exception):
    """Why one line cannot be read."""


# The file -----------------------------------------------------------------------------------------------------------


def encoding_of(stream: BinaryIO) -> str:
    """UTF-8 with or without its mark, else Windows-1252. Reads to the end and back. Raises NotSchoolsFile."""
    start = stream.read(4)
    stream.seek(0)
    if not start:
        raise NotSchoolsFile("The file is empty.")
    if start[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise NotSchoolsFile("The file is saved as UTF-16. Save it as “CSV UTF-8” and try again.")
    if start == b"PK\x03\x04":
        raise NotSchoolsFile("The file is an Excel or ZIP file, not CSV. Unpack it, or save the sheet as CSV.")
    encoding = "utf-8-sig" if start[:3] == b"\xef\xbb\xbf" else "utf-8"
    if not _decodes(stream, encoding):
        encoding = "cp1252"
    stream.seek(0)
    return encoding


def _decodes(stream: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    fits = True
    while chunk := stream.read(CHUNK):
        if b"\0" in chunk:
            raise NotSchoolsFile("The file is not text, so it cannot be the DfE's CSV file of schools.")
        if fits:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                fits = False
    return fits


def read(lines: Iterable[str]) -> Iterator[Row | Fault]:
    """Every school in the file, and every line that is wrong, in order. Raises NotSchoolsFile."""
    reader = csv.reader(lines, strict=True)
    begins = 1
    try:
        columns = _columns(next(reader, []))
        seen: dict[str, int] = {}
        begins = reader.line_num + 1
        for fields in reader:
            if any(fields):
                yield from _read_line(_Line(begins, columns, fields), seen)
            begins = reader.line_num + 1
    except csv.Error as problem:
        raise NotSchoolsFile(
            f"Line {begins} is not CSV ({problem}), so nothing after it can be trusted. Download the file again."
        ) from problem
    if not seen:
        raise NotSchoolsFile("The file has a header but no school that can be read.")


def _columns(header: list[str]) -> dict[str, int]:
    """Where each column stands. Raises NotSchoolsFile when one that is needed is missing."""
    if not any(header):
        raise NotSchoolsFile("The first line of the file is empty: it must be the names of the columns.")
    columns: dict[str, int] = {}
    for place, name in enumerate(header):
        columns.setdefault(name.strip().lstrip("\ufeff"), place)
    missing = [name for name in REQUIRED if name not in columns]
    if not columns.keys() & set(STATUS):
        missing.append(STATUS[1])
    if missing:
        named = ", ".join(f"“{name}”" for name in missing)
        raise NotSchoolsFile(
            f"The file has no column {named}. Use the file “edubasealldata” from the DfE's Get Information about Schools."
        )
    return columns


# A line -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    columns: Mapping[str, int]
    fields: list[str]

    def text(self, *names: str) -> str:
        """The first of these columns that is in the file and filled in."""
        for name in names:
            place = self.columns.get(name, len(self.fields))
            if place < len(self.fields) and (found := CONTROL.sub(" ", self.fields[place]).strip()):
                return found
        return ""

    @property
    def trust_code(self) -> str | None:
        if "Trusts (code)" not in self.columns:
            return None
        return self.text("Trusts (code)") if self._in_academy_trust() else ""

    def _in_academy_trust(self) -> bool:
        """A foundation school is "supported by a trust" too, and that is no academy trust."""
        if flag := self.text("TrustSchoolFlag (name)").casefold():
            return flag.startswith("supported by") and "academy trust" in flag
        return self.text("TrustSchoolFlag (code)") not in NO_ACADEMY_TRUST


def _read_line(line: _Line, seen: dict[str, int]) -> Iterator[Row | Fault]:
    code = line.trust_code
    notes: list[str] = []
    try:
        urn = _urn(line, seen)
        row = Row(line.number, urn, code, line.text("Trusts (name)"), _facts(line, notes))
    except _BadRow as bad:
        yield Fault(line.number, str(bad), code)
        return
    seen[urn] = line.number
    yield row
    for note in notes:
        yield Fault(line.number, note, code, left_out=False)


def _urn(line: _Line, seen: Mapping[str, int]) -> str:
    urn = line.text("URN")
    if not urn:
        raise _BadRow("It has no URN.")
    if not URN.match(urn):
        raise _BadRow(f"The URN “{urn}” is not 5 or 6 digits.")
    if urn in seen:
        raise _BadRow(f"URN {urn} is on line {seen[urn]} already.")
    return urn


def _facts(line: _Line, notes: list[str]) -> Facts:
    name = line.text("EstablishmentName")
    if not name:
        raise _BadRow("The school has no name.")
    low, high = _age(line, "StatutoryLowAge"), _age(line, "StatutoryHighAge")
    if low is not None and high is not None and low > high:
        raise _BadRow(f"The lowest age, {low}, is above the highest, {high}.")
    pupils = line.text("NumberOfPupils")
    return Facts(
        name=name,
        la_code=line.text("LA (code)"),
        la_name=line.text("LA (name)"),
        establishment_number=line.text("EstablishmentNumber"),
        ukprn=line.text("UKPRN"),
        type_code=line.text("TypeOfEstablishment (code)"),
        type_name=line.text("TypeOfEstablishment (name)"),
        phase_name=line.text("PhaseOfEducation (name)"),
        status=_status(line),
        low_age=low,
        high_age=high,
        has_nursery=_has(line, "NurseryProvision (name)"),
        has_sixth_form=_has(line, "OfficialSixthForm (name)"),
        pupils=int(pupils) if pupils.isdecimal() else None,
        street=line.text("Street"),
        town=line.text("Town"),
        postcode=line.text("Postcode"),
        website=_website(line, notes),
        opened_on=_day(line, "OpenDate", notes),
        closed_on=_day(line, "CloseDate", notes),
        changed_on=_day(line, "LastChangedDate", notes),
    )


def _age(line: _Line, column: str) -> int | None:
    typed = line.text(column)
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and int(typed) <= OLDEST):
        raise _BadRow(f"{column} “{typed}” is not an age.")
    return int(typed)


def _status(line: _Line) -> str:
    filed = line.text(*STATUS)
    if not filed:
        return "open"
    if filed.casefold() not in STATUSES:
        raise _BadRow(f"The status “{filed}” is not one the DfE uses.")
    return STATUSES[filed.casefold()]


def _has(line: _Line, column: str) -> bool | None:
    """From "Has Nursery Classes" or "Does not have a sixth form"; None for "Not applicable" and the like."""
    filed = line.text(column).casefold()
    if filed.startswith("has "):
        return True
    return False if filed.startswith(("no ", "does not have")) else None


def _day(line: _Line, column: str, notes: list[str]) -> date | None:
    """DD-MM-YYYY or DD/MM/YYYY; anything else is noted and left blank."""
    filed = line.text(column)
    if not filed:
        return None
    try:
        return datetime.strptime(filed.replace("/", "-"), "%d-%m-%Y").date()  # noqa: DTZ007  # a day, not a moment
    except ValueError:
        notes.append(f"{column} “{filed}” is not a date; it was left blank.")
        return None


def _website(line: _Line, notes: list[str]) -> str:
    filed = line.text("SchoolWebsite")
    address = website(filed)
    if filed and not address:
        notes.append(f"SchoolWebsite “{filed}” is not a web address; it was left blank.")
    return address


def website(filed: str) -> str:
    """A web address with its scheme, or nothing: more than half of the file has the bare host."""
    if not filed or " " in filed or len(filed) > LONGEST_ADDRESS:
        return ""
    address = filed if re.match(r"^https?://", filed, re.IGNORECASE) else f"https://{filed}"
    try:
        parts = urlsplit(address)
        host, _port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    if not HOST.match(host) or "@" in parts.netloc:
        return ""
    return parts._replace(netloc=parts.netloc.rstrip(".").lower()).geturl()
