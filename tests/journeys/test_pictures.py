"""The pictures in the README: made anew with `TRUSTAI_TEST_PICTURES=1`, otherwise looked at whether they are there."""

import os
import re
from pathlib import Path

import pytest
from django.conf import settings

from .conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
README = (Path(settings.BASE_DIR) / "README.md").read_text()
NAMED = sorted(set(re.findall(r"\]\((docs/screenshots/[^)]+)\)", README)))
MAKING = os.environ.get("TRUSTAI_TEST_PICTURES") == "1"
MOST_BYTES = 300_000


@pytest.fixture
def picture(person, visitor):
    """Open a page as somebody, and keep what the window shows."""

    def take(name, who, path, *, viewport=DESKTOP, fine=1):
        wishes = {"viewport": viewport, "fine": fine}
        seen = person(who, **wishes) if who else visitor(**wishes)
        assert seen.go(path) == 200
        seen.check()
        seen.page.screenshot(path=Path(settings.BASE_DIR) / "docs" / "screenshots" / f"{name}.png")

    return take


@pytest.mark.skipif(not MAKING, reason="only with TRUSTAI_TEST_PICTURES=1")
def test_make_the_pictures(picture, person, demo):
    canva = demo.case("canva-education")
    the_case_is_changed(person("ailead"), canva)
    decide = f"{demo.entry_url('brook', 'copilot-chat-school')}decide/"
    picture("look-up-phone", "staff", "/look-up/?q=microsoft+365+copilot+chat", viewport=PHONE, fine=1.5)
    picture("home-head", "head", "/")
    picture("register", "head", demo.place("park").register_url())
    picture("review", "deputydpo", f"{canva.get_absolute_url()}review/?changes=1")
    picture("decide", "head2", decide)
    picture("public-list", None, "/s/900011/")


def the_case_is_changed(marcus, case):
    """So that the review shows what is new in version 2."""
    marcus.go(f"{case.get_absolute_url()}flow/")
    marcus.write("3.2", "For as long as the account is open. A leaver’s account is closed within 5 school days.")
    marcus.press("Save, and go on")
    marcus.go(case.get_absolute_url())
    marcus.press("Send version 2")


@pytest.mark.skipif(MAKING, reason="they are being made")
def test_the_readme_names_pictures():
    assert len(NAMED) == 6


@pytest.mark.skipif(MAKING, reason="they are being made")
@pytest.mark.parametrize("name", NAMED)
def test_every_picture_is_there(name):
    content = (Path(settings.BASE_DIR) / name).read_bytes()
    assert content.startswith(b"\x89PNG")
    assert len(content) < MOST_BYTES
