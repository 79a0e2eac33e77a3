"""A small JPEG or WebP of a picture or of one page of a PDF."""

from __future__ import annotations

from typing import Any, BinaryIO

import pypdfium2
from PIL import Image, WebPImagePlugin

from guiguan.documents.intake.picture import fitted, opened, pixels_only
from guiguan.documents.intake.verdict import RefusedHere

_LOADED = WebPImagePlugin.SUPPORTED  # imported here: once the fence is closed nothing can be


def look(source: BinaryIO, output: BinaryIO, wish: dict[str, Any]) -> dict[str, Any]:
    """Width and height; the picture is in `output`. wish: kind, width, height (pixels), crop, form (jpg or webp), page (of a PDF, from 0)."""
    if wish["kind"] == "pdf":
        whole = _page(source.read(), wish.get("page", 0), wish["width"], wish["height"])
    else:
        with opened(source, wish["kind"]) as picture:
            whole = _on_white(pixels_only(picture, wish["kind"]))
    small = fitted(whole, wish["width"], wish["height"], crop=wish["crop"])
    if wish["form"] == "webp":
        small.save(output, "WEBP", quality=72, method=4)
    else:
        small.save(output, "JPEG", quality=85)
    return {"width": small.width, "height": small.height}


def _page(content: bytes, number: int, width: int, height: int) -> Image.Image:
    try:
        page = pypdfium2.PdfDocument(content)[number]
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise RefusedHere("not-of-kind", "PDF") from error
    wide, high = page.get_size()
    # A page may be hundreds of metres long: the larger side of the drawing decides, never the page.
    scale = min(4.0, 2 * max(width, height) / max(wide, high, 1.0))
    drawn: Image.Image = page.render(scale=scale, may_draw_forms=False).to_pil()
    return drawn.convert("RGB")


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture.convert("RGB")
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper
