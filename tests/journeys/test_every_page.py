"""Every page there is, as somebody who reads it: axe with no rule off, no sideways scroll, wide and narrow, light and dark,
and every stop of the keyboard. With `TRUSTAI_TEST_PICTURES=1` a picture of each is kept in var/pictures/.
"""

import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from tests.test_every_url import TABLE, WORDS

from .conftest import DESKTOP, NARROW

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NOBODY = "nobody"
KEEPING = os.environ.get("TRUSTAI_TEST_PICTURES") == "1"
PICTURES = Path(settings.BASE_DIR) / "var" / "pictures"
NO_PAGES = ("sheet", "csv", "json", "pdf", "document", "web_filter", "healthz", "readyz")
# Pages that differ by who reads them, for those who are not the first to get them.
ALSO = {
    "head": [
        *("home:home", "dpia:list", "dpia:case", "dpia:sign", "schools:place"),
        *("tools_registry:entry", "tools_registry:register", "tools_registry:request"),
    ],
    "deputydpo": ["home:home", "dpia:list", "dpia:review", "tools_registry:tool", "tools_registry:requests"],
    "network": ["home:home", "dpia:review", "tools_registry:tool"],
    "dsl": ["home:home", "dpia:review", "tools_registry:entry"],
    "dpo": ["home:home", "dpia:advice", "dpia:ico"],
    "trustlead": ["home:home", "tools_registry:clearance", "tools_registry:day_one", "tools_registry:office_entry"],
    "admin": ["home:home", "schools:trust_settings"],
    "governor": ["home:home", "dpia:section"],
    "trustee": ["home:home", "schools:list"],
}


def reader_of(row):
    """Nobody in particular for a public page, otherwise whoever the table of addresses names first."""
    return NOBODY if row.public else row.get.split()[0]


def pages_of(who):
    rows = [row for row in TABLE if row.get and not row.name.endswith(NO_PAGES)]
    return [row for row in rows if reader_of(row) == who or row.name in ALSO.get(who, ())]


def check(reader, name):
    reader.check_everywhere()
    reader.check_keys()
    if KEEPING:
        keep(reader, re.sub(r"[^a-z0-9]+", "-", name.lower()))


def keep(reader, name):
    """The whole page, as on a desk in daylight and on a small phone at night."""
    for window, viewport, dark in (("desktop", DESKTOP, False), ("phone", NARROW, True)):
        reader.look(viewport, dark=dark).page.screenshot(path=PICTURES / f"{name}-{window}.png", full_page=True)
    reader.look(DESKTOP)


READERS = sorted({reader_of(row) for row in TABLE if row.get} | set(ALSO))


@pytest.mark.parametrize("who", READERS)
def test_every_page(visitor, person, everything, who):
    reader = visitor() if who == NOBODY else person(who)
    for row in pages_of(who):
        path = reverse(row.name, args=[WORDS.get(word) or everything[word] for word in row.at])
        assert reader.go(path) == 200, path
        check(reader, f"{row} {who}")


def test_pages_with_nothing_on_them_yet(person, demo):
    """A trust that has only begun: every list says what its emptiness means."""
    owen = person("head@elmbank.example")
    urn = demo.place("elm").urn
    for path in (
        "/",
        f"/schools/{urn}/",
        f"/schools/{urn}/tools/",
        "/dpia/",
        "/requests/",
        "/agreements/",
        "/clearances/",
    ):
        assert owen.go(path) == 200, path
        check(owen, f"nothing yet {path}")


def test_pages_that_say_no(person, demo):
    """Refused, and not there."""
    tom = person("staff")
    for path, status in (("/people/", 403), ("/schools/900012/", 404)):
        assert tom.go(path) == status
        check(tom, f"{status} {path}")
