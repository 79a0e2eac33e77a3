"""A picture made anew from its pixels: upright, in sRGB, without metadata and without anything behind it."""

from __future__ import annotations

import errno
import io
import warnings
from typing import Any, BinaryIO

# Imported here although Pillow would do so itself: once the fence is closed nothing can be imported.
from PIL import Image, ImageCms, ImageOps, JpegImagePlugin, MpoImagePlugin, PngImagePlugin

from guiguan.documents.intake.verdict import RefusedHere

MOST_PIXELS = 40_000_000
"""A photograph of a good camera; 160 MB unpacked, twice while it is turned."""
FORMATS = {"jpg": "JPEG", "png": "PNG"}
_PLUGINS = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin)
_ORIENTATION, _TURNED = 0x0112, (5, 6, 7, 8)

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
Image.preinit()


def look(source: BinaryIO, output: BinaryIO, wish: dict[str, Any]) -> dict[str, Any]:
    """Width and height; the new picture is in `output`.

    wish: kind ("jpg" or "png"), pixels ("800x600" or None), exact (else at least so many).
    """
    with opened(source, wish["kind"]) as picture:
        _check_pixels(upright_size(picture), wish["pixels"], wish["exact"])
        made = pixels_only(picture, wish["kind"])
    encoded = io.BytesIO()
    if wish["kind"] == "jpg":
        made.save(encoded, "JPEG", quality=90, subsampling=0)
    else:
        made.save(encoded, "PNG")
    try:
        output.write(encoded.getbuffer())
        output.flush()
    except OSError as error:  # either the limit of a file's size, or the server's disk
        raise RefusedHere("grew" if error.errno == errno.EFBIG else "unchecked") from error
    return {"width": made.width, "height": made.height}


def opened(source: BinaryIO, kind: str) -> Image.Image:
    """The picture with its declared size checked, not yet decoded."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a large or damaged picture; both are judged here
        try:
            picture = Image.open(source, formats=[FORMATS[kind]])
        except Image.DecompressionBombError as error:
            raise RefusedHere("bomb-pixels", "?", "?", MOST_PIXELS // 10_000) from error
        except (OSError, SyntaxError, ValueError) as error:
            raise RefusedHere("not-of-kind", FORMATS[kind]) from error
    if picture.width * picture.height > MOST_PIXELS:
        raise RefusedHere("bomb-pixels", picture.width, picture.height, MOST_PIXELS // 10_000)
    return picture


def upright_size(picture: Image.Image) -> tuple[int, int]:
    """Width and height as seen, once it is turned as its orientation says."""
    width, height = picture.size
    return (height, width) if _orientation(picture) in _TURNED else (width, height)


def pixels_only(picture: Image.Image, kind: str) -> Image.Image:
    """The decoded pixels, turned upright, in sRGB, with nothing else. Only a PNG keeps its transparency."""
    orientation = _orientation(picture)
    profile = picture.info.get("icc_profile")
    try:
        picture.load()
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise RefusedHere("broken") from error
    seen_through = kind == "png" and (picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info)
    mode = "RGBA" if seen_through else "L" if picture.mode in ("1", "L", "I;16") else "RGB"
    plain = _in_srgb(picture, profile) if mode != "L" else picture
    if plain.mode != mode:
        plain = plain.convert(mode)
    turned = plain.transpose(_TURNS[orientation]) if orientation in _TURNS else plain
    made = turned.copy() if turned is picture else turned
    made.info = {}
    return made


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def fitted(picture: Image.Image, width: int, height: int, *, crop: bool) -> Image.Image:
    """Within width × height, the whole picture; with `crop` exactly so large, cut at the edges."""
    if crop:
        return ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS)
    small = picture.copy()
    small.thumbnail((width, height), Image.Resampling.LANCZOS)
    return small


def _orientation(picture: Image.Image) -> int:
    try:
        value = picture.getexif().get(_ORIENTATION, 1)
    except Exception:  # damaged Exif raises anything; it says nothing then
        return 1
    return value if isinstance(value, int) else 1


def _in_srgb(picture: Image.Image, profile: object) -> Image.Image:
    # Colours are kept where the profile can be read; a profile is metadata and does not stay.
    if not isinstance(profile, bytes) or picture.mode not in ("RGB", "CMYK"):
        return picture
    try:
        made = ImageCms.profileToProfile(
            picture, ImageCms.ImageCmsProfile(io.BytesIO(profile)), _SRGB, outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return picture if made is None else made


_SRGB = ImageCms.createProfile("sRGB")


def _check_pixels(size: tuple[int, int], wanted: str | None, exact: bool) -> None:
    if wanted is None:
        return
    width, height = (int(part) for part in wanted.split("x"))
    shown = f"{size[0]}×{size[1]}"
    if exact and size != (width, height):
        raise RefusedHere("pixels-exact", shown, f"{width}×{height}")
    if size[0] < width or size[1] < height:
        raise RefusedHere("pixels-minimum", shown, f"{width}×{height}")
