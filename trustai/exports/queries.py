"""Finding and opening stored files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.files.storage import default_storage

from . import rules
from .models import StoredFile

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from django.core.files import File


def open_file(stored: StoredFile) -> File[bytes]:
    """The file, open for reading; the caller closes it. Raises Refused, or FileNotFoundError when the store lost it."""
    rules.check_may_open(stored)
    return default_storage.open(stored.key, "rb")


def files_of(*, trust_id: int, owner_type: str, owner_ids: Collection[UUID]) -> list[StoredFile]:
    """What these owners hold and have not withdrawn, newest first."""
    held = StoredFile.objects.filter(trust_id=trust_id, owner_type=owner_type, owner_id__in=owner_ids)
    return list(held.filter(withdrawn_at__isnull=True).order_by("-at", "-pk"))
