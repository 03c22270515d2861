"""The addresses for a school's web filter: let through for whom, blocked for everybody, never more than the answer."""

import pytest
from django.urls import reverse

from schools.models import Role
from tests import make
from tools_registry.models import Tool
from tools_registry.queries.register import web_filter_of
from tools_registry.words import Audience

pytestmark = pytest.mark.django_db
PUPILS = Audience.PUPILS


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(make.NOW)


@pytest.fixture
def place():
    return make.place(published=True)


def tool(code, *domains, **facts):
    made = make.shared_tool(code, **facts)
    Tool.objects.filter(pk=made.pk).update(name=code.title(), domains=list(domains))
    made.refresh_from_db()
    return made


def sections(client, place, *, on="24 November 2026"):
    """The lines under each heading, notes and addresses alike."""
    client.force_login(make.member(place.trust, Role.NETWORK))
    answered = client.get(reverse("tools_registry:web_filter", args=[place.urn]))
    assert answered["Content-Type"] == "text/plain; charset=utf-8"
    head, *parts = answered.content.decode().split("\n## ")
    assert head.startswith(f"# AI tools: addresses for the web filter of {place.name}\n# Worked out on {on}.")
    return {part.splitlines()[0]: [line for line in part.splitlines()[1:] if line] for part in parts}


def test_an_address_is_let_through_for_those_who_may_use_a_tool_behind_it(client, place):
    quiz, chat = tool("quiz", "quiz.example", "www.quiz.example"), tool("chat", "chat.example")
    make.approved(place, quiz, make.allowance(), make.allowance(PUPILS, year_groups={9, 10, 11}))
    make.clearance(place.trust, chat)
    found = sections(client, place)
    assert found["Let through for staff"] == [f"# {quiz}", "quiz.example"]
    assert found["Let through for pupils"] == ["# None."]
    assert found["Block for everybody: no tool behind it is approved"] == [f"# {chat}", "chat.example"]


def test_pupils_by_their_years_and_what_the_filter_cannot_tell_apart(client, place):
    """Two kinds of account at one address: let through with a note on the one that is not approved."""
    school, own = tool("school", "shared.example"), tool("own", "shared.example")
    within = make.clearance(place.trust, school, make.allowance(PUPILS, year_groups={9, 10, 11}), places=[place])
    make.approved(place, school, make.allowance(PUPILS, year_groups={9, 10, 11}), within=within)
    found = sections(client, place)
    assert found["Let through for pupils"] == [
        f"# {own}: not approved, though the address is the same",
        f"# {school}: Years 9 to 11",
        "shared.example",
    ]
    assert found["Let through for staff"] == ["# None."]
    assert found["Block for everybody: no tool behind it is approved"] == ["# None."]


def test_it_narrows_with_the_answer(client, place, time_machine):
    quiz = tool("quiz", "quiz.example")
    make.approved(place, quiz)
    assert "quiz.example" in sections(client, place)["Let through for staff"]
    time_machine.move_to(make.NOW.replace(year=2029))
    assert sections(client, place, on="24 November 2029")["Let through for staff"] == ["# None."]


def test_a_name_over_two_lines_is_no_address(client, place):
    make.own_tool(place.trust, name="Quiz\nevil.example")
    Tool.objects.filter(trust=place.trust).update(domains=["own.example"], name="Quiz\nevil.example")
    blocked = sections(client, place)["Block for everybody: no tool behind it is approved"]
    assert "evil.example" not in blocked
    assert "own.example" in blocked


def test_it_is_one_question_to_the_database(client, place, django_assert_num_queries):
    for number in range(30):
        tool(f"tool-{number}", f"tool-{number}.example")
    standing = make.standing(make.member(place.trust, Role.NETWORK))
    with django_assert_num_queries(1):
        web_filter_of(standing, place)
