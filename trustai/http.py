"""What a view is handed, and how the domain's answers become pages."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import slugify

from trustai import sheets
from trustai.forms import whole_number
from trustai.rules import AlreadyDone, Conflict, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from django.forms import BaseForm, Field, Form
    from django.http.response import HttpResponseBase

    from schools.standing import Standing
    from trustai.accounts.models import User

P = ParamSpec("P")
T = TypeVar("T")
CONFLICT = "conflict"


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


# Forms --------------------------------------------------------------------------------------------------------------


def shown_revision(request: HttpRequest) -> int:
    """The revision of the row that the page showed; one that no row has when it is not said."""
    return whole_number(request.POST.get("revision", ""))


def attempt(form: BaseForm, act: Callable[[], T]) -> T | None:
    """What an act gives, or None when it is refused or the page was stale: the form then says so and keeps what was typed."""
    try:
        return act()
    except Refused as refused:
        form.add_error(None, str(refused))
    except Conflict as conflict:
        form.add_error(None, ValidationError(str(conflict), code=CONFLICT))
    return None


def show_form(request: HttpRequest, template: str, page: object, form: BaseForm) -> HttpResponse:
    """A page with a form; 409 when `attempt` found it stale."""
    stale = form.is_bound and form.has_error(NON_FIELD_ERRORS, CONFLICT)
    return render(request, template, {"page": page, "form": form}, status=409 if stale else 200)


def chosen_filters(request: HttpRequest, form: Form) -> list[dict[str, str]]:
    """The filters that are on, each with the address that takes it off, for `components/bar.html`."""
    chosen = []
    for field in form.visible_fields():
        value = request.GET.get(field.name, "")
        if value and not field.errors:
            rest = request.GET.copy()
            rest.pop(field.name)
            rest.pop("page", None)
            chosen.append({"text": f"{field.label}: {_in_words(field.field, value)}", "url": f"?{rest.urlencode()}"})
    return chosen


def _in_words(field: Field, value: str) -> str:
    """What a choice is called; what was typed, otherwise."""
    for key, words in getattr(field, "choices", ()):
        group = words if isinstance(words, list | tuple) else [(key, words)]
        for each, label in group:
            if str(each) == value:
                return str(label)
    return value


# Sheets -------------------------------------------------------------------------------------------------------------


def sheet(kind: str, *, title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A list to take away, as "csv" or "xlsx"; any other kind is a 404."""
    if kind not in sheets.KINDS:
        raise Http404
    content = sheets.write(kind, title=title, headings=headings, rows=rows)
    response = HttpResponse(content, content_type=sheets.KINDS[kind])
    response["Content-Disposition"] = f'attachment; filename="{slugify(title)}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response
