"""Where a fact was read, short enough to stand beside it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

LONGEST = 90
LINK = re.compile(r"https?://[^\s;,()<>\"]+")
ASIDE = re.compile(r"\s*\([^()]*\)")
ARCHIVE = "OpenTermsArchive/"


@dataclass(frozen=True, slots=True)
class Source:
    """The first place of a source; `more` counts the others, which the tool's own page names."""

    words: str
    url: str = ""
    more: int = 0


def shortened(text: str, terms_url: str = "") -> Source | None:
    """A source as it was entered, its places parted by semicolons. Without a link of its own it leads to the terms."""
    places = [place.strip() for place in ASIDE.sub("", text).split(";") if place.strip()]
    if not places:
        return None
    first = places[0]
    found = LINK.search(first)
    return Source(_short(_in_words(first)), found[0].rstrip(".:") if found else terms_url, len(places) - 1)


def _in_words(place: str) -> str:
    """Each link as its host; a page kept by the Open Terms Archive as the document it is a copy of."""
    if place.startswith(ARCHIVE):
        return f"{place.rpartition('/')[2].replace('.md', '')}, archived copy"
    return LINK.sub(lambda link: (urlsplit(link[0]).hostname or link[0]).removeprefix("www."), place)


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rsplit(' ', 1)[0].rstrip(',:')}…"
