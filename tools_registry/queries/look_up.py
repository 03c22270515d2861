"""The look-up page: at most six queries a request for a member of staff, whatever the size of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q

from schools.models import Place
from tools_registry import finding, verdicts
from tools_registry.models import RegisterEntry, Tool
from tools_registry.words import EntryStatus

from . import asked, cards
from .lately import lately
from .situations import with_situation
from .the_list import list_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from schools.standing import Standing
    from tools_registry.finding import Found
    from tools_registry.verdicts import Says

    from .asked import Asked
    from .cards import Card, Choice, Look, Read

MOST_SHOWN = 12
MOST_INSTEAD = 3
MOST_LATELY = 4
SHUT_FIRST = ("no", "off", "pen", "limit", "yes")


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Changed:
    """One line of what changed lately, with the look-up of the tool."""

    at: datetime
    lead: str
    sentence: str
    url: str
    link: str = "See the answer"


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody has heard of it, or only from its being asked for."""

    says: Says
    words: str
    ask_url: str
    asked: Asked | None = None


@dataclass(frozen=True, slots=True)
class LookUpPage:
    """One of `card`, `choices` and `unknown` is the answer; none before anything is typed."""

    words: str = ""
    host: str = ""
    place: Place | None = None
    places: Sequence[Link] = ()
    nearest: bool = False
    card: Card | None = None
    choices: tuple[Choice, ...] = ()
    more: int = 0
    unknown: Unknown | None = None
    near: tuple[Choice, ...] = ()
    approved: tuple[Choice, ...] = ()
    lately: tuple[Changed, ...] = ()
    list_url: str = ""
    ask_role: str = ""
    ask_mailbox: str = ""
    trust_mailbox: str = ""
    all_url: str = ""

    @property
    def shown(self) -> str:
        return self.host or self.words

    @property
    def title(self) -> str:
        if self.card:
            return f"{self.card.name}: {' '.join(self.card.says.sentences)}"
        return f"{self.shown}: look up" if self.shown else "Look up a tool"


def look_up_page(*, standing: Standing, place_id: UUID | None, text: str, tool_id: UUID | None) -> LookUpPage:
    """What is found, and the answer here. Raises Place.DoesNotExist or Tool.DoesNotExist for what is not in sight."""
    place = _place(standing, place_id)
    typed = finding.read(text)
    if place is None:
        return LookUpPage(typed.words, typed.host)
    look = cards.look_from(standing, place, typed.shown)
    if not typed.shown and tool_id is None:
        return _page(look, typed, approved=_approved(look), lately=_lately(look))
    index = _index(place)
    found = finding.find(text, [each.findable for each in index])
    if tool_id is not None:
        return _chosen_page(look, found, index, tool_id)
    if not found.fits:
        return _unknown_page(look, found)
    read = _read(look, _wanted(look, found, index))
    return _card_page(look, found, read) if len(found.fits) == 1 else _choices_page(look, found, read)


# Who looks -----------------------------------------------------------------------------------------------------------


def _place(standing: Standing, place_id: UUID | None) -> Place | None:
    if place_id is None:
        return standing.place
    for place in standing.places:
        if place.public_id == place_id:
            return place
    raise Place.DoesNotExist


def _page(look: Look, typed: finding.Typed, tool: str = "", **parts: Any) -> LookUpPage:
    """`tool` is the edition chosen; it stays chosen when the person looks from another place of the same trust."""
    place = look.place
    others = [other for other in look.standing.places if other.pk != place.pk]
    return LookUpPage(
        words=typed.words,
        host=typed.host,
        place=place,
        places=[
            Link(
                cards.url(look, place=str(other.public_id), tool=tool if other.trust_id == place.trust_id else ""),
                other.name,
            )
            for other in others
        ],
        list_url=list_url(place),
        ask_role=place.contact_role,
        ask_mailbox=place.contact_mailbox or place.trust.mailbox,
        trust_mailbox=place.trust.mailbox,
        all_url=cards.url(look) if tool and typed.shown else "",
        **parts,
    )


# Finding -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Indexed:
    findable: finding.Findable
    public_id: UUID
    category: str


def _index(place: Place) -> list[_Indexed]:
    """Everything a tool can be found by, for all tools of the trust: one query. One taken out stays while it is decided on."""
    decided = RegisterEntry.objects.filter(place=place, tool=OuterRef("pk"))
    tools = Tool.objects.for_trust(place.trust_id).filter(Q(withdrawn_at__isnull=True) | Exists(decided))
    rows = tools.order_by("sort_name", "edition", "pk").values_list(
        "pk", "name", "edition", "supplier", "aliases", "domains", "public_id", "category"
    )
    return [
        _Indexed(finding.Findable(pk, name, edition, supplier, tuple(aliases), tuple(domains)), public_id, category)
        for pk, name, edition, supplier, aliases, domains, public_id, category in rows
    ]


def _wanted(look: Look, found: Found, index: list[_Indexed]) -> Q:
    """The tools to answer for; with one that fits also what could be used instead of it."""
    shown = Q(pk__in=[*found.fits[:MOST_SHOWN], *found.near])
    if len(found.fits) > 1:
        return shown
    category = next(each.category for each in index if each.findable.key == found.fits[0])
    return shown | Q(Exists(_approved_entry(look)), ~Q(category=""), category=category)


def _approved_entry(look: Look) -> QuerySet[RegisterEntry]:
    return RegisterEntry.objects.filter(place=look.place, tool=OuterRef("pk"), status=EntryStatus.APPROVED)


def _read(look: Look, wanted: Q, **more: Any) -> dict[int, Read]:
    """The answers, by tool: one query, which carries `more` along."""
    tools = Tool.objects.for_trust(look.place.trust_id).filter(wanted)
    more |= {"elsewhere": cards.same_elsewhere(look.place, look.on), "open_requests": asked.for_tools(look)}
    counted = with_situation(tools.annotate(**more), look.place, look.on)
    return {tool.pk: cards.read_one(look, tool) for tool in counted.order_by("sort_name", "edition", "pk")}


# The pages -----------------------------------------------------------------------------------------------------------


def _approved(look: Look) -> tuple[Choice, ...]:
    """What the reader may use here, before anything is typed."""
    read = _read(look, Q(Exists(_approved_entry(look))))
    return tuple(cards.choice(look, each) for each in read.values() if each.says.is_yes)


def _lately(look: Look) -> tuple[Changed, ...]:
    return tuple(
        Changed(each.at, each.lead, each.sentence, cards.url(look, tool=str(each.tool_id)))
        for each in lately(look.place, limit=MOST_LATELY)
    )


def _unknown_page(look: Look, found: Found) -> LookUpPage:
    rows = asked.of_no_catalogue(look, found.typed)
    near = _read(look, Q(pk__in=found.near), asked_by_name=asked.in_the_same_query(rows)) if found.near else {}
    read: list[Any] = [each.tool for each in near.values()]
    shown, open_one = found.typed.shown, asked.shown(look, read[0].asked_by_name if read else asked.first(rows))
    if open_one:
        unknown = Unknown(asked.says_not_yet(open_one, look.where), shown, "", open_one)
    else:
        unknown = Unknown(verdicts.unknown(look.where), shown, cards.ask_url(look, q=shown))
    return _page(look, found.typed, unknown=unknown, near=_choices(look, near, found.near))


def _choices_page(look: Look, found: Found, read: dict[int, Read]) -> LookUpPage:
    """Several fit, so none is the answer: all at equal size, the closed ones first."""
    choices = _choices(look, read, found.fits)
    choices = tuple(sorted(choices, key=lambda choice: SHUT_FIRST.index(choice.says.tone)))
    return _page(look, found.typed, choices=choices, more=max(0, len(found.fits) - MOST_SHOWN), nearest=not found.exact)


def _chosen_page(look: Look, found: Found, index: list[_Indexed], tool_id: UUID) -> LookUpPage:
    """The one edition a person said is theirs, with those it could be mistaken for."""
    key = next((each.findable.key for each in index if each.public_id == tool_id), None)
    if key is None:
        raise Tool.DoesNotExist
    near = [other for other in (*found.fits, *found.near) if other != key]
    if not found.typed.shown:
        near = [*finding.family([key], [each.findable for each in index])]
    chosen = finding.Found(found.typed, (key,), tuple(near[: finding.MOST_NEAR]), exact=True)
    return _card_page(look, chosen, _read(look, _wanted(look, chosen, index)), tool=str(tool_id))


def _card_page(look: Look, found: Found, read: dict[int, Read], tool: str = "") -> LookUpPage:
    key = found.fits[0]
    instead = [each for each in read.values() if each.tool.pk not in {key, *found.near} and each.says.is_yes]
    card = cards.card(look, read[key], instead[:MOST_INSTEAD])
    near = _choices(look, read, found.near)
    return _page(look, found.typed, tool, card=card, near=near, nearest=not found.exact)


def _choices(look: Look, read: dict[int, Read], keys: Iterable[int]) -> tuple[Choice, ...]:
    return tuple(cards.choice(look, read[key]) for key in keys if key in read)
