"""Addresses of the register, the look-up and the published lists (design §6)."""

from __future__ import annotations

from django.urls import path

from .views import agreements, catalogue, changes, facts, look_up, public, requests, the_list

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
    # The catalogue
    path("catalogue/", catalogue.catalogue, name="catalogue"),
    path("catalogue/tools.<slug:kind>", catalogue.catalogue_sheet, name="catalogue_sheet"),
    path("catalogue/add/", catalogue.add_tool, name="add_tool"),
    path("catalogue/<uuid:public_id>/", catalogue.tool, name="tool"),
    path("catalogue/<uuid:public_id>/edit/", catalogue.edit_tool, name="edit_tool"),
    path("catalogue/<uuid:public_id>/withdraw/", catalogue.withdraw_tool, name="withdraw_tool"),
    path("catalogue/<uuid:public_id>/facts/", facts.facts, name="facts"),
    path("catalogue/<uuid:public_id>/facts/<uuid:fact_id>/check/", facts.check_fact, name="check_fact"),
    path("catalogue/<uuid:public_id>/facts/<uuid:fact_id>/turn-down/", facts.turn_down_fact, name="turn_down_fact"),
    path("catalogue/<uuid:public_id>/facts/<slug:field>/", facts.fact, name="fact"),
    path("catalogue/<uuid:public_id>/changes/add/", changes.record_change, name="record_change"),
    path("catalogue/<uuid:public_id>/changes/<uuid:change_id>/carry-on/", changes.carry_on, name="carry_on"),
    # Agreements
    path("agreements/", agreements.agreements, name="agreements"),
    path("agreements/agreements.<slug:kind>", agreements.agreements_sheet, name="agreements_sheet"),
    path("agreements/add/", agreements.add_agreement, name="add_agreement"),
    path("agreements/<uuid:public_id>/", agreements.agreement, name="agreement"),
    path("agreements/<uuid:public_id>/edit/", agreements.edit_agreement, name="edit_agreement"),
    path("agreements/<uuid:public_id>/withdraw/", agreements.withdraw_agreement, name="withdraw_agreement"),
    path("agreements/<uuid:public_id>/document/", agreements.agreement_document, name="agreement_document"),
    # Requests
    path("ask/", requests.ask, name="ask"),
    path("requests/", requests.requests, name="requests"),
    path("requests/requests.<slug:kind>", requests.requests_sheet, name="requests_sheet"),
    path("requests/<uuid:public_id>/", requests.request_, name="request"),
    path("requests/<uuid:public_id>/answer/", requests.answer, name="answer_request"),
    path("requests/<uuid:public_id>/look-again/", requests.look_again, name="look_again"),
    path("requests/<uuid:public_id>/tool/", requests.link_tool, name="link_tool"),
]
