"""What the public sees: a school's list, and the check of a printed one. All from editions, nothing from the register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from schools.models import Place
from tools_registry import check_codes, list_changes
from tools_registry.feeds import Issue
from tools_registry.models import ListEdition
from tools_registry.the_list import SIGN_IN
from tools_registry.verdicts import AudienceRow, only_with, whose_words
from tools_registry.words import DataClass, SignIn
from trustai.days import day_of

from . import the_list as lists

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schools.standing import Standing
    from tools_registry.list_changes import ListChanges


@dataclass(frozen=True, slots=True)
class Condition:
    text: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A tool of the list as a page shows it. `years` are the boxes of the strip, empty where pupils may not use it."""

    id: str
    name: str
    edition: str
    supplier: str
    how_to_tell: str
    who: str
    audiences: tuple[AudienceRow, ...]
    years: Sequence[dict[str, Any]]
    minimum_age: int | None
    agreement: bool
    conditions: tuple[Condition, ...]
    features_off: Sequence[str]
    unsuitable_for: str
    decided_by: str
    decided_on: date
    clearance: str
    review_by: date | None

    @property
    def is_for_several(self) -> bool:
        return len(self.audiences) > 1


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list to read on a screen; `edition` is None for a preview of one that is not published."""

    place: dict[str, Any]
    policy: dict[str, Any]
    ask: dict[str, Any]
    decides: str
    pupils: tuple[ListedRow, ...]
    adults: tuple[ListedRow, ...]
    marks: tuple[str, ...]
    never: Sequence[dict[str, Any]]
    only_where_listed: Sequence[dict[str, Any]]
    always: Sequence[str]
    edition: ListEdition | None
    code: str = ""
    example: str = "K7QM3-RTX9V"

    @property
    def count(self) -> int:
        return len(self.pupils) + len(self.adults)


@dataclass(frozen=True, slots=True)
class CheckPage:
    """Whether a printed edition still counts. `latest` is None when the school publishes no list any longer."""

    code: str
    school: str
    number: int
    issued_on: date
    latest: ListEdition | None
    latest_on: date | None
    changes: ListChanges | None
    list_url: str

    @property
    def is_current(self) -> bool:
        return self.latest is not None and self.latest.number == self.number

    @property
    def which(self) -> str:
        return f"Edition {self.number}"

    @property
    def sentences(self) -> tuple[str, ...]:
        if self.is_current:
            return ("Yes, this list is still current.",)
        if self.latest is None:
            return ("No: do not go by this list.", f"{self.school} publishes none here any longer.")
        return ("No: the list has changed since.", "Go by the new one.")


def published_place(urn: str, on: date) -> Place:
    """Raises Place.DoesNotExist for an unknown school and for one that publishes no list."""
    return Place.objects.published(on).select_related("trust").get(urn=urn)


def place_in_sight(standing: Standing, urn: str) -> Place:
    """A school; with no URN the trust office, of the trust one looks from first. Raises Place.DoesNotExist."""
    here = standing.place.trust_id if standing.place else None
    found = sorted((p for p in standing.places if p.urn == urn), key=lambda place: place.trust_id != here)
    if not found:
        raise Place.DoesNotExist
    return found[0]


def list_page(edition: ListEdition) -> ListPage:
    """The public page of an edition."""
    return _page(lists.document_of(edition), edition)


def preview_page(place: Place, on: date) -> ListPage:
    """The same for people of a place that publishes none, worked out now: one query."""
    return _page(lists.worked_out(place, on).document, None)


def issue_of(edition: ListEdition) -> Issue:
    return Issue(edition.number, edition.issued_at, edition.check_code, lists.check_url(edition), edition.sha256)


def edition_with(code: str) -> ListEdition:
    """The edition with this check code. Raises ListEdition.DoesNotExist."""
    return ListEdition.objects.select_related("place__trust").get(check_code=code)


def check_page(edition: ListEdition, latest: ListEdition | None) -> CheckPage:
    """`latest` is the edition in force at the same place, or None when it publishes none."""
    document = lists.document_of(edition)
    changed = latest is not None and latest.number != edition.number
    return CheckPage(
        code=check_codes.shown(edition.check_code),
        school=document["place"]["name"],
        number=edition.number,
        issued_on=day_of(edition.issued_at),
        latest=latest,
        latest_on=day_of(latest.issued_at) if latest else None,
        changes=list_changes.compare(document, lists.document_of(latest)) if latest and changed else None,
        list_url=reverse("tools_registry:list", args=[edition.place.urn]) if latest else "",
    )


def _page(document: dict[str, Any], edition: ListEdition | None) -> ListPage:
    rows = [_row(tool) for tool in document["tools"]]
    return ListPage(
        place=document["place"],
        policy=document["policy"],
        ask=document["ask"],
        decides=document["decides"],
        pupils=tuple(row for row in rows if row.years),
        adults=tuple(row for row in rows if not row.years),
        marks=tuple(sorted({year["mark"] for row in rows for year in row.years})),
        never=document["never"],
        only_where_listed=document["only_where_listed"],
        always=document["always"],
        edition=edition,
        code=check_codes.shown(edition.check_code) if edition else "",
    )


def _row(tool: dict[str, Any]) -> ListedRow:
    may = [given for given in tool["audiences"] if given["may"]]
    pupils = next((given for given in may if given["audience"] == "pupils"), None)
    return ListedRow(
        id=tool["id"],
        name=tool["name"],
        edition=tool["edition"],
        supplier=tool["supplier"],
        how_to_tell=tool["how_to_tell"]
        or ("" if tool["sign_in"] == SIGN_IN[SignIn.UNKNOWN] else f"{tool['sign_in']}."),
        who=_who(may),
        audiences=tuple(_audience(given) for given in may),
        years=[_box(year) for year in pupils["years"]] if pupils else (),
        minimum_age=tool["minimum_age"] or None,
        agreement=tool["agreement"],
        conditions=tuple(Condition(each["text"], _day(each["due_on"])) for each in tool["conditions"]),
        features_off=tool["features_off"],
        unsuitable_for=tool["unsuitable_for"],
        decided_by=tool["decided"]["by"].lower(),
        decided_on=date.fromisoformat(tool["decided"]["on"]),
        clearance=tool["clearance"]["reference"],
        review_by=_day(tool["review_by"]),
    )


def _who(may: list[dict[str, Any]]) -> str:
    """ "Staff, and Years 9 to 11", "Staff only"."""
    named = [
        given["who"] if n == 0 or given["audience"] == "pupils" else _lowered(given["who"])
        for n, given in enumerate(may)
    ]
    if len(named) == 1:
        return f"{named[0]} only"
    return f"{', '.join(named[:-1])}, and {named[-1]}"


def _audience(given: dict[str, Any]) -> AudienceRow:
    codes = {data.label: data for data in DataClass}
    notes = (
        whose_words((codes[each["most"]], each["name"]) for each in given["whose"]),
        *only_with(parents=given["with_parents"], work_consent=given["with_work_consent"]),
    )
    name = f"Pupils, {given['who']}" if given["audience"] == "pupils" else given["name"]
    return AudienceRow(
        name,
        given["data_level"],
        given["data_name"],
        "; ".join(given["purposes"]),
        " ".join(note for note in notes if note),
    )


def _box(year: dict[str, Any]) -> dict[str, Any]:
    return {"label": year["code"], "name": year["name"], "mark": year["mark"], "words": year["words"]}


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None
