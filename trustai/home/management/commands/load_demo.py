"""Load the demo: a made-up trust with its schools, people and a believable state. Never on a real database."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from schools.models import Trust
from trustai.home.demo import people, story

if TYPE_CHECKING:
    from argparse import ArgumentParser

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class Command(BaseCommand):
    help = "Load the demo trust, its people and its state into an empty database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--password", default="", help="for all demo people; made up when left out")

    def handle(self, *args: Any, password: str = "", **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo is not loaded in production: everybody in it has the same password.")
        if Trust.objects.exists():
            raise CommandError("There is a trust in this database already. The demo goes only into an empty one.")
        if not story.known_tools():
            raise CommandError(
                "Load the catalogue first: manage.py load_catalogue tools_registry/catalogue/ai_tools.csv"
            )
        password = password or "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))
        now = timezone.now()
        with transaction.atomic():
            demo = people.make(password=password, at=now)
            story.Story(demo, now).tell()
        _keep(password)
        self.stdout.write(f"The demo is loaded. Everybody's password: {password}")


def _keep(password: str) -> None:
    """For whoever starts the demo; readable by them alone."""
    path = Path(settings.BASE_DIR) / "var" / "demo-password.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text(password + "\n")
    os.chmod(path, 0o600)  # noqa: PTH101  # the mode matters, and is read back by the supervisor
