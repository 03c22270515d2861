"""Take in what the DfE's file says about schools: add, update, mark closed, and report those that left a trust."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass, field, fields
from itertools import islice
from typing import TYPE_CHECKING

from django.db import connection, transaction

from schools import gias, trust_names
from schools.models import Place, PlaceKind, Role, School, SchoolStatus, Trust
from schools.standing import people_holding
from trustai.audit.actions import record
from trustai.days import day_of
from trustai.notices.actions import tell
from trustai.rules import Refused

from .places import office_for, place_for

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

BATCH = 1000
FACTS = [fact.name for fact in fields(gias.Facts)]
ONE_AT_A_TIME = 0x5C4001
TOLD_OF_LEAVING = (Role.HEAD, Role.TRUST_LEAD, Role.ADMIN)


@dataclass(slots=True)
class Counts:
    """What one reading did, in schools.

    The lists name places, "Name (URN)": reported to have left their trust or closed, found there again, not in the file.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    closed: int = 0
    in_trusts: int = 0
    trusts: int = 0
    places: int = 0
    left: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def read(self) -> int:
        return self.added + self.updated + self.unchanged


@transaction.atomic
def read_schools(
    *, rows: Iterable[gias.Row], at: datetime, trust_code: str | None = None, dry_run: bool = False
) -> Counts:
    """Write every row, in one transaction and in batches; `dry_run` takes it all back at the end.

    `trust_code` says that the rows are those of one trust, so that only its schools can be missing from them.

    A school is never closed or moved because a file lacks it: files are often parts. Where the file names another
    trust, or says it has closed, its place stays, is unpublished, and waits for `confirm_left` or `keep_in_trust`.
    Raises Refused when another reading is under way.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        if not cursor.fetchone()[0]:
            raise Refused("Another import is under way. Wait until it has ended.")
    reading = _Reading(at)
    stream = iter(rows)
    while batch := list(islice(stream, BATCH)):
        reading.take(batch)
    reading.record()
    reading.look_for_missing(trust_code)
    if dry_run:
        transaction.set_rollback(True)
    return reading.counts


class _Reading:
    """What is known while a file is read: the trusts, and what there is to say about each.

    No query joins two tables: statistics taken between a dry run and the import say that they are empty, and PostgreSQL
    then compares every row with every row (five minutes instead of eight seconds, measured).
    """

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.counts = Counts()
        self.trusts = {trust.group_uid: trust for trust in Trust.objects.all()}
        self.trusts_by_id = {trust.pk: trust for trust in self.trusts.values()}
        self.urns: set[str] = set()
        self.codes = {trust.code for trust in self.trusts.values()}
        self.named: set[str] = set()
        self.happened: defaultdict[int, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))

    def take(self, batch: list[gias.Row]) -> None:
        self._take_trusts(batch)
        urns = [row.urn for row in batch]
        self.urns.update(urns)
        before = _by_urn(School.objects.select_for_update().filter(urn__in=urns).order_by("pk"))
        changed = [school for row in batch if (school := self._school(row, before.get(row.urn)))]
        School.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["urn"],
            update_fields=[*FACTS, "sort_name", "trust", "read_at"],
        )
        School.objects.filter(urn__in=urns).update(read_at=self.at)
        self._take_places(batch, _by_urn(School.objects.filter(urn__in=urns)))

    # Trusts

    def _take_trusts(self, batch: list[gias.Row]) -> None:
        """Make the trusts not known yet, each with its office; take over a new name. The code is the key."""
        fresh: dict[str, Trust] = {}
        for row in batch:
            if not row.trust_code or row.trust_code in self.named:
                continue
            self.named.add(row.trust_code)
            name = trust_names.written_out(row.trust_name) or f"Trust {row.trust_code}"
            known = self.trusts.get(row.trust_code)
            if known is None:
                fresh[row.trust_code] = self._new_trust(row.trust_code, name)
            elif row.trust_name and known.name.casefold() != name.casefold():
                known.name, known.sort_name = name, name.casefold()
                known.save(update_fields=["name", "sort_name"])
        made = Trust.objects.bulk_create(fresh.values())
        self.trusts |= fresh
        self.trusts_by_id |= {trust.pk: trust for trust in made}
        on = day_of(self.at)
        Place.objects.bulk_create(office_for(trust, joined_on=on) for trust in made)

    def _new_trust(self, group_uid: str, name: str) -> Trust:
        code = trust_names.code_for(name, self.codes)
        self.codes.add(code)
        return Trust(group_uid=group_uid, name=name, sort_name=name.casefold(), code=code)

    # Schools

    def _school(self, row: gias.Row, before: School | None) -> School | None:
        """The school as it is to be written, or None when the file says nothing new."""
        trust = self._trust_of(row, before)
        facts = asdict(row.facts)
        if before is None:
            self.counts.added += 1
        elif before.trust_id == trust and all(getattr(before, name) == value for name, value in facts.items()):
            self.counts.unchanged += 1
            return None
        else:
            self.counts.updated += 1
            self.counts.closed += row.facts.status == SchoolStatus.CLOSED != before.status
            if trust is not None:
                self.happened[trust]["updated"].append(row.urn)
        return School(urn=row.urn, sort_name=row.facts.name.casefold(), trust_id=trust, read_at=self.at, **facts)

    def _trust_of(self, row: gias.Row, before: School | None) -> int | None:
        """A file without trust codes leaves a school in the trust it was in: a name is no key."""
        if row.trust_code is None:
            return before.trust_id if before else None
        if row.trust_code:
            self.counts.in_trusts += 1
            self.counts.trusts = len(self.named)
            return self.trusts[row.trust_code].pk
        return None

    # Places

    def _take_places(self, batch: list[gias.Row], schools: dict[str, School]) -> None:
        held = Place.objects.select_for_update().filter(urn__in=list(schools), left_on__isnull=True).order_by("pk")
        places = {place.urn: place for place in held}
        arriving = []
        for row in batch:
            place, school = places.get(row.urn), schools[row.urn]
            if place is not None:
                self._look_at(place, row, school)
            elif school.trust_id is not None and school.status != SchoolStatus.CLOSED:
                arriving.append(place_for(school, self.trusts_by_id[school.trust_id], joined_on=day_of(self.at)))
                self.happened[school.trust_id]["joined"].append(row.urn)
        self.counts.places += len(Place.objects.bulk_create(arriving))

    def _look_at(self, place: Place, row: gias.Row, school: School) -> None:
        """Whether the school is still in the trust of its place, by this file."""
        if place.name != school.name:
            place.name, place.sort_name = school.name, school.sort_name
            place.save(update_fields=["name", "sort_name"])
        here = self.trusts_by_id[place.trust_id].group_uid
        code = here if row.trust_code is None else row.trust_code
        if code == here and school.status != SchoolStatus.CLOSED:
            self._has_returned(place, row)
        elif place.leaving_reported_at is None or place.leaving_trust_code != code:
            self._has_left(place, code)

    def _has_left(self, place: Place, code: str) -> None:
        place.leaving_reported_at, place.leaving_trust_code, place.is_published = self.at, code, False
        self._save(place)
        self.counts.left.append(f"{place.name} ({place.urn})")
        self.happened[place.trust_id]["left"].append(place.urn)
        told = people_holding(*TOLD_OF_LEAVING, trust_id=place.trust_id, on=day_of(self.at), place_id=place.pk)
        tell(told, "school.left", trust_id=place.trust_id, path=f"/schools/{place.urn}/", at=self.at, about=place.name)

    def _has_returned(self, place: Place, row: gias.Row) -> None:
        """An earlier report was wrong, or was put right. The list stays unpublished until somebody publishes it."""
        if place.leaving_reported_at is None or row.trust_code is None:
            return
        place.leaving_reported_at, place.leaving_trust_code = None, ""
        self._save(place)
        self.counts.returned.append(f"{place.name} ({place.urn})")
        self.happened[place.trust_id]["returned"].append(place.urn)

    def _save(self, place: Place) -> None:
        place.revision += 1
        place.save(update_fields=["leaving_reported_at", "leaving_trust_code", "is_published", "revision"])

    def look_for_missing(self, trust_code: str | None) -> None:
        """Schools that a trust has here and the file has not: left as they were."""
        places = Place.objects.filter(kind=PlaceKind.SCHOOL, left_on__isnull=True)
        if trust_code is not None:
            places = places.filter(trust=self.trusts[trust_code])
        named = places.order_by("sort_name", "pk").values_list("urn", "name").iterator(chunk_size=BATCH)
        self.counts.missing = [f"{name} ({urn})" for urn, name in named if urn not in self.urns]

    # Events

    def record(self) -> None:
        """One event for each trust about which the file said something new: URNs and codes only."""
        ids = {trust.pk: trust.public_id for trust in self.trusts.values()}
        for trust_id, happened in sorted(self.happened.items()):
            record(
                "trust.schools_read",
                trust_id=trust_id,
                subject_type="trust",
                subject_id=ids[trust_id],
                urn="",
                role="",
                by=None,
                at=self.at,
                **happened,
            )


def _by_urn(schools: Iterable[School]) -> dict[str, School]:
    return {school.urn: school for school in schools}
