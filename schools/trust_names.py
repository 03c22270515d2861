"""Names of academy trusts: the register has them in capitals; cases need a few letters to begin with. Pure."""

from __future__ import annotations

import re
import unicodedata
from itertools import count
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

SMALL = frozenset(
    ["a", "and", "as", "at", "by", "de", "for", "in", "la", "le", "of", "on", "the", "to", "upon", "with"]
)
INITIALS = frozenset(["CE", "CEVA", "MAT", "RC", "SAT", "UK", "UTC", "VA", "VC", "II", "III", "VI"])
SHORTENED = frozenset(["DR", "LTD", "MR", "MRS", "ST"])
WHOLE = frozenset({"E-ACT", "FCJ", "GDST", "GLF", "LDBS", "TKAT"})
WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")
DOTTED = re.compile(r"^(?:[A-Z]\.)+[A-Z]?$")
LONGEST_CODE = 12
MOST_INITIALS = 8
MOST_SHOWN = 10
ALIKE = 70


class NoSuchTrust(Exception):
    """Nothing, or more than one thing, goes by this name. The text lists what might be meant."""


def written_out(filed: str) -> str:
    """ "LEARNING PARTNERS ACADEMY TRUST" as people write it. Only the case of letters changes; mixed case is kept."""
    if not filed.isupper() or filed in WHOLE:
        return filed
    return WORD.sub(lambda found: _word(found[0], starts=_starts(filed, found.start())), filed)


def _starts(filed: str, place: int) -> bool:
    """Whether a word opens the name or a bracket, where small words are written large."""
    return place == 0 or filed[place - 1] in "(“‘"


def _word(word: str, *, starts: bool) -> str:
    if word in INITIALS or DOTTED.match(word) or (word not in SHORTENED and not re.search(r"[AEIOUYÀ-Þ\d]", word)):
        return word
    if not starts and word.casefold() in SMALL:
        return word.lower()
    if re.match(r"^(?:O|D)['’][A-Z]{2}", word):
        return f"{word[:2]}{word[2:].capitalize()}"
    number = re.match(r"^\d*", word)
    digits = number[0] if number else ""
    rest = word[len(digits) :]
    return f"{digits}{rest.lower() if rest in {'ST', 'ND', 'RD', 'TH'} and digits else rest.capitalize()}"


def code_for(name: str, taken: Container[str]) -> str:
    """The letters a trust's case references begin with: its initials, numbered when another trust has them."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = [word for word in re.findall(r"[A-Za-z0-9]+", plain.replace("'", "")) if word.casefold() not in SMALL]
    letters = "".join(word[0] for word in words)[:MOST_INITIALS] if len(words) > 1 else "".join(words)[:4]
    letters = letters.upper() or "TRUST"
    for number in count(1):
        code = letters if number == 1 else f"{letters[: LONGEST_CODE - len(str(number))]}{number}"
        if code not in taken:
            return code
    raise AssertionError("counting does not end")


def choose(wanted: str, known: Mapping[str, str]) -> str:
    """The code of the trust meant by a code or an exact name, in any case; `known` is code to name. Raises NoSuchTrust."""
    wanted = " ".join(wanted.split())
    if wanted in known:
        return wanted
    called = [code for code, name in known.items() if name.casefold() == wanted.casefold()]
    if len(called) == 1:
        return called[0]
    if called:
        raise NoSuchTrust(
            f"{len(called)} trusts are called “{wanted}”. Use the code: {_listed(sorted(called), known)}."
        )
    alike = _alike(wanted, known)
    meant = f" Did you mean {_listed(alike, known)}?" if alike else ""
    raise NoSuchTrust(f"No trust has the code or the exact name “{wanted}”.{meant}")


def _alike(wanted: str, known: Mapping[str, str]) -> list[str]:
    """Codes of trusts that have it in their name, as whole words first, then of those with a name like it."""
    names = {code: name.casefold() for code, name in known.items()}
    part = wanted.casefold()
    whole = re.compile(rf"\b{re.escape(part)}\b")
    within = sorted((not whole.search(name), name, code) for code, name in names.items() if part in name)
    found = process.extract(part, names, scorer=fuzz.WRatio, score_cutoff=ALIKE, limit=MOST_SHOWN)
    alike = [code for *_, code in within] + [code for _, _, code in found]
    return list(dict.fromkeys(alike))[:MOST_SHOWN]


def _listed(codes: Iterable[str], known: Mapping[str, str]) -> str:
    return ", ".join(f"{written_out(known[code])} ({code})" for code in codes)
