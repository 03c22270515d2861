"""The one shape every permission and policy check takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ParamSpec

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")


class Refused(Exception):
    """A rule said no. The text is the sentence the person reads."""


class Conflict(Exception):
    """The page was stale: somebody changed the row after it was shown. The text says what to do; shown with 409."""


class AlreadyDone(Exception):
    """The same act was posted before and stands. Nothing was written again."""


def refusal(check: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> str | None:
    """Why `check` says no, or None when it says yes."""
    try:
        check(*args, **kwargs)
    except Refused as refused:
        return str(refused)
    return None


def check_fresh(shown: int, current: int, *, what: str) -> None:
    """Compare the revision a form was shown with the one in the locked row. Raises Conflict."""
    if shown != current:
        raise Conflict(f"{what} changed while you were reading it. Look at it again below; what you typed is kept.")
