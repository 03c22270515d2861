"""A list as a sheet to take away: CSV that Excel opens as it should, or XLSX. Values in, bytes out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import tablib
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LONGEST_TITLE = 31


def write(kind: str, *, title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The bytes of a sheet. `kind` is a key of KINDS; raises KeyError."""
    if kind not in KINDS:
        raise KeyError(kind)
    sheet = tablib.Dataset(title=re.sub(r"[\\/*?:\[\]]", " ", title)[:LONGEST_TITLE], headers=list(headings))
    for row in rows:
        sheet.append([_harmless(cell) for cell in row])
    written = sheet.export(kind)
    return written if isinstance(written, bytes) else f"\ufeff{written}".encode()


def _harmless(cell: object) -> object:
    """Text that a spreadsheet would run as a formula is marked as text; characters that no sheet can hold are left out."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return cell
    plain = ILLEGAL_CHARACTERS_RE.sub("", cell)
    return f"'{plain}" if plain.startswith(("=", "+", "-", "@", "\t", "\r")) else plain
