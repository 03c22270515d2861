"""A place's list for the people of the place: where it is published that is the public page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tools_registry.queries import public as queries
from trustai.http import acts

if TYPE_CHECKING:
    from django.http import HttpResponse

    from trustai.http import SignedInRequest


@require_safe
@acts
def preview(request: SignedInRequest, urn: str) -> HttpResponse:
    place = queries.place_in_sight(request.standing, urn)
    if place.is_published:
        return redirect("tools_registry:list", urn=urn)
    page = queries.preview_page(place, request.standing.day)
    return render(request, "tools_registry/list_preview.html", {"page": page})


@require_safe
@acts
def office_list(request: SignedInRequest) -> HttpResponse:
    place = queries.place_in_sight(request.standing, "")
    page = queries.preview_page(place, request.standing.day)
    return render(request, "tools_registry/list_preview.html", {"page": page})
