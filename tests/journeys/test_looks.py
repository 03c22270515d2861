"""Every component and every page on the way in, looked at by axe: phone and desktop, light and dark, with and without script."""

import pytest

from tests import make

from .conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
OPEN_PAGES = [
    "/gallery/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-old/",
    "/accounts/password/reset/key/done/",
    "/accounts/inactive/",
    "/accounts/confirm-email/",
    "/nowhere/",
]


def test_pages_open_to_anybody(visitor):
    anybody = visitor()
    for path in OPEN_PAGES:
        anybody.go(path)
        anybody.check_everywhere()
        anybody.look(DESKTOP, dark=True).check()


def test_pages_of_ones_own_account(visitor):
    who = make.person()
    person = visitor().sign_in(who.email)
    for path in ["/accounts/password/change/", "/accounts/email/", "/accounts/logout/"]:
        person.go(path)
        person.check_everywhere()


def test_a_mistake_is_read_first_and_leads_to_its_field(visitor):
    anybody = visitor()
    anybody.go("/accounts/login/")
    anybody.page.get_by_role("button", name="Sign in").click()
    anybody.page.locator(".wrong:focus").wait_for()
    anybody.check()
    anybody.page.keyboard.press("Tab")
    anybody.page.keyboard.press("Enter")
    assert anybody.page.evaluate("document.activeElement.name") == "login"


def test_the_menu_folds_on_a_phone_and_is_open_without_script(visitor):
    menu = "#places"
    phone = visitor(viewport=PHONE)
    phone.go("/gallery/")
    assert not phone.page.locator(menu).is_visible()
    phone.page.get_by_role("button", name="Menu").press("Enter")
    assert phone.page.locator(menu).is_visible()
    phone.check()
    bare = visitor(viewport=PHONE, scripts=False)
    bare.go("/gallery/")
    assert bare.page.locator(menu).is_visible()
    assert not bare.page.get_by_role("button", name="Menu").is_visible()


def test_a_menu_closes_on_escape_and_gives_the_focus_back(visitor):
    anybody = visitor()
    anybody.go("/gallery/")
    summary = anybody.page.locator(".drop summary").first
    summary.click()
    assert anybody.page.get_by_text("Staffroom poster").is_visible()
    anybody.check()
    anybody.page.keyboard.press("Escape")
    assert not anybody.page.get_by_text("Staffroom poster").is_visible()
    assert anybody.page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_a_closed_button_can_be_reached_and_says_why(visitor):
    anybody = visitor()
    anybody.go("/gallery/")
    closed = anybody.page.locator("[aria-describedby=sign-why]")
    closed.focus()
    closed.press("Enter")
    assert anybody.page.url.endswith("/gallery/")
    assert anybody.page.locator("#sign-why").inner_text() == "Closed: the Deputy DPO has not advised yet."


def test_the_answer_comes_as_one_types_and_the_address_keeps_up(visitor):
    anybody = visitor()
    anybody.go("/gallery/")
    anybody.page.get_by_label("May I use it?").press_sequentially("copi")
    anybody.page.get_by_text("Looked up: copi").wait_for()
    assert anybody.page.url.endswith("/gallery/?q=copi")
    anybody.check()


def test_what_could_not_be_saved_says_so_and_stays(visitor):
    anybody = visitor()
    anybody.go("/gallery/")
    box = anybody.page.get_by_label("Saved as typed")
    box.press_sequentially("a long answer")
    anybody.page.get_by_text("Not saved: the server refused it.").wait_for()
    assert box.input_value() == "a long answer"
    anybody.trouble.clear()  # htmx says on the console that it was refused
    anybody.check()


def test_nothing_typed_is_lost_when_the_session_is_over(visitor):
    anybody = visitor()
    anybody.go("/gallery/")
    box = anybody.page.get_by_label("Saved as typed")
    box.evaluate("box => box.setAttribute('hx-post', '/')")
    box.evaluate("box => htmx.process(box)")
    anybody.page.route("**/", lambda route: route.fulfill(status=302, headers={"Location": "/accounts/login/"}))
    box.press_sequentially("a long answer")
    anybody.page.get_by_text("Not saved: you are signed out.").wait_for()
    assert box.input_value() == "a long answer"
