"""The demo trust for the journeys: told once by the real acts, then put back as PostgreSQL copied it out."""

from __future__ import annotations

import fcntl
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from dpia.models import Assessment
from schools.models import Place, Trust
from tests import demo_world, make
from tools_registry import catalogue_file
from tools_registry.actions import catalogue
from tools_registry.models import Tool
from tools_registry.models.entries import entry_url
from trustai.accounts.models import User
from trustai.home.demo import people, story
from trustai.home.demo.cases import Teller

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.backends.utils import CursorWrapper

CATALOGUE = Path(catalogue_file.__file__).parent / "catalogue" / "ai_tools.csv"
URNS = {school.key: school.urn for school in (*people.OAKFIELD, *people.ELMBANK)}
# Filled anew by every flush, or by the migrations.
NOT_OURS = frozenset({"django_migrations", "django_content_type", "auth_permission"})


class Demo:
    """Finds what a journey speaks of: a school by its key, a tool by its code, a case by its tool."""

    def place(self, key: str) -> Place:
        return Place.objects.select_related("trust").get(urn=URNS[key])

    def tool(self, code: str) -> Tool:
        return Tool.objects.get(trust=None, code=code)

    def case(self, code: str) -> Assessment:
        return Assessment.objects.filter(tool__code=code).latest("pk")

    def entry_url(self, key: str, code: str) -> str:
        return entry_url(self.place(key), self.tool(code))

    def teller(self) -> Teller:
        """To bring a case of one's own to where a journey begins."""
        trust = Trust.objects.get(group_uid=people.OAKFIELD_UID)
        places = {key: self.place(key) for key in URNS if key != "elm"}
        signed_up = User.objects.filter(email__endswith="@oakfield.example")
        by_name = {person.email.split("@")[0]: person for person in signed_up}
        return Teller(people.DemoTrust(trust, places, by_name))


@dataclass(frozen=True)
class Snapshot:
    """Every row of every table, where the counters stood, and what the teller gave names to."""

    tables: dict[str, bytes]
    counters: dict[str, int]
    names: dict[str, Any]

    @classmethod
    def take(cls, names: dict[str, Any]) -> Snapshot:
        with connection.cursor() as cursor:
            tables = {name: _copied(cursor, name) for name in _tables()}
            cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL")
            return cls({name: rows for name, rows in tables.items() if rows}, dict(cursor.fetchall()), names)

    def put_back(self) -> None:
        """Into tables that the test before has left empty. No trigger runs: its rows are in the copy already."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for name, rows in self.tables.items():
                with cursor.copy(f'COPY "{name}" FROM STDIN') as into:
                    into.write(rows)
            for name, value in self.counters.items():
                cursor.execute("SELECT setval(%s, %s)", [name, value])


def load(kept: Path, tell: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Put what `tell` tells into the database, and give back its names.

    The first of all workers tells it, and keeps the copy in `kept` for the rest.
    """
    with kept.with_suffix(".lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        if not kept.exists():
            snapshot = Snapshot.take(tell())
            kept.write_bytes(pickle.dumps(snapshot))
            return snapshot.names
    snapshot = pickle.loads(kept.read_bytes())  # noqa: S301  # written by this run
    snapshot.put_back()
    return snapshot.names


def the_story() -> dict[str, Any]:
    """The demo as `load_demo` has it, and nothing else."""
    catalogue.load(rows=catalogue_file.read(CATALOGUE), at=make.NOW)
    with transaction.atomic():
        made = people.make(password=make.PASSWORD, at=make.NOW)
        story.Story(made, make.NOW).tell()
    return {}


def everything() -> dict[str, Any]:
    """The demo, and beside it one of each thing that an address can name."""
    with transaction.atomic():
        return demo_world.build().names


def _copied(cursor: CursorWrapper, table: str) -> bytes:
    with cursor.copy(f'COPY "{table}" TO STDOUT') as out:
        return b"".join(out)


def _tables() -> Iterator[str]:
    return (name for name in connection.introspection.table_names() if name not in NOT_OURS)
