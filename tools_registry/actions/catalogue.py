"""The only code that writes tools: the shared ones by `load`, a trust's own by people."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import slugify

from schools.models import Trust
from tools_registry import facts, what_changed
from tools_registry.finding import folded
from tools_registry.models import RegisterEntry, Tool, ToolChange, TrustFact
from tools_registry.models.catalogue import Confidence, FactField, Training
from tools_registry.rules import catalogue as rules
from tools_registry.words import EntryStatus, SignIn
from trustai import celery
from trustai.audit.actions import record
from trustai.days import day_of
from trustai.rules import AlreadyDone, Refused, check_fresh

from . import requests

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from schools.standing import Standing
    from tools_registry.catalogue_file import ToolRow
    from trustai.accounts.models import User

TELL = "tools_registry.tell_changes"
LONGEST_CODE = 80


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did, in numbers. `left_alone` are shared tools that the file does not have."""

    added: int
    changed: int
    unchanged: int
    left_alone: int
    changes: int


@dataclass(frozen=True, slots=True)
class Description:
    """What a tool is, for people and for finding it. None of this narrows an answer."""

    name: str
    edition: str = ""
    supplier: str = ""
    category: str = ""
    website: str = ""
    domains: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    how_to_tell: str = ""
    account_holds: str = ""
    education_rule: str = ""
    terms_url: str = ""
    privacy_url: str = ""


@dataclass(frozen=True, slots=True)
class FirstFacts:
    """What is known of a new tool. Its age limit counts as unconfirmed until two people have read the terms."""

    sign_in: str = SignIn.UNKNOWN
    minimum_age: int | None = None
    parental_age: int | None = None
    trains_on_inputs: str = Training.UNKNOWN
    data_location: str = ""
    source: str = ""
    source_on: date | None = None


NOTHING_KNOWN = FirstFacts()


# The shared tools ----------------------------------------------------------------------------------------------------


@transaction.atomic
def load(*, rows: Sequence[ToolRow], at: datetime) -> Loaded:
    """Add and update the shared tools. What got worse becomes a change that everybody concerned is told of.

    A tool the file does not have stays as it is. The same file again changes nothing.
    """
    known = {tool.code: tool for tool in Tool.objects.select_for_update(no_key=True).filter(trust=None).order_by("pk")}
    new = [_shared(row, at) for row in rows if row.code not in known]
    Tool.objects.bulk_create(new)
    changed = [(known[row.code], row) for row in rows if row.code in known and _differs(known[row.code], row)]
    changes = [change for tool, row in changed for change in _update(tool, row, at)]
    ToolChange.objects.bulk_create(changes)
    if changes:
        transaction.on_commit(partial(celery.wake, TELL))
    updated = len(rows) - len(new)
    return Loaded(len(new), len(changed), updated - len(changed), len(known) - updated, len(changes))


def _values(row: ToolRow) -> dict[str, Any]:
    values = asdict(row)
    for name in ("domains", "aliases", "restricted_purposes"):
        values[name] = list(values[name])
    values["sort_name"] = folded(row.name)
    values["checked_on"] = row.source_on if row.confidence == Confidence.CONFIRMED else None
    return values


def _shared(row: ToolRow, at: datetime) -> Tool:
    return Tool(trust=None, created_at=at, **_values(row))


def _differs(tool: Tool, row: ToolRow) -> bool:
    return any(getattr(tool, name) != value for name, value in _values(row).items())


def _terms(tool: Tool) -> what_changed.Terms:
    return what_changed.Terms(tool.supplier, frozenset(tool.restricted_purposes), tool.education_rule, tool.source_on)


def _update(tool: Tool, row: ToolRow, at: datetime) -> list[ToolChange]:
    """Write one shared tool. Words that a trust had laid over a fact and that the new one overtakes end here."""
    old_facts, old_terms = tool.own_facts, _terms(tool)
    for name, value in _values(row).items():
        setattr(tool, name, value)
    tool.revision += 1
    tool.save()
    worse = what_changed.in_facts(old_facts, tool.own_facts)
    _end_overtaken(tool, old_facts, at)
    return [
        ToolChange(trust=None, tool=tool, kind=each.kind, summary=each.summary, effective_on=day_of(at), by=None, at=at)
        for each in (*worse, *what_changed.in_terms(old_terms, _terms(tool)))
    ]


def _end_overtaken(tool: Tool, old: facts.Facts, at: datetime) -> None:
    """A trust's looser word was checked against terms that hold no longer; so was its confirmation of another age."""
    new = tool.own_facts
    laid = TrustFact.objects.counting().filter(tool=tool).select_for_update(no_key=True).order_by("trust_id", "pk")
    for fact in laid:
        was, now = getattr(old, fact.field), getattr(new, fact.field)
        overtaken = was != now and facts.is_looser(fact.field, now, fact.value)
        other_age = fact.field == FactField.AGE_CONFIRMED and fact.value and old.minimum_age != new.minimum_age
        if overtaken or other_age:
            fact.withdrawn_at = at
            fact.save(update_fields=["withdrawn_at"])
            record(
                "fact.overtaken",
                trust_id=fact.trust_id,
                subject_type="tool",
                subject_id=tool.public_id,
                by=None,
                at=at,
                field=fact.field,
            )


# A trust's own -------------------------------------------------------------------------------------------------------


@transaction.atomic
def add(
    *,
    trust_id: int,
    description: Description,
    known: FirstFacts = NOTHING_KNOWN,
    by: User,
    standing: Standing,
    at: datetime,
    for_request: UUID | None = None,
) -> Tool:
    """A tool of the trust's own. With `for_request`, those who asked for it by name have now asked for this tool."""
    Trust.objects.select_for_update(no_key=True).get(pk=trust_id)
    rules.check_may_add(standing, trust_id)
    for field in _facts_given(known):
        rules.check_may_set(standing, trust_id, field)
    _check_new(trust_id, description)
    tool = Tool(
        trust_id=trust_id,
        code=_free_code(trust_id, description),
        created_at=at,
        confidence=Confidence.UNCONFIRMED,
        checked_on=known.source_on,
        checked_by=by if known.source_on else None,
        **asdict(known),
    )
    _describe(tool, description)
    tool.save(force_insert=True)
    if for_request is not None:
        requests.link(request_public_id=for_request, tool=tool, by=by, standing=standing, at=at)
    _record("tool.added", tool, by=by, standing=standing, at=at)
    return tool


@transaction.atomic
def describe(
    *, tool_id: int, description: Description, revision: int, by: User, standing: Standing, at: datetime
) -> Tool:
    tool = _lock(tool_id)
    rules.check_may_describe(standing, tool)
    if all(_as_list(value) == getattr(tool, name) for name, value in asdict(description).items()):
        raise AlreadyDone("Nothing was changed: it says so already.")
    check_fresh(revision, tool.revision, what=str(tool))
    rules.check_can_describe(tool)
    _describe(tool, description)
    tool.revision += 1
    tool.save(update_fields=[*(field.name for field in fields(description)), "sort_name", "revision"])
    _record("tool.described", tool, by=by, standing=standing, at=at)
    return tool


@transaction.atomic
def withdraw(*, tool_id: int, revision: int, by: User, standing: Standing, at: datetime) -> Tool:
    """Take an own tool out of the catalogue. It stays in every record that names it."""
    tool = _lock(tool_id)
    rules.check_may_describe(standing, tool)
    if tool.withdrawn_at is not None:
        raise AlreadyDone("It is out of the catalogue already.")
    check_fresh(revision, tool.revision, what=str(tool))
    approved = RegisterEntry.objects.filter(tool=tool, status=EntryStatus.APPROVED)
    rules.check_can_withdraw(tool, approved_at=approved.count())
    tool.withdrawn_at = at
    tool.revision += 1
    tool.save(update_fields=["withdrawn_at", "revision"])
    _record("tool.withdrawn", tool, by=by, standing=standing, at=at)
    return tool


def _lock(tool_id: int) -> Tool:
    return Tool.objects.select_for_update(no_key=True).get(pk=tool_id)


def _facts_given(known: FirstFacts) -> list[FactField]:
    return [field for field in FactField if getattr(known, field, None) != getattr(NOTHING_KNOWN, field, None)]


def _as_list(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _describe(tool: Tool, description: Description) -> None:
    for name, value in asdict(description).items():
        setattr(tool, name, _as_list(value))
    tool.sort_name = folded(description.name)


def _check_new(trust_id: int, description: Description) -> None:
    alike = Tool.objects.for_trust(trust_id).listed().filter(sort_name=folded(description.name))
    if any(folded(edition) == folded(description.edition) for edition in alike.values_list("edition", flat=True)):
        raise Refused("The catalogue has a tool of this name and edition already.")


def _free_code(trust_id: int, description: Description) -> str:
    """A code no own tool of the trust has. The trust is locked."""
    start = slugify(f"{description.name} {description.edition}")[: LONGEST_CODE - 4] or "tool"
    taken = set(Tool.objects.filter(trust_id=trust_id, code__startswith=start).values_list("code", flat=True))
    number = 1
    code = start
    while code in taken:
        number += 1
        code = f"{start}-{number}"
    return code


def _record(kind: str, tool: Tool, *, by: User, standing: Standing, at: datetime) -> None:
    assert tool.trust_id is not None  # noqa: S101  # only a trust's own tool is written by a person
    record(
        kind,
        trust_id=tool.trust_id,
        subject_type="tool",
        subject_id=tool.public_id,
        role=rules.acting_as(standing, tool.trust_id, rules.KEEPS_CATALOGUE) or "",
        by=by,
        at=at,
    )
