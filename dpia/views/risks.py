"""Risks and measures. Nothing is deleted: what is taken off stays in the versions that had it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dpia.actions import drafts as actions
from dpia.forms.risks import MeasureForm, RiskForm
from dpia.queries import risks as queries
from trustai.http import acts, attempt, show_form, shown_revision
from trustai.rules import Refused

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from dpia.queries.risks import OneRisk
    from trustai.http import SignedInRequest


@acts
@require_GET
def index(request: SignedInRequest, ref: str) -> HttpResponse:
    return render(request, "dpia/risks.html", {"page": queries.risks_page(request.standing, ref)})


@acts
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest, ref: str) -> HttpResponse:
    page = _writable(queries.one_risk(request.standing, ref))
    form = RiskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: actions.add_risk(
                assessment_id=page.assessment.pk,
                facts=form.facts(),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if made is not None:
            messages.success(request, f"R{made.number} is added. Say next what is done about it.")
            return redirect("dpia:measure_new", ref, made.public_id)
    return show_form(request, "dpia/risk_edit.html", page, form)


@acts
@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, ref: str, risk: UUID) -> HttpResponse:
    page = _writable(queries.one_risk(request.standing, ref, risk_id=risk))
    form = RiskForm(request.POST if request.method == "POST" else None, risk=page.risk)
    if request.method == "POST" and form.is_valid():
        kept = attempt(
            form,
            lambda: actions.change_risk(
                assessment_id=page.assessment.pk,
                risk_id=risk,
                facts=form.facts(),
                revision=shown_revision(request),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if kept is not None:
            messages.success(request, f"R{kept.number} is saved.")
            return redirect("dpia:risks", ref)
    return show_form(request, "dpia/risk_edit.html", page, form)


@acts
@require_POST
def off(request: SignedInRequest, ref: str, risk: UUID) -> HttpResponse:
    page = queries.one_risk(request.standing, ref, risk_id=risk)
    actions.withdraw_risk(
        assessment_id=page.assessment.pk,
        risk_id=risk,
        revision=shown_revision(request),
        by=request.user,
        standing=request.standing,
        at=timezone.now(),
    )
    messages.success(request, "The risk is taken off. Versions that had it keep it.")
    return redirect("dpia:risks", ref)


@acts
@require_http_methods(["GET", "POST"])
def measure_new(request: SignedInRequest, ref: str, risk: UUID) -> HttpResponse:
    page = _writable(queries.one_risk(request.standing, ref, risk_id=risk))
    form = MeasureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: actions.add_measure(
                assessment_id=page.assessment.pk,
                risk_id=risk,
                facts=form.facts(),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if made is not None:
            messages.success(request, "The measure is added.")
            return redirect("dpia:risks", ref)
    return show_form(request, "dpia/measure_edit.html", page, form)


@acts
@require_http_methods(["GET", "POST"])
def measure(request: SignedInRequest, ref: str, measure: UUID) -> HttpResponse:
    page = _writable(queries.one_risk(request.standing, ref, measure_id=measure))
    form = MeasureForm(request.POST if request.method == "POST" else None, measure=page.measure)
    if request.method == "POST" and form.is_valid():
        kept = attempt(
            form,
            lambda: actions.change_measure(
                assessment_id=page.assessment.pk,
                measure_id=measure,
                facts=form.facts(),
                revision=shown_revision(request),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if kept is not None:
            messages.success(request, "The measure is saved.")
            return redirect("dpia:risks", ref)
    return show_form(request, "dpia/measure_edit.html", page, form)


@acts
@require_POST
def measure_off(request: SignedInRequest, ref: str, measure: UUID) -> HttpResponse:
    page = queries.one_risk(request.standing, ref, measure_id=measure)
    actions.withdraw_measure(
        assessment_id=page.assessment.pk,
        measure_id=measure,
        revision=shown_revision(request),
        by=request.user,
        standing=request.standing,
        at=timezone.now(),
    )
    messages.success(request, "The measure is taken off.")
    return redirect("dpia:risks", ref)


def _writable(page: OneRisk) -> OneRisk:
    if page.refusal:
        raise Refused(page.refusal)
    return page
