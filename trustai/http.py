"""What a view is handed, and how the domain's answers become pages."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from trustai.rules import AlreadyDone, Conflict, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from schools.standing import Standing
    from trustai.accounts.models import User

P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """A request past LoginRequiredMiddleware: `user` is a person, `standing` what they may see."""

    user: User
    standing: Standing


def acts(
    view: Callable[Concatenate[SignedInRequest, P], HttpResponseBase],
) -> Callable[Concatenate[SignedInRequest, P], HttpResponseBase]:
    """The outermost decorator of a view that asks the domain: its refusals and conflicts become pages.

    What is not in sight is a 404, a refused act a 403 with the sentence that says who can, a stale page a 409. An act
    posted twice leads back with a message. A view that can keep what was typed catches Refused or Conflict itself.
    """

    @wraps(view)
    def answered(request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except ObjectDoesNotExist as missing:
            raise Http404 from missing
        except Refused as refused:
            return render(request, "403.html", {"exception": str(refused)}, status=403)
        except Conflict as conflict:
            context = {"conflict": str(conflict), "url": local_path(request.headers.get("Referer", ""), request)}
            return render(request, "409.html", context, status=409)
        except AlreadyDone as done:
            messages.info(request, str(done) or "That is done already. Nothing was changed.")
            return back(request)

    return answered


def local_path(address: str, request: HttpRequest, otherwise: str = "/") -> str:
    """The path of an address on this site, or `otherwise`: never a way to another site."""
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return otherwise
    parts = urlsplit(address)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return path if path.startswith("/") and url_has_allowed_host_and_scheme(path, None) else otherwise


def back(request: HttpRequest, otherwise: str = "/") -> HttpResponse:
    """To the page the person came from."""
    return redirect(local_path(request.headers.get("Referer", ""), request, otherwise))
