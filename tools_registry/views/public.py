"""Pages and files for everybody, without a sign-in: a school's list, and the check of a printed one."""

from __future__ import annotations

import logging
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template import Engine
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from schools.models import Place
from tools_registry import check_codes, feeds
from tools_registry.actions import editions
from tools_registry.forms.public import CheckForm
from tools_registry.models import ListEdition
from tools_registry.models.lists import Layout
from tools_registry.queries import public as queries
from tools_registry.queries import the_list as lists
from trustai import sheets
from trustai.days import day_of
from trustai.exports.pdf import RenderingFailed
from trustai.exports.views import serve

from .tries import tries

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

logger = logging.getLogger(__name__)

FIVE_MINUTES = 300
MOST_TRIES = 60
PARTS = ("public_list.html", "list_tools.html", "list_about.html", "list_rules.html")
STYLES = ("css/app.css", "css/parts.css", "css/forms.css", "css/narrow.css")


@login_not_required
@require_safe
def public_list(request: HttpRequest, urn: str) -> HttpResponseBase:
    edition = _current(urn)

    def page() -> HttpResponse:
        return render(request, "tools_registry/public_list.html", {"page": queries.list_page(edition)})

    return _unless_known(request, edition, f"page-{_page_version()}", page)


@login_not_required
@require_safe
def list_pdf(request: HttpRequest, urn: str) -> HttpResponseBase:
    return _paper(request, urn, Layout.LIST)


@login_not_required
@require_safe
def poster_pdf(request: HttpRequest, urn: str) -> HttpResponseBase:
    return _paper(request, urn, Layout.POSTER)


@login_not_required
@require_safe
def list_json(request: HttpRequest, urn: str) -> HttpResponseBase:
    edition = _current(urn)

    def feed() -> HttpResponse:
        content = feeds.as_json(lists.document_of(edition), queries.issue_of(edition))
        return _for_any_site(HttpResponse(content, content_type="application/json"))

    return _unless_known(request, edition, "json-1", feed)


@login_not_required
@require_safe
def list_csv(request: HttpRequest, urn: str) -> HttpResponseBase:
    edition = _current(urn)

    def feed() -> HttpResponse:
        last_changed = day_of(edition.issued_at).isoformat()
        rows = feeds.rows(lists.document_of(edition), queries.issue_of(edition), last_changed)
        content = sheets.write("csv", title="Approved AI tools", headings=feeds.HEADINGS, rows=rows)
        response = HttpResponse(content, content_type=sheets.KINDS["csv"])
        response["Content-Disposition"] = 'attachment; filename="approved-ai-tools.csv"'
        return _for_any_site(response)

    return _unless_known(request, edition, "csv-1", feed)


@login_not_required
@require_safe
def check_form(request: HttpRequest) -> HttpResponse:
    """Where a printed list says to go. A code that was typed leads on to its own page."""
    form = CheckForm(request.GET) if "code" in request.GET else CheckForm()
    if form.is_bound and form.is_valid():
        return redirect("tools_registry:check", code=form.cleaned_data["code"])
    return render(request, "tools_registry/check_form.html", {"form": form, "unknown": ""})


@login_not_required
@require_safe
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Whether the edition with this code is still current."""
    if tries(request, "check", seconds=FIVE_MINUTES) > MOST_TRIES:
        return render(request, "429.html", status=429)
    read = check_codes.read(code)
    if read is not None and read != code:
        return redirect("tools_registry:check", code=read)
    try:
        edition = queries.edition_with(read or "")
    except ListEdition.DoesNotExist:
        form = CheckForm(initial={"code": code[:40]})
        return render(request, "tools_registry/check_form.html", {"form": form, "unknown": code[:40]}, status=404)
    page = queries.check_page(edition, editions.current_where_published(place=edition.place, at=timezone.now()))
    response = render(request, "tools_registry/check.html", {"page": page})
    response["Cache-Control"] = "no-store"
    return response


def _current(urn: str) -> ListEdition:
    now = timezone.now()
    try:
        edition = editions.current(place=queries.published_place(urn, day_of(now)), at=now)
    except Place.DoesNotExist as missing:
        raise Http404 from missing
    if edition is None:
        raise Http404
    return edition


def _paper(request: HttpRequest, urn: str, layout: Layout) -> HttpResponseBase:
    edition = _current(urn)

    def paper() -> HttpResponseBase:
        return serve(editions.paper(edition=edition, layout=layout, at=timezone.now()), as_attachment=False)

    try:
        return _unless_known(request, edition, f"{layout}-{editions.RENDERER}", paper)
    except RenderingFailed:
        logger.exception("Edition %s of %s has no %s", edition.number, urn, layout)
        list_url = reverse("tools_registry:list", args=[urn])
        return render(request, "tools_registry/no_paper.html", {"list_url": list_url}, status=503)


def _unless_known(
    request: HttpRequest, edition: ListEdition, layout: str, make: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """What is made of an edition, or 304 when the reader has it. Every cache asks again, so nobody reads an old list."""
    etag = quote_etag(sha256(f"{edition.number} {edition.sha256} {layout}".encode()).hexdigest()[:32])
    changed = int(edition.issued_at.timestamp())
    response: HttpResponseBase = get_conditional_response(request, etag=etag, last_modified=changed) or make()
    response["ETag"] = etag
    response["Last-Modified"] = http_date(changed)
    response["Cache-Control"] = "no-cache"
    return response


def _for_any_site(response: HttpResponse) -> HttpResponse:
    """A school's own website may read the feed from a browser; it holds nothing that is not public."""
    response["Access-Control-Allow-Origin"] = "*"
    return response


@lru_cache(maxsize=1)
def _page_version() -> str:
    """Differs when the page is drawn differently: its templates and style sheets."""
    engine = Engine.get_default()
    sources = [engine.get_template(f"tools_registry/{part}").source for part in PARTS]
    return sha256("".join([*sources, *(static(style) for style in STYLES)]).encode()).hexdigest()[:12]
