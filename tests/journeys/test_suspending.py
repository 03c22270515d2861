"""A tool is stopped from a phone in two taps, and goes on only when both sides say so."""

import pytest

from .conftest import PHONE

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_safeguarding_lead_suspends_and_both_have_to_lift(person, visitor, demo):
    entry = demo.entry_url("park", "kahoot-play")
    parent = visitor(viewport=PHONE)
    parent.go("/s/900011/")
    parent.reads("Kahoot!").check()

    ellen = person("dsl", viewport=PHONE)
    ellen.go(entry)
    ellen.check()
    ellen.follow("Suspend")
    ellen.check()
    ellen.write("Why?", "A name that should not have been shown came up on the board.")
    ellen.press("Suspend it now")
    ellen.reads("Kahoot! (Joining a game) is suspended at Oakfield Park School.").check()

    parent.page.reload()
    parent.reads("Last changed 24 November 2026").check()
    assert parent.page.get_by_role("heading", name="Kahoot!").count() == 0
    tom = person("staff", viewport=PHONE, dark=True)
    tom.go("/look-up/?q=kahoot")
    tom.reads("Suspended on 24 November 2026: stop using it.").check()

    ruth = person("head")
    ruth.go(entry)
    ruth.press("Ask to lift it")
    ruth.reads("Recorded. The suspension is lifted as soon as the other side says so too.").check()
    tom.page.reload()
    tom.reads("Suspended on 24 November 2026: stop using it.")

    ellen.go(entry)
    ellen.press("Agree, and lift it")
    ellen.reads("The suspension is lifted.").check()
    tom.page.reload()
    tom.reads("Yes, for quizzes.")
    parent.page.reload()
    parent.reads("Kahoot!")
