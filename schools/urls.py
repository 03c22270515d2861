"""Addresses of schools, people and the trust's settings."""

from __future__ import annotations

from django.urls import path

from .views import people, places, trusts

app_name = "schools"
urlpatterns = [
    path("schools/", places.schools, name="list"),
    path("schools/sheet.<slug:kind>", places.schools_sheet, name="sheet"),
    path("schools/<slug:urn>/", places.place, name="place"),
    path("schools/<slug:urn>/year-groups/", places.year_groups, name="year_groups"),
    path("schools/<slug:urn>/settings/", places.place_settings, name="place_settings"),
    path("schools/<slug:urn>/publish/", places.publish, name="publish"),
    path("schools/<slug:urn>/leaving/", places.leaving, name="leaving"),
    path("schools/<slug:urn>/keep/", places.keep, name="keep"),
    path("office/", places.office, name="office"),
    path("office/settings/", places.office_settings, name="office_settings"),
    path("people/", people.people, name="people"),
    path("people/sheet.<slug:kind>", people.people_sheet, name="people_sheet"),
    path("people/add/", people.give_role, name="give_role"),
    path("people/<uuid:public_id>/", people.role, name="role"),
    path("people/<uuid:public_id>/end/", people.end_role, name="end_role"),
    path("trust/settings/", trusts.trust_settings, name="trust_settings"),
    path("trust/delegation/", trusts.delegation, name="delegation"),
    path("switch-place/", places.switch_place, name="switch_place"),
]
