"""Writing: the questions of a section, the screening, who is to be allowed what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dpia.actions import drafts as actions
from dpia.case import sees
from dpia.forms.sections import AnswersForm, AskedForm, ScreeningForm
from dpia.queries import sections as queries
from dpia.questions import QUESTIONS, SECTION_OF
from dpia.screening import outcome, result
from tools_registry.words import Audience
from trustai.http import acts, attempt, show_form, shown_revision
from trustai.rules import Conflict, Refused

if TYPE_CHECKING:
    from dpia.models import Answer
    from dpia.queries.sections import SectionPage
    from trustai.http import SignedInRequest


@acts
@require_http_methods(["GET", "POST"])
def section(request: SignedInRequest, ref: str, section: str) -> HttpResponse:
    page = _section_page(request, ref, section)
    if request.method == "POST" and page.refusal:
        raise Refused(page.refusal)
    form = _answers_form(request, page)
    if request.method == "POST":
        kept = _save_all(request, page, form)
        if form.is_valid():
            messages.success(request, f"Section {page.section.number} is saved.")
            return redirect(page.next_url)
        if kept is not None:
            form = _carry_on(request, page, form, kept)
    return show_form(request, "dpia/section.html", page, form)


def _section_page(request: SignedInRequest, ref: str, section: str) -> SectionPage:
    try:
        return queries.section_page(request.standing, ref, section)
    except KeyError as missing:
        raise Http404 from missing


def _answers_form(request: SignedInRequest, page: SectionPage) -> AnswersForm:
    data = request.POST if request.method == "POST" else None
    return AnswersForm(data, items=page.items, reference=page.assessment.reference, today=timezone.localdate())


def _save_all(request: SignedInRequest, page: SectionPage, form: AnswersForm) -> dict[str, Answer] | None:
    """Save what differs from what stood and can be read; nothing, and None, when somebody else was quicker."""
    form.full_clean()
    typed = {}
    for item in (each for each in page.items if form.can_keep(each.question)):
        value = form.value_of(item)
        if value != item.value and (value or item.value is not None):
            typed[item.question.key] = actions.Typed(value, form.revision_of(item.question))
    return attempt(form, lambda: _keep(request, page, typed))


def _carry_on(request: SignedInRequest, page: SectionPage, form: AnswersForm, kept: dict[str, Answer]) -> AnswersForm:
    """The page as it was typed, over what has been kept of it."""
    typed = request.POST.copy()
    for key, answer in kept.items():
        typed[f"{form.name_of(key)}__revision"] = str(answer.revision)
    return AnswersForm(typed, items=page.items, reference=page.assessment.reference, today=timezone.localdate())


def _keep(request: SignedInRequest, page: SectionPage, typed: dict[str, actions.Typed]) -> dict[str, Answer]:
    return actions.save_answers(
        assessment_id=page.assessment.pk,
        typed=typed,
        by=request.user,
        standing=request.standing,
        at=timezone.now(),
    )


@acts
@require_POST
def answer(request: SignedInRequest, ref: str, key: str) -> HttpResponse:
    """Save one answer as it is typed; the page gets the moment and the new revision back."""
    if key not in QUESTIONS:
        raise Http404
    page = _section_page(request, ref, SECTION_OF[key].key)
    item = next((item for item in page.items if item.question.key == key), None)
    if item is None:
        raise Http404
    form = AnswersForm(request.POST, items=[item], reference=ref, today=timezone.localdate())
    form.full_clean()
    lacks = form.lacks(item)
    if not form.can_keep(item.question):
        return _saved(request, form, key, form.revision_of(item.question), said=f"Not saved yet: {lacks}.")
    try:
        typed = actions.Typed(form.value_of(item), form.revision_of(item.question))
        kept = _keep(request, page, {key: typed})[key]
    except Conflict:
        said = "Not saved: somebody else answered this meanwhile. Save the page to see both."
        return _saved(request, form, key, form.revision_of(item.question), said=said, status=409)
    return _saved(request, form, key, kept.revision, lacks=lacks)


def _saved(
    request: SignedInRequest,
    form: AnswersForm,
    key: str,
    revision: int,
    *,
    said: str = "",
    lacks: str = "",
    status: int = 200,
) -> HttpResponse:
    name = form.name_of(key)
    context = {"name": name, "revision": revision, "at": timezone.localtime(), "said": said, "lacks": lacks}
    return render(request, "dpia/saved.html", context, status=status)


# Screening -----------------------------------------------------------------------------------------------------------


@acts
@require_http_methods(["GET", "POST"])
def screening(request: SignedInRequest, ref: str) -> HttpResponse:
    page = queries.screening_page(request.standing, ref)
    if request.method == "POST" and page.refusal:
        raise Refused(page.refusal)
    form = ScreeningForm(request.POST if request.method == "POST" else None, page=page)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        kept = attempt(
            form,
            lambda: actions.save_screening(
                assessment_id=page.assessment.pk,
                ticks=frozenset(said["ticks"]),
                reasons=said["reasons"],
                dpia_chosen=said["dpia_chosen"],
                revision=shown_revision(request),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if kept is not None:
            found = result(frozenset(said["ticks"]))
            messages.success(request, " ".join([outcome(found, chosen=said["dpia_chosen"]), *found.why]))
            return redirect(page.assessment)
    return show_form(request, "dpia/screening.html", page, form)


# Who is to be allowed what -------------------------------------------------------------------------------------------


@acts
@require_GET
def who(request: SignedInRequest, ref: str) -> HttpResponse:
    return render(request, "dpia/who.html", {"page": queries.who_page(request.standing, ref)})


@acts
@require_http_methods(["GET", "POST"])
def who_edit(request: SignedInRequest, ref: str, audience: str) -> HttpResponse:
    asked = _audience(audience)
    page = queries.who_page(request.standing, ref)
    if page.refusal:
        raise Refused(page.refusal)
    form = AskedForm(request.POST if request.method == "POST" else None, page=page, audience=asked)
    if request.method == "POST" and form.is_valid():
        kept = attempt(
            form,
            lambda: actions.set_asked(
                assessment_id=page.assessment.pk,
                asked=form.allowance(),
                revision=shown_revision(request),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if kept is not None:
            messages.success(request, f"{asked.label}: saved.")
            return redirect("dpia:who", ref)
    return show_form(request, "dpia/who_edit.html", _WithRow(page, asked), form)


class _WithRow:
    """The page of one audience: the whole page, and the row it is about."""

    def __init__(self, page: queries.WhoPage, audience: Audience) -> None:
        self.assessment, self.row, self.notes = page.assessment, page.of(audience), page.notes


@acts
@require_POST
def who_off(request: SignedInRequest, ref: str, audience: str) -> HttpResponse:
    assessment = sees(request.standing, ref)
    actions.take_off_asked(
        assessment_id=assessment.pk,
        audience=_audience(audience),
        revision=shown_revision(request),
        by=request.user,
        standing=request.standing,
        at=timezone.now(),
    )
    return redirect("dpia:who", ref)


def _audience(code: str) -> Audience:
    if code not in Audience.values:
        raise Http404
    return Audience(code)
