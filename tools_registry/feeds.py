"""An edition of a list as JSON and as rows of a sheet. Pure; the shape is described in docs/list-feeds.md."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

HEADINGS = (
    "School",
    "URN",
    "Edition",
    "Last changed",
    "Tool",
    "Account",
    "Supplier",
    "How to tell",
    "For",
    "Who",
    "Only with a parent's agreement",
    "Pupils' own work only with agreement",
    "Put in, at most",
    "Whose data",
    "Use it for",
    "Conditions",
    "Not to be used in it",
    "Not suitable for",
    "Minimum age",
    "Data-sharing agreement",
    "Clearance",
    "Decided by",
    "Decided on",
    "Review by",
    "Website",
)


@dataclass(frozen=True, slots=True)
class Issue:
    """What marks an edition: beside its document this is all that a feed says."""

    number: int
    issued_at: datetime
    check_code: str
    check_url: str
    sha256: str


def as_json(document: dict[str, Any], issue: Issue) -> bytes:
    """The canonical document with its edition, keys sorted. `format` rises when a key changes its meaning or goes."""
    edition = {
        "number": issue.number,
        "issued_at": issue.issued_at.isoformat(timespec="seconds"),
        "check_code": issue.check_code,
        "check_url": issue.check_url,
        "sha256": issue.sha256,
    }
    text = json.dumps({**document, "edition": edition}, sort_keys=True, ensure_ascii=False, indent=2)
    return f"{text}\n".encode()


def rows(document: dict[str, Any], issue: Issue, last_changed: str) -> Iterator[list[object]]:
    """A row for each tool and audience that may use it, under HEADINGS."""
    place = document["place"]
    for tool in document["tools"]:
        for given in tool["audiences"]:
            if given["may"]:
                yield [place["name"], place["urn"], issue.number, last_changed, *_row(tool, given)]


def _row(tool: dict[str, Any], given: dict[str, Any]) -> list[object]:
    return [
        tool["name"],
        tool["edition"],
        tool["supplier"],
        tool["how_to_tell"],
        given["name"],
        given["who"],
        _yes(given["with_parents"]),
        _yes(given["with_work_consent"]),
        given["data_name"],
        "; ".join(f"{each['name']}: {each['most'].lower()}" for each in given["whose"]),
        "; ".join(given["purposes"]),
        "; ".join(_condition(each) for each in tool["conditions"]),
        "; ".join(tool["features_off"]),
        tool["unsuitable_for"],
        "" if tool["minimum_age"] is None else tool["minimum_age"],
        _yes(tool["agreement"]),
        tool["clearance"]["reference"],
        tool["decided"]["by"],
        tool["decided"]["on"],
        tool["review_by"] or "",
        tool["website"],
    ]


def _condition(condition: dict[str, Any]) -> str:
    return f"By {condition['due_on']}: {condition['text']}" if condition["due_on"] else str(condition["text"])


def _yes(said: bool) -> str:
    return "Yes" if said else "No"
