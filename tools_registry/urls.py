"""Addresses of the register, the look-up and the published lists (design §6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.urls import URLPattern

app_name = "tools_registry"
urlpatterns: list[URLPattern] = []
