"""The code at the foot of a printed list: ten random characters of Crockford's base 32. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
# Letters that are not in the alphabet because they are read as figures.
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
BETWEEN = str.maketrans("", "", " -–—.·\u00a0\t")


def new(choose: Callable[[str], str]) -> str:
    """A code; `choose` picks one character of the alphabet and must be unguessable."""
    return "".join(choose(ALPHABET) for _ in range(LENGTH))


def read(typed: str) -> str | None:
    """The code a person typed, whatever the case and dashes, or None when it cannot be one."""
    code = typed.translate(BETWEEN).upper().translate(READ_AS)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def shown(code: str) -> str:
    """K7QM3-RTX9V: as it is printed."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"
