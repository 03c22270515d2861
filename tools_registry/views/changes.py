"""Recording that a tool changed, and saying carry on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tools_registry.actions import changes as actions
from tools_registry.forms.changes import CarryOnForm, ChangeForm
from tools_registry.queries import tools as queries
from tools_registry.rules import changes as rules
from trustai.http import acts, attempt, show_form
from trustai.rules import Refused

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from trustai.http import SignedInRequest


@acts
@require_http_methods(["GET", "POST"])
def record_change(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    page = queries.change_page(request.standing, public_id)
    rules.check_may_record(request.standing, page.trust_id)
    form = ChangeForm(request.POST or None, initial={"effective_on": page.day})
    if request.method == "POST" and form.is_valid():
        recorded = attempt(
            form,
            lambda: actions.record(
                new=form.change(trust_id=page.trust_id, tool_id=page.tool.pk),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if recorded:
            messages.success(request, "The change is recorded. Heads and AI leads where the tool is approved are told.")
            return redirect(page.tool)
    return show_form(request, "tools_registry/change_record.html", page, form)


@acts
@require_http_methods(["GET", "POST"])
def carry_on(request: SignedInRequest, public_id: UUID, change_id: UUID) -> HttpResponse:
    page = queries.change_page(request.standing, public_id, change_id)
    if page.line is None or page.line.carry_on_refusal:
        raise Refused(page.line.carry_on_refusal if page.line and page.line.carry_on_refusal else "")
    change = page.line.change
    form = CarryOnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answered = attempt(
            form,
            lambda: actions.carry_on(
                change_id=change.pk,
                trust_id=page.trust_id,
                reason=form.cleaned_data["reason"],
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if answered:
            messages.success(
                request, "Use may carry on, within what the trust has cleared. The people concerned are told."
            )
            return redirect(page.tool)
    return show_form(request, "tools_registry/change_carry_on.html", page, form)
