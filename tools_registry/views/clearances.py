"""What the trust has cleared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from tools_registry.actions import clearances as actions
from tools_registry.forms.clearances import ClearanceFilterForm, WithdrawClearanceForm
from tools_registry.queries import clearances as queries
from tools_registry.rules import clearances as rules
from tools_registry.tables import clearances as table
from trustai.http import acts, attempt, chosen_filters, sheet, show_form, shown_revision

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from trustai.http import SignedInRequest


@acts
@require_GET
def clearances(request: SignedInRequest) -> HttpResponse:
    form = ClearanceFilterForm(request.GET)
    sort = request.GET.get("sort", "")
    page = queries.clearances_page(request.standing, form.wanted(sort), request.GET.get("page", ""))
    context = {
        "page": page,
        "form": form,
        "sort": sort or "name",
        "today": request.standing.day,
        "chosen": chosen_filters(request, form),
        "kept": [("sort", sort)] if sort else [],
    }
    return render(request, "tools_registry/clearances.html", context)


@acts
@require_GET
def clearances_sheet(request: SignedInRequest, kind: str) -> HttpResponse:
    rules.check_may_see(request.standing)
    wanted = ClearanceFilterForm(request.GET).wanted(request.GET.get("sort", ""))
    rows = queries.choose(queries.clearance_rows(request.standing), wanted)
    return sheet(kind, title="Clearances", headings=table.HEADINGS, rows=map(table.cells, rows))


@acts
@require_http_methods(["GET", "POST"])
def clearance(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One clearance; posting withdraws it."""
    page = queries.clearance_page(request.standing, public_id)
    form = WithdrawClearanceForm(request.POST or None)
    if request.method == "POST":
        rules.check_may_withdraw(request.standing, page.clearance)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: actions.withdraw(
                clearance_id=page.clearance.pk,
                reason=form.cleaned_data["reason"],
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
                revision=shown_revision(request),
            ),
        )
        if done:
            messages.success(request, "The clearance is withdrawn. Nothing is allowed that stood on it.")
            return redirect(done)
    return show_form(request, "tools_registry/clearance.html", page, form)
