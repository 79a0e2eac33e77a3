"""A picture as the 64 bits by which it is recognised."""

from __future__ import annotations

from typing import Any, BinaryIO

from PIL import Image

from guiguan.core.entries.likeness.picture import SIDE, picture_bits
from guiguan.documents.intake.picture import opened, pixels_only


def look(source: BinaryIO, output: BinaryIO, wish: dict[str, Any]) -> dict[str, Any]:
    """`bits` (0 to 2⁶⁴ - 1), or `plain` where the picture is a plain surface. wish: kind (jpg or png)."""
    with opened(source, wish["kind"]) as picture:
        pixels = pixels_only(picture, wish["kind"])
    small = pixels.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX)
    bits = picture_bits(list(small.tobytes()))
    return {"plain": True} if bits is None else {"bits": bits}
