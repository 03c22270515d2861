"""What pages of the apps below are handed from here: the band over every page, and the case panel on an entry's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from dpia.queries import panel
from schools.models import Role
from schools.queries.places import find_office, find_place
from tools_registry.queries.the_list import list_url

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from django.http import HttpRequest  # noqa: TID251  # a context processor is the edge

    from dpia.queries.panel import CasePanel
    from schools.models import Place, Trust
    from schools.standing import Standing
    from trustai.accounts.models import User

RUNS_A_SCHOOL = frozenset({Role.HEAD, Role.AI_LEAD, Role.DSL})
ENTRY_PAGES = frozenset({"tools_registry:entry", "tools_registry:office_entry"})
READS_ONLY = frozenset({Role.GOVERNOR, Role.TRUSTEE})


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str
    current: bool = False
    is_home: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    place_name: str = ""
    trust_name: str = ""
    person: str = ""
    role_words: str = ""
    places: Sequence[Link] = ()
    other_places: Sequence[Any] = ()  # schools.Place
    ask_role: str = ""
    ask_mailbox: str = ""
    policy_name: str = ""
    policy_url: str = ""
    home_url: str = "/"
    switch_url: str = ""


def band(request: HttpRequest) -> dict[str, Any]:
    """`band` for the base pages, worked out only when one of them is drawn."""
    return {"band": SimpleLazyObject(lambda: band_for(request))}


def case_panel(request: HttpRequest) -> dict[str, Any]:
    """`case_panel` for the page of a register entry: the register itself knows no cases."""
    match = request.resolver_match
    standing: Standing | None = getattr(request, "standing", None)
    if match is None or standing is None or match.view_name not in ENTRY_PAGES:
        return {}
    return {"case_panel": SimpleLazyObject(lambda: _case_panel(standing, **match.kwargs))}


def _case_panel(standing: Standing, tool_id: UUID, urn: str | None = None) -> CasePanel | None:
    place = find_office(standing) if urn is None else find_place(standing, urn)
    return panel.case_panel(standing, place, tool_id)


def band_for(request: HttpRequest) -> Band:
    user = getattr(request, "user", None)
    standing: Standing | None = getattr(request, "standing", None)
    if user is None or not user.is_authenticated or standing is None:
        return Band()
    place = standing.place
    trust = place.trust if place else None
    return Band(
        place_name=place.name if place else "",
        trust_name=trust.name if trust else "",
        person=_name(user),
        role_words=_role_words(standing, place),
        places=_places(standing, place, request.path),
        other_places=[other for other in standing.places if place and other.pk != place.pk],
        switch_url=_url(lambda: reverse("schools:switch_place")),
        **_whom_to_ask(place, trust),
    )


def _name(user: User) -> str:
    return user.name or user.email


def _role_words(standing: Standing, place: Place | None) -> str:
    held = standing.roles_for(place) if place else {h.role for h in standing.held}
    said = [role for role in Role if role in held and (role != Role.STAFF or held == {Role.STAFF})]
    return ", ".join(role.label for role in said)


def _whom_to_ask(place: Place | None, trust: Trust | None) -> dict[str, str]:
    if place is None or trust is None:
        return {}
    return {
        "ask_role": place.contact_role,
        "ask_mailbox": place.contact_mailbox or trust.mailbox,
        "policy_name": trust.policy_name,
        "policy_url": trust.policy_url,
    }


def _places(standing: Standing, place: Place | None, path: str) -> list[Link]:
    """The menu: three places for staff, six for a head or the trust."""
    at_place = standing.at(place) if place else frozenset()
    in_trust = standing.in_trust(place.trust_id) if place else frozenset()
    runs, wide, reads = bool(at_place & RUNS_A_SCHOOL), bool(in_trust - READS_ONLY), bool(in_trust)
    governs = Role.GOVERNOR in at_place
    has_home = any(held.role != Role.STAFF for held in standing.held)
    home = _url(lambda: reverse("home:home"))
    menu: list[tuple[bool, str, Callable[[], str]]] = [
        (has_home, "Home", lambda: home),
        (True, "Look up", lambda: reverse("tools_registry:look_up")),
        (reads, "Tools", lambda: reverse("tools_registry:catalogue")),
        (place is not None and not reads and (runs or governs), "Our tools", lambda: _register(place)),
        (
            place is not None and not reads and not runs and not governs,
            "Approved list",
            lambda: list_url(place) if place else "",
        ),
        (runs or reads or governs, "Assessments", lambda: reverse("dpia:list")),
        (runs or wide, "Requests", lambda: reverse("tools_registry:requests")),
        (Role.STAFF in at_place and not runs and not wide, "My requests", lambda: reverse("tools_registry:requests")),
        (reads, "Schools", lambda: reverse("schools:list")),
        (runs and not reads, "Our school", lambda: reverse("schools:place", args=[place.urn]) if place else ""),
        (Role.ADMIN in in_trust, "People", lambda: reverse("schools:people")),
    ]
    found = [(label, _url(address)) for shown, label, address in menu if shown]
    here = max((url for _, url in found if url and _is_under(path, url)), key=len, default="")
    return [Link(label, url, url == here, url == home) for label, url in found if url]


def _register(place: Place | None) -> str:
    return place.register_url() if place else ""


def _is_under(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


def _url(address: Callable[[], str]) -> str:
    """The address, or nothing where this installation has no such page."""
    try:
        return address()
    except NoReverseMatch:
        return ""
