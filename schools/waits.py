"""One thing that waits for one person; each app lists its own, home shows them together, the oldest first. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


@dataclass(frozen=True, slots=True)
class Wait:
    """`on` is the day it is due; `title` a sentence, `action` the words on its one button."""

    title: str
    url: str
    action: str
    on: date | None = None
    text: str = ""
    tone: str = ""


def oldest_first(waits: Iterable[Wait]) -> list[Wait]:
    """By due day, those without one last."""
    return sorted(waits, key=lambda wait: (wait.on is None, wait.on.toordinal() if wait.on else 0, wait.title))
