"""A real browser for the journeys: Debian's Chromium, looking at a live server on 127.0.0.1 and at nothing else."""

import os
import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import expect

from tests import make

from . import demo as demo_trust

AXE_SCRIPT = (Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js").read_text()
STOPS_SCRIPT = (Path(__file__).parent / "every_stop.js").read_text()
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 800}
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args():
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    return {"executable_path": chromium, "args": CHROMIUM_FLAGS}


@pytest.fixture(autouse=True, scope="session")
def _async_is_only_playwright():
    """Playwright runs an event loop in this thread; Django would take that for an async caller.

    From the first journey on, so that it still holds when the database is emptied after a test and dropped at the end.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


class Visitor:
    """One person at one browser: signs in, walks about, and fails on any report of the content policy or foreign host."""

    password = make.PASSWORD

    def __init__(self, browser, server, *, viewport=DESKTOP, dark=False, scripts=True, fine=1):
        self.server = server
        self.context = browser.new_context(
            viewport=viewport,
            device_scale_factor=fine,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",  # colours change at once, and are not looked at halfway
            locale="en-GB",
            timezone_id="Europe/London",
            java_script_enabled=scripts,
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.trouble = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.trouble.append(f"error: {error}"))
        self.page.on("request", self._asked)

    def _heard(self, message):
        if message.type == "error" and "status of 4" not in message.text:
            self.trouble.append(f"console: {message.text}")

    def _asked(self, request):
        host = urlsplit(request.url).hostname
        if host not in {"127.0.0.1", "localhost", None}:
            self.trouble.append(f"asked another host: {request.url}")

    def go(self, path):
        answered = self.page.goto(self.server.url + path)
        return answered.status

    def sign_in(self, email, password=make.PASSWORD):
        self.go("/accounts/login/")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_url(lambda url: "/accounts/login" not in url)
        return self

    def follow(self, name, *, exact=False):
        """Take the first link of this name, to the page it leads to."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name, exact=exact).first.click()
        return self

    def press(self, name, *, exact=False):
        """Press the first button of this name, and wait for the page it brings."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=exact).first.click()
        return self

    def choose(self, question, *answers):
        """Tick or pick these answers to a question; an answer is known by its first words."""
        asked = self.page.get_by_role("group", name=question)
        for answer in answers:
            asked.get_by_label(re.compile(rf"^{re.escape(answer)}")).first.check()
        return self

    def write(self, label, words):
        self.page.get_by_label(label).first.fill(words)
        return self

    def pick(self, label, answer):
        """Of a list that drops down: the option that begins so."""
        box = self.page.get_by_label(label).first
        options = [words.strip() for words in box.locator("option").all_inner_texts()]
        box.select_option(label=next(words for words in options if words.startswith(answer)))
        return self

    def reads(self, *words):
        """These words stand on the page, in sight."""
        for each in words:
            expect(self.page.locator("body")).to_contain_text(each, use_inner_text=True)
        return self

    def look(self, viewport, *, dark=False):
        """Turn to another window and another light."""
        self.page.set_viewport_size(viewport)
        self.page.emulate_media(color_scheme="dark" if dark else "light")
        return self

    def check(self):
        """axe with every rule, nothing wider than the window, and no report since the page was opened."""
        self.page.wait_for_load_state()
        violations = self._axe()
        assert violations == [], "\n".join(violations)
        self._fits()
        assert self.trouble == []

    def check_everywhere(self):
        """The same in the windows and lights that differ most, and no sideways scroll on a phone between them."""
        self.look(DESKTOP).check()
        self.look(NARROW, dark=True).check()
        self.look(PHONE)
        self._fits()

    def check_keys(self):
        """Every stop of Tab, one after the other: marked, in sight, and free to leave."""
        faults = self.wrong_stops()
        assert faults == [], "\n".join([self.page.url, *faults])
        assert self.trouble == []

    def wrong_stops(self):
        self.look(DESKTOP)
        self.page.keyboard.press("Tab")  # from here on the focus is shown, as to somebody who uses the keyboard
        found = self.page.evaluate(STOPS_SCRIPT)
        assert found["stops"] > 0, f"{self.page.url} has nothing to stop at"
        return found["faults"]

    def _fits(self):
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.url} scrolls sideways by {wide} px"

    def _axe(self):
        """Run in the page's main world by the debugger, which the content policy does not bind."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        result = self.page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{self.page.url}: {one['id']}: {one['help']}: {', '.join(' '.join(map(str, node['target'])) for node in one['nodes'][:3])}"
            for one in result["violations"]
        ]


@pytest.fixture
def visitor(browser, live_server):
    """Make a visitor: `visitor(viewport=PHONE)`."""
    made = []

    def make_one(**wishes):
        made.append(Visitor(browser, live_server, **wishes))
        return made[-1]

    yield make_one
    for one in made:
        one.context.close()


@pytest.fixture(scope="session")
def kept(tmp_path_factory, worker_id):
    """Where copies of what has been told lie: one folder for all workers of a run."""
    folder = tmp_path_factory.getbasetemp()
    return folder if worker_id == "master" else folder.parent


@pytest.fixture
def november(transactional_db, settings, tmp_path, time_machine):
    """A Tuesday morning in November 2026, and a folder of its own for files."""
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    time_machine.move_to(make.NOW)


@pytest.fixture
def demo(november, kept):
    """The demo trust, as it was told."""
    demo_trust.load(kept / "story", demo_trust.the_story)
    return demo_trust.Demo()


@pytest.fixture
def everything(november, kept):
    """The demo trust and one of each thing that an address can name, by name."""
    return demo_trust.load(kept / "everything", demo_trust.everything)


@pytest.fixture
def person(visitor, request):
    """Sign a person of the demo in: `person("head", viewport=PHONE)`. The demo is loaded unless something larger is."""
    if "everything" not in request.fixturenames:
        request.getfixturevalue("demo")

    def sign_in(who, **wishes):
        return visitor(**wishes).sign_in(who if "@" in who else f"{who}@oakfield.example")

    return sign_in
