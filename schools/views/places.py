"""The list of schools, one place, and what may be changed there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from schools import actions, rules, tables
from schools.forms import ContactForm, LeavingForm, SchoolFilterForm, SwitchPlaceForm, YearGroupsForm
from schools.queries import places as queries
from schools.standing import CHOSEN_PLACE
from trustai.http import acts, attempt, chosen_filters, local_path, sheet, show_form, shown_revision
from trustai.rules import AlreadyDone

if TYPE_CHECKING:
    from django.http import HttpResponse

    from schools.models import Place
    from trustai.http import SignedInRequest

AT_A_PLACE = re.compile(r"^/(?:schools/[0-9]+|office)/(?P<rest>tools/.*)?$")


@acts
@require_GET
def schools(request: SignedInRequest) -> HttpResponse:
    form = SchoolFilterForm(request.GET)
    wanted = form.wanted(request.GET.get("sort", ""))
    page = queries.schools_page(request.standing, wanted, request.GET.get("page", ""))
    context = {"page": page, "form": form, "kept": _kept(request), "chosen": chosen_filters(request, form)}
    return render(request, "schools/schools.html", context)


@acts
@require_GET
def schools_sheet(request: SignedInRequest, kind: str) -> HttpResponse:
    wanted = SchoolFilterForm(request.GET).wanted(request.GET.get("sort", ""))
    rows = map(tables.school_cells, queries.school_rows(request.standing, wanted))
    return sheet(kind, title="Schools", headings=tables.SCHOOL_HEADINGS, rows=rows)


@acts
@require_GET
def place(request: SignedInRequest, urn: str) -> HttpResponse:
    found = queries.find_place(request.standing, urn)
    return render(request, "schools/place.html", {"page": queries.place_page(request.standing, found)})


@acts
@require_GET
def office(request: SignedInRequest) -> HttpResponse:
    found = queries.find_office(request.standing)
    return render(request, "schools/place.html", {"page": queries.place_page(request.standing, found)})


@acts
@require_http_methods(["GET", "POST"])
def year_groups(request: SignedInRequest, urn: str) -> HttpResponse:
    found = queries.find_place(request.standing, urn)
    rules.check_may_confirm_year_groups(request.standing, found)
    form = YearGroupsForm(request.POST or None, place=found)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: actions.confirm_year_groups(
                place_id=found.pk,
                choice=form.choice(),
                revision=shown_revision(request),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if done:
            messages.success(request, f"The year groups of {done.name} are confirmed.")
            return redirect("schools:place", urn)
    return show_form(request, "schools/year_groups.html", queries.place_page(request.standing, found), form)


@acts
@require_http_methods(["GET", "POST"])
def place_settings(request: SignedInRequest, urn: str) -> HttpResponse:
    return _settings(request, queries.find_place(request.standing, urn))


@acts
@require_http_methods(["GET", "POST"])
def office_settings(request: SignedInRequest) -> HttpResponse:
    return _settings(request, queries.find_office(request.standing))


def _settings(request: SignedInRequest, found: Place) -> HttpResponse:
    rules.check_may_change_place(request.standing, found)
    page = queries.place_page(request.standing, found)
    initial = {"role": found.contact_role, "mailbox": found.contact_mailbox}
    form = ContactForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: actions.change_contact(
                place_id=found.pk,
                contact=form.contact(),
                revision=shown_revision(request),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if done:
            messages.success(request, f"{done.name} now names “{done.contact_role}” as the role to ask.")
            return redirect(page.urls["here"])
    return show_form(request, "schools/place_settings.html", page, form)


@acts
@require_http_methods(["GET", "POST"])
def publish(request: SignedInRequest, urn: str) -> HttpResponse:
    """Open or close the public list. Closing it asks first: what is printed leads nowhere then."""
    found = queries.find_place(request.standing, urn)
    if request.method == "GET":
        return _stop_publishing(request, found)
    opens = "unpublish" not in request.POST
    act = actions.publish if opens else actions.unpublish
    done = act(
        place_id=found.pk,
        revision=shown_revision(request),
        by=request.user,
        standing=request.standing,
        at=timezone.now(),
    )
    said = "Its list is published: everybody can read it." if opens else "Its list is not published any longer."
    messages.success(request, f"{done.name}: {said[0].lower()}{said[1:]}")
    return redirect("schools:place", urn)


def _stop_publishing(request: SignedInRequest, found: Place) -> HttpResponse:
    rules.check_may_change_place(request.standing, found)
    if not found.is_published:
        raise AlreadyDone("The list is not published.")
    urls = queries.place_urls(found)
    return render(request, "schools/stop_publishing.html", {"place": found, "urls": urls})


@acts
@require_http_methods(["GET", "POST"])
def leaving(request: SignedInRequest, urn: str) -> HttpResponse:
    """Confirm that a school has left the trust, or closed."""
    found = queries.find_place(request.standing, urn)
    rules.check_may_settle_leaving(request.standing, found)
    form = LeavingForm(request.POST or None, initial={"left_on": request.standing.day})
    if request.method == "POST" and form.is_valid():
        gone = attempt(
            form,
            lambda: actions.confirm_left(
                place_id=found.pk,
                left_on=form.cleaned_data["left_on"],
                revision=shown_revision(request),
                by=request.user,
                standing=request.standing,
                at=timezone.now(),
            ),
        )
        if gone:
            messages.success(request, f"{found.name} has left. Its records stay with this trust.")
            return redirect("schools:list")
    return show_form(request, "schools/leaving.html", queries.place_page(request.standing, found), form)


@acts
@require_POST
def keep(request: SignedInRequest, urn: str) -> HttpResponse:
    """Say that a school has not left, whatever the file says."""
    found = queries.find_place(request.standing, urn)
    actions.keep_in_trust(
        place_id=found.pk,
        revision=shown_revision(request),
        by=request.user,
        standing=request.standing,
        at=timezone.now(),
    )
    messages.success(request, f"{found.name} stays in the trust. Publish its list again when it is right.")
    return redirect("schools:place", urn)


@acts
@require_POST
def switch_place(request: SignedInRequest) -> HttpResponse:
    """Look from another place; only from one in sight."""
    wanted = SwitchPlaceForm(request.POST).public_id()
    chosen = next((place for place in request.standing.places if place.public_id == wanted), None)
    if chosen is None:
        raise Http404
    request.session[CHOSEN_PLACE] = chosen.pk
    came_from = local_path(request.POST.get("next") or request.headers.get("Referer", ""), request)
    return redirect(_same_page_at(chosen, came_from))


def _same_page_at(chosen: Place, path: str) -> str:
    """From one place's page or register to the other's; any other page stays."""
    found = AT_A_PLACE.match(path.partition("?")[0])
    if found is None:
        return path
    return ("/office/" if chosen.is_office else f"/schools/{chosen.urn}/") + (found["rest"] or "")


def _kept(request: SignedInRequest) -> list[tuple[str, str]]:
    """The order of a list stays when it is filtered."""
    return [("sort", request.GET["sort"])] if request.GET.get("sort") else []
