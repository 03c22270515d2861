"""A tool's facts as one trust sees them, each with where it was read, when, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from tools_registry import facts, sources
from tools_registry.models import Tool, TrustFact
from tools_registry.models.catalogue import FactField
from trustai.days import day_of

from .situations import day_in_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tools_registry.facts import Facts
    from tools_registry.sources import Source

SHARED_SOURCE = "the shared catalogue"
OWN_SOURCE = "what was entered when the tool was added"
LAID_SOURCE = "our trust’s own word"
NO_SOURCE = "Our trust’s own word: no source was given"
AGES = frozenset({FactField.MINIMUM_AGE, FactField.PARENTAL_AGE, FactField.AGE_CONFIRMED})
IN_BRIEF = (
    FactField.MINIMUM_AGE,
    FactField.PARENTAL_AGE,
    FactField.SIGN_IN,
    FactField.TRAINS,
    FactField.DATA_LOCATION,
)


@dataclass(frozen=True, slots=True)
class Laid:
    """A fact of the trust's own that counts. `source_on` is when it was read, `on` when it was set."""

    field: str
    source: str
    source_on: date | None
    wording: str
    on: date


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact as a page shows it. `known` is False where nobody knows; then it has no confidence either.

    An age limit that is not known still has its source: where it was looked for.
    """

    name: str
    value: str
    known: bool = True
    confirmed: bool = True
    note: str = ""
    origin: str = ""
    source: Source | None = None
    source_on: date | None = None
    set_on: date | None = None
    wording: str = ""
    set_url: str = ""
    is_text: bool = False

    @property
    def is_laid(self) -> bool:
        """The trust's own word, not the shared catalogue's."""
        return self.set_on is not None

    @property
    def confidence(self) -> str:
        if not self.known:
            return ""
        if self.is_laid and self.source is None:
            return NO_SOURCE
        return "Confirmed" if self.confirmed else facts.NOT_CONFIRMED


def facts_today(tool: Tool, trust_id: int) -> Facts:
    """The tool's facts with what counts of the trust's own laid over them. One query."""
    laid = TrustFact.objects.counting().filter(tool=tool, trust_id=trust_id)
    return tool.own_facts.with_laid(dict(laid.values_list("field", "value")))


def brief(tool: Tool, trust_id: int) -> list[FactLine]:
    """The facts that narrow an answer, for whoever decides. One query."""
    return brief_of(Tool.objects.filter(pk=tool.pk).with_facts(trust_id).get())


def brief_of(tool: Tool) -> list[FactLine]:
    """The same for a tool read `with_facts`. No query."""
    row: Any = tool
    today = tool.own_facts.with_laid({each["field"]: each["value"] for each in row.laid})
    counting = {each["field"]: _laid(each) for each in row.laid}
    shown = [field for field in IN_BRIEF if field != FactField.PARENTAL_AGE or _lowers_an_age(today, counting)]
    return [line(field, tool, today, counting, note=doubt(field, today)) for field in shown]


def line(
    field: FactField,
    tool: Tool,
    today: Facts,
    counting: Mapping[str, Laid],
    *,
    note: str = "",
    set_url: str = "",
) -> FactLine:
    """A fact that narrows an answer, as it counts today: the trust's own word where it has one."""
    value = getattr(today, field)
    laid = _said_by(field, today, counting)
    known = _is_known(field, value, today)
    was_read = known or field == FactField.MINIMUM_AGE
    source = sources.shortened(laid.source) if laid else sources.shortened(tool.source, tool.terms_url)
    return FactLine(
        name=field.label,
        value=_value_words(field, value, today),
        known=known,
        confirmed=_is_confirmed(field, tool, today, laid),
        note=note,
        origin=(LAID_SOURCE if laid else row_source(tool)) if known else "",
        source=source if was_read else None,
        source_on=(laid.source_on if laid else tool.source_on) if was_read else None,
        set_on=laid.on if laid else None,
        wording=laid.wording if laid else "",
        set_url=set_url,
    )


def row_source(tool: Tool) -> str:
    return SHARED_SOURCE if tool.trust_id is None else OWN_SOURCE


def laid_of(fact: TrustFact) -> Laid:
    return Laid(fact.field, fact.source, fact.source_on, fact.wording, day_of(fact.at))


def doubt(field: FactField, today: Facts) -> str:
    """What a reader has to know of an age limit, besides its number."""
    if field == FactField.MINIMUM_AGE and (today.minimum_age is None or not today.age_confirmed):
        return "Until two people have read it in the terms, no pupil may use the tool."
    if field == FactField.PARENTAL_AGE and today.parental_age is not None:
        return "Only pupils whose parent has agreed, once the school has recorded it."
    return ""


def _laid(row: Mapping[str, Any]) -> Laid:
    read_on = date.fromisoformat(row["source_on"]) if row["source_on"] else None
    return Laid(row["field"], row["source"], read_on, row["wording"], day_in_json(row["at"]))


def _lowers_an_age(today: Facts, counting: Mapping[str, Laid]) -> bool:
    return today.parental_age is not None or FactField.PARENTAL_AGE in counting


def _said_by(field: FactField, today: Facts, counting: Mapping[str, Laid]) -> Laid | None:
    """The trust's own word on it. An age it left as it was, but has read in the terms, rests on that reading."""
    read = counting.get(FactField.AGE_CONFIRMED) if field in AGES and today.age_confirmed else None
    return counting.get(field) or read


def _is_known(field: FactField, value: Any, today: Facts) -> bool:
    if field in {FactField.PARENTAL_AGE, FactField.AGE_CONFIRMED}:
        return today.minimum_age is not None
    return value not in {None, "", "unknown"}


def _is_confirmed(field: FactField, tool: Tool, today: Facts, laid: Laid | None) -> bool:
    """A laid fact is confirmed by its wording and source; the ages also by the word of their own on it."""
    if field in AGES:
        return today.age_confirmed
    return bool(laid.source) if laid else tool.own_facts.age_confirmed


def _value_words(field: FactField, value: Any, today: Facts) -> str:
    if field == FactField.PARENTAL_AGE:
        return facts.NOT_KNOWN if today.minimum_age is None else facts.parental_words(value, today.minimum_age)
    if field == FactField.AGE_CONFIRMED and today.minimum_age is None:
        return facts.NOT_KNOWN
    return facts.value_words(field, value)
