"""The trust's settings, and the DPO's delegation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from schools import actions, rules
from schools.forms import DelegationForm, TrustForm
from schools.queries import trusts as queries
from trustai.http import acts, attempt, show_form, shown_revision

if TYPE_CHECKING:
    from django.http import HttpResponse

    from trustai.http import SignedInRequest


@acts
@require_http_methods(["GET", "POST"])
def trust_settings(request: SignedInRequest) -> HttpResponse:
    page = queries.trust_page(request.standing)
    if request.method == "POST":
        rules.check_may_change_trust(request.standing, page.trust)
    form = TrustForm(request.POST or None, trust=page.trust)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: actions.change_trust(
                trust_id=page.trust.pk,
                settings=form.settings(),
                revision=shown_revision(request),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if done:
            messages.success(request, "The trust's settings are changed.")
            return redirect("schools:trust_settings")
    return show_form(request, "schools/trust_settings.html", page, form)


@acts
@require_http_methods(["GET", "POST"])
def delegation(request: SignedInRequest) -> HttpResponse:
    """From which day the Deputy may advise in the DPO's place; posted as `end`, it is taken back."""
    page = queries.trust_page(request.standing)
    rules.check_may_delegate_advice(request.standing, page.trust)
    ends = "end" in request.POST
    form = DelegationForm(request.POST or None, initial={"starts_on": request.standing.day})
    if request.method == "POST" and (ends or form.is_valid()):
        done = attempt(
            form,
            lambda: actions.delegate_advice(
                trust_id=page.trust.pk,
                starts_on=None if ends else form.cleaned_data["starts_on"],
                revision=shown_revision(request),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if done:
            messages.success(request, "The delegation is taken back." if ends else "The delegation is recorded.")
            return redirect("schools:trust_settings")
    return show_form(request, "schools/delegation.html", page, form)
