"""Stopping a tool at once, and letting it go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tools_registry.actions import entries
from tools_registry.forms.entries import SuspendForm
from tools_registry.queries import entries as queries
from tools_registry.queries import suspensions
from tools_registry.rules import suspensions as rules
from tools_registry.views.register import place_at
from trustai.http import acts, attempt, show_form
from trustai.rules import Refused, refusal

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from trustai.http import SignedInRequest

# What the buttons on the page of a tool post.
SAY = {"lift": entries.lift, "ask": entries.ask_to_lift, "agree": entries.agree_to_lift}


@acts
@require_http_methods(["GET", "POST"])
def suspend(request: SignedInRequest, tool_id: UUID, urn: str | None = None) -> HttpResponse:
    place = place_at(request.standing, urn)
    rules.check_may_suspend(request.standing, place)
    page = queries.act_page(place, tool_id, "suspend")
    everywhere = refusal(rules.check_may_suspend_everywhere, request.standing, place.trust_id) is None
    form = SuspendForm(request.POST or None, place_name=place.name, may_everywhere=everywhere)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: entries.suspend(
                tool_id=page.tool.pk,
                trust_id=place.trust_id,
                place_id=None if form.everywhere else place.pk,
                reason=form.cleaned_data["reason"],
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if done:
            where = "at every place of the trust" if form.everywhere else f"at {place.name}"
            messages.success(request, f"{page.tool} is suspended {where}. Everybody who uses it is being told.")
            return redirect(page.entry_url)
    return show_form(request, "tools_registry/suspend.html", page, form)


@acts
@require_http_methods(["GET", "POST"])
def lift(request: SignedInRequest, tool_id: UUID, suspension_id: UUID, urn: str | None = None) -> HttpResponse:
    page = queries.act_page(place_at(request.standing, urn), tool_id, "lift")
    suspension = suspensions.find(page.place, page.tool, suspension_id)
    if request.method == "GET":
        asked = suspensions.lift_page(request.standing, page.place, page.tool, suspension)
        return render(request, "tools_registry/lift.html", {"page": asked})
    say = SAY.get(next(iter(SAY.keys() & request.POST.keys()), ""))
    if say is None:
        raise Refused("Choose what to say on the page of the tool.")
    said = say(suspension_id=suspension.pk, by=request.user, standing=request.standing, at=timezone.now())
    if said.lifted_at is not None:
        messages.success(request, "The suspension is lifted. Everybody who uses the tool is being told.")
    else:
        messages.success(request, "Recorded. The suspension is lifted as soon as the other side says so too.")
    return redirect(page.entry_url)
