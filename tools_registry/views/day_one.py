"""The way of an earlier consultation to a clearance, at start-up."""

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
from tools_registry.actions import day_one as actions
from tools_registry.forms.clearances import ChooseToolForm, DayOneForm
from tools_registry.models import Tool
from tools_registry.queries import day_one as queries
from tools_registry.rules import clearances as rules
from trustai.exports.views import serve
from trustai.http import acts, attempt, show_form, shown_revision
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
            lambda: actions.enter(
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
    actions.confirm(
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
    signed = actions.sign(
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
    actions.take_back(entered_id=entered.pk, by=request.user, standing=request.standing, at=timezone.now())
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
