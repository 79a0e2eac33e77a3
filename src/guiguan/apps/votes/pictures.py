"""The cases' pictures at the sizes that the vote's pages ask for."""

from __future__ import annotations

from django.core.files.storage import default_storage

from guiguan.apps.files.models import File
from guiguan.apps.files.previews import preview_of

SIZES = {240: 180, 640: 480}
"""Width to height in pixels: beside a card's text on a phone of two or three pixels a point; a case's own page."""


def small_picture(file: File, width: int) -> str | None:
    """The name in the storage of the picture as WebP; None where it cannot be drawn. KeyError for another width."""
    return preview_of(file, width, SIZES[width], "webp")


def drawn(file: File, width: int) -> bool:
    """Whether it was there already; it is now, where it can be."""
    if default_storage.exists(f"preview/{file.sha256}-{width}x{SIZES[width]}.webp"):
        return True
    small_picture(file, width)
    return False
