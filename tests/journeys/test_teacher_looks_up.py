"""A teacher between two lessons: the answer on a phone, by name, with a typo, by a link, and for what nobody knows."""

import pytest

from .conftest import NARROW, PHONE

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_teacher_looks_up_five_tools_on_a_phone(person):
    tom = person("staff", viewport=PHONE)
    tom.reads("4 tools you may use here today.").check()
    box = tom.page.get_by_role("searchbox", name="May I use it?")

    box.fill("kahoot")
    tom.page.get_by_role("heading", name="Yes, for quizzes. Never put in anything about a person.").wait_for()
    tom.reads(
        "Pupils Years 7 to 11", "Safeguarding records: never, in any tool.", "The headteacher, on 11 September 2026"
    )
    tom.check()

    box.fill("co pilot")
    tom.page.get_by_role("heading", name="Which one do you use?").wait_for()
    tom.reads("a green shield shows at the top").check()
    tom.follow("The whole answer about Microsoft 365 Copilot Chat, School account")
    tom.reads("Personal data may go in about parents and carers, pupils and staff, and nothing sensitive.")
    tom.reads("To be done by 13 December 2026.", "Use it for", "Never for").check()

    tom.page.get_by_role("searchbox").fill("https://otter.ai/note/what-was-said-about-a-colleague")
    tom.page.get_by_role("heading", name="Not approved here: do not use it.").wait_for()
    tom.reads("Your school has looked at it and decided against it.").check()
    assert tom.page.url.endswith("/look-up/?q=otter.ai")

    tom.page.get_by_role("searchbox").fill("zorblax")
    tom.page.get_by_role("heading", name="We do not know this tool, so do not use it.").wait_for()
    tom.check()
    tom.follow("Ask for it")
    assert tom.page.get_by_label("What is it called?").input_value() == "zorblax"
    tom.check()


def test_what_is_stopped_says_so_and_what_to_use_instead(person):
    tom = person("staff", viewport=NARROW, dark=True)
    tom.go("/look-up/?q=teachermatik")
    tom.reads(
        "Nearest to “teachermatik”: TeacherMatic.", "Suspended on 20 November 2026: stop using it.", "Use instead"
    )
    tom.check()
    tom.follow("Aila")
    tom.reads("Yes, for ideas, lesson planning").check()


def test_the_same_without_script(person):
    tom = person("staff", viewport=PHONE, scripts=False)
    tom.page.get_by_role("searchbox").fill("chat gtp")
    tom.press("Look up")
    tom.reads("Which one do you use?", "3 tools fit “chat gtp”.")
    tom.page.get_by_role("searchbox").fill("https://play.kahoot.it/v2/lobby?quizId=1")
    tom.press("Look up")
    tom.reads("Yes, for quizzes.")
    tom.page.get_by_text("Why not visitors?").click()
    tom.reads("Your school has not opened it to visitors.")


def test_somebody_of_the_whole_trust_sees_from_where_they_look(person):
    """The same tool, two schools: answers are never merged."""
    yusuf = person("network")
    yusuf.go("/look-up/?q=aila")
    yusuf.reads("Answers are for").check()
    yusuf.page.get_by_text("Look from another place").last.click()
    yusuf.check()
    yusuf.follow("Oakfield Hill Junior School")
    yusuf.reads(
        "Answers are for Oakfield Hill Junior School.", "Not approved at Oakfield Hill Junior School: do not use it."
    ).check()
