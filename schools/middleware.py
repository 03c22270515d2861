"""Give each signed-in request its standing, read when first asked for, and keep what it answers out of shared browsers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from .standing import CHOSEN_PLACE, standing_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class StandingMiddleware:
    """`request.standing` for a person; the place chosen in the band is kept in the session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            person, chosen = request.user, request.session.get(CHOSEN_PLACE)
            request.standing = SimpleLazyObject(  # type: ignore[attr-defined]  # see trustai.http.SignedInRequest
                lambda: standing_of(person, on=timezone.localdate(), chosen_place_id=chosen)
            )
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            # A staffroom computer has many hands: after signing out nothing comes back by the Back button.
            response["Cache-Control"] = "private, no-store"
        return response
