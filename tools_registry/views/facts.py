"""A trust's own facts over a tool's: set, checked by a second person, or turned down."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tools_registry.actions import facts as actions
from tools_registry.forms.facts import FactForm
from tools_registry.models.catalogue import FactField
from tools_registry.queries import tools as queries
from trustai.http import acts, attempt, show_form
from trustai.rules import Refused

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from trustai.http import SignedInRequest


@acts
@require_GET
def facts(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    page = queries.facts_page(request.standing, public_id)
    return render(request, "tools_registry/facts.html", {"page": page})


@acts
@require_http_methods(["GET", "POST"])
def fact(request: SignedInRequest, public_id: UUID, field: str) -> HttpResponse:
    if field not in FactField.values:
        raise Http404
    page = queries.fact_page(request.standing, public_id, FactField(field))
    if page.refusal:
        raise Refused(page.refusal)
    form = FactForm(request.POST or None, field=page.field, today=page.today, on=request.standing.day)
    if request.method == "POST" and form.is_valid():
        laid = attempt(
            form,
            lambda: actions.lay(
                fact=form.fact(trust_id=page.trust_id, tool_id=page.tool.pk),
                shown=_shown(request),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if laid:
            said = "It counts from now on." if laid.counts else "It counts once a second person has checked it."
            messages.success(request, f"{page.field.label}: saved. {said}")
            return redirect(page.tool)
    return show_form(request, "tools_registry/fact.html", page, form)


@acts
@require_POST
def check_fact(request: SignedInRequest, public_id: UUID, fact_id: UUID) -> HttpResponse:
    found = queries.find_fact(request.standing, public_id, fact_id)
    actions.check(fact_id=found.pk, by=request.user, standing=request.standing, at=timezone.now())
    messages.success(request, f"{found.get_field_display()}: checked. It counts from now on.")
    return redirect(found.tool)


@acts
@require_POST
def turn_down_fact(request: SignedInRequest, public_id: UUID, fact_id: UUID) -> HttpResponse:
    found = queries.find_fact(request.standing, public_id, fact_id)
    actions.turn_down(fact_id=found.pk, by=request.user, standing=request.standing, at=timezone.now())
    messages.success(request, f"{found.get_field_display()}: not taken. What counted before still counts.")
    return redirect(found.tool)


def _shown(request: SignedInRequest) -> Any:
    """The value the page showed; something no fact can be where it was not said."""
    try:
        return json.loads(request.POST.get("shown", ""))
    except ValueError:
        return request
