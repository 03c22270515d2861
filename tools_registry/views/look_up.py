"""May I use it? The answer for one place."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tools_registry import finding
from tools_registry.queries import look_up as queries
from trustai.http import acts

if TYPE_CHECKING:
    from django.http import HttpResponse

    from trustai.http import SignedInRequest

LONGEST = 2000


@require_safe
@acts
def look_up(request: SignedInRequest) -> HttpResponse:
    text = request.GET.get("q", "")[:LONGEST].strip()
    typed = finding.read(text)
    if not typed.words and text != typed.host:
        return _with_host_only(request, typed.host)
    page = queries.look_up_page(
        standing=request.standing, place_id=_uuid(request, "place"), text=text, tool_id=_uuid(request, "tool")
    )
    return render(request, "tools_registry/look_up.html", {"page": page})


def _with_host_only(request: SignedInRequest, host: str) -> HttpResponse:
    """Of a link only the host stays in the address, the box and the history: the rest may hold a chat."""
    kept = {"q": host, "place": request.GET.get("place", ""), "tool": request.GET.get("tool", "")}
    return redirect(
        f"{reverse('tools_registry:look_up')}?{urlencode({key: value for key, value in kept.items() if value})}"
    )


def _uuid(request: SignedInRequest, name: str) -> UUID | None:
    given = request.GET.get(name, "")
    try:
        return UUID(given) if given else None
    except ValueError as no_uuid:
        raise Http404 from no_uuid
