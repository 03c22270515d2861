"""The catalogue: the shared tools and the trust's own, with the trust's own facts laid over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from schools.models import Role
from tools_registry import facts
from tools_registry.models import Agreement, RegisterEntry, Tool
from tools_registry.queries import situations
from tools_registry.rules import agreements as agreement_rules
from tools_registry.rules import catalogue as rules
from tools_registry.words import EntryStatus, SignIn
from trustai.rules import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import QuerySet

    from schools.models import Place
    from schools.standing import Standing
    from tools_registry.answer import Answer
    from tools_registry.facts import Facts

PAGE = 25
SORTS = {
    "name": "sort_name",
    "supplier": "supplier",
    "category": "category",
    "age": "age_today",
    "approved": "approved_at",
}
CONFIRMED, UNCONFIRMED, NOT_KNOWN = "confirmed", "unconfirmed", "not_known"
OWN, SHARED = "own", "shared"
RUN_THE_PLACE = frozenset({Role.HEAD, Role.AI_LEAD, Role.DSL})


@dataclass(frozen=True, slots=True)
class CatalogueFilter:
    """What is asked of the list."""

    words: str = ""
    category: str = ""
    age: str = ""
    agreement: str = ""
    whose: str = ""
    sort: str = "name"


@dataclass(frozen=True, slots=True)
class Here:
    """How a tool stands at the place one looks from."""

    code: str
    word: str = ""


@dataclass(frozen=True, slots=True)
class ToolRow:
    """One tool of the list."""

    tool: Tool
    url: str
    facts: Facts
    is_own: bool
    has_agreement: bool
    approved_at: int
    here: Here | None

    @property
    def age(self) -> str:
        return facts.age_words(self.facts.minimum_age)

    @property
    def age_note(self) -> str:
        """What stands beneath the age."""
        if self.facts.minimum_age is None:
            return "No pupil may use it"
        if not self.facts.age_confirmed:
            return "Not confirmed: no pupil may use it"
        if self.facts.parental_age is None:
            return ""
        return f"{facts.parental_words(self.facts.parental_age, self.facts.minimum_age)}, if a parent agrees"

    @property
    def sign_in(self) -> str:
        return SignIn(self.facts.sign_in).label


@dataclass(frozen=True, slots=True)
class CataloguePage:
    rows: Page[Tool]
    shown: Sequence[ToolRow]
    wanted: CatalogueFilter
    place: Place | None
    is_wide: bool
    total: int
    add_refusal: str | None
    agreements_url: str

    @property
    def count(self) -> str:
        number = self.rows.paginator.count
        return "1 tool" if number == 1 else f"{number} tools"


def trust_in_sight(standing: Standing) -> int:
    """The trust whose catalogue is looked at. Raises Tool.DoesNotExist for somebody who is in none."""
    trust_id = rules.trust_of(standing)
    if trust_id is None:
        raise Tool.DoesNotExist
    return trust_id


def catalogue_page(standing: Standing, wanted: CatalogueFilter, number: str) -> CataloguePage:
    trust_id = trust_in_sight(standing)
    is_wide = bool(standing.in_trust(trust_id))
    place = None if is_wide else standing.place
    rows = Paginator(_found(trust_id, wanted, standing), PAGE).get_page(number)
    tools = _at(rows.object_list, place, standing)
    sees_agreements = refusal(agreement_rules.check_may_see, standing, trust_id) is None
    return CataloguePage(
        rows=rows,
        shown=[_row(tool, place, standing) for tool in tools],
        wanted=wanted,
        place=place,
        is_wide=is_wide,
        total=Tool.objects.for_trust(trust_id).listed().count(),
        add_refusal=refusal(rules.check_may_add, standing, trust_id),
        agreements_url=reverse("tools_registry:agreements") if sees_agreements else "",
    )


def tool_rows(standing: Standing, wanted: CatalogueFilter) -> Iterator[ToolRow]:
    """Every tool asked for, for a sheet."""
    found = _found(trust_in_sight(standing), wanted, standing)
    return (_row(tool, None, standing) for tool in found.iterator(chunk_size=500))


def categories(standing: Standing) -> list[str]:
    """Those that occur, for the filter."""
    known = Tool.objects.for_trust(trust_in_sight(standing)).listed().exclude(category="")
    return list(known.order_by("category").values_list("category", flat=True).distinct())


def facts_of(tool: Tool) -> Facts:
    """The facts of a tool read `with_facts`: the trust's own laid over the row's."""
    row: Any = tool
    return tool.own_facts.with_laid({laid["field"]: laid["value"] for laid in row.laid})


def runs(place: Place, standing: Standing) -> bool:
    """Whether this person sees to the register here, and not only to what it allows."""
    return bool(standing.roles_for(place) & RUN_THE_PLACE) or bool(standing.in_trust(place.trust_id))


def here(found: Answer, place: Place, standing: Standing) -> Here:
    """The status as this person reads it: staff see what is allowed today and never "Needs attention" (looks, §8)."""
    if found.status != "needs_attention" or runs(place, standing):
        return Here(found.status)
    return Here("approved_with_conditions") if found.allows_anybody else Here("declined", "Not allowed today")


def _found(trust_id: int, wanted: CatalogueFilter, standing: Standing) -> QuerySet[Tool]:
    """Filtered, sorted, and read with everything a row shows, in one query."""
    covering = Agreement.objects.in_force(standing.day).filter(trust_id=trust_id, tool=OuterRef("pk"))
    entries = RegisterEntry.objects.filter(trust_id=trust_id, tool=OuterRef("pk"), status=EntryStatus.APPROVED)
    approved = entries.order_by().values("tool").annotate(number=Count("pk")).values("number")
    tools = (
        Tool.objects.for_trust(trust_id)
        .listed()
        .matching(wanted.words)
        .with_facts(trust_id)
        .with_age(trust_id)
        .annotate(has_agreement=Exists(covering), approved_at=Coalesce(Subquery(approved), 0))
    )
    if wanted.category:
        tools = tools.filter(category=wanted.category)
    if wanted.age == NOT_KNOWN:
        tools = tools.filter(age_today__isnull=True)
    elif wanted.age:
        tools = tools.filter(Q(age_today__isnull=False, is_confirmed=wanted.age == CONFIRMED))
    if wanted.agreement:
        tools = tools.filter(has_agreement=wanted.agreement == "yes")
    if wanted.whose:
        tools = tools.filter(trust__isnull=wanted.whose == SHARED)
    return tools.order_by(*_order(wanted.sort))


def _order(sort: str) -> tuple[Any, ...]:
    """What is not known comes last, whichever way the list is sorted."""
    column = F(SORTS.get(sort.removeprefix("-"), "sort_name"))
    ordered = column.desc(nulls_last=True) if sort.startswith("-") else column.asc(nulls_last=True)
    return (ordered, "sort_name", "edition", "pk")


def _at(tools: Any, place: Place | None, standing: Standing) -> list[Tool]:
    return list(tools if place is None else situations.with_situation(tools, place, standing.day))


def _row(tool: Tool, place: Place | None, standing: Standing) -> ToolRow:
    found = situations.answers([tool], place, standing.day)[0][1] if place else None
    row: Any = tool
    return ToolRow(
        tool=tool,
        url=tool.get_absolute_url(),
        facts=facts_of(tool),
        is_own=tool.trust_id is not None,
        has_agreement=row.has_agreement,
        approved_at=row.approved_at,
        here=here(found, place, standing) if found and place else None,
    )
