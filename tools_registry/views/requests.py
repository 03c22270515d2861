"""Asking for a tool, the requests of a place or a trust, and the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tools_registry.actions import requests as actions
from tools_registry.forms.requests import (
    AnswerForm,
    AskForm,
    LinkForm,
    LookAgainForm,
    RequestFilterForm,
    first_words,
    shown_requests,
)
from tools_registry.models import Tool
from tools_registry.queries import agreements as agreement_queries
from tools_registry.queries import requests as queries
from tools_registry.rules import requests as rules
from tools_registry.tables import requests as tables
from trustai.http import CONFLICT, acts, attempt, chosen_filters, sheet, show_form, shown_revision
from trustai.rules import AlreadyDone, Refused

from .catalogue import kept

if TYPE_CHECKING:
    from django.forms import BaseForm
    from django.http import HttpResponse

    from schools.models import Place
    from tools_registry.queries.requests import RequestPage
    from trustai.http import SignedInRequest


@acts
@require_http_methods(["GET", "POST"])
def ask(request: SignedInRequest) -> HttpResponse:
    """`?tool=` a tool of the catalogue, `?q=` what the look-up did not find."""
    place = _asking_place(request)
    page = queries.ask_page(request.standing, _tool_id(request), place)
    form = AskForm(
        request.POST or None,
        place=place,
        tool=page.tool,
        on=request.standing.day,
        initial=first_words(request.GET.get("q", "")),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = attempt(
                form,
                lambda: actions.make(asked=form.asked(), by=request.user, standing=request.standing, at=timezone.now()),
            )
        except AlreadyDone as done:
            messages.info(request, str(done))
            return redirect(f"{reverse('tools_registry:requests')}?show={queries.MINE}")
        if made:
            messages.success(request, f"You have asked for {made.asked_name}. You will be told by e-mail at each step.")
            return redirect(made)
    return show_form(request, "tools_registry/ask.html", page, form)


@acts
@require_GET
def requests(request: SignedInRequest) -> HttpResponse:
    form = RequestFilterForm(request.GET, answers=queries.answers_anywhere(request.standing))
    wanted = form.wanted(request.GET.get("sort", ""))
    context = {
        "page": queries.requests_page(request.standing, wanted, request.GET.get("page", "")),
        "form": form,
        "kept": kept(request),
        "chosen": chosen_filters(request, form),
    }
    return render(request, "tools_registry/requests.html", context)


@acts
@require_GET
def requests_sheet(request: SignedInRequest, kind: str) -> HttpResponse:
    form = RequestFilterForm(request.GET, answers=queries.answers_anywhere(request.standing))
    rows = map(tables.cells, queries.request_rows(request.standing, form.wanted(request.GET.get("sort", ""))))
    return sheet(kind, title="Requests", headings=tables.HEADINGS, rows=rows)


@acts
@require_GET
def request_(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    return _shown(request, queries.request_page(request.standing, public_id))


@acts
@require_POST
def answer(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One answer to the alike requests the page showed."""
    page = queries.request_page(request.standing, public_id)
    if page.answer_refusal:
        raise Refused(page.answer_refusal)
    form = AnswerForm(request.POST, allowed_refusal=page.allowed_refusal)
    if form.is_valid():
        answered = attempt(
            form,
            lambda: actions.answer_(
                shown=shown_requests(request.POST.get("shown", "")),
                answer=form.answer(),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if answered:
            whom = "The person who asked is" if len(answered) == 1 else f"All {len(answered)} who asked are"
            messages.success(request, f"Answered. {whom} told.")
            return redirect(page.anchor)
    return _shown(request, page, answer=form)


@acts
@require_POST
def look_again(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    page = queries.request_page(request.standing, public_id)
    form = LookAgainForm(request.POST)
    if form.is_valid():
        asked = attempt(
            form,
            lambda: actions.look_again(
                request_id=page.anchor.pk,
                reason=form.cleaned_data["reason"],
                revision=shown_revision(request),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if asked:
            messages.success(request, f"The {page.last_word} is asked to look again. You will be told.")
            return redirect(page.anchor)
    if page.look_again_refusal and not page.is_own:
        raise Refused(page.look_again_refusal)
    return _shown(request, page, again=form)


@acts
@require_POST
def link_tool(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Say which tool of the catalogue was meant."""
    page = queries.request_page(request.standing, public_id)
    form = LinkForm(request.POST, tools=agreement_queries.choosable_tools(request.standing))
    if form.is_valid():
        linked = attempt(
            form,
            lambda: actions.link(
                request_public_id=page.anchor.public_id,
                tool=form.cleaned_data["tool"],
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if linked is not None:
            messages.success(request, f"The request is for {form.cleaned_data['tool']} now.")
            return redirect(page.anchor)
    if page.link_refusal:
        raise Refused(page.link_refusal)
    return _shown(request, page, link=form)


def _shown(
    request: SignedInRequest,
    page: RequestPage,
    *,
    answer: BaseForm | None = None,
    again: BaseForm | None = None,
    link: BaseForm | None = None,
) -> HttpResponse:
    """The page with its forms; 409 when one of them was stale, and then with what was typed."""
    typed = answer or again or link
    tools = agreement_queries.choosable_tools(request.standing)
    context = {
        "page": page,
        "typed": typed,
        "answer": answer or AnswerForm(allowed_refusal=page.allowed_refusal),
        "again": again or LookAgainForm(),
        "link": link or LinkForm(tools=tools),
    }
    stale = typed is not None and typed.has_error("__all__", CONFLICT)
    return render(request, "tools_registry/request.html", context, status=409 if stale else 200)


def _asking_place(request: SignedInRequest) -> Place:
    """The place one looks from, or the first at which one may ask. Raises Refused."""
    place = request.standing.place
    if place is None:
        raise Tool.DoesNotExist
    may = rules.asks_at(request.standing)
    if not may:
        rules.check_may_ask(request.standing, place)
    return place if place in may else may[0]


def _tool_id(request: SignedInRequest) -> UUID | None:
    wanted = request.GET.get("tool", "")
    try:
        return UUID(wanted) if wanted else None
    except ValueError as wrong:
        raise Tool.DoesNotExist from wrong
