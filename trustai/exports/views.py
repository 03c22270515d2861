"""How a stored file leaves. No address of its own: the view of the owning app checks who asks and then calls `serve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse

from . import files, queries

if TYPE_CHECKING:
    from .models import StoredFile


def serve(stored: StoredFile, *, as_attachment: bool = True) -> FileResponse:
    """The file as an answer that no cache keeps and no browser reads as anything else. Raises Refused."""
    kind = files.KINDS[stored.content_type]
    response = FileResponse(
        queries.open_file(stored),
        as_attachment=as_attachment,
        filename=files.safe_name(stored.original_name, kind),
        content_type=kind.content_type,
    )
    response["Content-Length"] = str(stored.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
