"""Addresses of the register, the look-up and the published lists (design §6)."""

from __future__ import annotations

from django.urls import path

from .views import look_up, public, the_list

app_name = "tools_registry"
urlpatterns = [
    # Looking up, and lists as everybody reads them
    path("look-up/", look_up.look_up, name="look_up"),
    path("s/<slug:urn>/", public.public_list, name="list"),
    path("s/<slug:urn>/approved-ai-tools.pdf", public.list_pdf, name="list_pdf"),
    path("s/<slug:urn>/approved-ai-tools.json", public.list_json, name="list_json"),
    path("s/<slug:urn>/approved-ai-tools.csv", public.list_csv, name="list_csv"),
    path("s/<slug:urn>/poster.pdf", public.poster_pdf, name="poster_pdf"),
    path("check/", public.check_form, name="check_form"),
    path("check/<str:code>/", public.check, name="check"),
    path("schools/<slug:urn>/list/", the_list.preview, name="preview"),
    path("office/list/", the_list.office_list, name="office_list"),
]
