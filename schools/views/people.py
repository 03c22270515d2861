"""Who holds which role."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from schools import actions, tables
from schools.forms import GiveRoleForm, PeopleFilterForm, RoleForm
from schools.models import Role
from schools.queries import people as queries
from trustai.http import acts, attempt, chosen_filters, sheet, show_form, shown_revision
from trustai.rules import Refused

if TYPE_CHECKING:
    from django.http import HttpResponse

    from trustai.http import SignedInRequest


@acts
@require_GET
def people(request: SignedInRequest) -> HttpResponse:
    form = PeopleFilterForm(request.GET, wheres=queries.wheres(request.standing))
    sort = request.GET.get("sort", "")
    page = queries.people_page(request.standing, form.wanted(sort), request.GET.get("page", ""))
    context = {"page": page, "form": form, "kept": [("sort", sort)] if sort else []}
    return render(request, "schools/people.html", {**context, "chosen": chosen_filters(request, form)})


@acts
@require_GET
def people_sheet(request: SignedInRequest, kind: str) -> HttpResponse:
    form = PeopleFilterForm(request.GET, wheres=queries.wheres(request.standing))
    rows = map(tables.role_cells, queries.role_rows(request.standing, form.wanted(request.GET.get("sort", ""))))
    return sheet(kind, title="People and roles", headings=tables.ROLE_HEADINGS, rows=rows)


@acts
@require_http_methods(["GET", "POST"])
def give_role(request: SignedInRequest) -> HttpResponse:
    wheres = queries.wheres(request.standing)
    form = GiveRoleForm(request.POST or None, wheres=wheres, today=request.standing.day, initial=_asked(request))
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: actions.give_role(
                trust_id=form.chosen.trust_id,
                new=form.new_role(),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if done:
            messages.success(request, f"{done.person.name} has the role {Role(done.role).label}. An e-mail tells them.")
            return redirect("schools:people")
    return show_form(request, "schools/give_role.html", wheres, form)


def _asked(request: SignedInRequest) -> dict[str, str]:
    """Filled in at first: the place one comes from, and the person of the role named by `again`."""
    filled = {"where": request.GET.get("where", "")}
    try:
        person = queries.role_page(request.standing, UUID(request.GET["again"])).membership.person
    except (KeyError, ValueError):
        return filled
    return {**filled, "email": person.email, "name": person.name}


@acts
@require_http_methods(["GET", "POST"])
def role(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One role: its days, and its end."""
    page = queries.role_page(request.standing, public_id)
    held = page.membership
    if request.method == "POST" and page.refusal:
        raise Refused(page.refusal)
    form = RoleForm(request.POST or None, page=page)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: actions.change_role(
                membership_id=held.pk,
                role=Role(form.cleaned_data["role"]),
                starts_on=form.starts,
                ends_on=form.cleaned_data["ends_on"],
                revision=shown_revision(request),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if done:
            messages.success(request, f"The role of {held.person.name} is changed.")
            return redirect("schools:people")
    return show_form(request, "schools/role.html", page, form)


@acts
@require_POST
def end_role(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    held = queries.role_page(request.standing, public_id).membership
    actions.end_role(
        membership_id=held.pk,
        revision=shown_revision(request),
        by=request.user,
        standing=request.standing,
        at=timezone.now(),
    )
    messages.success(request, f"{held.person.name} no longer has the role {Role(held.role).label}.")
    return redirect("schools:people")
