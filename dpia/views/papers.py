"""A sent version as a PDF, for whoever sees the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from dpia.queries.papers import paper
from trustai.exports import pdf as exports
from trustai.forms import whole_number
from trustai.http import acts

if TYPE_CHECKING:
    from trustai.http import SignedInRequest


@acts
@require_GET
def pdf(request: SignedInRequest, ref: str) -> HttpResponse:
    """The last version, or `?version=2`."""
    wanted = request.GET.get("version", "")
    number = whole_number(wanted)
    if wanted and not number:
        raise Http404
    page = paper(request.standing, ref, number or None)
    html = render_to_string("paper/assessment.html", {"page": page})
    content = exports.render(html=html, issued_at=page.version.at, title=page.title)
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{ref}-version-{page.version.number}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
