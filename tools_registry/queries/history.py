"""What happened to a tool at a place, in sentences: from the events, with the names people have today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schools.models import Role
from trustai.audit.queries import story

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from schools.models import Place
    from trustai.audit.queries import Told

DID = {
    "entry.approved": "approved it",
    "entry.decided_again": "decided again, and it is approved",
    "entry.declined": "declined it",
    "entry.withdrawn": "withdrew it",
    "entry.deletion_confirmed": "confirmed that what was put in has been deleted",
    "entry.suspended": "suspended it",
    "entry.lift_asked": "asked to lift the suspension",
    "entry.lift_agreed": "agreed to lift the suspension",
    "entry.lifted": "lifted the suspension",
    "condition.reported": "reported this as done",
    "condition.confirmed": "confirmed this as met",
    "condition.refused": "did not confirm this",
    "clearance.issued": "signed the clearance",
    "clearance.withdrawn": "withdrew the clearance",
    "day_one.entered": "entered an earlier consultation",
    "day_one.confirmed": "confirmed that the team was consulted",
    "day_one.signed": "signed the earlier consultation",
    "day_one.taken_back": "took it back",
}
# The reason for a suspension is said once, where it began.
WITHOUT_REASON = frozenset({"entry.lift_asked", "entry.lift_agreed", "entry.lifted"})


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a story. `lead` is said first, in bold."""

    at: datetime
    sentence: str
    lead: str = ""


def happened(
    subject_ids: Iterable[UUID], *, trust_id: int, place: Place | None = None, about: Mapping[str, str]
) -> list[Happened]:
    """Two queries. `about` has words for a subject by its id; events of other schools on a shared subject are left out."""
    told = story(list(subject_ids), trust_id)
    return [
        Happened(event.at, _sentence(event, about.get(str(event.subject_id), "")))
        for event in told
        if event.kind in DID and (place is None or event.urn in {"", place.urn})
    ]


def changes(rows: Sequence[dict[str, Any]]) -> list[Happened]:
    """What changed in the tool itself, from the rows the situation was read with."""
    return [Happened(datetime.fromisoformat(row["at"]), row["summary"], lead="The tool changed.") for row in rows]


def newest_first(*stories: Iterable[Happened]) -> list[Happened]:
    return sorted((each for each_story in stories for each in each_story), key=lambda each: each.at, reverse=True)


def _sentence(event: Told, about: str) -> str:
    role = f" ({Role(event.role).label})" if event.role in Role.values else ""
    everywhere = " at every place of the trust" if event.detail.get("everywhere") else ""
    did = DID[event.kind]
    if event.kind == "condition.reported" and event.detail.get("done", 0) < event.detail.get("of", 0):
        did = f"said that {event.detail['done']} of {event.detail['of']} have done this so far"
    what = f": {about}" if about and event.kind not in WITHOUT_REASON else ""
    return f"{event.who}{role} {did}{everywhere}{what}".rstrip(".") + "."
