"""Home: what waits for the person, and how their place stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from . import queries

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from trustai.http import SignedInRequest

NOON, EVENING = 12, 18


@require_GET
def home(request: SignedInRequest) -> HttpResponse:
    """Staff with no other role go straight to the look-up: the answer in one tap."""
    if request.standing.held and not queries.has_home(request.standing):
        return redirect("tools_registry:look_up")
    page = queries.home_page(request.standing, person=request.user.name)
    return render(request, "home/home.html", {"page": page, "greeting": _greeting(), "waiting_count": len(page.waits)})


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What was checked, what was not, and whom to tell: for everybody (docs/accessibility.md)."""
    base = "base.html" if request.user.is_authenticated else "base_public.html"
    return render(request, "home/accessibility.html", {"base": base})


def _greeting() -> str:
    hour = timezone.localtime().hour
    return "Good morning" if hour < NOON else "Good afternoon" if hour < EVENING else "Good evening"
