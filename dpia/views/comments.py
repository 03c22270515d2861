"""Talk about a section."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils import timezone
from django.views.decorators.http import require_POST

from dpia.actions import comments as actions
from dpia.case import sees
from trustai.http import acts, back

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from trustai.http import SignedInRequest


@acts
@require_POST
def post(request: SignedInRequest, ref: str) -> HttpResponse:
    assessment = sees(request.standing, ref)
    actions.post(
        assessment_id=assessment.pk,
        section=request.POST.get("section", ""),
        text=request.POST.get("text", ""),
        by=request.user,
        standing=request.standing,
        at=timezone.now(),
    )
    messages.success(request, "Your comment is added.")
    return back(request, assessment.get_absolute_url())


@acts
@require_POST
def settle(request: SignedInRequest, ref: str, comment: UUID) -> HttpResponse:
    assessment = sees(request.standing, ref)
    actions.settle(
        assessment_id=assessment.pk,
        comment_id=comment,
        by=request.user,
        standing=request.standing,
        at=timezone.now(),
    )
    return back(request, assessment.get_absolute_url())
