"""A place's list: worked out from the answers, and as it was published."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse

from schools.models import EntryDecider, Role
from tools_registry import check_codes, list_changes, the_list
from tools_registry.answer import answer
from tools_registry.models import ListEdition, RegisterEntry, Tool
from tools_registry.models.clearances import Origin
from tools_registry.the_list import ListedPlace, ListedTool
from trustai.days import day_of
from trustai.exports.qr import qr_svg

from .situations import day_in_json, situation_of, with_situation

if TYPE_CHECKING:
    from datetime import date

    from schools.models import Place
    from tools_registry.answer import Answer, Situation


# What was typed about a document of before is for signed-in people; its title may say anything.
EARLIER = "from an earlier consultation"


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """What the list says on a day, and the next day on which it may say something else by itself."""

    document: dict[str, Any]
    next_change_on: date | None


def worked_out(place: Place, on: date) -> WorkedOut:
    """The list of a place on that day, in one query."""
    listed, days = [], [place.left_on]
    for tool in with_situation(_decided_at(place), place, on):
        situation = situation_of(tool, place, on)
        given = answer(situation, on)
        days.append(given.next_change_on)
        if given.allows_anybody:
            listed.append(_listed_tool(tool, situation, given, on))
    document = the_list.canonical(listed_place(place), listed)
    return WorkedOut(document, min((day for day in days if day is not None and day > on), default=None))


def listed_place(place: Place) -> ListedPlace:
    by_trust = place.is_office or place.trust.entry_decider == EntryDecider.TRUST
    return ListedPlace(
        name=place.name,
        urn=place.urn,
        trust=place.trust.name,
        policy=place.trust.policy_name,
        policy_url=place.trust.policy_url,
        contact_role=place.contact_role,
        contact_mailbox=place.contact_mailbox or place.trust.mailbox,
        decides="The trust lead" if by_trust else "The headteacher",
        year_groups=tuple(place.year_groups),
        shows_ages=place.shows_ages,
    )


def latest(place_id: int) -> ListEdition | None:
    return ListEdition.objects.filter(place_id=place_id).order_by("-number").first()


def before(edition: ListEdition) -> ListEdition | None:
    """The edition that came before this one."""
    return ListEdition.objects.filter(place_id=edition.place_id, number=edition.number - 1).first()


def document_of(edition: ListEdition) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(edition.document)
    return document


def check_url(edition: ListEdition) -> str:
    return f"{settings.SITE_URL}{reverse('tools_registry:check', args=[edition.check_code])}"


def on_paper(edition: ListEdition) -> dict[str, Any]:
    """What the paper templates take: see templates/paper/README.md. Of editions alone, so it never changes."""
    document, earlier = document_of(edition), before(edition)
    changes = list_changes.compare(document_of(earlier), document).sentences if earlier else ()
    site = urlsplit(settings.SITE_URL)
    return {
        "list": document,
        "number": edition.number,
        "code": check_codes.shown(edition.check_code),
        "last_changed": day_of(edition.issued_at),
        "check_address": f"{site.netloc}{reverse('tools_registry:check_form')}".rstrip("/"),
        "qr": qr_svg(
            check_url(edition), label="QR code that leads to the page which says whether this list is current"
        ),
        "changes": changes,
        "changed_since": day_of(earlier.issued_at) if earlier else None,
    }


def list_url(place: Place) -> str:
    """Where people of a place read its list: the public page, else the one for members."""
    if place.is_office:
        return reverse("tools_registry:office_list")
    return reverse("tools_registry:list" if place.is_published else "tools_registry:preview", args=[place.urn])


def _decided_at(place: Place) -> Any:
    """Every tool the place has decided on: nothing is allowed without an entry."""
    return Tool.objects.filter(Exists(RegisterEntry.objects.filter(place=place, tool=OuterRef("pk"))))


def _listed_tool(tool: Tool, situation: Situation, given: Answer, on: date) -> ListedTool:
    row: Any = tool
    entry = row.s_entry[0]
    clearance = next(each for each in row.s_clearances if each["id"] == given.clearance)
    return ListedTool(
        public_id=str(tool.public_id),
        name=tool.name,
        edition=tool.edition,
        supplier=tool.supplier,
        how_to_tell=tool.how_to_tell,
        website=tool.website,
        sign_in=situation.tool.sign_in,
        minimum_age=situation.tool.minimum_age,
        parental_age=situation.tool.parental_age,
        has_agreement=any(agreement.in_force(on) for agreement in situation.agreements),
        clearance=EARLIER if clearance["origin"] == Origin.DAY_ONE else clearance["reference"],
        cleared_on=day_in_json(clearance["signed_at"]),
        decided_by=Role(entry["decided_role"]).label,
        decided_on=day_in_json(entry["decided_at"]),
        review_on=situation.entry.review_on if situation.entry else None,
        unsuitable_for=entry["unsuitable_for"],
        conditions=situation.conditions,
        answer=given,
    )
