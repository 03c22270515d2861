"""Reading a sent version, taking a review, giving the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from dpia.actions import reviews as actions
from dpia.forms.reviews import ConditionFormSet, VerdictForm, agree, given
from dpia.queries import reviewing as queries
from trustai.forms import whole_number
from trustai.http import CONFLICT, acts, attempt, shown_revision
from trustai.rules import Refused

if TYPE_CHECKING:
    from django.http import HttpResponse

    from dpia.queries.reviewing import ReviewPage
    from trustai.http import SignedInRequest

CONDITIONS = "conditions"


@acts
@require_http_methods(["GET", "POST"])
def review(request: SignedInRequest, ref: str) -> HttpResponse:
    page = queries.review_page(request.standing, ref, only_changes="changes" in request.GET)
    posted = request.method == "POST"
    if posted and page.refusal:
        raise Refused(page.refusal)
    form = VerdictForm(request.POST if posted else None, can_refer=page.can_refer)
    conditions = _conditions(request)
    adding = "more" in request.POST
    if posted and not adding and agree(form, conditions) and _give(request, page, form, conditions):
        messages.success(request, "Your verdict is recorded. The people who wrote the case have been told.")
        return redirect(page.assessment)
    if adding:
        _make_room(form, conditions)
    stale = posted and form.has_error("__all__", CONFLICT)
    context = {"page": page, "form": form, "conditions": conditions, "today": timezone.localdate()}
    return render(request, "dpia/review.html", context, status=409 if stale else 200)


def _conditions(request: SignedInRequest) -> Any:
    """The conditions as typed; “another condition” adds a blank one."""
    today = {"today": timezone.localdate()}
    if request.method != "POST":
        return ConditionFormSet(form_kwargs=today, prefix=CONDITIONS)
    typed = request.POST.copy()
    count = whole_number(str(typed.get(f"{CONDITIONS}-TOTAL_FORMS", "")))
    typed[f"{CONDITIONS}-TOTAL_FORMS"] = str(count + ("more" in typed))
    return ConditionFormSet(typed, form_kwargs=today, prefix=CONDITIONS)


def _make_room(form: VerdictForm, conditions: Any) -> None:
    """Another condition was asked for: nothing is wrong yet, and one goes on writing there."""
    for each in (form, *conditions):
        each.errors.clear()
    conditions[-1].fields["words"].widget.attrs["autofocus"] = True


def _give(request: SignedInRequest, page: ReviewPage, form: VerdictForm, conditions: Any) -> bool:
    if page.review is None:
        raise Refused(page.refusal)
    review_id = page.review.public_id
    done = attempt(
        form,
        lambda: actions.give_verdict(
            assessment_id=page.assessment.pk,
            review_id=review_id,
            given=given(form, conditions),
            revision=shown_revision(request),
            by=request.user,
            standing=request.standing,
            at=timezone.now(),
        ),
    )
    return done is not None


@acts
@require_POST
def take(request: SignedInRequest, ref: str) -> HttpResponse:
    page = queries.review_page(request.standing, ref)
    if page.review is None or page.take_refusal:
        raise Refused(page.take_refusal or page.refusal)
    actions.take(
        assessment_id=page.assessment.pk,
        review_id=page.review.public_id,
        revision=shown_revision(request),
        by=request.user,
        standing=request.standing,
        at=timezone.now(),
        deputy_away=page.takes_in_place,
    )
    messages.success(request, f"You read this for the {page.team}.")
    return redirect("dpia:review", ref)
