"""Load the shared tools from a file: all of it, or nothing and every line that is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tools_registry import catalogue_file
from tools_registry.actions import catalogue as actions

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

    from tools_registry.actions.catalogue import Loaded

BAD_FILE = 2
MOST_ERRORS = 50


class Command(BaseCommand):
    help = "Load the shared tools of the catalogue from a CSV file. The same file again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="tools_registry/catalogue/ai_tools.csv is ours")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = catalogue_file.read(options["file"])
        except catalogue_file.BadFile as bad:
            self._show(bad)
            raise CommandError(str(bad), returncode=BAD_FILE) from bad
        self.stdout.write(said(actions.load(rows=rows, at=timezone.now())))

    def _show(self, bad: catalogue_file.BadFile) -> None:
        for line, sentence in bad.errors[:MOST_ERRORS]:
            self.stderr.write(f"Line {line}: {sentence}.")
        if len(bad.errors) > MOST_ERRORS:
            self.stderr.write(f"And {len(bad.errors) - MOST_ERRORS} more.")


def said(loaded: Loaded) -> str:
    """One closing line with the counts."""
    total = loaded.added + loaded.changed + loaded.unchanged
    words = [f"{total} tools: {loaded.added} added, {loaded.changed} changed, {loaded.unchanged} as they were."]
    if loaded.changes:
        noun = "change is" if loaded.changes == 1 else "changes are"
        words.append(f"{loaded.changes} {noun} recorded, and the people concerned will be told.")
    if loaded.left_alone:
        noun = "shared tool is" if loaded.left_alone == 1 else "shared tools are"
        words.append(f"{loaded.left_alone} {noun} not in this file and stay as they were.")
    return " ".join(words)
