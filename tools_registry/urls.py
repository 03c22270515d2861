"""Addresses of the register, the look-up and the published lists (design §6)."""

from __future__ import annotations

from django.urls import path

from .views import (
    agreements,
    catalogue,
    changes,
    clearances,
    conditions,
    entries,
    facts,
    look_up,
    public,
    register,
    requests,
    suspensions,
    the_list,
)

app_name = "tools_registry"
CONDITION = "tools/<uuid:tool_id>/conditions/<uuid:condition_id>/"
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
    # The register of a place, and the page of a tool there: of a school, and of the trust office
    path("schools/<slug:urn>/tools/", register.register, name="register"),
    path("schools/<slug:urn>/tools/register.<slug:kind>", register.register_sheet, name="register_sheet"),
    path("schools/<slug:urn>/tools/<uuid:tool_id>/", entries.entry, name="entry"),
    path("schools/<slug:urn>/tools/<uuid:tool_id>/decide/", entries.decide, name="decide"),
    path("schools/<slug:urn>/tools/<uuid:tool_id>/decline/", entries.decline, name="decline"),
    path("schools/<slug:urn>/tools/<uuid:tool_id>/withdraw/", entries.withdraw, name="withdraw"),
    path("schools/<slug:urn>/tools/<uuid:tool_id>/deletion/", entries.deletion, name="deletion"),
    path("schools/<slug:urn>/tools/<uuid:tool_id>/suspend/", suspensions.suspend, name="suspend"),
    path("schools/<slug:urn>/tools/<uuid:tool_id>/lift/<uuid:suspension_id>/", suspensions.lift, name="lift"),
    path(f"schools/<slug:urn>/{CONDITION}", conditions.condition, name="condition"),
    path(f"schools/<slug:urn>/{CONDITION}report/", conditions.report, name="report_condition"),
    path(f"schools/<slug:urn>/{CONDITION}confirm/", conditions.confirm, name="confirm_condition"),
    path(f"schools/<slug:urn>/{CONDITION}refuse/", conditions.refuse, name="refuse_condition"),
    path("office/tools/", register.register, name="office_register"),
    path("office/tools/register.<slug:kind>", register.register_sheet, name="office_register_sheet"),
    path("office/tools/<uuid:tool_id>/", entries.entry, name="office_entry"),
    path("office/tools/<uuid:tool_id>/decide/", entries.decide, name="office_decide"),
    path("office/tools/<uuid:tool_id>/decline/", entries.decline, name="office_decline"),
    path("office/tools/<uuid:tool_id>/withdraw/", entries.withdraw, name="office_withdraw"),
    path("office/tools/<uuid:tool_id>/deletion/", entries.deletion, name="office_deletion"),
    path("office/tools/<uuid:tool_id>/suspend/", suspensions.suspend, name="office_suspend"),
    path("office/tools/<uuid:tool_id>/lift/<uuid:suspension_id>/", suspensions.lift, name="office_lift"),
    path(f"office/{CONDITION}", conditions.condition, name="office_condition"),
    path(f"office/{CONDITION}report/", conditions.report, name="office_report_condition"),
    path(f"office/{CONDITION}confirm/", conditions.confirm, name="office_confirm_condition"),
    path(f"office/{CONDITION}refuse/", conditions.refuse, name="office_refuse_condition"),
    # Clearances
    path("clearances/", clearances.clearances, name="clearances"),
    path("clearances/clearances.<slug:kind>", clearances.clearances_sheet, name="clearances_sheet"),
    path("clearances/day-one/", clearances.enter, name="enter"),
    path("clearances/day-one/for/<uuid:tool_id>/", clearances.enter_tool, name="enter_tool"),
    path("clearances/day-one/<uuid:public_id>/", clearances.day_one, name="day_one"),
    path("clearances/day-one/<uuid:public_id>/document/", clearances.day_one_document, name="day_one_document"),
    path(
        "clearances/day-one/<uuid:public_id>/confirm/<slug:team>/", clearances.confirm_day_one, name="confirm_day_one"
    ),
    path("clearances/day-one/<uuid:public_id>/sign/", clearances.sign_day_one, name="sign_day_one"),
    path("clearances/day-one/<uuid:public_id>/take-back/", clearances.take_back_day_one, name="take_back_day_one"),
    path("clearances/<uuid:public_id>/", clearances.clearance, name="clearance"),
]
