"""One tool: every fact with where it comes from, what changed, what waits for a check, and how it stands here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.urls import reverse

from schools.models import Role
from tools_registry import facts, purposes
from tools_registry.models import Agreement, Tool, ToolChange, ToolChangeAnswer, TrustFact
from tools_registry.models.catalogue import FactField
from tools_registry.models.entries import entry_url
from tools_registry.queries import cards, situations
from tools_registry.rules import agreements as agreement_rules
from tools_registry.rules import catalogue as rules
from tools_registry.rules import changes as change_rules
from tools_registry.words import ChangeKind, DataClass, Subject
from trustai.rules import refusal

from .catalogue import Here, facts_of, here, runs, trust_in_sight
from .facts import FactLine, doubt, laid_of, line, row_source

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from schools.models import Place
    from schools.standing import Standing
    from tools_registry.facts import Facts
    from tools_registry.queries.cards import Look, Read
    from tools_registry.verdicts import Says

APPROVED = frozenset({"approved", "approved_with_conditions", "needs_attention"})


@dataclass(frozen=True, slots=True)
class PendingFact:
    """A looser fact that waits for a second person."""

    fact: TrustFact
    name: str
    value: str
    now: str
    is_mine: bool
    check_refusal: str | None
    turn_down_refusal: str | None


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change: what, since when, who recorded it, and what the Deputy DPO said to it in this trust."""

    change: ToolChange
    kind: str
    who: str
    answer: ToolChangeAnswer | None
    effect: str
    carry_on_refusal: str | None

    @property
    def is_open(self) -> bool:
        return self.answer is None


@dataclass(frozen=True, slots=True)
class Covers:
    """An agreement in a sentence; `url` only for who may open it."""

    reference: str
    words: str
    ends_on: date | None
    in_force: bool
    url: str


@dataclass(frozen=True, slots=True)
class FactHistory:
    at: datetime
    lead: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ToolPage:
    tool: Tool
    trust_id: int
    place: Place | None
    here: Here | None
    says: Says | None
    here_url: str
    age_words: str
    facts: Sequence[FactLine]
    domains: Sequence[str]
    pending: Sequence[PendingFact]
    changes: Sequence[ChangeLine]
    agreements: Sequence[Covers]
    sees_agreements: bool
    ask_url: str
    add_agreement_url: str
    record_change_url: str
    facts_url: str
    edit_url: str
    withdraw_refusal: str | None
    today: date

    @property
    def is_own(self) -> bool:
        return self.tool.trust_id is not None

    @property
    def is_approved_here(self) -> bool:
        """Then one reads what is allowed first, and asks for something more."""
        return bool(self.here and self.here.code in APPROVED)

    @property
    def is_covered(self) -> bool:
        return any(agreement.in_force for agreement in self.agreements)


def find(standing: Standing, public_id: Any) -> tuple[Tool, int]:
    """A tool in sight and the trust it is looked at from. Raises Tool.DoesNotExist."""
    trust_id = trust_in_sight(standing)
    tool = Tool.objects.visible_to(standing).get(public_id=public_id)
    return tool, tool.trust_id or trust_id


def tool_page(standing: Standing, public_id: Any) -> ToolPage:
    """The page, in a fixed number of queries."""
    found, trust_id = find(standing, public_id)
    place = standing.place if standing.place and standing.place.trust_id == trust_id else None
    tool = _read(found, trust_id, place, standing)
    laid = _laid(tool, trust_id)
    today = facts_of(tool)
    look = cards.look_from(standing, place) if place else None
    read = cards.read_one(look, tool) if look else None
    sees_to_it = place is not None and runs(place, standing)
    counting = {fact.field: fact for fact in laid if fact.counts}
    return ToolPage(
        tool=tool,
        trust_id=trust_id,
        place=place,
        here=here(read.given, place, standing) if read and place else None,
        says=read.says if read and not sees_to_it else None,
        here_url=_here_url(look, tool, sees_to_it=sees_to_it) if look else "",
        age_words=_age_sentence(today),
        facts=_fact_lines(tool, today, counting, standing, trust_id),
        domains=tool.domains,
        pending=[_pending(fact, today, standing) for fact in laid if _is_pending(fact)],
        changes=_changes(tool, trust_id, standing),
        agreements=_agreements(tool, trust_id, standing),
        sees_agreements=refusal(agreement_rules.check_may_see, standing, trust_id) is None,
        today=standing.day,
        ask_url=_ask_url(look, read) if look and read else "",
        **_ways_on(tool, trust_id, standing),
    )


@dataclass(frozen=True, slots=True)
class FactsPage:
    tool: Tool
    facts: Sequence[FactLine]
    pending: Sequence[PendingFact]
    history: Sequence[FactHistory]
    today: date


def facts_page(standing: Standing, public_id: Any) -> FactsPage:
    """The facts that narrow an answer, who set them, and what was set before."""
    found, trust_id = find(standing, public_id)
    tool = _read(found, trust_id, None, standing)
    laid = _laid(tool, trust_id)
    today = facts_of(tool)
    counting = {fact.field: fact for fact in laid if fact.counts}
    lines = [_narrowing(field, tool, today, counting, standing, trust_id) for field in FactField]
    return FactsPage(
        tool=tool,
        facts=lines,
        pending=[_pending(fact, today, standing) for fact in laid if _is_pending(fact)],
        history=sorted(_history(laid), key=lambda each: each.at, reverse=True),
        today=standing.day,
    )


@dataclass(frozen=True, slots=True)
class FactPage:
    """One fact, to be set."""

    tool: Tool
    trust_id: int
    field: FactField
    today: Facts
    line: FactLine
    refusal: str | None

    @property
    def shown(self) -> str:
        """The value as the page posts it back, to tell whether it was still so."""
        return json.dumps(getattr(self.today, self.field))


def fact_page(standing: Standing, public_id: Any, field: FactField) -> FactPage:
    found, trust_id = find(standing, public_id)
    tool = _read(found, trust_id, None, standing)
    today = facts_of(tool)
    counting = {fact.field: fact for fact in _laid(tool, trust_id) if fact.counts}
    return FactPage(
        tool=tool,
        trust_id=trust_id,
        field=field,
        today=today,
        line=_narrowing(field, tool, today, counting, standing, trust_id),
        refusal=refusal(rules.check_may_set, standing, trust_id, field),
    )


@dataclass(frozen=True, slots=True)
class ChangePage:
    tool: Tool
    trust_id: int
    today: Facts
    day: date
    line: ChangeLine | None = None


def change_page(standing: Standing, public_id: Any, change_id: Any = None) -> ChangePage:
    """For recording a change, or, with `change_id`, for saying carry on. Raises ToolChange.DoesNotExist."""
    found, trust_id = find(standing, public_id)
    tool = _read(found, trust_id, None, standing)
    line = None
    if change_id is not None:
        line = next((each for each in _changes(tool, trust_id, standing) if each.change.public_id == change_id), None)
        if line is None:
            raise ToolChange.DoesNotExist
    return ChangePage(tool, trust_id, facts_of(tool), standing.day, line)


def find_fact(standing: Standing, tool_id: Any, fact_id: Any) -> TrustFact:
    """A trust's own fact in sight. Raises TrustFact.DoesNotExist."""
    tool, trust_id = find(standing, tool_id)
    return TrustFact.objects.select_related("tool").get(tool=tool, trust_id=trust_id, public_id=fact_id)


# Reading -------------------------------------------------------------------------------------------------------------


def _read(tool: Tool, trust_id: int, place: Place | None, standing: Standing) -> Tool:
    wanted = Tool.objects.filter(pk=tool.pk).with_facts(trust_id).select_related("checked_by")
    return (situations.with_situation(wanted, place, standing.day) if place else wanted).get()


def _laid(tool: Tool, trust_id: int) -> list[TrustFact]:
    rows = TrustFact.objects.filter(tool=tool, trust_id=trust_id).select_related("by", "checked_by")
    return list(rows.order_by("at", "pk"))


def _here_url(look: Look, tool: Tool, *, sees_to_it: bool) -> str:
    """The whole answer: on the entry's page for who sees to the register, in the look-up for who reads it."""
    return entry_url(look.place, tool) if sees_to_it else cards.url(look, tool=str(tool.public_id))


def _ask_url(look: Look, read: Read) -> str:
    """Blank where asking would bring nothing: it is decided on already, or is in the catalogue no longer."""
    gone = read.tool.withdrawn_at is not None
    return "" if gone or read.waits else cards.ask_url(look, tool=str(read.tool.public_id))


def _is_pending(fact: TrustFact) -> bool:
    return fact.withdrawn_at is None and not fact.counts


def _changes(tool: Tool, trust_id: int, standing: Standing) -> list[ChangeLine]:
    mine = ToolChangeAnswer.objects.filter(trust_id=trust_id).select_related("by")
    rows = (
        ToolChange.objects.filter(tool=tool)
        .for_trust(trust_id)
        .select_related("by")
        .prefetch_related(Prefetch("answers", queryset=mine))
        .order_by("-effective_on", "-at", "-pk")
    )
    return [_change_line(change, trust_id, standing) for change in rows]


def _change_line(change: ToolChange, trust_id: int, standing: Standing) -> ChangeLine:
    answers = list(change.answers.all())
    refused = refusal(change_rules.check_may_carry_on, standing, trust_id) or refusal(
        change_rules.check_can_carry_on, change
    )
    return ChangeLine(
        change=change,
        kind=ChangeKind(change.kind).label,
        who=change.by.name if change.by else "The shared catalogue",
        answer=answers[0] if answers else None,
        effect=_effect(change),
        carry_on_refusal=refused,
    )


def _effect(change: ToolChange) -> str:
    """What it switches off where the tool is approved, until it is answered."""
    if change.kind == ChangeKind.AGE:
        return "Year groups that are no longer wholly old enough are off."
    if change.kind == ChangeKind.FEATURE:
        return f"{change.feature} is off until it has been assessed. The rest stands."
    return "Pupils and personal data are off until the Deputy DPO says carry on, or a new version is signed."


def _agreements(tool: Tool, trust_id: int, standing: Standing) -> list[Covers]:
    rows = Agreement.objects.known_to(standing).filter(tool=tool, trust_id=trust_id, withdrawn_at__isnull=True)
    return [covers(row, standing.day) for row in rows.order_by("-starts_on", "-pk")]


def covers(agreement: Agreement, on: date) -> Covers:
    return Covers(
        reference=agreement.reference,
        words=covers_words(agreement),
        ends_on=agreement.ends_on,
        in_force=agreement.starts_on <= on and (agreement.ends_on is None or on < agreement.ends_on),
        url=agreement.get_absolute_url(),
    )


def covers_words(agreement: Agreement) -> str:
    """Personal data about pupils and staff, and their accounts."""
    whose = [Subject(code).label.lower() for code in Subject.values if code in agreement.subjects]
    people = " and ".join([", ".join(whose[:-1]), whose[-1]]) if len(whose) > 1 else "".join(whose)
    accounts = ", and accounts" if agreement.covers_accounts else ""
    return f"{DataClass(agreement.data_class).label} about {people}{accounts}"


# Facts ---------------------------------------------------------------------------------------------------------------


def _age_sentence(today: Facts) -> str:
    """For the head of the page: what the age limit means."""
    if today.minimum_age is None:
        return "Its age limit is not known, so no pupil may use it."
    if not today.age_confirmed:
        return "Nobody has confirmed its age limit from the terms, so no pupil may use it."
    if today.minimum_age == 0:
        return "Its terms allow any age under a school account."
    if today.minimum_age >= facts.ADULT:
        return f"Its users must be {today.minimum_age}."
    return f"Its users must be {today.minimum_age} or over."


def _fact_lines(
    tool: Tool, today: Facts, counting: dict[str, TrustFact], standing: Standing, trust_id: int
) -> list[FactLine]:
    def narrowing(field: FactField) -> FactLine:
        return _narrowing(field, tool, today, counting, standing, trust_id)

    def told(name: str, value: str, note: str = "") -> FactLine:
        return _told(name, value, tool, note)

    found = [
        narrowing(FactField.MINIMUM_AGE),
        narrowing(FactField.PARENTAL_AGE),
        told("Schools and children", tool.education_rule),
        narrowing(FactField.SIGN_IN),
        told("What an account holds", tool.account_holds),
        narrowing(FactField.TRAINS),
        narrowing(FactField.DATA_LOCATION),
    ]
    if tool.restricted_purposes:
        labels = purposes.labels(tuple(tool.restricted_purposes))
        note = "Only with everybody told first and able to say no. Trust AI policy, appendix 1."
        found.append(told("Kept for this supplier", "; ".join(labels), note))
    return found


def _told(name: str, value: str, tool: Tool, note: str = "") -> FactLine:
    """A fact of the row itself that only informs."""
    return FactLine(
        name=name,
        value=value or facts.NOT_KNOWN,
        known=bool(value),
        confirmed=tool.own_facts.age_confirmed,
        note=note,
        origin=row_source(tool) if value else "",
        source_on=tool.source_on if value else None,
        is_text=True,
    )


def _narrowing(
    field: FactField, tool: Tool, today: Facts, counting: dict[str, TrustFact], standing: Standing, trust_id: int
) -> FactLine:
    may_set = not refusal(rules.check_may_set, standing, trust_id, field)
    return line(
        field,
        tool,
        today,
        {name: laid_of(fact) for name, fact in counting.items()},
        note=_note(field, today, counting.get(field)),
        set_url=reverse("tools_registry:fact", args=[tool.public_id, field.value]) if may_set else "",
    )


def _note(field: FactField, today: Facts, laid: TrustFact | None) -> str:
    said = doubt(field, today)
    if laid and laid.checked_by:
        return f"{said} Put forward by {laid.by.name}, checked by {laid.checked_by.name}.".strip()
    return f"{said} Set by {laid.by.name}.".strip() if laid else said


def _pending(fact: TrustFact, today: Facts, standing: Standing) -> PendingFact:
    field = FactField(fact.field)
    return PendingFact(
        fact=fact,
        name=field.label,
        value=facts.value_words(field, fact.value),
        now=facts.value_words(field, getattr(today, field)),
        is_mine=fact.by_id == standing.person_id,
        check_refusal=refusal(rules.check_may_check, standing, fact),
        turn_down_refusal=refusal(rules.check_may_turn_down, standing, fact),
    )


def _history(laid: list[TrustFact]) -> list[FactHistory]:
    """What people did to the facts, in sentences."""
    found: list[FactHistory] = []
    for fact in laid:
        field = FactField(fact.field)
        value = facts.value_words(field, fact.value)
        if fact.is_stricter:
            found.append(FactHistory(fact.at, f"{field.label}:", f"{fact.by.name} set it to “{value}”."))
            continue
        found.append(FactHistory(fact.at, f"{field.label}:", f"{fact.by.name} put forward “{value}”."))
        if fact.checked_at and fact.checked_by:
            found.append(
                FactHistory(
                    fact.checked_at, f"{field.label}:", f"{fact.checked_by.name} checked “{value}”, and it counts."
                )
            )
        elif fact.withdrawn_at:
            found.append(FactHistory(fact.withdrawn_at, f"{field.label}:", f"“{value}” was not taken."))
    return found


# Ways on -------------------------------------------------------------------------------------------------------------


def _ways_on(tool: Tool, trust_id: int, standing: Standing) -> dict[str, Any]:
    """Addresses of what this person may do from here; blank where they may not."""

    def way(name: str, refused: str | None, *args: Any, query: str = "") -> str:
        return "" if refused or tool.withdrawn_at else reverse(f"tools_registry:{name}", args=args) + query

    keeps = refusal(agreement_rules.check_may_keep, standing, trust_id)
    describes = refusal(rules.check_may_describe, standing, tool)
    sees_facts = None if standing.in_trust(trust_id) & {Role.NETWORK, Role.DEPUTY_DPO, Role.DPO, Role.ADMIN} else "No"
    return {
        "add_agreement_url": way("add_agreement", keeps, query=f"?tool={tool.public_id}"),
        "record_change_url": way(
            "record_change", refusal(change_rules.check_may_record, standing, trust_id), tool.public_id
        ),
        "facts_url": way("facts", sees_facts, tool.public_id),
        "edit_url": way("edit_tool", describes, tool.public_id),
        "withdraw_refusal": describes,
    }
