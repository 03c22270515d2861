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
    if request.method == "POST" and form.is_valid() and _save_all(request, page, form):
        messages.success(request, f"Section {page.section.number} is saved.")
        return redirect(page.next_url)
    return show_form(request, "dpia/section.html", page, form)


def _section_page(request: SignedInRequest, ref: str, section: str) -> SectionPage:
    try:
        return queries.section_page(request.standing, ref, section)
    except KeyError as missing:
        raise Http404 from missing


def _answers_form(request: SignedInRequest, page: SectionPage) -> AnswersForm:
    data = request.POST if request.method == "POST" else None
    return AnswersForm(data, items=page.items, reference=page.assessment.reference, today=timezone.localdate())


def _save_all(request: SignedInRequest, page: SectionPage, form: AnswersForm) -> bool:
    """Save what differs from what stood: all of it, or nothing when somebody else was quicker."""
    typed = {}
    for item in page.items:
        value = form.value_of(item.question)
        if value != item.value and (value or item.value is not None):
            typed[item.question.key] = actions.Typed(value, form.revision_of(item.question))
    saved = attempt(form, lambda: _keep(request, page, typed))
    return saved is not None


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
    form.is_valid()
    if not form.can_keep(item.question):
        return _saved(request, form, item.question.key, item.revision, said="Not saved: this cannot be read yet.")
    try:
        typed = actions.Typed(form.value_of(item.question), form.revision_of(item.question))
        kept = _keep(request, page, {key: typed})[key]
    except Conflict:
        said = "Not saved: somebody else answered this meanwhile. Save the page to see both."
        return _saved(request, form, key, form.revision_of(item.question), said=said, status=409)
    return _saved(request, form, key, kept.revision)


def _saved(
    request: SignedInRequest, form: AnswersForm, key: str, revision: int, *, said: str = "", status: int = 200
) -> HttpResponse:
    name = form.name_of(key)
    context = {"name": name, "revision": revision, "at": timezone.localtime(), "said": said}
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
            messages.success(request, "The screening is saved.")
            return redirect("dpia:screening", ref)
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
