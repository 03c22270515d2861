"""The page of a tool at a place, and deciding it: a form, a check of what was answered, then the act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tools_registry.actions import conditions, entries
from tools_registry.forms.entries import DecisionForm, ReadForm, ReasonForm
from tools_registry.queries import decision_checks, decisions
from tools_registry.queries import entries as queries
from tools_registry.rules import entries as rules
from tools_registry.views.register import place_at
from trustai.http import CONFLICT, acts, attempt, show_form, shown_revision
from trustai.rules import Conflict, check_fresh

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpResponse, QueryDict

    from tools_registry.models import RegisterEntry
    from tools_registry.queries.decisions import DecidePage
    from trustai.http import SignedInRequest

CARRIED_NOT = frozenset({"csrfmiddlewaretoken", "step", "read", "revision", "clearance"})


@acts
@require_GET
def entry(request: SignedInRequest, tool_id: UUID, urn: str | None = None) -> HttpResponse:
    """`case_panel` is a panel an app above may add through its own context processor: `.template` and what it takes."""
    page = queries.entry_page(request.standing, place_at(request.standing, urn), tool_id)
    return render(request, "tools_registry/entry.html", {"page": page})


# Deciding -------------------------------------------------------------------------------------------------------------


@acts
@require_http_methods(["GET", "POST"])
def decide(request: SignedInRequest, tool_id: UUID, urn: str | None = None) -> HttpResponse:
    """One address for the steps, each posted with everything that was typed: nothing is lost on the way."""
    place = place_at(request.standing, urn)
    shown = request.POST.get("clearance", "")
    page = decisions.decide_page(request.standing, place, tool_id, shown or request.GET.get("within", ""))
    if request.method != "POST":
        return _show(request, page, _form(page), page.revision)
    step = request.POST.get("step", "check")
    if step in {"edit", "add"}:
        going_on = DecisionForm(page=page, typed=request.POST, one_more=step == "add")
        return _show(request, page, going_on, shown_revision(request))
    form = _form(page, request.POST)
    if not form.is_valid():
        return _show(request, page, form, shown_revision(request))
    if step == "approve":
        return _approve(request, page, form)
    attempt(form, lambda: _check_fresh(request, page))
    return _show(request, page, form, page.revision) if form.errors else _check(request, page, form, ReadForm())


def _approve(request: SignedInRequest, page: DecidePage, form: DecisionForm) -> HttpResponse:
    read = ReadForm(request.POST)
    if not read.is_valid():
        return _check(request, page, form, read)
    done = attempt(form, lambda: _decide(request, page, form))
    if done is None:
        fresh = decisions.decide_page(request.standing, page.place, page.tool.public_id, str(page.clearance.public_id))
        return _show(request, fresh, form, fresh.revision)
    messages.success(request, decision_checks.outcome(page, form.decision(shown_revision(request))))
    return redirect(page.entry_url)


def _decide(request: SignedInRequest, page: DecidePage, form: DecisionForm) -> RegisterEntry:
    _check_clearance(request, page)
    return entries.approve(
        place_id=page.place.pk,
        tool_id=page.tool.pk,
        decision=form.decision(shown_revision(request)),
        by=request.user,
        standing=request.standing,
        at=timezone.now(),
    )


def _check_fresh(request: SignedInRequest, page: DecidePage) -> None:
    check_fresh(shown_revision(request), page.revision, what=entries.THIS_DECISION)
    _check_clearance(request, page)


def _check_clearance(request: SignedInRequest, page: DecidePage) -> None:
    """Nobody decides within a clearance that was not the one they read."""
    if request.POST.get("clearance", "") != str(page.clearance.public_id):
        raise Conflict("The clearance has been replaced while you were reading. Read the one that stands now.")


def _form(page: DecidePage, data: QueryDict | None = None) -> DecisionForm:
    standing = conditions.own(page.entry) if page.entry else ()
    return DecisionForm(data, page=page, standing=standing)


def _show(request: SignedInRequest, page: DecidePage, form: DecisionForm, revision: int) -> HttpResponse:
    stale = form.is_bound and form.has_error(NON_FIELD_ERRORS, CONFLICT)
    context = {"page": page, "form": form, "revision": revision, "is_stale": stale}
    return render(request, "tools_registry/decide.html", context, status=409 if stale else 200)


def _check(request: SignedInRequest, page: DecidePage, form: DecisionForm, read: ReadForm) -> HttpResponse:
    decision = form.decision(shown_revision(request))
    carried = [(name, value) for name, values in request.POST.lists() if name not in CARRIED_NOT for value in values]
    context = {
        "page": page,
        "check": decision_checks.check_page(request.standing, page, decision, by=request.user.name),
        "read": read,
        "carried": carried,
        "revision": shown_revision(request),
    }
    return render(request, "tools_registry/decide_check.html", context)


# Declining, withdrawing, deletion -------------------------------------------------------------------------------------


@acts
@require_http_methods(["GET", "POST"])
def decline(request: SignedInRequest, tool_id: UUID, urn: str | None = None) -> HttpResponse:
    place = place_at(request.standing, urn)
    rules.check_may_decide(request.standing, place)
    return _with_reason(request, tool_id, urn, entries.decline, "decline", "{tool} is declined for {place}.")


@acts
@require_http_methods(["GET", "POST"])
def withdraw(request: SignedInRequest, tool_id: UUID, urn: str | None = None) -> HttpResponse:
    place = place_at(request.standing, urn)
    rules.check_may_decide(request.standing, place, narrows=True)
    said = "{tool} is withdrawn at {place}. Say here when everything that was put in has been deleted."
    return _with_reason(request, tool_id, urn, entries.withdraw, "withdraw", said)


def _with_reason(
    request: SignedInRequest,
    tool_id: UUID,
    urn: str | None,
    act: Callable[..., RegisterEntry],
    name: str,
    said: str,
) -> HttpResponse:
    page = queries.act_page(place_at(request.standing, urn), tool_id, name)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: act(
                place_id=page.place.pk,
                tool_id=page.tool.pk,
                reason=form.cleaned_data["reason"],
                revision=shown_revision(request),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if done:
            messages.success(request, said.format(tool=page.tool, place=page.place.name))
            return redirect(page.entry_url)
    return show_form(request, "tools_registry/entry_reason.html", page, form)


@acts
@require_POST
def deletion(request: SignedInRequest, tool_id: UUID, urn: str | None = None) -> HttpResponse:
    page = queries.act_page(place_at(request.standing, urn), tool_id, "deletion")
    entries.confirm_deletion(
        place_id=page.place.pk,
        tool_id=page.tool.pk,
        by=request.user,
        standing=request.standing,
        at=timezone.now(),
    )
    messages.success(request, "It is recorded that everything that was put in has been deleted.")
    return redirect(page.entry_url)
