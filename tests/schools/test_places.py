"""Year groups, contact, publishing, and a school that left: what the actions do and refuse."""

from datetime import timedelta

import pytest

from schools import actions
from schools.actions import Contact, YearGroups
from schools.models import Membership, Place, Role, School, SchoolStatus
from tests import make
from trustai.audit.models import Event
from trustai.notices.models import Notice
from trustai.rules import AlreadyDone, Conflict, Refused

pytestmark = pytest.mark.django_db
YEARS = YearGroups((9, 7, 8))


def act(action, place, who, **more):
    return action(
        place_id=place.pk,
        **{"revision": place.revision, "by": who, "standing": make.standing(who), "at": make.NOW, **more},
    )


def last_event(place):
    return Event.objects.filter(trust_id=place.trust_id).latest("sequence")


def holder(place, role):
    return make.member(
        place if role in {Role.STAFF, Role.AI_LEAD, Role.DSL, Role.HEAD, Role.GOVERNOR} else place.trust, role
    )


MAY = {
    actions.confirm_year_groups: {Role.HEAD, Role.TRUST_LEAD},
    actions.change_contact: {Role.HEAD, Role.TRUST_LEAD, Role.ADMIN},
    actions.publish: {Role.HEAD, Role.TRUST_LEAD, Role.ADMIN},
    actions.unpublish: {Role.HEAD, Role.TRUST_LEAD, Role.ADMIN},
    actions.confirm_left: {Role.TRUST_LEAD, Role.ADMIN},
    actions.keep_in_trust: {Role.TRUST_LEAD, Role.ADMIN},
}
SAID = {
    actions.confirm_year_groups: {"choice": YEARS},
    actions.change_contact: {"contact": Contact("Head of computing", "ai@ash.example")},
    actions.confirm_left: {"left_on": make.TODAY},
}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("action", list(MAY), ids=lambda action: action.__name__)
def test_who_may_do_what_at_a_place(action, role):
    leaving = action in {actions.confirm_left, actions.keep_in_trust}
    place = make.place(published=action is actions.unpublish, leaving_reported_at=make.NOW if leaving else None)
    who = holder(place, role)
    if role in MAY[action]:
        act(action, place, who, **SAID.get(action, {}))
        event = last_event(place)
        assert (event.subject_id, event.by, event.role) == (place.public_id, who.public_id, role)
    else:
        with pytest.raises(Refused):
            act(action, place, who, **SAID.get(action, {}))
        assert not Event.objects.exists()


@pytest.mark.parametrize("action", list(MAY), ids=lambda action: action.__name__)
def test_a_stale_page_gets_a_conflict(action):
    place = make.place(published=action is actions.unpublish, leaving_reported_at=make.NOW)
    with pytest.raises(Conflict):
        act(
            action,
            place,
            make.member(place.trust, Role.TRUST_LEAD),
            revision=place.revision + 1,
            **SAID.get(action, {}),
        )


def test_a_head_of_another_school_or_trust_may_not():
    place = make.place()
    for stranger in (make.member(make.place(place.trust), Role.HEAD), make.member(make.trust(), Role.TRUST_LEAD)):
        with pytest.raises(Refused):
            act(actions.publish, place, stranger)


def test_confirming_keeps_years_sorted_says_who_and_when_and_can_be_done_again():
    place = make.place(confirmed=False)
    head = make.member(place, Role.HEAD)
    place = act(actions.confirm_year_groups, place, head, choice=YearGroups((9, 7, 8), {8: 7}, shows_ages=True))

    place.refresh_from_db()
    assert (place.year_groups, place.youngest_in_mixed_class, place.shows_ages) == ([7, 8, 9], {"8": 7}, True)
    assert (place.year_groups_confirmed_by, place.year_groups_confirmed_at) == (head, make.NOW)
    assert last_event(place).detail == {"year_groups": [7, 8, 9], "youngest": {"8": 7}, "ages": True}

    place = act(actions.confirm_year_groups, place, head, choice=YearGroups((7, 8)))
    assert (place.year_groups, place.youngest_in_mixed_class, place.shows_ages) == ([7, 8], {}, False)


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (YearGroups(()), "Choose at least one year group."),
        (YearGroups((7, 8), {8: 6}), "Year 8 can only sit with a younger year group"),
        (YearGroups((7, 8), {7: 8}), "Year 7 can only sit with a younger year group"),
        (YearGroups((7, 8), {9: 7}), "Year 9 can only sit with a younger year group"),
    ],
)
def test_years_that_cannot_be_are_refused(choice, said):
    place = make.place(confirmed=False)
    with pytest.raises(Refused, match=said):
        act(actions.confirm_year_groups, place, make.member(place, Role.HEAD), choice=choice)


def test_the_office_has_no_year_groups_no_list_and_cannot_leave():
    trust = make.trust()
    office, lead = make.office(trust), make.member(trust, Role.TRUST_LEAD)
    for action in (actions.confirm_year_groups, actions.publish, actions.confirm_left):
        with pytest.raises(Refused, match="office"):
            act(action, office, lead, **SAID.get(action, {}))
    assert act(actions.change_contact, office, lead, contact=Contact("IT desk", "")).contact_role == "IT desk"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"confirmed": False}, "Confirm the school's year groups first"),
        ({"leaving_reported_at": make.NOW}, "no longer has this school in the trust"),
        ({"left_on": make.TODAY}, "has left the trust"),
    ],
)
def test_a_list_that_could_not_be_right_is_not_published(facts, said):
    place = make.place(**facts)
    with pytest.raises(Refused, match=said):
        act(actions.publish, place, make.member(place.trust, Role.TRUST_LEAD))


def test_a_closed_school_is_not_published():
    place = make.place()
    School.objects.filter(pk=place.school_id).update(status=SchoolStatus.CLOSED)
    with pytest.raises(Refused, match="has closed"):
        act(actions.publish, place, make.member(place, Role.HEAD))


def test_the_same_act_twice_is_done_once():
    place = make.place()
    head = make.member(place, Role.HEAD)
    act(actions.publish, place, head)
    with pytest.raises(AlreadyDone):
        act(actions.publish, place, head)
    place = act(actions.unpublish, place, head, revision=2)
    with pytest.raises(AlreadyDone):
        act(actions.unpublish, place, head, revision=2)
    act(actions.change_contact, place, head, contact=Contact("AI lead", "ai@ash.example"))
    with pytest.raises(AlreadyDone):
        act(actions.change_contact, place, head, contact=Contact("AI lead", "ai@ash.example"))
    assert Event.objects.count() == 3


def test_events_hold_no_name_and_no_address():
    place = make.place(name="Secret Garden School")
    head = make.member(place, Role.HEAD)
    act(actions.change_contact, place, head, contact=Contact("Miss Honey", "honey@ash.example"))
    event = last_event(place)
    said = str([getattr(event, field.name) for field in event._meta.fields])
    assert not any(word in said for word in ("Honey", "honey", "Garden", head.name, head.email))


# A school that left


@pytest.fixture
def leaver():
    """A school that the register has in another trust now."""
    place = make.place(leaving_reported_at=make.NOW, leaving_trust_code="9002")
    other = make.trust()
    School.objects.filter(pk=place.school_id).update(trust=other)
    return place, other, make.member(place.trust, Role.ADMIN)


def test_a_school_that_left_starts_afresh_and_the_old_trust_keeps_the_old_place(leaver):
    place, other, admin = leaver
    left = act(actions.confirm_left, place, admin, left_on=make.TODAY)

    assert (left.left_on, left.is_published, left.trust) == (make.TODAY, False, place.trust)
    new = Place.objects.get(trust=other, urn=place.urn)
    assert (new.joined_on, new.year_groups, new.is_published) == (make.TODAY, [], False)
    joined = Event.objects.get(trust_id=other.pk)
    assert (joined.kind, joined.by, joined.detail) == ("place.joined", None, {})


def test_roles_end_with_the_place(leaver):
    place, _, admin = leaver
    head = make.membership(place, Role.HEAD)
    short = make.membership(place, Role.STAFF, ends_on=make.LONG_AGO + timedelta(days=9))
    coming = make.membership(place, Role.DSL, starts_on=make.TODAY + timedelta(days=30))
    act(actions.confirm_left, place, admin, left_on=make.TODAY)

    for held in (head, short, coming):
        held.refresh_from_db()
    assert head.ends_on == make.TODAY
    assert short.ends_on == make.LONG_AGO + timedelta(days=9)
    assert (coming.withdrawn_at, coming.withdrawn_by) == (make.NOW, admin)
    assert Membership.objects.in_force(make.TODAY).filter(place=place).count() == 0


def test_those_who_run_it_and_the_trust_are_told_before_their_roles_end(leaver):
    place, _, admin = leaver
    own = {role: make.member(place, role) for role in (Role.HEAD, Role.AI_LEAD, Role.DSL)}
    trust = {role: make.member(place.trust, role) for role in (Role.TRUST_LEAD, Role.ADMIN)}
    make.member(place, Role.STAFF)
    make.member(make.place(place.trust), Role.HEAD)
    make.membership(place, Role.HEAD, ends_on=make.TODAY)
    act(actions.confirm_left, place, admin, left_on=make.TODAY - timedelta(days=3))

    told = Notice.objects.filter(kind="school.leaves")
    assert {(n.person, n.path) for n in told} == {(who, "/") for who in own.values()} | {
        (who, f"/schools/{place.urn}/") for who in trust.values()
    }
    assert {(n.about, n.due_on) for n in told} == {(place.name, make.TODAY - timedelta(days=3))}


@pytest.mark.parametrize("facts", [{"trust": None}, {"status": SchoolStatus.CLOSED}])
def test_a_school_in_no_trust_or_closed_gets_no_new_place(leaver, facts):
    place, _, admin = leaver
    School.objects.filter(pk=place.school_id).update(**facts)
    act(actions.confirm_left, place, admin, left_on=make.TODAY)
    assert Place.objects.filter(urn=place.urn).count() == 1


@pytest.mark.parametrize("days", [1, -10_000])
def test_it_cannot_have_left_tomorrow_or_before_it_joined(leaver, days):
    place, _, admin = leaver
    with pytest.raises(Refused, match="first day outside the trust"):
        act(actions.confirm_left, place, admin, left_on=make.TODAY + timedelta(days=days))


def test_a_school_that_nobody_reported_has_not_left():
    place = make.place()
    with pytest.raises(Refused, match="No file says"):
        act(actions.confirm_left, place, make.member(place.trust, Role.ADMIN), left_on=make.TODAY)


def test_a_wrong_report_is_taken_away_but_not_for_a_closed_school(leaver):
    place, _, admin = leaver
    kept = act(actions.keep_in_trust, place, admin)
    assert (kept.leaving_reported_at, kept.leaving_trust_code, kept.left_on) == (None, "", None)

    closed = make.place(place.trust, leaving_reported_at=make.NOW)
    School.objects.filter(pk=closed.school_id).update(status=SchoolStatus.CLOSED)
    with pytest.raises(Refused, match="has closed"):
        act(actions.keep_in_trust, closed, admin)
