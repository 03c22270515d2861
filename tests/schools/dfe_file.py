"""Write files like those of the DfE, as large and as wrong as a test wants them."""

import csv
import io
from pathlib import Path

FILES = Path(__file__).parent / "files"
SMALL = FILES / "edubase_small.csv"
SEARCH_PAGE = FILES / "search_page_small.csv"
HEADER = next(csv.reader(io.StringIO(SMALL.read_text(encoding="cp1252"))))
SCHOOL = {
    "URN": "500001",
    "EstablishmentName": "Ash Primary School",
    "EstablishmentStatus (code)": "1",
    "EstablishmentStatus (name)": "Open",
    "StatutoryLowAge": "4",
    "StatutoryHighAge": "11",
    "TrustSchoolFlag (code)": "3",
    "TrustSchoolFlag (name)": "Supported by a multi-academy trust",
    "Trusts (code)": "9001",
    "Trusts (name)": "THE ASH TREE ACADEMY TRUST",
}


def school(urn, **columns):
    """One row; columns by their name, `_` for a space and without brackets: `Trusts_code="9002"`."""
    return {**SCHOOL, "URN": str(urn), **{_column(name): value for name, value in columns.items()}}


def _column(name):
    for kind in ("code", "name"):
        if name.endswith(f"_{kind}"):
            return f"{name.removesuffix(f'_{kind}')} ({kind})"
    return name


def text(*rows, header=None, newline="\r\n"):
    out = io.StringIO()
    writer = csv.DictWriter(out, header or HEADER, quoting=csv.QUOTE_ALL, extrasaction="ignore", lineterminator=newline)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write(folder, *rows, header=None, encoding="cp1252", newline="\r\n", name="schools.csv"):
    path = folder / name
    path.write_bytes(text(*rows, header=header, newline=newline).encode(encoding))
    return path
