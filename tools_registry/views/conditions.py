"""One condition at a place: reporting that it is done, confirming or refusing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from tools_registry.actions import conditions as actions
from tools_registry.forms.conditions import ConfirmForm, RefuseForm, ReportForm
from tools_registry.models.entries import entry_url
from tools_registry.queries import conditions as queries
from tools_registry.queries import entries
from tools_registry.views.register import place_at
from trustai.http import CONFLICT, acts, attempt, shown_revision
from trustai.rules import Refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpResponse

    from tools_registry.models import ConditionProgress
    from tools_registry.queries.conditions import ConditionPage
    from trustai.forms import PlainForm
    from trustai.http import SignedInRequest


@acts
@require_GET
def condition(request: SignedInRequest, tool_id: UUID, condition_id: UUID, urn: str | None = None) -> HttpResponse:
    return _show(request, _page(request, tool_id, condition_id, urn))


@acts
@require_POST
def report(request: SignedInRequest, tool_id: UUID, condition_id: UUID, urn: str | None = None) -> HttpResponse:
    page = _page(request, tool_id, condition_id, urn)
    form = ReportForm(request.POST, condition=page.row.condition)
    return _act(request, page, form, actions.report, _reported(form), page.report_refusal, report=form)


@acts
@require_POST
def confirm(request: SignedInRequest, tool_id: UUID, condition_id: UUID, urn: str | None = None) -> HttpResponse:
    """Of a condition for each person that not everybody has met, whoever may report it says how far it is."""
    page = _page(request, tool_id, condition_id, urn)
    form = ConfirmForm(_read(page) if page.waits else request.POST, condition=page.row.condition)
    if page.confirm_refusal is None and form.is_valid() and form.so_far:
        if page.report_refusal is None:
            return _act(request, page, form, actions.report, _reported(form), None, confirm=form)
        form.add_error("done_count", f"{form.so_far} so far: it is met when everybody has done it")
    return _act(request, page, form, actions.confirm, "Confirmed: it is met.", page.confirm_refusal, confirm=form)


@acts
@require_POST
def refuse(request: SignedInRequest, tool_id: UUID, condition_id: UUID, urn: str | None = None) -> HttpResponse:
    page = _page(request, tool_id, condition_id, urn)
    form = RefuseForm(request.POST)
    said = "Not confirmed. Whoever reported it is told."
    return _act(request, page, form, actions.refuse, said, page.confirm_refusal, refuse=form)


def _reported(form: ReportForm) -> str:
    if form.is_valid() and form.so_far:
        return f"Recorded: {form.so_far} so far. It is met when everybody has done it."
    return "Reported. It is met when whoever set it confirms."


def _read(page: ConditionPage) -> dict[str, str | int | None]:
    """What is reported, as it fills a form."""
    stands = page.stands
    if stands is None:
        return {}
    return {"evidence": stands.evidence, "done_count": stands.done_count, "of_count": stands.of_count}


def _page(request: SignedInRequest, tool_id: UUID, condition_id: UUID, urn: str | None) -> ConditionPage:
    place = place_at(request.standing, urn)
    tool, _ = entries.find_tool(place, tool_id, request.standing)
    return queries.condition_page(request.standing, place, tool, queries.find(place, tool, condition_id))


def _act(
    request: SignedInRequest,
    page: ConditionPage,
    form: PlainForm,
    act: Callable[..., ConditionProgress],
    said: str,
    refusal: str | None,
    **forms: PlainForm,
) -> HttpResponse:
    done = None
    if form.is_valid():
        done = attempt(
            form,
            lambda: act(
                condition_id=page.row.condition.pk,
                place_id=page.place.pk,
                revision=shown_revision(request),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
                **form.cleaned_data,
            ),
        )
    if done:
        messages.success(request, said)
        return redirect(entry_url(page.place, page.tool))
    stale = form.has_error("__all__", CONFLICT)
    if refusal and not stale:
        raise Refused(refusal)
    return _show(request, page, stale=stale, **forms)


def _show(request: SignedInRequest, page: ConditionPage, *, stale: bool = False, **filled: PlainForm) -> HttpResponse:
    """The page with a form for each act; the one that was posted keeps what was typed."""
    reported, condition_ = _read(page), page.row.condition
    forms = {
        "report": ReportForm(condition=condition_, initial=reported),
        "confirm": ConfirmForm(condition=condition_, initial=reported, auto_id="id_confirm_%s"),
        "refuse": RefuseForm(auto_id="id_refuse_%s"),
        **filled,
    }
    posted = next(iter(filled.values()), None)
    return render(
        request,
        "tools_registry/condition.html",
        {"page": page, "posted": posted, **forms},
        status=409 if stale else 200,
    )
