"""A teacher looks up a tool, and anybody reads the school's list: by typing, without script, on a phone, by keyboard."""

import pytest

from tests import make
from tests.tools_registry.oakfield import oakfield
from tools_registry.queries import the_list as lists

from .conftest import PHONE

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(time_machine):
    time_machine.move_to(make.NOW)
    return oakfield()


def test_the_answer_comes_as_one_types(visitor, world):
    teacher = visitor(viewport=PHONE).sign_in(world.teacher.email)
    assert teacher.page.url.endswith("/look-up/")
    box = teacher.page.get_by_role("searchbox")
    box.press_sequentially("chat gtp")
    teacher.page.get_by_role("heading", name="Which one do you use?").wait_for()
    assert teacher.page.get_by_role("article").count() == 3
    assert "3 tools fit “chat gtp”" in teacher.page.get_by_role("status").inner_text()
    assert teacher.page.url.endswith("?q=chat%20gtp")
    assert box.evaluate("element => element === document.activeElement")
    teacher.check()
    box.fill("microsoft 365 copilot chat")
    teacher.page.get_by_role("heading", name="Yes, for ideas, lesson planning").wait_for()
    teacher.check()


def test_a_pasted_link_leaves_only_its_host(visitor, world):
    teacher = visitor().sign_in(world.teacher.email)
    teacher.page.get_by_role("searchbox").fill("https://chatgpt.com/c/a-secret")
    teacher.page.get_by_role("heading", name="Which one do you use?").wait_for()
    assert teacher.page.url.endswith("?q=chatgpt.com")
    assert "secret" not in teacher.page.locator("main").inner_text()
    teacher.page.get_by_role("link", name="The whole answer about ChatGPT, Personal account").click()
    teacher.page.get_by_role("heading", name="Not approved here: do not use it.").wait_for()
    teacher.check()
    teacher.page.get_by_role("link", name="Everything that fits “chatgpt.com”").click()
    teacher.page.get_by_role("heading", name="Which one do you use?").wait_for()


def test_without_script_and_by_keyboard(visitor, world):
    teacher = visitor(scripts=False).sign_in(world.teacher.email)
    teacher.page.get_by_role("searchbox").focus()
    teacher.page.keyboard.type("kahot")
    teacher.page.keyboard.press("Enter")
    teacher.page.get_by_role("heading", name="Yes, for quizzes.").wait_for()
    assert "Nearest to “kahot”: Kahoot!" in teacher.page.get_by_role("status").inner_text()
    teacher.page.get_by_text("Why not visitors?").focus()
    teacher.page.keyboard.press("Enter")
    assert teacher.page.get_by_text("Your school has not opened it to visitors.", exact=True).is_visible()


def test_every_kind_of_answer(visitor, world):
    teacher = visitor().sign_in(world.teacher.email)
    for typed in [
        "",
        "copilot",
        "Microsoft 365 Copilot Chat",
        "diffit",
        "curipod",
        "gamma",
        "brightwrite",
        "chatgtp.com",
    ]:
        assert teacher.go(f"/look-up/?q={typed}") == 200
        teacher.check_everywhere()


def test_what_the_public_reads(visitor, world):
    edition = lists.latest(world.place.pk)
    anybody = visitor()
    pages = [
        f"/s/{world.place.urn}/",
        "/check/",
        "/check/?code=K7",
        "/check/AAAAAAAAAA/",
        f"/check/{edition.check_code}/",
    ]
    for path in pages:
        anybody.go(path)
        anybody.check_everywhere()
    world.suspend("deepl")
    anybody.go(f"/check/{edition.check_code}/")
    anybody.page.get_by_text("No: the list has changed since.").wait_for()
    anybody.check()


def test_a_printed_list_is_checked_by_its_code(visitor, world):
    edition = lists.latest(world.place.pk)
    anybody = visitor(viewport=PHONE)
    anybody.go(f"/s/{world.place.urn}/")
    anybody.page.get_by_label("Type the code at its foot").fill(edition.check_code.lower())
    anybody.page.get_by_role("button", name="Check").click()
    anybody.page.get_by_role("heading", name="Yes, this list is still current.").wait_for()
    anybody.page.get_by_role("link", name="Read it here").click()
    anybody.page.get_by_role("heading", name="AI tools approved at our school").wait_for()


def test_a_preview_for_people_of_the_school(visitor, time_machine):
    time_machine.move_to(make.NOW)
    world = oakfield(published=False)
    teacher = visitor().sign_in(world.teacher.email)
    teacher.page.get_by_role("link", name="Approved list").click()
    teacher.page.get_by_text("This list is not published").wait_for()
    teacher.check()
