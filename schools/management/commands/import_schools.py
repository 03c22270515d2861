"""Read the DfE's file of schools: `manage.py import_schools FILE [--trust CODE_OR_NAME] [--dry-run]`."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from schools import actions, gias, trust_names
from schools.queries import reading as queries
from trustai.rules import Refused

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Container, Iterator

MOST_NAMED = 10
BAD_FILE = 2


class Command(BaseCommand):
    help = (
        "Read the DfE's file of schools (“edubasealldata” from Get Information about Schools, or the export of its "
        "search page). Read again, it updates, adds, marks closed, and reports schools that left their trust."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--trust", metavar="CODE_OR_NAME", help="only this trust's schools, by code or exact name")
        parser.add_argument("--dry-run", action="store_true", help="check and count; write nothing")

    def handle(self, *, file: Path, trust: str | None, dry_run: bool, **_: Any) -> None:
        try:
            with file.open("rb") as stream:
                self._read(stream, trust, dry_run=dry_run)
        except OSError as problem:
            raise CommandError(f"{file} cannot be read: {problem.strerror}.", returncode=BAD_FILE) from problem
        except (gias.NotSchoolsFile, trust_names.NoSuchTrust, Refused) as problem:
            raise CommandError(f"{problem} Nothing was changed.", returncode=BAD_FILE) from problem

    def _read(self, stream: BinaryIO, wanted: str | None, *, dry_run: bool) -> None:
        self.faults, self.has_codes = 0, True
        encoding, size = gias.encoding_of(stream), os.fstat(stream.fileno()).st_size
        with (
            io.TextIOWrapper(stream, encoding, errors="replace", newline="") as lines,
            tqdm(total=size, unit="B", unit_scale=True, leave=False, disable=not self.stderr.isatty()) as bar,
        ):
            code = self._code(lines, wanted) if wanted else None
            lines.seek(0)
            rows = self._rows(lines, code, bar, stream)
            counts = actions.read_schools(rows=rows, at=timezone.now(), trust_code=code, dry_run=dry_run)
        self._report(counts, queries.trust_name(code) if code else "", dry_run=dry_run)

    def _code(self, lines: io.TextIOWrapper, wanted: str) -> str:
        """Which trust is meant: one that the file names, or one that is known here already."""
        known = queries.trusts_by_code()
        for each in gias.read(lines):
            if isinstance(each, gias.Row) and each.trust_code:
                known.setdefault(each.trust_code, each.trust_name)
        return trust_names.choose(wanted, known)

    def _rows(self, lines: io.TextIOWrapper, code: str | None, bar: tqdm[Any], stream: BinaryIO) -> Iterator[gias.Row]:
        """The schools to write; what is wrong is said on the way."""
        here: Container[str] = queries.urns_in_trust(code) if code else ()
        for each in gias.read(lines):
            bar.update(stream.tell() - bar.n)
            if isinstance(each, gias.Fault):
                if code is None or each.trust_code in {None, code}:
                    self._say_fault(each, bar)
                continue
            self.has_codes = each.trust_code is not None
            if code is None or each.trust_code == code or each.urn in here:
                yield each

    def _say_fault(self, fault: gias.Fault, bar: tqdm[Any]) -> None:
        self.faults += fault.left_out
        bar.clear()
        self.stderr.write(f"Line {fault.line}: {fault.reason}{' Left out.' if fault.left_out else ''}")

    def _report(self, counts: actions.Counts, trust: str, *, dry_run: bool) -> None:
        for place in counts.left:
            self.stderr.write(f"{place} is no longer in its trust, or has closed: unpublished until that is confirmed.")
        for place in counts.returned:
            self.stderr.write(f"{place} is in its trust again. Its list stays unpublished until it is published.")
        if counts.missing:
            named = ", ".join(counts.missing[:MOST_NAMED])
            more = f" and {len(counts.missing) - MOST_NAMED:,} more" if len(counts.missing) > MOST_NAMED else ""
            self.stderr.write(f"Not in this file, and left as they were: {named}{more}.")
        if not self.has_codes:
            self.stderr.write("The file has no column “Trusts (code)”, so schools stay in the trusts they were in.")
        self.stdout.write(self._closing_line(counts, trust, dry_run=dry_run))

    def _closing_line(self, counts: actions.Counts, trust: str, *, dry_run: bool) -> str:
        what = f"{_schools(counts.read)} read" + (f" for {trust}" if trust else "")
        done = (
            f"{counts.added:,} added, {counts.updated:,} updated, {counts.unchanged:,} unchanged, "
            f"{counts.closed:,} marked closed, {len(counts.left):,} left their trust, {_rows(self.faults)} left out"
        )
        where = f"{counts.in_trusts:,} of them in {counts.trusts:,} {'trust' if counts.trusts == 1 else 'trusts'}"
        written = " Nothing was written: this was a dry run." if dry_run else ""
        return f"{what}: {done}; {where}.{written}"


def _schools(number: int) -> str:
    return f"{number:,} {'school' if number == 1 else 'schools'}"


def _rows(number: int) -> str:
    return f"{number:,} {'row' if number == 1 else 'rows'}"
