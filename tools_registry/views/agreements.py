"""The trust's agreements with suppliers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from tools_registry.actions import agreements as actions
from tools_registry.forms.agreements import AgreementFilterForm, AgreementForm, written
from tools_registry.models import Agreement, Tool
from tools_registry.queries import agreements as queries
from tools_registry.queries.catalogue import trust_in_sight
from tools_registry.rules import agreements as rules
from tools_registry.tables import agreements as tables
from trustai.exports import views as exports
from trustai.http import acts, attempt, chosen_filters, sheet, show_form, shown_revision

from .catalogue import kept

if TYPE_CHECKING:
    from django.http import FileResponse, HttpResponse

    from trustai.http import SignedInRequest


@acts
@require_GET
def agreements(request: SignedInRequest) -> HttpResponse:
    form = AgreementFilterForm(request.GET)
    wanted = form.wanted(request.GET.get("sort", ""))
    context = {
        "page": queries.agreements_page(request.standing, wanted, request.GET.get("page", "")),
        "form": form,
        "kept": kept(request),
        "chosen": chosen_filters(request, form),
    }
    return render(request, "tools_registry/agreements.html", context)


@acts
@require_GET
def agreements_sheet(request: SignedInRequest, kind: str) -> HttpResponse:
    wanted = AgreementFilterForm(request.GET).wanted(request.GET.get("sort", ""))
    rows = map(tables.cells, queries.agreement_rows(request.standing, wanted))
    return sheet(kind, title="Agreements", headings=tables.HEADINGS, rows=rows)


@acts
@require_http_methods(["GET", "POST"])
def add_agreement(request: SignedInRequest) -> HttpResponse:
    """With `?tool=`, for that tool; else the form asks which."""
    trust_id = trust_in_sight(request.standing)
    rules.check_may_keep(request.standing, trust_id)
    tools = queries.choosable_tools(request.standing)
    chosen = _chosen(request)
    initial = {"starts_on": request.standing.day, "supplier_party": chosen.supplier if chosen else ""}
    form = AgreementForm(request.POST or None, request.FILES or None, tools=None if chosen else tools, initial=initial)
    if request.method == "POST" and form.is_valid():
        tool = chosen or form.cleaned_data["tool"]
        added = attempt(
            form,
            lambda: actions.add(
                trust_id=trust_id,
                tool_id=tool.pk,
                terms=form.terms(),
                upload=form.upload(),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if added:
            messages.success(request, f"The agreement {added.reference} is entered. It counts from its first day.")
            return redirect(added)
    return show_form(request, "tools_registry/agreement_add.html", {"tool": chosen}, form)


@acts
@require_GET
def agreement(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    page = queries.agreement_page(request.standing, public_id)
    return render(request, "tools_registry/agreement.html", {"page": page})


@acts
@require_http_methods(["GET", "POST"])
def edit_agreement(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _kept_by(request, public_id)
    form = AgreementForm(request.POST or None, request.FILES or None, initial=written(found))
    if request.method == "POST" and form.is_valid():
        changed = attempt(
            form,
            lambda: actions.change(
                agreement_id=found.pk,
                terms=form.terms(),
                upload=form.upload(),
                revision=shown_revision(request),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if changed:
            messages.success(request, "The agreement is changed, and every answer goes by it from now on.")
            return redirect(changed)
    return show_form(request, "tools_registry/agreement_edit.html", {"agreement": found}, form)


@acts
@require_http_methods(["GET", "POST"])
def withdraw_agreement(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Asks first what it means, then does it."""
    found = _kept_by(request, public_id)
    if request.method == "POST":
        actions.withdraw(
            agreement_id=found.pk,
            revision=shown_revision(request),
            by=request.user,
            standing=request.standing,
            at=timezone.now(),
        )
        messages.success(request, f"The agreement {found.reference} is withdrawn. What it covered is off at once.")
        return redirect(found)
    page = queries.agreement_page(request.standing, public_id)
    return render(request, "tools_registry/agreement_withdraw.html", {"page": page})


@acts
@require_GET
def agreement_document(request: SignedInRequest, public_id: UUID) -> FileResponse:
    found = queries.find(request.standing, public_id)
    rules.check_may_read_document(request.standing, found.trust_id)
    if found.document is None:
        raise Agreement.DoesNotExist
    return exports.serve(found.document)


def _kept_by(request: SignedInRequest, public_id: UUID) -> Agreement:
    found = queries.find(request.standing, public_id)
    rules.check_may_keep(request.standing, found.trust_id)
    return found


def _chosen(request: SignedInRequest) -> Tool | None:
    """The tool named in the address. Raises Tool.DoesNotExist for one that is not in sight."""
    wanted = request.GET.get("tool", "")
    if not wanted:
        return None
    try:
        return queries.choosable_tools(request.standing).get(public_id=UUID(wanted))
    except ValueError as wrong:
        raise Tool.DoesNotExist from wrong
