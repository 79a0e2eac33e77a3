"""Small pictures of files for pages: each made once, in a confined process, and kept in the storage."""

from __future__ import annotations

import threading
from typing import cast

from django.core.files.storage import default_storage

from guiguan.apps.files.keeping import copied, keep, work_folder
from guiguan.apps.files.models import File
from guiguan.documents.intake.check import Form, preview
from guiguan.documents.intake.verdict import Kind, Refused

WIDTH, HEIGHT = 480, 360
KINDS = ("jpg", "png", "pdf")
PATIENCE = 10.0
"""Seconds that a request waits for its turn: many who ask at once never hold all that the site answers with."""
_AT_ONCE = threading.BoundedSemaphore(2)
"""A page with many new files asks for all their previews at once; each process may take half a gigabyte."""


def preview_of(
    file: File, width: int = WIDTH, height: int = HEIGHT, form: Form = "jpg", page: int = 0
) -> str | None:
    """The name in the storage of a picture of at most width × height pixels; None where the file has none."""
    if file.kind not in KINDS:
        return None
    leaf = f"-{page}" if page else ""
    name = f"preview/{file.sha256}-{width}x{height}{leaf}.{form}"
    if not default_storage.exists(name):
        if not _AT_ONCE.acquire(timeout=PATIENCE):
            return None  # another time it may succeed
        try:
            if not default_storage.exists(name) and not _made(file, width, height, form, name, page):
                return None
        finally:
            _AT_ONCE.release()
    return name if default_storage.size(name) else None


def _made(file: File, width: int, height: int, form: Form, name: str, page: int) -> bool:
    """Whether the preview is now kept; an empty one of a file that cannot be drawn, so that it is tried only once."""
    with work_folder() as work:
        source = work / "source"
        try:
            copied(file.stored, source)
        except FileNotFoundError:
            return False  # it is gone from the storage: there is nothing to draw
        kind = cast(Kind, file.kind)
        drawn = preview(source, kind, width, height, form=form, work=work, page=page)
        if isinstance(drawn, Refused):
            if drawn.reason in ("timeout", "unchecked"):
                return False  # the server was at fault: another time it may succeed
            drawn = b""
        made = work / "preview.jpg"
        made.write_bytes(drawn)
        stored = keep(made, name)
    if stored != name:  # another process was quicker
        default_storage.delete(stored)
    return True
