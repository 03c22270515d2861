"""One case: begin it, look at it, send it, withdraw it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dpia.actions import cases as actions
from dpia.actions import submitting
from dpia.case import sees
from dpia.forms.cases import WHOLE_TRUST, StartForm, WithdrawForm
from dpia.queries import cases as queries
from dpia.queries.starting import start_page
from trustai.http import acts, attempt, show_form, shown_revision
from trustai.rules import Refused

if TYPE_CHECKING:
    from django.http import HttpResponse

    from dpia.queries.starting import StartPage
    from trustai.http import SignedInRequest


@acts
@require_http_methods(["GET", "POST"])
def start(request: SignedInRequest) -> HttpResponse:
    page = start_page(request.standing, _uuids(request.GET.getlist("request")))
    if page.refusal:
        raise Refused(page.refusal)
    tool = request.GET.get("tool") or (str(page.tool.public_id) if page.tool else "")
    place = request.standing.place
    initial = {
        "tool": tool,
        "reach": "places",
        "places": [str(r.place.public_id) for r in page.requests] or [str(place.public_id) if place else ""],
    }
    form = StartForm(request.POST or None, page=page, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: actions.start(
                new=_new_case(form, page), by=request.user, standing=request.standing, at=timezone.now()
            ),
        )
        if made is not None:
            messages.success(request, f"{made.reference} is open. Say first who is to use it, and with what data.")
            return redirect(made)
    return show_form(request, "dpia/start.html", page, form)


def _new_case(form: StartForm, page: StartPage) -> actions.NewCase:
    said = form.cleaned_data
    chosen = frozenset(p.pk for p in page.places if str(p.public_id) in said["places"])
    replaces = next((c.pk for c in page.clearances if str(c.public_id) == said.get("replaces")), None)
    return actions.NewCase(
        trust_id=page.trust.pk,
        tool_id=next(t.pk for t in page.tools if str(t.public_id) == said["tool"]),
        place_ids=None if said["reach"] == WHOLE_TRUST else chosen,
        request_ids=frozenset(r.pk for r in page.requests),
        replaces_id=replaces,
    )


def _uuids(said: list[str]) -> list[UUID]:
    """Those that are ids at all."""
    found = []
    for each in said:
        try:
            found.append(UUID(each))
        except ValueError:
            continue
    return found


@acts
@require_GET
def detail(request: SignedInRequest, ref: str) -> HttpResponse:
    page = queries.case_page(request.standing, ref)
    return render(request, "dpia/case.html", {"page": page, "today": timezone.localdate()})


@acts
@require_POST
def send(request: SignedInRequest, ref: str) -> HttpResponse:
    assessment = sees(request.standing, ref)
    sent = submitting.submit(
        assessment_id=assessment.pk,
        revision=shown_revision(request),
        by=request.user,
        standing=request.standing,
        at=timezone.now(),
    )
    messages.success(request, f"Version {sent.version} is with the teams. They have been told.")
    return redirect(sent)


@acts
@require_http_methods(["GET", "POST"])
def withdraw(request: SignedInRequest, ref: str) -> HttpResponse:
    page = queries.case_page(request.standing, ref)
    if page.withdraw_refusal:
        raise Refused(page.withdraw_refusal)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: actions.withdraw(
                assessment_id=page.assessment.pk,
                reason=form.cleaned_data["reason"],
                revision=shown_revision(request),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if done is not None:
            messages.success(request, f"{done.reference} is withdrawn.")
            return redirect(done)
    return show_form(request, "dpia/withdraw.html", page, form)
