"""When a stored file may be opened. Who may open it is the owning app's rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trustai.rules import Refused

from .models import Scan

if TYPE_CHECKING:
    from .models import StoredFile


def check_may_open(stored: StoredFile) -> None:
    if stored.scan == Scan.REFUSED:
        raise Refused("The virus scanner refused this file, so it cannot be opened. Ask for it to be sent again.")
    if stored.withdrawn_at is not None:
        raise Refused("This file has been withdrawn, so it cannot be opened.")
