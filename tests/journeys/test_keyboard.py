"""Without a mouse: a way past the menu, every stop in sight and marked, and whole acts by keys alone."""

import pytest
from playwright.sync_api import expect

from .conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
MOST_STOPS = 250
# What focus may change: the outline of a control, the rings around a choice, the swipe under a link.
LOOKS_OF = """element => {
  const looks = one => { const s = getComputedStyle(one); return [s.outline, s.boxShadow, s.backgroundColor, s.backgroundImage, s.textDecoration].join("|") }
  return [element, element.closest("label, summary, .form-check"), element.labels?.[0]].filter(Boolean).map(looks).join("||")
}"""
# Some part of it is the topmost thing where it stands.
IN_SIGHT = """element => [...element.getClientRects()].some(box => {
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)
  return top && (element.contains(top) || top.contains(element) || element.labels?.[0]?.contains(top))
})"""
STOP = "document.activeElement"


def tab_to(page, name):
    """Press Tab until what has the focus is called so."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if name in page.evaluate(
            f"{STOP}.innerText || {STOP}.getAttribute('aria-label') || {STOP}.labels?.[0]?.innerText || ''"
        ):
            return
    raise AssertionError(f"Tab does not reach “{name}”")


def every_stop(page):
    """The stops of Tab from the top of the page to its end."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate_handle(STOP).as_element()
        if stop is None or stop.evaluate("element => element === document.body"):
            return
        yield stop
    raise AssertionError("Tab never leaves this page")


def test_the_first_stop_leads_past_the_menu(person, demo):
    ruth = person("head")
    ruth.page.keyboard.press("Tab")
    expect(ruth.page.get_by_role("link", name="Skip to the main part")).to_be_focused()
    ruth.page.keyboard.press("Enter")
    expect(ruth.page.locator("main")).to_be_focused()
    ruth.page.keyboard.press("Tab")
    assert ruth.page.evaluate(f"document.querySelector('main').contains({STOP})")


def test_the_menu_of_a_phone_by_keys(person, demo):
    ruth = person("head", viewport=PHONE)
    tab_to(ruth.page, "Menu")
    assert not ruth.page.get_by_role("link", name="Our tools").is_visible()
    ruth.page.keyboard.press("Enter")
    tab_to(ruth.page, "Our tools")
    ruth.check()
    with ruth.page.expect_navigation():
        ruth.page.keyboard.press("Enter")
    ruth.reads("Oakfield Park School")
    assert ruth.page.url.endswith("/schools/900011/tools/")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("who", ["head", "deputydpo"])
def test_every_stop_is_marked_and_in_sight(person, demo, who, viewport):
    reader = person(who, viewport=viewport)
    case = demo.case("canva-education")
    pages = {
        "head": ["/", "/look-up/?q=copilot", demo.entry_url("park", "kahoot-play"), "/schools/900011/tools/"],
        "deputydpo": [f"{case.get_absolute_url()}review/", "/agreements/add/", "/catalogue/"],
    }
    for path in pages[who]:
        reader.go(path)
        reader.page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = false })")
        for stop in every_stop(reader.page):
            focused = stop.evaluate(LOOKS_OF)
            seen = stop.evaluate(IN_SIGHT)
            stop.evaluate("element => element.blur()")
            name = stop.evaluate("element => element.outerHTML.slice(0, 120)")
            assert focused != stop.evaluate(LOOKS_OF), f"{path}: nothing marks {name}"
            assert seen, f"{path}: hidden behind something: {name}"
            stop.evaluate("element => element.focus()")


WRONG_STOPS = """() => {
  const add = (name, spoil) => {
    const button = Object.assign(document.createElement("button"), {textContent: name})
    document.querySelector("main").append(button)
    spoil(button)
  }
  add("unmarked", one => {
    one.style.setProperty("outline", "none", "important")
    one.style.setProperty("box-shadow", "none", "important")
  })
  add("covered", one => {
    const lid = document.createElement("p")
    Object.assign(lid.style, {position: "fixed", inset: 0, zIndex: 9999, display: "none"})
    document.body.append(lid)
    one.onfocus = () => { lid.style.display = "block" }
    one.onblur = () => { lid.style.display = "none" }
  })
  add("trap", one => { one.onkeydown = event => event.preventDefault() })
  add("shy", one => { one.onkeydown = () => one.blur() })
  add("deaf", one => { one.onfocus = () => one.blur() })
  add("first", one => { one.tabIndex = 3 })
}"""


def test_the_check_of_every_page_finds_what_is_wrong_with_a_stop(person, demo):
    ruth = person("head")
    ruth.check_keys()
    ruth.page.evaluate(WRONG_STOPS)
    faults = ruth.wrong_stops()
    assert [(fault.partition(":")[0], fault.partition(">")[2].partition("<")[0]) for fault in faults] == [
        ("nothing marks it", "unmarked"),
        ("hidden behind something", "covered"),
        ("keeps Tab to itself", "trap"),
        ("loses the focus by itself", "shy"),
        ("does not take the focus", "deaf"),
        ("stands out of order", "first"),
    ]


def test_a_tool_is_suspended_by_keys_alone(person, demo):
    ellen = person("dsl")
    ellen.go(demo.entry_url("park", "aila"))
    page = ellen.page
    tab_to(page, "Suspend")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "Suspend it now")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".wrong")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.type("It made up a source.")
    tab_to(page, "Suspend it now")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    ellen.reads("Aila is suspended at Oakfield Park School.").check()
