"""A teacher asks for a tool nobody knows, puts a mistake right, and reads everywhere where it stands."""

import pytest

from schools.models import Role
from tests import make
from tests.tools_registry.oakfield import oakfield

from .conftest import PHONE

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(time_machine):
    time_machine.move_to(make.NOW)
    return oakfield()


def test_a_mistake_that_is_no_longer_in_sight_holds_nothing_up(visitor, world):
    teacher = visitor(viewport=PHONE).sign_in(world.teacher.email)
    teacher.go("/look-up/?q=Brightwrite")
    teacher.follow("Ask for it")
    teacher.choose("Who is to use it?", "Staff").choose("What for?", "Planning lessons")
    teacher.choose("What is the most sensitive thing that would go in?", "General topics only")
    teacher.choose("How far are you?", "About to be bought").write("When is it to be bought?", "next week")
    teacher.press("Ask for it").reads("1 answer needs another look", "Type a day like 31 8 2027")
    assert teacher.page.title().startswith("Error: Ask for a tool")
    teacher.check()
    teacher.page.get_by_role("alert").get_by_role("link", name="Type a day like 31 8 2027").click()
    assert teacher.page.evaluate("document.activeElement.id") == "id_buy_on"
    teacher.choose("How far are you?", "Not bought yet").press("Ask for it")
    teacher.reads("You have asked for Brightwrite.", "Not yet: your request waits for an answer.").check()
    teacher.go("/look-up/?q=brightwrite")
    teacher.reads("Not yet: you have asked for it.", "You asked for it on 24 November 2026").check()
    teacher.follow("See your request").reads("Not yet: your request waits for an answer.")


def test_who_can_add_it_finds_it_at_home(visitor, world):
    network = make.member(world.place.trust, Role.NETWORK)
    make.request(world.place, by=world.teacher)
    adder = visitor().sign_in(network.email)
    adder.reads("Add to the catalogue: Brightwrite", "Asked for at Oakfield Park School.").check()
    adder.follow("Add it").follow("Add it to the catalogue")
    adder.choose("How do people sign in?", "Not known").press("Add it to the catalogue")
    adder.reads("Brightwrite is in the catalogue.").check()
    adder.go("/")
    assert "Add to the catalogue: Brightwrite" not in adder.page.inner_text("main")
