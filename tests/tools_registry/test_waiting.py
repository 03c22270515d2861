"""What waits for whom in the register: conditions to see to and to confirm, suspensions to lift, data to delete."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from schools.models import EntryDecider, Membership, Role
from tests import make
from tools_registry import tasks
from tools_registry.actions import conditions, entries, reminders, suspensions
from tools_registry.actions.clearances import NewCondition
from tools_registry.actions.conditions import OwnCondition
from tools_registry.models import Condition
from tools_registry.queries.waiting import waiting
from tools_registry.words import Audience, ConditionKind
from trustai.audit.models import Event
from trustai.notices.models import Notice

pytestmark = pytest.mark.django_db
PUPILS = make.allowance(Audience.PUPILS)
DUE = date(2027, 1, 12)


@pytest.fixture
def place():
    return make.place()


@pytest.fixture
def people(place):
    """One person for each post of a school and its trust."""
    at_place = {role: make.member(place, role) for role in (Role.HEAD, Role.AI_LEAD, Role.DSL)}
    of_trust = (Role.NETWORK, Role.DEPUTY_DPO, Role.SAFEGUARDING, Role.TRUST_LEAD)
    return at_place | {role: make.member(place.trust, role) for role in of_trust}


@pytest.fixture
def tool():
    return make.shared_tool()


def waits(who, *, on=make.TODAY):
    return waiting(make.standing(who, on=on))


def titles(who):
    return [wait.title for wait in waits(who)]


def who_sees(people, title):
    return {role for role, who in people.items() if title in titles(who)}


def set_by(who, **facts):
    plain = {
        "kind": ConditionKind.BY_DATE,
        "words": "All staff are briefed",
        "public_words": "",
        "due_on": DUE,
        "audiences": frozenset(),
        "owner_role": Role.AI_LEAD,
        "set_by_role": Role.NETWORK,
        "set_by_id": who.pk,
    }
    return NewCondition(**{**plain, **facts})


def under(place, tool, people, **facts):
    """An approved entry on a clearance of the whole trust with one condition."""
    within = make.clearance(place.trust, tool, conditions=(set_by(people[Role.NETWORK], **facts),))
    make.approved(place, tool, within=within, by=people[Role.HEAD])
    return Condition.objects.get(clearance=within)


def leave(who):
    Membership.objects.filter(person=who).update(ends_on=make.TODAY)


def act(name, condition, place, by, **more):
    latest = condition.progress.order_by("pk").last()
    return getattr(conditions, name)(
        condition_id=condition.pk,
        place_id=place.pk,
        revision=latest.revision if latest else 0,
        by=by,
        standing=make.standing(by),
        at=make.NOW,
        **more,
    )


# Conditions to see to --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [ConditionKind.BEFORE_USE, ConditionKind.BY_DATE])
def test_a_condition_waits_for_its_owner_until_it_is_reported(place, tool, people, kind):
    condition = under(place, tool, people, kind=kind)
    assert who_sees(people, "To do: Chat") == {Role.AI_LEAD}
    (wait,) = waits(people[Role.AI_LEAD])
    assert (wait.on, wait.text) == (DUE, f"{place.name}: All staff are briefed")
    assert str(condition.public_id) in wait.url

    act("report", condition, place, people[Role.AI_LEAD], evidence="Done")
    assert who_sees(people, "To do: Chat") == set()
    assert who_sees(people, "Confirm a condition: Chat") == {Role.NETWORK}
    act("refuse", condition, place, people[Role.NETWORK], reason="Not everybody was there.")
    assert who_sees(people, "To do: Chat") == {Role.AI_LEAD}


def test_its_page_opens_for_the_owner(place, tool, people, client, time_machine):
    time_machine.move_to(make.NOW)
    under(place, tool, people)
    client.force_login(people[Role.AI_LEAD])
    (wait,) = waits(people[Role.AI_LEAD])
    assert client.get(wait.url).status_code == 200


def test_the_owner_of_another_school_sees_nothing(place, tool, people):
    under(place, tool, people)
    assert titles(make.member(make.place(place.trust), Role.AI_LEAD)) == []
    assert titles(make.member(make.place(), Role.AI_LEAD)) == []


def test_a_condition_named_to_one_person_waits_for_that_person(place, tool, people):
    condition = under(place, tool, people, owner_role=Role.NETWORK)
    teacher = make.member(place, Role.STAFF)
    Condition.objects.filter(pk=condition.pk).update(owner=teacher)
    assert titles(teacher) == ["To do: Chat"]


def test_without_an_owner_it_waits_for_whoever_decides(place, tool, people):
    under(place, tool, people)
    leave(people[Role.AI_LEAD])
    assert who_sees(people, "To do: Chat") == {Role.HEAD}
    place.trust.entry_decider = EntryDecider.TRUST
    place.trust.save()
    assert who_sees(people, "To do: Chat") == {Role.TRUST_LEAD}


@pytest.mark.parametrize(("done", "waits_on"), [(12, {Role.AI_LEAD}), (40, set())])
def test_one_for_each_person_waits_until_everybody_has_done_it(place, tool, people, done, waits_on):
    condition = under(place, tool, people, is_per_person=True)
    act("report", condition, place, people[Role.AI_LEAD], evidence="Signed", done_count=done, of_count=40)
    assert who_sees(people, "To do: Chat") == waits_on
    assert who_sees(people, "Confirm a condition: Chat") == (set() if waits_on else {Role.NETWORK})


def test_what_starts_again_each_september_waits_again(place, tool, people):
    condition = under(place, tool, people, resets_each_september=True)
    act("report", condition, place, people[Role.AI_LEAD], evidence="Done")
    assert titles(people[Role.AI_LEAD]) == []
    again = waits(people[Role.AI_LEAD], on=date(2027, 9, 1))
    assert [wait.title for wait in again] == ["To do: Chat"]


def test_nothing_waits_that_no_longer_counts(place, tool, people):
    condition = under(place, tool, people)
    pupils_only = under(place, make.shared_tool("other"), people, audiences=frozenset({Audience.PUPILS}))
    always = under(place, make.shared_tool("third"), people, kind=ConditionKind.ALWAYS, due_on=None)
    assert titles(people[Role.AI_LEAD]) == ["To do: Chat"], (pupils_only, always)
    type(condition.clearance).objects.filter(pk=condition.clearance_id).update(ends_on=make.TODAY + timedelta(days=1))
    assert titles(people[Role.AI_LEAD]) == ["To do: Chat"]
    assert waits(people[Role.AI_LEAD], on=make.TODAY + timedelta(days=1)) == []


def test_it_stands_under_the_clearance_that_took_the_place_of_the_first(place, tool, people):
    first = under(place, tool, people).clearance
    asked = set_by(people[Role.NETWORK], words="The new setting is on", owner_role=Role.HEAD)
    make.clearance(place.trust, tool, replaces_id=first.pk, conditions=(asked,))
    assert "To do: Chat" in titles(people[Role.HEAD])


def test_a_team_of_the_trust_sees_one_thing_for_all_schools(place, tool, people):
    condition = under(place, tool, people, owner_role=Role.NETWORK)
    other = make.place(place.trust)
    make.approved(other, tool, within=condition.clearance)
    (wait,) = waits(people[Role.NETWORK])
    assert wait.text == "2 places: All staff are briefed"
    assert wait.url == condition.clearance.get_absolute_url()
    act("report", condition, other, people[Role.NETWORK], evidence="Set")
    assert "To do: Chat" in titles(people[Role.NETWORK])


def test_one_that_is_met_once_for_all_waits_once(place, tool, people):
    condition = under(place, tool, people, owner_role=Role.NETWORK, met_once_for_all=True)
    make.approved(make.place(place.trust), tool, within=condition.clearance)
    (wait,) = waits(people[Role.NETWORK])
    assert str(condition.public_id) in wait.url
    act("report", condition, place, people[Role.NETWORK], evidence="Set in the tenant")
    assert "To do: Chat" not in titles(people[Role.NETWORK])


# The DSL's agreement ---------------------------------------------------------------------------------------------------


class TestAgreement:
    TITLE = "Agree: may pupils use Chat?"

    @pytest.fixture
    def opened(self, place, tool, people):
        within = make.clearance(place.trust, tool, PUPILS)
        make.approved(place, tool, PUPILS, within=within, by=people[Role.HEAD])
        return Condition.objects.get(set_by_role=Role.DSL)

    def test_it_waits_for_the_schools_dsl_alone(self, place, people, opened):
        assert who_sees(people, self.TITLE) == {Role.DSL}
        act("confirm", opened, place, people[Role.DSL], evidence="Filtering looked at")
        assert who_sees(people, self.TITLE) == set()

    def test_where_the_post_is_empty_for_the_trusts_safeguarding_lead(self, people, opened):
        leave(people[Role.DSL])
        assert who_sees(people, self.TITLE) == {Role.SAFEGUARDING}

    def test_what_another_reported_waits_for_the_dsl_or_the_stand_in_to_confirm(self, place, people, opened):
        act("report", opened, place, people[Role.HEAD], evidence="We talked about it")
        confirm = "Confirm a condition: Chat"
        assert (who_sees(people, confirm), who_sees(people, self.TITLE)) == ({Role.DSL}, set())
        leave(people[Role.DSL])
        assert who_sees(people, confirm) == {Role.SAFEGUARDING}


# Suspensions -----------------------------------------------------------------------------------------------------------


class TestSuspensions:
    AGREE, LIFT = "Agree to lift the suspension of Chat?", "Lift the suspension of Chat?"

    def suspended(self, place, tool, people, by):
        make.approved(place, tool, by=people[Role.HEAD])
        return suspensions.suspend(
            tool_id=tool.pk,
            trust_id=place.trust_id,
            place_id=place.pk,
            reason="A breach",
            by=people[by],
            standing=make.standing(people[by]),
            at=make.NOW,
        )

    def say(self, what, suspension, who):
        what(suspension_id=suspension.pk, by=who, standing=make.standing(who), at=make.NOW)

    def test_one_the_dsl_made_waits_for_the_dsl(self, place, tool, people):
        suspension = self.suspended(place, tool, people, Role.DSL)
        assert who_sees(people, self.AGREE) == set()
        self.say(suspensions.ask_to_lift, suspension, people[Role.HEAD])
        assert who_sees(people, self.AGREE) == {Role.DSL}
        leave(people[Role.DSL])
        assert who_sees(people, self.AGREE) == {Role.SAFEGUARDING}

    def test_once_the_team_has_agreed_it_waits_for_whoever_decides(self, place, tool, people):
        suspension = self.suspended(place, tool, people, Role.NETWORK)
        self.say(suspensions.agree_to_lift, suspension, people[Role.NETWORK])
        assert who_sees(people, self.LIFT) == {Role.HEAD}
        self.say(suspensions.ask_to_lift, suspension, people[Role.HEAD])
        assert who_sees(people, self.LIFT) == who_sees(people, self.AGREE) == set()

    def test_whoever_has_left_is_told_of_neither(self, place, tool, people):
        gone = make.member(place, Role.STAFF)
        leave(gone)
        suspension = self.suspended(place, tool, people, Role.DSL)
        leave(people[Role.DSL])
        self.say(suspensions.ask_to_lift, suspension, people[Role.HEAD])
        told = set(Notice.objects.filter(kind="entry.lift_asked").values_list("person_id", flat=True))
        assert told == {people[Role.SAFEGUARDING].pk}
        self.say(suspensions.agree_to_lift, suspension, people[Role.SAFEGUARDING])
        told = set(Notice.objects.filter(kind="entry.lifted").values_list("person_id", flat=True))
        assert not told & {gone.pk, people[Role.DSL].pk}


# Data to delete --------------------------------------------------------------------------------------------------------


def test_a_review_that_was_missed_says_when_the_entry_has_expired(place, tool, people):
    make.approved(place, tool, by=people[Role.HEAD], review_on=date(2027, 6, 1))
    said = {
        on: next(wait.text for wait in waits(people[Role.HEAD], on=on) if wait.title.startswith("Look again"))
        for on in (date(2027, 6, 8), date(2027, 11, 1))
    }
    assert said[date(2027, 6, 8)] == "Its review date has come or is near. It expires if nobody looks."
    assert said[date(2027, 11, 1)] == "It has expired: nobody may use it until it is decided again."


def test_what_was_withdrawn_waits_until_its_data_is_said_to_be_deleted(place, tool, people):
    entry = make.approved(place, tool, by=people[Role.HEAD])
    title = "Confirm that the data is deleted: Chat"
    assert who_sees(people, title) == set()
    acts = {"place_id": place.pk, "tool_id": tool.pk, "by": people[Role.HEAD], "at": make.NOW}
    acts["standing"] = make.standing(people[Role.HEAD])
    entries.withdraw(reason="Not needed", revision=entry.revision, **acts)
    assert who_sees(people, title) == {Role.HEAD, Role.AI_LEAD}
    assert title not in titles(make.member(make.place(place.trust), Role.HEAD))
    entries.confirm_deletion(**acts)
    assert who_sees(people, title) == set()


def test_at_the_office_it_waits_for_the_trust_lead(place, tool, people):
    office = make.office(place.trust)
    lead = people[Role.TRUST_LEAD]
    entry = make.approved(office, tool, by=lead)
    entries.withdraw(
        place_id=office.pk,
        tool_id=tool.pk,
        reason="Not needed",
        revision=entry.revision,
        by=lead,
        standing=make.standing(lead),
        at=make.NOW,
    )
    assert who_sees(people, "Confirm that the data is deleted: Chat") == {Role.TRUST_LEAD}


# Reminders -------------------------------------------------------------------------------------------------------------


class TestConditionsDue:
    def on(self, day):
        return make.NOW + (DUE - make.TODAY) + timedelta(days=day)

    def told(self, kind="condition.due"):
        return Notice.objects.filter(kind=kind)

    def test_owner_and_decider_are_told_two_weeks_and_a_day_before_and_once_after(self, place, tool, people):
        condition = under(place, tool, people)
        said = {day: reminders.remind_of_conditions(at=self.on(day)) for day in (-15, -14, -13, -2, -1, 0, 1, 2, 60)}
        assert [day for day, count in said.items() if count] == [-14, -1, 1]
        both = {people[Role.AI_LEAD].pk, people[Role.HEAD].pk}
        for kind, times in (("condition.due", 2), ("condition.overdue", 1)):
            assert {notice.person_id for notice in self.told(kind)} == both
            assert self.told(kind).count() == times * len(both)
            assert {(n.due_on, str(condition.public_id) in n.path) for n in self.told(kind)} == {(DUE, True)}
        assert [event.detail["days"] for event in Event.objects.filter(subject_id=condition.public_id)] == [14, 1, -1]

    def test_a_night_that_was_missed_is_made_good_by_one_reminder(self, place, tool, people):
        under(place, tool, people)
        assert [reminders.remind_of_conditions(at=self.on(day)) for day in (5, 6)] == [1, 0]
        assert not self.told().exists()

    def test_each_school_is_reminded_of_its_own(self, place, tool, people):
        condition = under(place, tool, people)
        other = make.place(place.trust)
        head = make.member(other, Role.HEAD)
        make.approved(other, tool, within=condition.clearance, by=head)
        act("confirm", condition, place, people[Role.NETWORK], evidence="Seen")
        assert reminders.remind_of_conditions(at=self.on(-14)) == 1
        assert {notice.person_id for notice in self.told()} == {head.pk}

    def test_once_it_is_reported_whoever_confirms_it_is_told_and_not_the_owner(self, place, tool, people):
        condition = under(place, tool, people)
        act("report", condition, place, people[Role.AI_LEAD], evidence="Done")
        reminders.remind_of_conditions(at=self.on(-1))
        assert {n.person_id for n in self.told()} == {people[Role.NETWORK].pk, people[Role.HEAD].pk}

    def test_one_that_is_met_once_for_all_is_said_once_to_all_who_decide(self, place, tool, people):
        condition = under(place, tool, people, owner_role=Role.NETWORK, met_once_for_all=True)
        other = make.place(place.trust)
        head = make.member(other, Role.HEAD)
        make.approved(other, tool, within=condition.clearance, by=head)
        assert reminders.remind_of_conditions(at=self.on(-14)) == 1
        assert {n.person_id for n in self.told()} == {people[Role.NETWORK].pk, people[Role.HEAD].pk, head.pk}

    def test_a_named_owner_who_has_left_is_told_nothing(self, place, tool, people):
        condition = under(place, tool, people)
        gone = make.member(place, Role.STAFF)
        Condition.objects.filter(pk=condition.pk).update(owner=gone)
        leave(gone)
        reminders.remind_of_conditions(at=self.on(-14))
        assert gone.pk not in {n.person_id for n in self.told()}

    @pytest.mark.parametrize("why", ["withdrawn", "left", "before use", "ended"])
    def test_nobody_is_reminded_of_what_does_not_count(self, place, tool, people, why):
        condition = under(place, tool, people)
        if why == "withdrawn":
            place.entries.update(status="withdrawn")
        elif why == "left":
            type(place).objects.filter(pk=place.pk).update(left_on=make.TODAY)
        elif why == "ended":
            type(condition.clearance).objects.filter(pk=condition.clearance_id).update(withdrawn_at=make.NOW)
        else:
            Condition.objects.filter(pk=condition.pk).update(kind=ConditionKind.BEFORE_USE)
        assert reminders.remind_of_conditions(at=self.on(-1)) == 0

    def test_the_nightly_task_does_it(self, place, tool, people, time_machine):
        under(place, tool, people)
        time_machine.move_to(self.on(-14))
        tasks.nightly()
        assert self.told().count() == 2

    def test_one_the_school_set_itself_too(self, place, tool, people):
        own = OwnCondition(ConditionKind.BY_DATE, "Posters are up", due_on=DUE, owner_role=Role.AI_LEAD)
        make.approved(place, tool, by=people[Role.HEAD], conditions=(own,))
        assert reminders.remind_of_conditions(at=self.on(-1)) == 1


# Cost ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.HEAD, Role.DSL, Role.AI_LEAD, Role.NETWORK, Role.TRUST_LEAD])
def test_as_many_queries_for_many_conditions_as_for_one(place, people, role):
    standing = make.standing(people[role])

    def counted():
        with CaptureQueriesContext(connection) as queries:
            found = waiting(standing)
        return len(queries), len(found)

    under(place, make.shared_tool("one"), people, owner_role=role)
    one, few = counted()
    for number in range(8):
        under(place, make.shared_tool(f"more-{number}"), people, owner_role=role)
    many, found = counted()
    assert one == many
    assert found > few
