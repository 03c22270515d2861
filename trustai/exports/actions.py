"""The only code that writes stored files.

These are steps inside an action of the owning app, which has locked and checked and which records the event: they
take no lock and record none.
"""

from __future__ import annotations

import hashlib
import logging
import re
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from . import files
from .models import StoredFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from django.core.files import File

    from trustai.accounts.models import User

logger = logging.getLogger(__name__)

KEY = re.compile(r"[0-9]+/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# No transaction stays open this long: what has no row by then was rolled back.
ORPHANED_AFTER = timedelta(days=1)


def store(*, upload: File[bytes], trust_id: int, owner_type: str, owner_id: UUID, by: User, at: datetime) -> StoredFile:
    """Keep what a person uploaded. Raises Refused when it is not a PDF, Word document, PNG or JPEG of at most 10 MB."""
    content = files.read(upload)
    kind = files.sniff(content, upload.name or "")
    name = files.safe_name(upload.name or "", kind)
    return keep(
        content=content, kind=kind, name=name, trust_id=trust_id, owner_type=owner_type, owner_id=owner_id, by=by, at=at
    )


def keep(
    *,
    content: bytes,
    kind: files.Kind,
    name: str,
    trust_id: int,
    owner_type: str,
    owner_id: UUID,
    by: User | None,
    at: datetime,
) -> StoredFile:
    """Keep finished bytes under a key of their own. They are written before the row commits; see `sweep_orphans`."""
    public_id = uuid4()
    key = default_storage.save(f"{trust_id}/{public_id}", ContentFile(content))
    return StoredFile.objects.create(
        trust_id=trust_id,
        public_id=public_id,
        owner_type=owner_type,
        owner_id=owner_id,
        key=key,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        content_type=kind.content_type,
        original_name=name,
        by=by,
        at=at,
    )


def withdraw(*, stored_id: int, trust_id: int, by: User, at: datetime) -> None:
    """Close a file for good; its bytes and its row stay. Withdrawing it again changes nothing."""
    standing = StoredFile.objects.filter(pk=stored_id, trust_id=trust_id, withdrawn_at__isnull=True)
    standing.update(withdrawn_at=at, withdrawn_by=by)


def sweep_orphans(*, at: datetime) -> int:
    """Remove bytes whose row never committed. Only keys of our own shape are looked at. Returns how many went."""
    removed = 0
    for keys in _keys_by_trust():
        known = StoredFile.objects.filter(key__in=keys).values_list("key", flat=True)
        for key in sorted(set(keys) - set(known)):
            if default_storage.get_modified_time(key) < at - ORPHANED_AFTER:
                default_storage.delete(key)
                logger.info("Removed a file that no row names: %s", key)
                removed += 1
    return removed


def _keys_by_trust() -> Iterator[list[str]]:
    for folder in _listed("")[0]:
        keys = [f"{folder}/{name}" for name in _listed(folder)[1]]
        yield [key for key in keys if KEY.fullmatch(key)]


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []
