"""The register of a place, the same as a sheet, and the addresses for its web filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from schools.queries.places import find_office, find_place
from tools_registry.forms.register import RegisterFilterForm
from tools_registry.queries import register as queries
from tools_registry.tables import register as table
from trustai.http import acts, chosen_filters, sheet

if TYPE_CHECKING:
    from schools.models import Place
    from schools.standing import Standing
    from trustai.http import SignedInRequest


def place_at(standing: Standing, urn: str | None) -> Place:
    """The school of this URN, or the trust office; a 404 when it is not in sight."""
    return find_office(standing) if urn is None else find_place(standing, urn)


@acts
@require_GET
def register(request: SignedInRequest, urn: str | None = None) -> HttpResponse:
    place = place_at(request.standing, urn)
    form = RegisterFilterForm(request.GET, place=place)
    sort = request.GET.get("sort", "")
    wanted = form.wanted(sort)
    page = queries.register_page(request.standing, place, wanted, request.GET.get("page", ""))
    chosen = _chosen(request, form, wanted.only)
    context = {
        "page": page,
        "form": form,
        "sort": sort or "name",
        "chosen": list(chosen.values()),
        "quick": [{"text": text, "url": f"?only={name}"} for text, name in page.quick],
        "kept": [(name, value) for name, value in (("sort", sort), ("only", wanted.only)) if value],
        "take_off": chosen.get(page.takes_off),
    }
    return render(request, "tools_registry/register.html", context)


@acts
@require_GET
def register_sheet(request: SignedInRequest, kind: str, urn: str | None = None) -> HttpResponse:
    place = place_at(request.standing, urn)
    wanted = RegisterFilterForm(request.GET, place=place).wanted(request.GET.get("sort", ""))
    rows = queries.choose(queries.register_rows(request.standing, place), wanted)
    return sheet(
        kind,
        title=f"AI tools at {place.name}",
        headings=table.HEADINGS,
        rows=map(table.cells, rows),
    )


@acts
@require_GET
def web_filter(request: SignedInRequest, urn: str | None = None) -> HttpResponse:
    """The addresses behind every tool of the trust's catalogue, for the network manager."""
    place = place_at(request.standing, urn)
    text = queries.web_filter_of(request.standing, place)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _chosen(request: SignedInRequest, form: RegisterFilterForm, only: str) -> dict[str, dict[str, str]]:
    """The filters that are on, by field: what each is called, and the address that takes it off."""
    names = [field.name for field in form.visible_fields() if request.GET.get(field.name) and not field.errors]
    chosen = dict(zip(names, chosen_filters(request, form), strict=True))
    if only:
        rest = request.GET.copy()
        rest.pop("only")
        rest.pop("page", None)
        chosen["only"] = {"text": f"Only: {queries.ONLY_WORDS[only].lower()}", "url": f"?{rest.urlencode()}"}
    return chosen
