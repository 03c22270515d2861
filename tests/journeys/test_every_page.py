"""Every page there is, as somebody who reads it: axe with no rule off, no sideways scroll, wide and narrow, light and dark."""

import pytest
from django.urls import reverse

from tests.test_every_url import TABLE, WORDS

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NOBODY = "nobody"
NO_PAGES = ("sheet", "csv", "json", "pdf", "document", "web_filter", "healthz", "readyz")
# Pages that differ by who reads them, for those who are not the first to get them.
ALSO = {
    "head": ["home:home", "dpia:list", "dpia:case", "tools_registry:entry", "tools_registry:register", "schools:place"],
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


READERS = sorted({reader_of(row) for row in TABLE if row.get} | set(ALSO))


@pytest.mark.parametrize("who", READERS)
def test_every_page(visitor, person, everything, who):
    reader = visitor() if who == NOBODY else person(who)
    for row in pages_of(who):
        path = reverse(row.name, args=[WORDS.get(word) or everything[word] for word in row.at])
        assert reader.go(path) == 200, path
        reader.check_everywhere()


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
        owen.check_everywhere()


def test_pages_that_say_no(person, demo):
    """Refused, and not there."""
    tom = person("staff")
    for path, status in (("/people/", 403), ("/schools/900012/", 404)):
        assert tom.go(path) == status
        tom.check_everywhere()
