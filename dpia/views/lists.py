"""The list of cases, and the same as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dpia.forms.lists import CaseFilters
from dpia.queries import lists as queries
from dpia.queries.cases import may_start
from trustai.http import acts, chosen_filters, sheet

if TYPE_CHECKING:
    from django.http import HttpResponse

    from trustai.http import SignedInRequest

HEADINGS = ("Reference", "Tool", "Account", "For", "Status", "Version", "Review due", "Begun on", "Begun by")


@acts
@require_GET
def index(request: SignedInRequest) -> HttpResponse:
    form = CaseFilters(request.GET, tools=queries.tools_in_sight(request.standing))
    page = queries.list_page(request.standing, form.wanted(), request.GET.get("page", "1"))
    context = {
        "page": page,
        "form": form,
        "chosen": [each for each in chosen_filters(request, form) if not each["text"].startswith("Order")],
        "may_start": may_start(request.standing),
        "today": timezone.localdate(),
    }
    return render(request, "dpia/list.html", context)


@acts
@require_GET
def download(request: SignedInRequest, kind: str) -> HttpResponse:
    """What the list shows with the same filters."""
    form = CaseFilters(request.GET, tools=queries.tools_in_sight(request.standing))
    rows = (
        (r.reference, r.tool, r.edition, r.where, r.word or "Needs attention", r.version, r.due_on, r.opened_on, r.by)
        for r in queries.every_row(request.standing, form.wanted())
    )
    return sheet(kind, title="Assessments", headings=HEADINGS, rows=rows)
