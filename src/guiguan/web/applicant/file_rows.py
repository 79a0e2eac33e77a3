"""An attachment as the lists of files show it."""

from __future__ import annotations

from typing import Any

from guiguan.apps.entries.models import Attachment, Entry
from guiguan.apps.files.models import File


def file_row(entry: Entry, attachment: Attachment, file: File) -> dict[str, Any]:
    """An attachment as the list of files shows it."""
    picture = file.kind in ("jpg", "png")
    return {
        "id": str(attachment.pk),
        "name": file.name,
        "url": f"/files/{file.pk}/",
        "thumb": f"/files/{file.pk}/preview" if picture else "",
        "kind": file.kind.upper(),
        "size": f"{max(file.size // 1024, 1)} KB",
        "note": f"{file.width}×{file.height}" if file.width else "",
        "remove": f"/entries/{entry.pk}/attachments/{attachment.pk}/remove",
    }
