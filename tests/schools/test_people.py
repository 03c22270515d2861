"""Giving, changing and ending roles."""

import threading
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from schools import actions
from schools.actions import NewRole
from schools.models import PLACE_ROLES, Membership, Place, Role, Trust
from tests import make
from trustai.accounts.models import User
from trustai.audit.models import Event
from trustai.notices.models import Notice
from trustai.rules import AlreadyDone, Conflict, Refused

pytestmark = pytest.mark.django_db
TOMORROW = make.TODAY + timedelta(days=1)
NEXT_YEAR = make.TODAY + timedelta(days=365)


def give(trust, by, role=Role.STAFF, place=None, **more):
    facts = {"email": "new@ash.example", "name": "Nell New", "starts_on": make.TODAY, **more}
    return actions.give_role(
        trust_id=trust.pk,
        new=NewRole(role=role, place_id=place.pk if place else None, **facts),
        by=by,
        standing=make.standing(by),
        at=make.NOW,
    )


def change(held, by, **more):
    facts = {"role": Role(held.role), "starts_on": held.starts_on, "ends_on": held.ends_on, "revision": held.revision}
    return actions.change_role(
        membership_id=held.pk, **{**facts, **more}, by=by, standing=make.standing(by), at=make.NOW
    )


def end(held, by, revision=None):
    return actions.end_role(
        membership_id=held.pk, revision=revision or held.revision, by=by, standing=make.standing(by), at=make.NOW
    )


@pytest.fixture
def place():
    return make.place(name="Ash")


@pytest.fixture
def admin(place):
    return make.member(place.trust, Role.ADMIN)


def test_a_new_address_becomes_a_person_who_is_told_and_has_no_password(place, admin):
    held = give(place.trust, admin, Role.AI_LEAD, place, email=" New@Ash.example ")

    person = User.objects.get(email="new@ash.example")
    assert (held.person, person.name, person.has_usable_password()) == (person, "Nell New", False)
    assert [(n.person, n.kind, n.path) for n in Notice.objects.all()] == [(person, "person.added", "/")]
    event = Event.objects.get()
    assert (event.kind, event.role, event.urn) == ("membership.given", "admin", place.urn)
    assert event.detail == {
        "person": str(person.public_id), "given": "ailead", "place": str(place.public_id),
        "starts_on": "2026-11-24", "ends_on": None,
    }  # fmt: skip


def test_an_address_that_is_known_keeps_the_name_of_its_owner(place, admin):
    known = make.person("Own Name", "new@ash.example")
    held = give(place.trust, admin, place=place, email="NEW@ash.example", name="Another Name")
    known.refresh_from_db()
    assert (held.person, known.name) == (known, "Own Name")


def test_a_closed_account_gets_no_role(place, admin):
    known = make.person(email="new@ash.example")
    User.objects.filter(pk=known.pk).update(is_active=False)
    with pytest.raises(Refused, match="account that is closed"):
        give(place.trust, admin, place=place)


@pytest.mark.parametrize("role", list(Role))
def test_only_the_administrator_and_the_schools_own_head_give_a_role_at_a_school(place, role):
    at_place = role in PLACE_ROLES
    who = make.member(place if at_place else place.trust, role)
    if role in {Role.HEAD, Role.ADMIN}:
        assert give(place.trust, who, Role.DSL, place).person.name == "Nell New"
    else:
        with pytest.raises(Refused, match="Only the headteacher, or a trust administrator"):
            give(place.trust, who, Role.DSL, place)


def test_a_head_gives_none_at_another_school_and_none_in_the_trust(place):
    head = make.member(place, Role.HEAD)
    with pytest.raises(Refused):
        give(place.trust, head, Role.STAFF, make.place(place.trust))
    with pytest.raises(Refused, match="Only a trust administrator"):
        give(place.trust, head, Role.NETWORK)


def test_an_administrator_gives_none_in_another_trust(place, admin):
    other = make.place()
    with pytest.raises(Refused):
        give(other.trust, admin, Role.STAFF, other)
    with pytest.raises(Refused):
        give(other.trust, admin, Role.DPO)
    with pytest.raises(Place.DoesNotExist):
        give(place.trust, admin, Role.STAFF, other)


def test_nobody_gives_themselves_a_role(place, admin):
    with pytest.raises(Refused, match="You cannot give yourself a role"):
        give(place.trust, admin, Role.DPO, email=admin.email)


@pytest.mark.parametrize(
    ("role", "where", "said"),
    [
        (Role.HEAD, None, "a role at one school"),
        (Role.DPO, "school", "a role in the whole trust"),
        (Role.DSL, "office", "At the trust office people are staff"),
        (Role.STAFF, "office", ""),
        (Role.TRUSTEE, None, ""),
        (Role.GOVERNOR, "school", ""),
    ],
)
def test_a_role_fits_where_it_is_held(place, admin, role, where, said):
    chosen = {"school": place, "office": make.office(place.trust), None: None}[where]
    if said:
        with pytest.raises(Refused, match=said):
            give(place.trust, admin, role, chosen)
    else:
        assert give(place.trust, admin, role, chosen).role == role


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"starts_on": make.TODAY - timedelta(days=1)}, "cannot be before today"),
        ({"starts_on": TOMORROW, "ends_on": TOMORROW}, "cannot be before the first day"),
    ],
)
def test_days_that_cannot_be_are_refused(place, admin, days, said):
    with pytest.raises(Refused, match=said):
        give(place.trust, admin, place=place, **days)


def test_a_place_that_left_gets_nobody_new(place, admin):
    Place.objects.filter(pk=place.pk).update(left_on=make.TODAY)
    with pytest.raises(Refused, match="has left the trust"):
        give(place.trust, admin, place=place)


def test_the_same_role_twice_is_given_once(place, admin):
    give(place.trust, admin, place=place)
    with pytest.raises(AlreadyDone):
        give(place.trust, admin, place=place)
    with pytest.raises(Refused, match="holds the role on these days already"):
        give(place.trust, admin, place=place, starts_on=TOMORROW)
    give(place.trust, admin, Role.DSL, place)
    assert (Membership.objects.filter(person__email="new@ash.example").count(), Notice.objects.count()) == (2, 2)


# Changing and ending


def test_the_last_day_of_a_role_can_be_set_moved_and_taken_away(place, admin):
    held = make.membership(place, Role.DSL)
    held = change(held, admin, ends_on=NEXT_YEAR)
    held = change(held, admin, ends_on=None)
    assert (held.ends_on, held.revision) == (None, 3)
    with pytest.raises(AlreadyDone):
        change(held, admin)
    assert [event.kind for event in Event.objects.order_by("sequence")] == ["membership.changed"] * 2


@pytest.mark.parametrize(
    ("starts_on", "more", "said"),
    [
        (make.LONG_AGO, {"starts_on": TOMORROW}, "This role has begun"),
        (make.LONG_AGO, {"ends_on": make.TODAY}, "To stop it now, end the role"),
        (TOMORROW, {"starts_on": make.TODAY - timedelta(days=3)}, "cannot be before today"),
        (TOMORROW, {"ends_on": TOMORROW}, "cannot be before the first day"),
    ],
)
def test_what_is_past_stays_as_it_was(place, admin, starts_on, more, said):
    held = make.membership(place, Role.DSL, starts_on=starts_on)
    with pytest.raises(Refused, match=said):
        change(held, admin, **more)


def test_a_role_not_begun_yet_can_be_moved(place, admin):
    held = make.membership(place, Role.DSL, starts_on=TOMORROW)
    assert change(held, admin, starts_on=NEXT_YEAR).starts_on == NEXT_YEAR


def test_another_role_ends_the_old_one_and_keeps_it_in_the_list(place, admin):
    held = make.membership(place, Role.STAFF)
    new = change(held, admin, role=Role.AI_LEAD)

    held.refresh_from_db()
    assert (held.role, held.withdrawn_at, held.withdrawn_by) == ("staff", make.NOW, admin)
    assert (new.person, new.role, new.starts_on, new.place) == (held.person, "ailead", make.TODAY, place)
    with pytest.raises(Refused, match="whole trust"):
        change(new, admin, role=Role.DPO)


def test_ending_is_at_once_and_once(place, admin):
    held = make.membership(place, Role.HEAD)
    end(held, admin)
    assert make.standing(held.person).held == frozenset()
    with pytest.raises(AlreadyDone):
        end(held, admin)
    assert Event.objects.get().kind == "membership.ended"


def test_a_role_that_ended_cannot_be_changed(place, admin):
    held = make.membership(place, Role.STAFF, ends_on=make.TODAY)
    for act in (change, end):
        with pytest.raises(Refused, match="has ended"):
            act(held, admin)


def test_nobody_touches_their_own_role_or_one_out_of_reach(place, admin):
    own = Membership.objects.get(person=admin)
    head = make.member(place, Role.HEAD)
    lead = make.membership(place.trust, Role.TRUST_LEAD)
    stranger = make.membership(make.place(), Role.STAFF)
    for held, by in [(own, admin), (lead, head), (stranger, admin), (stranger, head)]:
        for act in (change, end):
            with pytest.raises(Refused):
                act(held, by)


def test_a_stale_page_gets_a_conflict(place, admin):
    held = make.membership(place, Role.STAFF)
    change(held, admin, ends_on=NEXT_YEAR)
    with pytest.raises(Conflict):
        end(held, admin, revision=1)


def test_the_only_administrator_stays(place, admin):
    second = make.membership(place.trust, Role.ADMIN, ends_on=NEXT_YEAR)
    own = Membership.objects.get(person=admin)
    with pytest.raises(Refused, match="only administrator"):
        end(own, second.person)
    with pytest.raises(Refused, match="only administrator"):
        change(own, second.person, ends_on=NEXT_YEAR)
    make.member(place.trust, Role.ADMIN)
    assert end(own, second.person).withdrawn_at


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_end_each_other_leave_one():
    trust = make.trust()
    held = [make.membership(trust, Role.ADMIN) for _ in range(2)]
    standings = [make.standing(one.person) for one in held]
    ready, said = threading.Barrier(2), []

    def end_the_other(mine):
        ready.wait(10)
        try:
            actions.end_role(
                membership_id=held[1 - mine].pk, revision=1, by=held[mine].person, standing=standings[mine], at=make.NOW
            )
            said.append("ended")
        except Refused:
            said.append("refused")
        finally:
            connection.close()

    both = [threading.Thread(target=end_the_other, args=(mine,)) for mine in (0, 1)]
    for one in both:
        one.start()
    for one in both:
        one.join(20)
    assert sorted(said) == ["ended", "refused"]
    assert Membership.objects.in_force(make.TODAY).filter(role=Role.ADMIN).count() == 1


# The first administrator


def test_the_first_administrator_is_appointed_by_a_command_and_only_the_first(capsys):
    trust = make.trust("Oak Trust")
    call_command("appoint_administrator", "first@oak.example", "Fia First", trust="oak trust")

    held = Membership.objects.get()
    assert (held.role, held.trust, held.person.email) == (Role.ADMIN, trust, "first@oak.example")
    assert capsys.readouterr().out == "Fia First administers Oak Trust.\n"
    with pytest.raises(CommandError, match="has an administrator already") as refused:
        call_command("appoint_administrator", "second@oak.example", "Sam Second", trust=trust.group_uid)
    assert refused.value.returncode == 2


@pytest.mark.parametrize(
    ("email", "trust", "said"), [("nobody", "Oak", "not an e-mail"), ("a@b.example", "Elm", "No trust")]
)
def test_an_appointment_that_cannot_be_is_named(email, trust, said):
    make.trust("Oak")
    with pytest.raises(CommandError, match=said):
        call_command("appoint_administrator", email, "Name", trust=trust)
    assert Trust.objects.count() == 1
    assert not User.objects.exists()
