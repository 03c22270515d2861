"""What changed lately at a place: decisions, suspensions and the tools themselves, the newest first, in one query."""

from datetime import timedelta

import pytest

from schools.models import Role
from tests import make
from tools_registry.actions import catalogue, changes, entries, suspensions
from tools_registry.queries.lately import lately
from tools_registry.words import ChangeKind
from trustai.home.queries import home_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make.place()


@pytest.fixture
def head(place):
    return make.member(place, Role.HEAD)


@pytest.fixture
def network(place):
    return make.member(place.trust, Role.NETWORK)


def hour(number):
    return make.NOW + timedelta(hours=number)


def acts(who, number):
    return {"by": who, "standing": make.standing(who), "at": hour(number)}


def change(trust, tool, by, number, kind=ChangeKind.TERMS, **more):
    new = changes.NewChange(trust.pk, tool.pk, kind, "It may share data.", make.TODAY, **more)
    return changes.record(new=new, **acts(by, number))


def suspend(place, tool, by, number, *, everywhere=False):
    where = None if everywhere else place.pk
    return suspensions.suspend(
        tool_id=tool.pk, trust_id=place.trust_id, place_id=where, reason="A breach", **acts(by, number)
    )


def told(place, **more):
    return [(each.lead, each.sentence, each.at) for each in lately(place, **more)]


def test_each_kind_of_thing_is_told_the_newest_first(place, head, network):
    tool, other = make.shared_tool("chat", edition="school account"), make.shared_tool("notes")
    make.approved(place, tool, by=head)
    entries.decline(place_id=place.pk, tool_id=other.pk, reason="Not needed", revision=0, **acts(head, 1))
    suspension = suspend(place, tool, head, 2)
    suspensions.lift(suspension_id=suspension.pk, **acts(head, 3))
    suspend(place, tool, network, 4, everywhere=True)
    change(place.trust, tool, network, 5)
    change(place.trust, tool, network, 6, ChangeKind.FEATURE, feature="Voice")
    assert told(place, limit=9) == [
        ("The tool changed:", "Chat (school account), a new AI feature.", hour(6)),
        ("The tool changed:", "Chat (school account), its terms.", hour(5)),
        ("Suspended:", "Chat (school account).", hour(4)),
        ("Suspension lifted:", "Chat (school account).", hour(3)),
        ("Suspended:", "Chat (school account).", hour(2)),
        ("Declined:", "Notes.", hour(1)),
        ("Approved:", "Chat (school account).", hour(0)),
    ]
    assert len(lately(place)) == 6


def test_nothing_of_other_places_other_trusts_or_tools_nobody_decided_on_here(place, head, network):
    tool, unknown = make.shared_tool("chat"), make.shared_tool("notes")
    make.approved(place, tool, by=head)
    theirs = make.place()
    their_head, their_network = make.member(theirs, Role.HEAD), make.member(theirs.trust, Role.NETWORK)
    make.approved(theirs, tool, by=their_head)
    suspend(theirs, tool, their_head, 1)
    suspend(theirs, tool, their_network, 2, everywhere=True)
    change(theirs.trust, tool, their_network, 3)
    change(place.trust, unknown, network, 4)
    beside = make.place(place.trust)
    make.approved(beside, tool)
    suspend(beside, tool, make.member(beside, Role.HEAD), 5)
    assert told(place) == [("Approved:", "Chat.", hour(0))]


def test_a_change_of_a_shared_tool_is_told_everywhere(place, head):
    tool = make.shared_tool("chat")
    make.approved(place, tool, by=head)
    catalogue.load(rows=[make.tool_row("chat", minimum_age=16)], at=hour(1))
    assert told(place)[0] == ("The tool changed:", "Chat, its age limit.", hour(1))


def test_in_one_query_whatever_there_is(place, head, network, django_assert_num_queries):
    for number in range(8):
        tool = make.shared_tool(f"chat-{number}")
        make.approved(place, tool, by=head)
        suspend(place, tool, head, number)
        change(place.trust, tool, network, number)
    with django_assert_num_queries(1):
        assert len(lately(place)) == 6


def test_home_shows_it_with_a_link_to_the_tool_at_the_place(place, head):
    entry = make.approved(place, make.shared_tool("chat"), by=head)
    suspend(place, entry.tool, head, 1)
    page = home_page(make.standing(head), person="Head")
    assert [(each["lead"], each["url"]) for each in page.lately] == [
        ("Suspended:", entry.get_absolute_url()),
        ("Approved:", entry.get_absolute_url()),
    ]


def test_plain_staff_read_it_where_they_look_up(place, head, client, time_machine):
    time_machine.move_to(hour(2))
    tool = make.shared_tool("chat")
    make.approved(place, tool, by=head)
    suspend(place, tool, head, 1)
    client.force_login(make.member(place, Role.STAFF))
    body = client.get("/look-up/").text
    assert "What changed lately" in body
    assert f'<b>Suspended:</b> Chat. <a href="/look-up/?tool={tool.public_id}">' in body
    assert client.get(f"/look-up/?tool={tool.public_id}").status_code == 200


def test_where_nothing_was_decided_nothing_is_told(place, client, time_machine):
    time_machine.move_to(make.NOW)
    client.force_login(make.member(place, Role.STAFF))
    assert "What changed lately" not in client.get("/look-up/").text
