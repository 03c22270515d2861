"""What the trust has cleared, and the way of an earlier consultation to a clearance."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from schools.models import Role
from tools_registry import choices, months
from tools_registry.actions import clearances as actions
from tools_registry.actions import day_one as day_ones
from tools_registry.forms.clearances import ChooseToolForm, ClearanceFilterForm, DayOneForm, WithdrawClearanceForm
from tools_registry.models import Tool
from tools_registry.queries import clearances as queries
from tools_registry.rules import clearances as rules
from tools_registry.tables import clearances as table
from trustai.exports.views import serve
from trustai.http import acts, attempt, chosen_filters, sheet, show_form, shown_revision
from trustai.rules import Refused

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from trustai.http import SignedInRequest

TEAMS = {"deputy": Role.DEPUTY_DPO, "network": Role.NETWORK}


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


# Day one --------------------------------------------------------------------------------------------------------------


@acts
@require_GET
def enter(request: SignedInRequest) -> HttpResponse:
    """What is entered and waits, and the choice of the tool for another."""
    trust_id = _trust_id(request)
    form = ChooseToolForm(request.GET if "tool" in request.GET else None, tools=_tools(trust_id))
    if form.is_bound and form.is_valid():
        return redirect("tools_registry:enter_tool", form.cleaned_data["tool"].public_id)
    context = {"form": form, "pending": queries.pending_day_ones(request.standing)}
    return render(request, "tools_registry/clearance_day_ones.html", context)


@acts
@require_http_methods(["GET", "POST"])
def enter_tool(request: SignedInRequest, tool_id: UUID) -> HttpResponse:
    trust_id = _trust_id(request)
    tool = _tools(trust_id).get(public_id=tool_id)
    today = request.standing.day
    form = DayOneForm(
        request.POST or None,
        request.FILES or None,
        options=choices.unbounded(frozenset(tool.restricted_purposes)),
        places=[place for place in request.standing.places if place.trust_id == trust_id],
        today=today,
        latest=months.add(today, rules.DAY_ONE_MONTHS) - timedelta(days=1),
    )
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: day_ones.enter(
                trust_id=trust_id,
                earlier=form.earlier(tool),
                upload=form.cleaned_data["upload"],
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if done:
            messages.success(
                request, "Entered. The Deputy Data Protection Officer and the Network Team are asked next."
            )
            return redirect(done)
    return show_form(request, "tools_registry/clearance_enter.html", tool, form)


@acts
@require_GET
def day_one(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    page = queries.day_one_page(request.standing, public_id)
    return render(request, "tools_registry/clearance_day_one.html", {"page": page})


@acts
@require_POST
def confirm_day_one(request: SignedInRequest, public_id: UUID, team: str) -> HttpResponse:
    entered = queries.day_one_page(request.standing, public_id).entered
    if team not in TEAMS:
        raise Http404
    day_ones.confirm(
        entered_id=entered.pk,
        role=TEAMS[team],
        by=request.user,
        standing=request.standing,
        at=timezone.now(),
    )
    messages.success(request, "Confirmed.")
    return redirect(entered)


@acts
@require_POST
def sign_day_one(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    entered = queries.day_one_page(request.standing, public_id).entered
    signed = day_ones.sign(
        entered_id=entered.pk,
        revision=shown_revision(request),
        by=request.user,
        standing=request.standing,
        at=timezone.now(),
    )
    messages.success(request, "Signed. Its schools can decide from now on.")
    return redirect(signed)


@acts
@require_POST
def take_back_day_one(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    entered = queries.day_one_page(request.standing, public_id).entered
    day_ones.take_back(entered_id=entered.pk, by=request.user, standing=request.standing, at=timezone.now())
    messages.success(request, "Taken back. It can be entered again.")
    return redirect(entered)


@acts
@require_GET
def day_one_document(request: SignedInRequest, public_id: UUID) -> HttpResponseBase:
    return serve(queries.find_document(request.standing, public_id).document)


def _trust_id(request: SignedInRequest) -> int:
    """The trust in which this person enters; refused where there is none."""
    here = request.standing.place
    trusts = sorted(request.standing.wide_trust_ids, key=lambda trust_id: here is None or trust_id != here.trust_id)
    if not trusts:
        raise Refused("Only the trust enters an earlier consultation.")
    rules.check_may_enter_day_one(request.standing, trusts[0])
    return trusts[0]


def _tools(trust_id: int) -> QuerySet[Tool]:
    return Tool.objects.for_trust(trust_id).listed().order_by("sort_name", "edition")
