"""How often one address has tried something lately. For pages without a sign-in, against guessing."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.utils import timezone

if TYPE_CHECKING:
    from django.http import HttpRequest


def tries(request: HttpRequest, what: str, *, seconds: int) -> int:
    """The number of this try within the current span of `seconds`. The address itself is not kept."""
    span = int(timezone.now().timestamp()) // seconds
    address = hashlib.sha256(str(get_adapter().get_client_ip(request)).encode()).hexdigest()[:32]
    key = f"tries:{what}:{address}:{span}"
    cache.add(key, 0, seconds)
    try:
        return int(cache.incr(key))
    except ValueError:
        return 1  # it ran out between the two lines
