"""Which tools a person means: by name, slip of the finger, alias, supplier, or a pasted link. Pure.

Of a link only the host is ever kept: chats, files and search words stand in the rest of it. A host is compared exactly
and never by likeness, so a false site's address does not find the true tool.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rapidfuzz import process
from rapidfuzz.distance import OSA

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LONGEST = 200
MOST_WORDS = 8
JOINED = 3
SHORTEST_GUESS = 4
SHORTEST_PART = 3
ALIKE = 0.74
BEGINS = 0.9
CONTAINS = 0.8
FITS = 0.7
AS_GOOD = 0.15
NEAR = 0.5
MOST_NEAR = 4
# Words that name no product: they may be typed, but a tool is never found by them alone before one with a better word.
COMMON = {
    *("account", "agent", "ai", "and", "any", "app", "apps", "assistant", "chat", "edu", "education", "educational"),
    *("for", "free"),
    *("in", "learning", "licence", "license", "maths", "mode", "of", "online", "or", "paid", "personal", "plus"),
    *("premium", "pro", "pupil", "pupils", "reader", "reading", "school", "schools", "search", "student", "students"),
    *("studio", "teacher", "teachers", "teaching", "the", "to", "tool", "web", "with"),
}
LINK = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
HOST = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}(?::\d+)?(?P<rest>[/?#]\S*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Findable:
    """What a tool is found by. `key` is the caller's own."""

    key: int
    name: str
    edition: str = ""
    supplier: str = ""
    aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Typed:
    """What may be shown, kept and logged of what was typed: the words, or the host of a link."""

    words: str
    host: str = ""

    @property
    def shown(self) -> str:
        return self.host or self.words


@dataclass(frozen=True, slots=True)
class Found:
    """`fits`: every tool meant, best first; more than one is no answer yet. `near`: others it could be mistaken for."""

    typed: Typed
    fits: tuple[int, ...] = ()
    near: tuple[int, ...] = ()
    exact: bool = False


def read(text: str) -> Typed:
    """The words of what was typed, or only the host where a link is in it."""
    plain = unicodedata.normalize("NFC", text).strip()
    link = _link_in(plain)
    if link:
        return Typed("", host_of(link))
    return Typed(" ".join("".join(c if c.isprintable() else " " for c in plain[:LONGEST]).split()))


def host_of(link: str) -> str:
    """The host a browser would go to, in ASCII without "www."; blank when there is none."""
    address = link.replace("\\", "/")
    try:
        host = urlsplit(address if "://" in address else f"//{address}").hostname or ""
        host = host.rstrip(".").encode("idna").decode("ascii").lower()
    except (UnicodeError, ValueError):
        return ""
    return host.removeprefix("www.")


def find(text: str, tools: Sequence[Findable]) -> Found:
    """The tools of the index that are meant."""
    typed = read(text)
    if typed.host:
        return _by_host(typed, tools)
    words = folded(typed.words).split()[:MOST_WORDS]
    if not words:
        return Found(typed)
    return _by_words(typed, words, tools)


def folded(text: str) -> str:
    """Lower case, without accents and signs, single spaces."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in bare.casefold()).split())


# Links ---------------------------------------------------------------------------------------------------------------


def _link_in(text: str) -> str:
    """A link anywhere in the text; without "https://" only where it has a path, or is all there is."""
    found = LINK.search(text)
    if found:
        return found[0]
    parts = text.split()
    for part in parts:
        host = HOST.fullmatch(part)
        if host and (host["rest"] or len(parts) == 1):
            return part
    return ""


def _by_host(typed: Typed, tools: Sequence[Findable]) -> Found:
    """The tools of the longest domain the host lies in, and of all beneath that domain: a shared one is no answer."""
    domains = [(host_of(domain), tool.key) for tool in tools for domain in tool.domains]
    for domain in _suffixes(typed.host):
        if any(each == domain for each, _ in domains):
            keys = [key for each, key in domains if each == domain or each.endswith(f".{domain}")]
            fits = tuple(dict.fromkeys(keys))
            return Found(typed, fits, family(fits, tools)[:MOST_NEAR], exact=True)
    names = folded(typed.host.rpartition(".")[0]).split()
    return Found(typed, near=_near(_scores(names, tools)) if names else ())


def _suffixes(host: str) -> list[str]:
    """The host and the domains it lies in, longest first, down to two labels."""
    labels = host.split(".")
    return [".".join(labels[at:]) for at in range(len(labels) - 1)]


# Words ---------------------------------------------------------------------------------------------------------------


def _by_words(typed: Typed, words: list[str], tools: Sequence[Findable]) -> Found:
    scores = _scores(words, tools)
    best = max(scores.values(), default=0.0)
    if best < FITS:
        return Found(typed, near=_near(scores))
    fits = [key for key, score in _ranked(scores) if score >= max(FITS, best - AS_GOOD)]
    wanted = " ".join(words)
    named = [tool.key for tool in tools if tool.key in fits and wanted in _names(tool)]
    whole = [key for key in fits if scores[key] == best]
    if len(named) == 1 and whole == named:
        return Found(typed, tuple(named), family(named, tools)[:MOST_NEAR], exact=True)
    kin = family(whole, tools, among=frozenset(_touched(words, tools)))
    return Found(typed, tuple(dict.fromkeys([*named, *fits, *kin])), exact=bool(named))


def _scores(words: list[str], tools: Sequence[Findable]) -> dict[int, float]:
    """How much of what was typed each tool's words cover, 0 to 1."""
    vocabulary = {tool.key: _words(tool) for tool in tools}
    alike = _alike(words, {word for known in vocabulary.values() for word in known})
    weights = [1 if word in COMMON else len(word) for word in words]
    return {key: _coverage(weights, alike, known) for key, known in vocabulary.items()}


def _alike(words: list[str], vocabulary: set[str]) -> dict[tuple[int, int], dict[str, float]]:
    """For each run of up to three typed words (joined: "co pilot"), the known words it is like and how much."""
    known = sorted(vocabulary)
    runs = [(a, b) for a in range(len(words)) for b in range(a + 1, min(a + JOINED, len(words)) + 1)]
    return {(a, b): _like("".join(words[a:b]), known) for a, b in runs}


def _like(word: str, known: list[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    if len(word) >= SHORTEST_GUESS:
        close = process.extract(word, known, scorer=OSA.normalized_similarity, score_cutoff=ALIKE, limit=None)
        found = {other: score for other, score, _ in close}
    for other in known:
        if other == word:
            found[other] = 1.0
        elif other.startswith(word) and len(word) > 1:
            found[other] = max(BEGINS, found.get(other, 0))
        elif len(word) >= SHORTEST_PART and word in other:
            found[other] = max(CONTAINS, found.get(other, 0))
    return found


def _coverage(weights: list[int], alike: Mapping[tuple[int, int], Mapping[str, float]], known: frozenset[str]) -> float:
    """The best way to cut the typed words into runs, each matched with one of the tool's words."""
    best = [0.0] * (len(weights) + 1)
    totals = [0, *accumulate(weights)]
    for end in range(1, len(weights) + 1):
        best[end] = max(
            best[start] + (totals[end] - totals[start]) * _highest(alike[start, end], known)
            for start in range(max(0, end - JOINED), end)
        )
    return round(best[-1] / totals[-1], 4)


def _highest(alike: Mapping[str, float], known: frozenset[str]) -> float:
    return max((score for word, score in alike.items() if word in known), default=0.0)


def _ranked(scores: Mapping[int, float]) -> list[tuple[int, float]]:
    return sorted(scores.items(), key=lambda pair: -pair[1])


def _near(scores: Mapping[int, float]) -> tuple[int, ...]:
    return tuple(key for key, score in _ranked(scores)[:MOST_NEAR] if score >= NEAR)


def _names(tool: Findable) -> set[str]:
    """The names that mean this tool in full."""
    whole = (tool.name, f"{tool.name} {tool.edition}", *tool.aliases)
    return {folded(name) for name in whole}


def _words(tool: Findable) -> frozenset[str]:
    """Every word it is found by, and each name written as one word."""
    names = [folded(text) for text in (tool.name, tool.edition, tool.supplier, *tool.aliases)]
    return frozenset(word for name in names for word in name.split()) | _joined(names)


def _joined(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.replace(" ", "") for name in names if name)


# Families: "Copilot" in five products --------------------------------------------------------------------------------


def _brand(tool: Findable) -> frozenset[str]:
    """The words of its names that set the product apart: not a common one, a number, or the supplier's."""
    words = {word for name in (tool.name, *tool.aliases) for word in folded(name).split()}
    own = {word for word in words if word not in COMMON and not word.isdigit() and len(word) >= SHORTEST_PART}
    supplier = set(folded(tool.supplier).split())
    return frozenset(own - supplier) or frozenset(own)


def _touched(words: list[str], tools: Sequence[Findable]) -> set[str]:
    """The brand words that what was typed is like."""
    brands = {word for tool in tools for word in _brand(tool)}
    found: set[str] = set()
    for likes in _alike(words, brands).values():
        found |= {word for word, score in likes.items() if score >= ALIKE}
    return found


def family(keys: Iterable[int], tools: Sequence[Findable], among: frozenset[str] | None = None) -> tuple[int, ...]:
    """Other tools that share a brand word (one of `among`) with one of these."""
    chosen = frozenset(keys)
    shared = {word for tool in tools if tool.key in chosen for word in _brand(tool)}
    if among is not None:
        shared &= among
    return tuple(tool.key for tool in tools if tool.key not in chosen and _brand(tool) & shared)
