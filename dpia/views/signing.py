"""The DPO's advice, the ICO's answer, the signature, and no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_http_methods, require_POST

from dpia.actions import advice as advice_actions
from dpia.actions import signing as actions
from dpia.case import read
from dpia.forms.reviews import AdviceForm, IcoForm
from dpia.forms.signing import DeclineForm, SignForm
from dpia.queries import signing as queries
from dpia.queries.following import following
from trustai.http import CONFLICT, acts, attempt, show_form, shown_revision
from trustai.rules import Refused

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.utils.safestring import SafeString

    from dpia.models import Assessment
    from dpia.queries.signing import LastPage
    from trustai.http import SignedInRequest


MOST_LINKS = 3


@acts
@require_http_methods(["GET", "POST"])
def advice(request: SignedInRequest, ref: str) -> HttpResponse:
    page = queries.advice_page(request.standing, ref)
    posted = _posted(request, page)
    form = AdviceForm(request.POST if posted else None)
    if posted and form.is_valid():
        said = form.cleaned_data
        done = attempt(
            form,
            lambda: advice_actions.advise(
                assessment_id=page.assessment.pk,
                text=said["text"],
                may_go_ahead=said["may_go_ahead"] == "yes",
                revision=shown_revision(request),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if done is not None:
            messages.success(request, "Your advice is recorded on this version.")
            return redirect(page.assessment)
    return show_form(request, "dpia/advice.html", page, form)


@acts
@require_http_methods(["GET", "POST"])
def ico(request: SignedInRequest, ref: str) -> HttpResponse:
    page = queries.ico_page(request.standing, ref)
    posted = _posted(request, page)
    form = IcoForm(request.POST if posted else None, today=timezone.localdate())
    if posted and form.is_valid():
        done = attempt(
            form,
            lambda: advice_actions.record_ico(
                assessment_id=page.assessment.pk,
                answer=form.answer(),
                revision=shown_revision(request),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if done is not None:
            messages.success(request, "What the ICO says is recorded.")
            return redirect(page.assessment)
    return show_form(request, "dpia/ico.html", page, form)


def _posted(request: SignedInRequest, page: LastPage) -> bool:
    """Whether something was sent; refused before it is looked at when this person may not."""
    if request.method == "POST" and page.refusal:
        raise Refused(page.refusal)
    return request.method == "POST"


@acts
@require_http_methods(["GET", "POST"])
def sign(request: SignedInRequest, ref: str) -> HttpResponse:
    page = queries.sign_page(request.standing, ref)
    posted = request.method == "POST"
    form = SignForm(request.POST if posted else None, page=page, today=timezone.localdate())
    if posted and form.is_valid():
        done = attempt(
            form,
            lambda: actions.sign(
                assessment_id=page.assessment.pk,
                said=form.signature(),
                revision=shown_revision(request),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if done is not None:
            messages.success(request, _signed(request, done))
            return redirect(done)
    return _sign_page(request, page, form, DeclineForm(prefix="no"))


def _signed(request: SignedInRequest, assessment: Assessment) -> SafeString:
    """What has happened, and the way on: to the clearance, and to the decision where it is this person's."""
    after = following(request.standing, read(assessment, on=request.standing.day))
    if after is None:
        return format_html("{} is signed, and the clearance is issued.", assessment.reference)
    said = format_html('{} is signed, and <a href="{}">the clearance</a> is issued.', assessment.reference, after.url)
    places = [(place.decide_url, place.name) for place in after.to_decide[:MOST_LINKS]]
    return said + format_html_join("", ' <a href="{}">Decide it now for {}</a>.', places)


@acts
@require_POST
def decline(request: SignedInRequest, ref: str) -> HttpResponse:
    page = queries.sign_page(request.standing, ref)
    form = DeclineForm(request.POST, prefix="no")
    if form.is_valid():
        done = attempt(
            form,
            lambda: actions.decline(
                assessment_id=page.assessment.pk,
                reason=form.cleaned_data["reason"],
                revision=shown_revision(request),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if done is not None:
            messages.success(request, f"{done.reference} is declined. The people who asked have been told.")
            return redirect(done)
    return _sign_page(request, page, SignForm(page=page, today=timezone.localdate()), form)


def _sign_page(request: SignedInRequest, page: LastPage, form: SignForm, no: DeclineForm) -> HttpResponse:
    stale = any(each.is_bound and each.has_error("__all__", CONFLICT) for each in (form, no))
    refused = page.refusal or (page.whose if no.is_bound else "")
    if request.method == "POST" and refused and not stale:
        raise Refused(refused)
    return render(request, "dpia/sign.html", {"page": page, "form": form, "no": no}, status=409 if stale else 200)
