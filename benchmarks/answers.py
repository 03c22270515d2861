"""How the answer and the reading of it grow: ratios in one run, no times to compare between machines.

Prints, for 10 and 1,000 tools at one school: queries, and the time a tool relative to that of 10 tools.
Run by `bin/bench`; it works in a transaction that is rolled back.
"""

from __future__ import annotations

from datetime import date, timedelta
from time import perf_counter

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from schools.models import Place, School, Trust
from tools_registry.answer import answer
from tools_registry.models import Clearance, ClearanceAllowance, EntryAllowance, RegisterEntry, Tool
from tools_registry.queries.situations import situation_of, with_situation
from trustai.accounts.models import User

TODAY = date(2026, 11, 24)
SIZES = (10, 100, 1000)


def world(size: int) -> Place:
    """A school with `size` approved tools."""
    now = timezone.now()
    trust = Trust.objects.create(group_uid=f"bench{size}", name="Bench", sort_name="bench", code=f"B{size}")
    school = School.objects.create(urn=f"{800000 + size}", name="Bench", sort_name="bench", trust=trust, read_at=now)
    place = Place.objects.create(
        trust=trust,
        school=school,
        name="Bench",
        sort_name="bench",
        urn=school.urn,
        joined_on=TODAY,
        year_groups=list(range(7, 14)),
        year_groups_confirmed_at=now,
    )
    who = User.objects.create_user(email=f"bench{size}@oakfield.example", name="Bench")
    for number in range(size):
        tool = Tool.objects.create(
            trust=trust,
            code=f"t{number}",
            name=f"Tool {number}",
            sort_name=f"tool {number}",
            minimum_age=13,
            confidence="confirmed",
            sign_in="none",
            created_at=now,
        )
        clearance = Clearance.objects.create(
            trust=trust,
            tool=tool,
            reference=f"R{number}",
            is_trust_wide=True,
            starts_on=TODAY,
            signed_by=who,
            signed_role="trustlead",
            signed_at=now,
        )
        entry = RegisterEntry.objects.create(
            trust=trust,
            place=place,
            tool=tool,
            status="approved",
            clearance=clearance,
            review_on=TODAY + timedelta(days=300),
            decided_by=who,
            decided_role="head",
            decided_at=now,
        )
        what = {"audience": "pupils", "year_groups": [9, 10, 11], "purposes": ["practice"]}
        ClearanceAllowance.objects.create(trust=trust, clearance=clearance, **what)
        EntryAllowance.objects.create(trust=trust, entry=entry, **what)
    return Place.objects.select_related("trust").get(pk=place.pk)


def measure(place: Place) -> tuple[int, float, float]:
    """Queries, seconds of reading, seconds of working out; the best of three."""
    reading, working, queries = [], [], 0
    for _ in range(3):
        with CaptureQueriesContext(
            connection,
        ) as made:
            began = perf_counter()
            tools = list(with_situation(Tool.objects.filter(trust=place.trust), place, TODAY))
            reading.append(perf_counter() - began)
        queries = len(made)
        began = perf_counter()
        for tool in tools:
            answer(situation_of(tool, place, TODAY), TODAY)
        working.append(perf_counter() - began)
    return queries, min(reading), min(working)


def main() -> None:
    with transaction.atomic():
        found = {size: measure(world(size)) for size in SIZES}
        transaction.set_rollback(True)
    print(f"{'tools':>6}  {'queries':>7}  {'reading a tool, ratio':>22}  {'working out a tool, ratio':>26}")
    base_read, base_work = found[10][1] / 10, found[10][2] / 10
    for size, (queries, read, work) in found.items():
        print(f"{size:>6}  {queries:>7}  {read / size / base_read:>22.2f}  {work / size / base_work:>26.2f}")
