"""The catalogue, a tool's page, and a trust's own tools."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tools_registry.actions import catalogue as actions
from tools_registry.forms.catalogue import CatalogueFilterForm, DescriptionForm, NewToolForm, described
from tools_registry.models.catalogue import FactField
from tools_registry.queries import catalogue as queries
from tools_registry.queries import requests as request_queries
from tools_registry.queries import tools as tool_queries
from tools_registry.rules import catalogue as rules
from tools_registry.tables import catalogue as tables
from trustai.http import acts, attempt, chosen_filters, sheet, show_form, shown_revision
from trustai.rules import refusal

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tools_registry.models import Request
    from trustai.http import SignedInRequest


@acts
@require_GET
def catalogue(request: SignedInRequest) -> HttpResponse:
    form = CatalogueFilterForm(request.GET, categories=queries.categories(request.standing))
    wanted = form.wanted(request.GET.get("sort", ""))
    context = {
        "page": queries.catalogue_page(request.standing, wanted, request.GET.get("page", "")),
        "form": form,
        "kept": kept(request),
        "chosen": chosen_filters(request, form),
    }
    return render(request, "tools_registry/catalogue.html", context)


@acts
@require_GET
def catalogue_sheet(request: SignedInRequest, kind: str) -> HttpResponse:
    form = CatalogueFilterForm(request.GET, categories=queries.categories(request.standing))
    wanted = form.wanted(request.GET.get("sort", ""))
    rows = map(tables.cells, queries.tool_rows(request.standing, wanted))
    return sheet(kind, title="AI tools", headings=tables.HEADINGS, rows=rows)


@acts
@require_GET
def tool(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    page = tool_queries.tool_page(request.standing, public_id)
    return render(request, "tools_registry/tool.html", {"page": page})


@acts
@require_http_methods(["GET", "POST"])
def add_tool(request: SignedInRequest) -> HttpResponse:
    """A tool of the trust's own; `?request=` names what somebody asked for that is not in the catalogue."""
    trust_id = queries.trust_in_sight(request.standing)
    rules.check_may_add(request.standing, trust_id)
    asked = _asked(request)
    may_set = [field for field in FactField if not refusal(rules.check_may_set, request.standing, trust_id, field)]
    form = NewToolForm(request.POST or None, may_set=may_set, initial=_named(asked))
    if request.method == "POST" and form.is_valid():
        added = attempt(
            form,
            lambda: actions.add(
                trust_id=trust_id,
                description=form.description(),
                known=form.known(),
                for_request=asked.public_id if asked else None,
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if added:
            messages.success(request, f"{added} is in the catalogue. Nothing about it is approved yet.")
            return redirect(asked or added)
    page = {"asked": asked, "categories": queries.categories(request.standing)}
    return show_form(request, "tools_registry/tool_add.html", page, form)


@acts
@require_http_methods(["GET", "POST"])
def edit_tool(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found, _ = tool_queries.find(request.standing, public_id)
    rules.check_may_describe(request.standing, found)
    form = DescriptionForm(request.POST or None, initial=described(found))
    if request.method == "POST" and form.is_valid():
        changed = attempt(
            form,
            lambda: actions.describe(
                tool_id=found.pk,
                description=form.description(),
                revision=shown_revision(request),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if changed:
            messages.success(request, f"{changed} is changed.")
            return redirect(changed)
    page = {"tool": found, "categories": queries.categories(request.standing)}
    return show_form(request, "tools_registry/tool_edit.html", page, form)


@acts
@require_POST
def withdraw_tool(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found, _ = tool_queries.find(request.standing, public_id)
    gone = actions.withdraw(
        tool_id=found.pk,
        revision=shown_revision(request),
        by=request.user,
        standing=request.standing,
        at=timezone.now(),
    )
    messages.success(request, f"{gone} is out of the catalogue. What was decided about it stays on record.")
    return redirect("tools_registry:catalogue")


def kept(request: SignedInRequest) -> list[tuple[str, str]]:
    """The order of a list stays when it is filtered."""
    return [("sort", request.GET["sort"])] if request.GET.get("sort") else []


def _asked(request: SignedInRequest) -> Request | None:
    """The request this tool is added for, where it is in sight."""
    wanted = request.GET.get("request", "")
    try:
        return request_queries.find(request.standing, UUID(wanted)) if wanted else None
    except ValueError:
        return None


def _named(asked: Request | None) -> dict[str, object]:
    return {"name": asked.asked_name, "domains": [asked.link_host] if asked.link_host else []} if asked else {}
