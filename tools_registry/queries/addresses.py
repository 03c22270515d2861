"""Where the register's pages are, at a school or at the trust office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from schools.models import Place


def at(place: Place, name: str, *args: object) -> str:
    """The address of a page of the register at a place: `name` is the school's, the office has one of its own."""
    if place.is_office:
        return reverse(f"tools_registry:office_{name}", args=args)
    return reverse(f"tools_registry:{name}", args=[place.urn, *args])
