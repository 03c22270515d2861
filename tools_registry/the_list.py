"""The published list of a place as one canonical document, worked out from answers. Pure.

PDF, JSON, CSV, the public page and the check of a printed list all come from this document, so they cannot differ. It
holds nothing but what may be published: no assessment content, no security note, no person below head (facts, §5).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from schools import year_groups

from . import purposes
from .purposes import PROHIBITED, RESTRICTED
from .words import EXAMPLES, Audience, ConditionKind, DataClass, SignIn

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from .answer import Answer, AudienceAnswer, Condition

FORMAT = 1
SIGN_IN = {
    SignIn.NONE: "No account needed",
    SignIn.SCHOOL: "With the school account",
    SignIn.PERSONAL: "With an account of your own",
    SignIn.UNKNOWN: "",
}


@dataclass(frozen=True, slots=True)
class ListedPlace:
    """The place as it is printed; with `shows_ages` its pupils are named by age, not by year group."""

    name: str
    urn: str
    trust: str
    policy: str
    policy_url: str
    contact_role: str
    contact_mailbox: str
    decides: str
    year_groups: tuple[int, ...]
    shows_ages: bool = False


@dataclass(frozen=True, slots=True)
class ListedTool:
    """What is published about a tool beside its answer."""

    public_id: str
    name: str
    edition: str
    supplier: str
    how_to_tell: str
    website: str
    sign_in: SignIn
    minimum_age: int | None
    parental_age: int | None
    has_agreement: bool
    clearance: str
    cleared_on: date
    decided_by: str
    decided_on: date
    review_on: date | None
    unsuitable_for: str
    conditions: tuple[Condition, ...]
    answer: Answer


def canonical(place: ListedPlace, tools: Iterable[ListedTool]) -> dict[str, Any]:
    """The document: only tools that somebody may use today, by name. Dates are ISO 8601, codes as in words.py."""
    listed = sorted(
        (tool for tool in tools if tool.answer.allows_anybody),
        key=lambda tool: (tool.name.casefold(), tool.edition.casefold(), tool.public_id),
    )
    return {
        "format": FORMAT,
        "place": {"name": place.name, "urn": place.urn, "trust": place.trust},
        "policy": {"name": place.policy, "url": place.policy_url},
        "ask": {"role": place.contact_role, "mailbox": place.contact_mailbox},
        "decides": place.decides,
        "year_groups": [_year(year, place.shows_ages) for year in place.year_groups],
        "tools": [_tool(tool, place.shows_ages) for tool in listed],
        "never": [{"text": p.label, "clause": p.clause} for p in PROHIBITED if not p.exception_by],
        "only_where_listed": _only_where_listed(listed),
        "always": list(purposes.ALWAYS_BENEATH),
        "data_classes": [
            {"code": str(data), "name": data.label, "level": data.rank + 1, "example": EXAMPLES[data]}
            for data in DataClass
        ],
    }


def as_bytes(document: dict[str, Any]) -> bytes:
    """Sorted keys, no spare space, UTF-8: the same document is the same bytes."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def digest(document: dict[str, Any]) -> str:
    """SHA-256 of the canonical bytes, in hex."""
    return sha256(as_bytes(document)).hexdigest()


def _only_where_listed(listed: list[ListedTool]) -> list[dict[str, Any]]:
    """Prohibited with a possible exception, and restricted purposes, each with the tools this list allows it for."""
    rows = []
    for purpose in (*RESTRICTED, *(p for p in PROHIBITED if p.exception_by)):
        tools = [
            f"{tool.name} ({tool.edition})" if tool.edition else tool.name
            for tool in listed
            if any(purpose.code in given.purposes for given in tool.answer.audiences)
        ]
        rows.append({"text": purpose.label, "why": purpose.why, "clause": purpose.clause, "tools": tools})
    return rows


def _tool(tool: ListedTool, by_age: bool) -> dict[str, Any]:
    return {
        "id": tool.public_id,
        "name": tool.name,
        "edition": tool.edition,
        "supplier": tool.supplier,
        "how_to_tell": tool.how_to_tell,
        "website": tool.website,
        "sign_in": SIGN_IN[tool.sign_in],
        "minimum_age": tool.minimum_age,
        "parental_age": tool.parental_age,
        "agreement": tool.has_agreement,
        "clearance": {"reference": tool.clearance, "signed_on": tool.cleared_on.isoformat()},
        "decided": {"by": tool.decided_by, "on": tool.decided_on.isoformat()},
        "review_by": tool.review_on.isoformat() if tool.review_on else None,
        "unsuitable_for": tool.unsuitable_for,
        "audiences": [_audience(given, by_age) for given in tool.answer.audiences],
        "conditions": [_condition(c) for c in tool.conditions if c.public_words and not c.met],
        "features_off": list(tool.answer.features_off),
    }


def _condition(condition: Condition) -> dict[str, Any]:
    due = condition.due_on.isoformat() if condition.kind == ConditionKind.BY_DATE and condition.due_on else None
    return {"kind": str(condition.kind), "text": condition.public_words, "due_on": due}


def _audience(given: AudienceAnswer, by_age: bool) -> dict[str, Any]:
    return {
        "audience": str(given.audience),
        "name": given.audience.label,
        "may": given.may,
        "who": who(given, by_age=by_age),
        "with_parents": given.with_parents,
        "with_work_consent": given.with_work_consent,
        "data": str(given.data_class) if given.may else None,
        "data_name": given.data_class.label if given.may else "",
        "data_level": given.data_class.rank + 1 if given.may else 0,
        "whose": [{"code": str(subject), "name": subject.label, "most": most.label} for subject, most in given.whose],
        "purposes": list(purposes.labels(given.purposes)),
        "years": [
            {**_year(year.year_group, by_age), "mark": str(year.mark), "words": year.words} for year in given.years
        ],
    }


def who(given: AudienceAnswer, *, by_age: bool = False) -> str:
    """ "Staff", "Years 9 to 11", or "no" in words."""
    if not given.may:
        return f"{given.audience.label}: no"
    if given.audience != Audience.PUPILS:
        return given.audience.label
    return year_groups.words(given.year_groups, by_age=by_age)


def _year(year_group: int, by_age: bool) -> dict[str, Any]:
    return {"code": year_groups.short(year_group, by_age=by_age), "name": year_groups.name(year_group, by_age=by_age)}
