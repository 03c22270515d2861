"""What one person may see and be on a day."""

from datetime import date, timedelta

import pytest

from schools.models import Place, Role
from schools.standing import people_holding
from tests import make

pytestmark = pytest.mark.django_db


def test_a_role_at_a_school_shows_that_school_and_no_other():
    trust = make.trust()
    place, other = make.place(trust, "Ash"), make.place(trust, "Beech")
    standing = make.standing(make.member(place, Role.HEAD))

    assert standing.places == (place,)
    assert (standing.sees(place), standing.sees(other), standing.sees(make.office(trust))) == (True, False, False)
    assert list(Place.objects.visible_to(standing)) == [place]


def test_a_role_in_the_trust_shows_every_place_of_it_and_none_of_another():
    trust = make.trust()
    place = make.place(trust)
    stranger = make.place()
    standing = make.standing(make.member(trust, Role.DPO))

    assert set(standing.places) == {make.office(trust), place}
    assert not standing.sees(stranger)


def test_somebody_who_serves_two_trusts_sees_both_and_is_what_they_are_in_each():
    one, two = make.place(), make.place()
    who = make.member(one.trust, Role.DPO)
    make.member(two, Role.STAFF, who=who)
    standing = make.standing(who)

    assert standing.roles_for(one) == {Role.DPO}
    assert standing.roles_for(two) == {Role.STAFF}
    assert standing.wide_trust_ids == {one.trust_id}


@pytest.mark.parametrize(
    ("day", "sees"), [(date(2026, 8, 31), False), (date(2026, 9, 1), True), (date(2027, 9, 1), False)]
)
def test_a_role_counts_only_on_its_days(day, sees):
    held = make.membership(make.place(), Role.STAFF, starts_on=date(2026, 9, 1), ends_on=date(2027, 9, 1))
    assert bool(make.standing(held.person, on=day).places) == sees


def test_a_place_that_left_is_gone_for_its_people_from_that_day():
    place = make.place()
    who = make.member(place, Role.HEAD)
    Place.objects.filter(pk=place.pk).update(left_on=make.TODAY)

    assert make.standing(who, on=make.TODAY - timedelta(days=1)).places == (place,)
    after = make.standing(who)
    assert (after.places, after.held, after.place) == ((), frozenset(), None)


def test_one_looks_from_the_place_chosen_else_from_ones_own():
    trust = make.trust()
    own, other = make.place(trust, "Zed"), make.place(trust, "Ash")
    who = make.member(own, Role.HEAD)
    make.member(trust, Role.TRUST_LEAD, who=who)

    assert make.standing(who).place == own
    assert make.standing(who, at=other).place == other
    assert make.standing(who, at=make.place()).place == own


def test_standing_is_two_queries_however_large_the_trust(django_assert_num_queries):
    trust = make.trust()
    who = make.member(trust, Role.ADMIN)
    for _ in range(12):
        make.place(trust)
    with django_assert_num_queries(2):
        standing = make.standing(who)
        assert [place.trust.name for place in standing.places if place.school is None or place.school.name]


def test_people_holding_finds_who_to_tell():
    trust = make.trust()
    place, other = make.place(trust), make.place(trust)
    head, lead = make.member(place, Role.HEAD), make.member(trust, Role.TRUST_LEAD)
    make.member(other, Role.HEAD)
    gone = make.member(place, Role.HEAD)
    gone.is_active = False
    gone.save()

    told = people_holding(Role.HEAD, Role.TRUST_LEAD, trust_id=trust.pk, on=make.TODAY, place_id=place.pk)
    assert told == sorted([head.pk, lead.pk])
