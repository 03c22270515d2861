"""The only code that publishes a list: numbered editions, and their finished papers."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.template.loader import render_to_string

from schools.models import Place
from tools_registry import check_codes, the_list
from tools_registry.models import EditionFile, ListEdition
from tools_registry.models.lists import Layout
from tools_registry.queries import the_list as lists
from trustai.audit.actions import record
from trustai.days import day_of
from trustai.exports import files, pdf
from trustai.exports.actions import keep

if TYPE_CHECKING:
    from datetime import datetime

    from tools_registry.queries.the_list import WorkedOut
    from trustai.exports.models import StoredFile

logger = logging.getLogger(__name__)

# Rises when the paper templates or their style sheet change what comes out.
PAPER_VERSION = 2
RENDERER = f"{PAPER_VERSION}/{pdf.RENDERER_VERSION}"
PAPERS = {Layout.LIST: "paper/list.html", Layout.POSTER: "paper/poster.html"}
TITLES = {Layout.LIST: "AI tools approved at {place}", Layout.POSTER: "Before you use AI at {place}, look here"}
NAMES = {Layout.LIST: "approved-ai-tools.pdf", Layout.POSTER: "ai-tools-poster.pdf"}


@transaction.atomic
def issue_if_changed(*, place: Place, at: datetime) -> ListEdition | None:
    """Publish the next edition if the list says something new; the latest one. None for a place that publishes none.

    The place's row is locked, so of several writers at once the first publishes and the others find nothing new.
    """
    on = day_of(at)
    published = Place.objects.published(on).select_related("trust")
    locked = published.select_for_update(of=("self",), no_key=True).filter(pk=place.pk).first()
    if locked is None:
        return None
    now, latest = lists.worked_out(locked, on), lists.latest(locked.pk)
    if latest is None or not _says(latest, now):
        return _issue(locked, now, number=latest.number + 1 if latest else 1, at=at)
    if latest.next_change_on != now.next_change_on:
        latest.next_change_on = now.next_change_on
        latest.save(update_fields=["next_change_on"])
    return latest


def current(*, place: Place, at: datetime) -> ListEdition | None:
    """The edition in force on reading. Worked out anew each time, so a list is never older than the answer it comes from.

    Two queries while nothing is new: a setting of the trust, an agreement that ended or a loaded fact changes it too.
    """
    latest, now = lists.latest(place.pk), lists.worked_out(place, day_of(at))
    if latest is None or not _is(latest, now):
        return issue_if_changed(place=place, at=at)
    return latest


def current_where_published(*, place: Place, at: datetime) -> ListEdition | None:
    """The same for a place that may have stopped publishing: then None."""
    published = Place.objects.published(day_of(at)).select_related("trust").filter(pk=place.pk).first()
    return current(place=published, at=at) if published else None


def sweep(*, at: datetime) -> int:
    """Publish what is new at every place, each in a transaction of its own. Returns at how many places it failed."""
    failed = 0
    for place in Place.objects.published(day_of(at)).order_by("pk"):
        try:
            issue_if_changed(place=place, at=at)
        except Exception:
            logger.exception("The list of %s could not be looked at", place.urn)
            failed += 1
    return failed


def paper(*, edition: ListEdition, layout: Layout, at: datetime) -> StoredFile:
    """The finished PDF, made once for an edition and kept. Raises pdf.RenderingFailed."""
    kept = _kept(edition, layout)
    if kept is not None:
        return kept
    printed = lists.on_paper(edition)
    content = pdf.render(
        html=render_to_string(PAPERS[layout], {"edition": printed}),
        issued_at=edition.issued_at,
        title=TITLES[layout].format(place=printed["list"]["place"]["name"]),
    )
    try:
        return _keep(edition, layout, content, at=at)
    except IntegrityError:
        # Somebody else finished the same paper meanwhile; theirs has the same bytes and is the one that counts.
        kept = _kept(edition, layout)
        if kept is None:
            raise
        return kept


def _says(edition: ListEdition, now: WorkedOut) -> bool:
    return edition.sha256 == the_list.digest(now.document)


def _is(edition: ListEdition, now: WorkedOut) -> bool:
    """Whether neither what it says nor when to look again has changed."""
    return _says(edition, now) and edition.next_change_on == now.next_change_on


def _issue(place: Place, now: WorkedOut, *, number: int, at: datetime) -> ListEdition:
    edition = ListEdition.objects.create(
        trust_id=place.trust_id,
        place=place,
        number=number,
        document=the_list.as_bytes(now.document).decode(),
        sha256=the_list.digest(now.document),
        check_code=check_codes.new(secrets.choice),
        issued_at=at,
        next_change_on=now.next_change_on,
    )
    record(
        "list.issued",
        trust_id=place.trust_id,
        subject_type="list_edition",
        subject_id=edition.public_id,
        by=None,
        at=at,
        urn=place.urn,
        number=number,
    )
    return edition


def _kept(edition: ListEdition, layout: Layout) -> StoredFile | None:
    done = EditionFile.objects.filter(edition=edition, layout=layout, renderer=RENDERER).select_related("file").first()
    return done.file if done else None


@transaction.atomic
def _keep(edition: ListEdition, layout: Layout, content: bytes, *, at: datetime) -> StoredFile:
    stored = keep(
        content=content,
        kind=files.PDF,
        name=NAMES[layout],
        trust_id=edition.trust_id,
        owner_type="list_edition",
        owner_id=edition.public_id,
        by=None,
        at=at,
    )
    EditionFile.objects.create(
        trust_id=edition.trust_id, edition=edition, layout=layout, renderer=RENDERER, file=stored
    )
    return stored
