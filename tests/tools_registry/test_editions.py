"""Editions of a list: published when something is new, once, by whoever comes first."""

import threading
import time
from datetime import date, timedelta

import pytest
from django.db import connection, connections

from schools.models import Place, Role
from tests import make
from tools_registry import tasks, the_list
from tools_registry.actions import agreements, editions, reminders, suspensions
from tools_registry.check_codes import ALPHABET
from tools_registry.models import ListEdition
from tools_registry.queries import the_list as lists
from tools_registry.queries.the_list import WorkedOut
from tools_registry.words import Audience, DataClass, SignIn
from trustai.audit.models import Event
from trustai.notices.models import Notice

LATER = make.NOW + timedelta(hours=1)


@pytest.fixture
def place(db):
    return make.place(published=True)


def test_the_first_edition_is_published_with_the_first_decision(place):
    tool = make.shared_tool("chat")
    make.approved(place, tool)
    edition = lists.latest(place.pk)
    assert edition.number == 1
    assert [tool["name"] for tool in lists.document_of(edition)["tools"]] == ["Chat"]
    assert edition.sha256 == the_list.digest(lists.document_of(edition))
    assert len(edition.check_code) == 10
    assert set(edition.check_code) <= set(ALPHABET)
    event = Event.objects.get(kind="list.issued")
    assert (event.urn, event.detail, event.by) == (place.urn, {"number": 1}, None)


def test_nothing_new_publishes_nothing(place):
    make.approved(place, make.shared_tool())
    first = lists.latest(place.pk)
    assert editions.issue_if_changed(place=place, at=LATER) == first
    assert ListEdition.objects.count() == 1


def test_a_suspension_is_a_new_edition_at_once(place):
    tool = make.shared_tool()
    make.approved(place, tool)
    head = make.member(place, Role.HEAD)
    suspensions.suspend(
        tool_id=tool.pk,
        trust_id=place.trust_id,
        place_id=place.pk,
        reason="Odd answers",
        by=head,
        standing=make.standing(head),
        at=LATER,
    )
    latest = lists.latest(place.pk)
    assert latest.number == 2
    assert lists.document_of(latest)["tools"] == []


def test_a_place_that_publishes_nothing_has_no_editions(db):
    place = make.place()
    make.approved(place, make.shared_tool())
    assert editions.issue_if_changed(place=place, at=LATER) is None
    assert editions.issue_if_changed(place=make.office(place.trust), at=LATER) is None
    assert not ListEdition.objects.exists()


def test_a_change_by_date_is_published_on_the_first_reading_after_it(place):
    tool = make.shared_tool(sign_in=SignIn.SCHOOL)
    make.agreement(place.trust, tool, ends_on=make.TODAY + timedelta(days=10))
    make.approved(place, tool, make.allowance(data=DataClass.PERSONAL, subjects=frozenset({"pupils"})))
    first = editions.current(place=place, at=make.NOW)
    assert first.next_change_on == make.TODAY + timedelta(days=10)
    assert _staff(first)["data"] == "personal"
    assert editions.current(place=place, at=make.NOW + timedelta(days=9)) == first
    ended = editions.current(place=place, at=make.NOW + timedelta(days=10))
    assert ended.number == first.number + 1
    assert ended.next_change_on > make.TODAY + timedelta(days=10)


def test_when_to_look_again_moves_without_an_edition(place):
    make.approved(place, make.shared_tool(), review_on=make.TODAY + timedelta(days=5))
    first = lists.latest(place.pk)
    assert first.next_change_on == make.TODAY + timedelta(days=5)
    again = editions.current(place=place, at=make.NOW + timedelta(days=5))
    assert again == first
    assert ListEdition.objects.get().next_change_on > make.TODAY + timedelta(days=5)


def test_a_new_mailbox_is_a_new_edition_on_the_next_reading(place):
    make.approved(place, make.shared_tool())
    Place.objects.filter(pk=place.pk).update(contact_mailbox="ai@oakfield.example")
    place.refresh_from_db()
    edition = editions.current(place=place, at=LATER)
    assert edition.number == 2
    assert lists.document_of(edition)["ask"]["mailbox"] == "ai@oakfield.example"


def test_an_agreement_withdrawn_is_off_the_list_on_the_next_reading(place):
    tool = make.shared_tool(sign_in=SignIn.SCHOOL)
    agreement = make.agreement(place.trust, tool)
    make.approved(place, tool, make.allowance(data=DataClass.PERSONAL, subjects=frozenset({"pupils"})))
    assert _staff(editions.current(place=place, at=make.NOW))["data"] == "personal"
    deputy = make.member(place.trust, Role.DEPUTY_DPO)
    agreements.withdraw(
        agreement_id=agreement.pk, revision=agreement.revision, by=deputy, standing=make.standing(deputy), at=LATER
    )
    assert _staff(editions.current(place=place, at=LATER))["data"] == "internal"


def test_a_current_edition_is_read_in_two_queries(place, django_assert_num_queries):
    make.approved(place, make.shared_tool())
    with django_assert_num_queries(2):
        editions.current(place=place, at=LATER)


# Every night ---------------------------------------------------------------------------------------------------------


def test_the_night_publishes_what_the_calendar_changed(place, time_machine):
    tool = make.shared_tool(sign_in=SignIn.SCHOOL)
    make.agreement(place.trust, tool, ends_on=make.TODAY + timedelta(days=10))
    make.approved(place, tool, make.allowance(data=DataClass.PERSONAL, subjects=frozenset({"pupils"})))
    time_machine.move_to(make.NOW + timedelta(days=10))
    tasks.nightly()
    latest = lists.latest(place.pk)
    assert latest.number == 2
    assert _staff(latest)["data"] == "internal"


def test_a_list_that_cannot_be_looked_at_does_not_hold_up_the_others(place, monkeypatch, caplog):
    other = make.place(published=True)
    worked_out = lists.worked_out

    def fails(which: Place, on: date) -> WorkedOut:
        if which.pk == place.pk:
            raise ValueError("broken")
        return worked_out(which, on)

    monkeypatch.setattr(lists, "worked_out", fails)
    assert editions.sweep(at=make.NOW) == 1
    assert lists.latest(other.pk).number == 1
    assert place.urn in caplog.text


def test_those_who_decide_are_reminded_once_of_each_review_date(place):
    ai_lead = make.member(place, Role.AI_LEAD)
    head = make.member(place, Role.HEAD)
    entry = make.approved(place, make.shared_tool(), by=head, review_on=make.TODAY + timedelta(days=40))
    reviews = Notice.objects.filter(kind="entry.review_due")
    assert reminders.remind_of_reviews(at=make.NOW) == 0
    for day in (12, 13, 41):
        reminders.remind_of_reviews(at=make.NOW + timedelta(days=day))
    assert {notice.person_id for notice in reviews} == {ai_lead.pk, head.pk}
    assert {(notice.due_on, notice.path) for notice in reviews} == {(entry.review_on, entry.get_absolute_url())}
    assert reviews.count() == 2
    entry.review_on = make.TODAY + timedelta(days=60)
    entry.save()
    assert reminders.remind_of_reviews(at=make.NOW + timedelta(days=42)) == 1


def test_nobody_is_reminded_of_what_is_no_longer_approved(place):
    entry = make.approved(place, make.shared_tool(), review_on=make.TODAY + timedelta(days=5))
    entry.status = "withdrawn"
    entry.save()
    assert reminders.remind_of_reviews(at=make.NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_of_several_readers_at_once_one_publishes(monkeypatch):
    place = make.place(published=True)
    together = threading.Barrier(4)
    found: list[int] = []
    worked_out = lists.worked_out

    def slowly(which: Place, on: date) -> WorkedOut:
        """Long enough for the others to come as far as this, were they not kept waiting at the lock."""
        done = worked_out(which, on)
        time.sleep(0.1)
        return done

    def read() -> None:
        connection.ensure_connection()
        together.wait(10)
        found.append(editions.issue_if_changed(place=place, at=make.NOW).number)
        connections.close_all()

    monkeypatch.setattr(lists, "worked_out", slowly)
    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == [1, 1, 1, 1]
    assert ListEdition.objects.filter(place=place).count() == 1


def _staff(edition: ListEdition) -> dict[str, object]:
    (tool,) = lists.document_of(edition)["tools"]
    return next(given for given in tool["audiences"] if given["audience"] == Audience.STAFF)
