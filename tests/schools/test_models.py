"""What can never be, by the database's own word; and which rows are which."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from schools.models import Membership, Place, PlaceKind, Role, School, Trust
from tests import make

pytestmark = pytest.mark.django_db


def never(name, change):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        change()


def test_a_membership_at_a_place_is_in_the_trust_of_the_place():
    place, other = make.place(), make.trust()
    never(
        "schools_membership_place_same_trust",
        lambda: Membership.objects.create(
            trust=other, place=place, person=make.person(), role=Role.STAFF, starts_on=make.TODAY
        ),
    )


def test_the_trust_of_a_row_never_changes():
    other = make.trust()
    for row in (make.place(), make.membership(make.trust(), Role.DPO)):
        with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(trust=other)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_held_where_it_belongs(role):
    place = make.place()
    at_place = role in {Role.STAFF, Role.AI_LEAD, Role.DSL, Role.HEAD, Role.GOVERNOR}
    make.membership(place if at_place else place.trust, role)
    never("schools_membership_role_fits_where", lambda: make.membership(place.trust if at_place else place, role))


def test_nobody_holds_a_role_twice_on_one_day():
    place, who = make.place(), make.person()
    make.membership(place, Role.DSL, who=who, starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 1))
    make.membership(place, Role.DSL, who=who, starts_on=date(2026, 6, 1))
    make.membership(place, Role.HEAD, who=who, starts_on=date(2026, 1, 1))
    make.membership(make.place(place.trust), Role.DSL, who=who, starts_on=date(2026, 1, 1))
    never(
        "schools_membership_one_at_a_time",
        lambda: make.membership(place, Role.DSL, who=who, starts_on=date(2026, 5, 31), ends_on=date(2026, 6, 1)),
    )


def test_a_role_ended_at_once_may_be_given_again_the_same_day():
    held = make.membership(make.place(), Role.DSL)
    Membership.objects.filter(pk=held.pk).update(withdrawn_at=make.NOW)
    make.membership(held.place, Role.DSL, who=held.person)


def test_a_school_has_one_place_at_a_time():
    place = make.place()
    again = {"trust": make.trust(), "school": place.school, "urn": place.urn, "name": "Again", "joined_on": make.TODAY}
    never("schools_place_one_current_per_school", lambda: Place.objects.create(**again))
    Place.objects.filter(pk=place.pk).update(left_on=make.TODAY)
    Place.objects.create(**again)


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("schools_place_school_or_office", {"urn": ""}),
        ("schools_place_school_or_office", {"kind": PlaceKind.OFFICE}),
        ("schools_place_kind_known", {"kind": "shed"}),
        ("schools_place_left_after_joined", {"left_on": make.LONG_AGO - timedelta(days=1)}),
    ],
)
def test_a_place_is_a_school_or_an_office(name, facts):
    place = make.place()
    never(name, lambda: Place.objects.filter(pk=place.pk).update(**facts))


def test_a_trust_has_one_office():
    trust = make.trust()
    office = {"trust": trust, "kind": PlaceKind.OFFICE, "name": "Second office", "joined_on": make.TODAY}
    never("schools_place_one_office", lambda: Place.objects.create(**office))


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("schools_school_urn_digits", {"urn": "12A"}),
        ("schools_school_status_known", {"status": "gone"}),
        ("schools_school_ages_in_order", {"low_age": 12, "high_age": 11}),
    ],
)
def test_a_school_is_as_the_register_can_have_it(name, facts):
    school = make.school()
    never(name, lambda: School.objects.filter(pk=school.pk).update(**facts))


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("schools_trust_decider_known", {"entry_decider": "nobody"}),
        ("schools_trust_review_days_positive", {"review_working_days": 0}),
    ],
)
def test_a_trust_has_settings_that_work(name, facts):
    trust = make.trust()
    never(name, lambda: Trust.objects.filter(pk=trust.pk).update(**facts))


def test_a_role_ends_after_it_begins():
    never(
        "schools_membership_ends_after_start",
        lambda: make.membership(make.place(), Role.STAFF, starts_on=make.TODAY, ends_on=make.TODAY),
    )


def test_in_force_counts_the_first_day_and_not_the_day_of_the_end():
    held = make.membership(make.place(), Role.STAFF, starts_on=date(2026, 9, 1), ends_on=date(2027, 9, 1))
    days = [date(2026, 8, 31), date(2026, 9, 1), date(2027, 8, 31), date(2027, 9, 1)]
    assert [Membership.objects.in_force(day).filter(pk=held.pk).exists() for day in days] == [False, True, True, False]


def test_published_is_current_published_schools_only():
    trust = make.trust()
    shown = make.place(trust, published=True)
    make.place(trust)
    make.place(trust, published=True, left_on=make.TODAY)
    assert list(Place.objects.published(make.TODAY)) == [shown]
