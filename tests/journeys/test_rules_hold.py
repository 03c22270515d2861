"""What the rules do not allow cannot be picked, says why, and is refused by the server as well."""

from datetime import UTC, datetime

import pytest

from tests import make
from tools_registry.words import DataClass, Subject

from .conftest import PHONE

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def open_by_force(page, label):
    """Take the lock off a closed choice, as somebody might who knows how a browser works."""
    box = page.get_by_label(label).first
    box.evaluate("box => { box.disabled = false }")
    box.check()


def test_a_primary_head_cannot_give_pupils_what_is_for_thirteen_and_over(person, demo):
    helen = person("head2", viewport=PHONE)
    helen.page.get_by_role("button", name="Menu").click()
    helen.follow("Our tools")
    helen.check()
    helen.follow("Microsoft 365 Copilot Chat")
    helen.reads("13 and over").check()
    helen.follow("Decide again")
    why = "The supplier's terms say users must be 13, and ours are younger. Trust AI policy, section 4."
    pupils = helen.page.get_by_role("group", name="Who may use it at").get_by_label("Pupils")
    assert pupils.is_disabled()
    assert why in helen.page.locator(f"#{pupils.get_attribute('aria-describedby')}").inner_text()
    helen.check()

    open_by_force(helen.page, "Pupils")
    helen.write("What did you consider about SEND", "Nobody is left out.")
    helen.press("Check your answers")
    assert why in helen.page.locator(".wrong:focus").inner_text()
    helen.check()

    helen.go(f"/look-up/?q=copilot&place={demo.place('brook').public_id}")
    helen.follow("The whole answer about Microsoft 365 Copilot Chat")
    helen.reads("Pupils no").check()


def test_personal_data_only_under_an_agreement_in_force(person, demo, time_machine):
    """Refused without one, allowed with one, refused again on the day after its last day."""
    park, tool = demo.place("park"), demo.tool("notebooklm-education")
    cleared = make.allowance(data=DataClass.PERSONAL, subjects={Subject.STAFF}, purposes={"summaries"})
    make.clearance(park.trust, tool, cleared, reference="OST-2026-0900")
    decide = f"{demo.entry_url('park', tool.code)}decide/"

    ruth = person("head")
    ruth.go(decide)
    why = "The trust has no data-sharing agreement in force that covers it."
    assert ruth.page.get_by_label("Personal data").first.is_disabled()
    ruth.reads(why).check()
    open_by_force(ruth.page, "Personal data")
    ruth.press("Check your answers")
    assert why in ruth.page.locator(".wrong:focus").inner_text()
    ruth.check()

    dina = person("deputydpo", viewport=PHONE)
    dina.go(f"/agreements/add/?tool={tool.public_id}")
    dina.write("Reference", "OST-DSA-2026-7").write("With whom?", "Google Ireland Limited")
    dina.write("First day", "24 11 2026").write("Last day", "30 11 2026")
    dina.choose("What is the most sensitive data it covers?", "Personal data").choose("Whose data?", "Staff")
    dina.press("Enter the agreement")
    dina.reads("From 24 November 2026 to 30 November 2026").check()

    ruth.go(decide)
    ruth.choose("What may staff put in, at most?", "Personal data").choose("Whose personal data may staff", "Staff")
    ruth.write("What did you consider about SEND", "Nobody is left out.")
    ruth.press("Check your answers")
    ruth.reads("Personal data").check()
    ruth.page.get_by_label("I have read").check()
    ruth.press("Approve for Oakfield Park School")
    ruth.reads("is approved for Oakfield Park School").check()
    allowed = "Personal data may go in about staff"
    tom = person("staff", viewport=PHONE)
    tom.go("/look-up/?q=notebooklm")
    tom.reads(allowed).check()

    time_machine.move_to(datetime(2026, 11, 30, 22, tzinfo=UTC))
    tom = person("staff", viewport=PHONE)
    tom.go("/look-up/?q=notebooklm")
    tom.reads(allowed).check()
    time_machine.move_to(datetime(2026, 12, 1, 8, tzinfo=UTC))
    tom.go("/look-up/?q=notebooklm")
    tom.reads("Never put in anything about a person.")
    tom.page.get_by_text("Why no personal data?").click()
    tom.reads("agreement").check()
    assert allowed not in tom.page.locator("main").inner_text()
    tom.go(f"/s/{park.urn}/")
    tom.reads("Last changed 1 December 2026").check()
