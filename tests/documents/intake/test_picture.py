"""Pictures: only pixels are kept, upright, of bearable size, of the size that the field wants."""

from __future__ import annotations

import errno
import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from guiguan.bench.uploads import picture
from guiguan.documents.intake.picture import MOST_PIXELS, look
from guiguan.documents.intake.verdict import RefusedHere

ANY: dict[str, Any] = {"pixels": None, "exact": True}


def made(content: bytes, kind: str, **wish: Any) -> bytes:
    output = io.BytesIO()
    look(io.BytesIO(content), output, {"kind": kind, **ANY, **wish})
    return output.getvalue()


def jpeg(image: Image.Image, **settings: Any) -> bytes:
    output = io.BytesIO()
    image.save(output, "JPEG", **settings)
    return output.getvalue()


def test_gps_comment_xmp_and_profile_are_gone() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Kamera"
    exif.get_ifd(0x8825)[2] = (39.0, 54.0, 0.0)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    before = jpeg(
        Image.new("RGB", (30, 20), "red"), exif=exif, comment=b"secret", xmp=b"<x/>", icc_profile=profile
    )
    with Image.open(io.BytesIO(before)) as image:
        assert dict(image.getexif().get_ifd(0x8825)) == {2: (39.0, 54.0, 0.0)}
    after = made(before, "jpg")
    with Image.open(io.BytesIO(after)) as image:
        assert dict(image.getexif()) == {}
        assert not {"comment", "xmp", "icc_profile", "exif"} & image.info.keys()
        pixel = image.getpixel((5, 5))
        assert isinstance(pixel, tuple)
        assert pixel[0] > 245
        assert max(pixel[1:]) < 10
    assert not any(word in after for word in (b"secret", b"Kamera", b"<x/>", b"Exif"))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_picture_stands_as_it_was_seen(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    seen = Image.new("RGB", (40, 20), "white")
    seen.paste("black", (0, 0, 10, 10))  # a dark corner above left
    turns = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # the transposition that undoes each orientation
    stored = seen if orientation == 1 else seen.transpose(Image.Transpose(turns[orientation]))
    with Image.open(io.BytesIO(made(jpeg(stored, exif=exif, quality=95), "jpg"))) as image:
        assert image.size == (40, 20)
        grey = image.convert("L")
        dark = [grey.getpixel(at) for at in ((4, 4), (35, 4), (4, 15), (35, 15))]
    assert [isinstance(value, int) and value < 128 for value in dark] == [True, False, False, False]


@pytest.mark.parametrize(
    "behind", [b"<html><script>alert(1)</script>", b"PK\x03\x04evil", b"<?php phpinfo();", b"ID3\xff\xfb"]
)
@pytest.mark.parametrize("kind", ["jpg", "png"])
def test_what_stands_behind_the_picture_is_gone(kind: Any, behind: bytes) -> None:
    assert behind not in made(picture(kind, 40, 30) + behind, kind)


def test_a_page_hidden_in_a_comment_is_gone() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "<script>alert(1)</script>")
    before = io.BytesIO()
    Image.new("RGB", (9, 9)).save(before, "PNG", pnginfo=text)
    assert b"<script>" in before.getvalue()
    assert b"<script>" not in made(before.getvalue(), "png")


@pytest.mark.parametrize(
    ("size", "wanted", "exact", "verdict"),
    [
        ((800, 600), "800x600", True, "accepted"),
        ((801, 600), "800x600", True, "pixels"),
        ((600, 800), "800x600", True, "pixels"),
        ((801, 600), "800x600", False, "accepted"),
        ((4000, 599), "800x600", False, "pixels"),
        ((1, 1), None, True, "accepted"),
    ],
)
def test_pixels(
    judge: Callable[..., str], size: tuple[int, int], wanted: str | None, exact: bool, verdict: str
) -> None:
    assert judge("picture", picture("jpg", *size), kind="jpg", pixels=wanted, exact=exact) == verdict


def test_pixels_are_those_that_are_seen(judge: Callable[..., str]) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = jpeg(Image.new("RGB", (600, 800)), exif=exif)
    assert judge("picture", lying, kind="jpg", pixels="800x600", exact=True) == "accepted"


@pytest.mark.parametrize("size", [(MOST_PIXELS // 1000 + 1, 1000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_flood_of_pixels_is_refused_before_decoding(
    judge: Callable[..., str], size: tuple[int, int]
) -> None:
    head = struct.pack(">2I5B", *size, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(100))), (b"IEND", b"")]
    bomb = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )
    assert judge("picture", bomb, kind="png", **ANY) == "bomb"


@pytest.mark.parametrize("kind", ["jpg", "png"])
def test_a_truncated_picture_is_refused(judge: Callable[..., str], kind: Any) -> None:
    whole = picture(kind, 400, 300)
    assert judge("picture", whole[: len(whole) // 2], kind=kind, **ANY) == "broken"
    assert judge("picture", whole[:20], kind=kind, **ANY) == "broken"


def test_one_kind_is_never_read_as_another(judge: Callable[..., str]) -> None:
    assert judge("picture", picture("png", 9, 9), kind="jpg", **ANY) == "broken"


@pytest.mark.parametrize(
    ("mode", "kept"), [("RGBA", "RGBA"), ("LA", "RGBA"), ("P", "RGB"), ("1", "L"), ("I;16", "L"), ("L", "L")]
)
def test_every_mode_of_png(mode: str, kept: str) -> None:
    before = io.BytesIO()
    Image.new(mode, (9, 9)).save(before, "PNG")
    with Image.open(io.BytesIO(made(before.getvalue(), "png"))) as image:
        assert image.mode == kept


def test_print_colours_become_screen_colours() -> None:
    with Image.open(io.BytesIO(made(jpeg(Image.new("CMYK", (9, 9))), "jpg"))) as image:
        assert image.mode == "RGB"
        assert image.getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize(("number", "sentence"), [(errno.EFBIG, "grew"), (errno.ENOSPC, "unchecked")])
def test_a_full_disk_is_not_the_fault_of_the_file(number: int, sentence: str) -> None:
    class Full(io.BytesIO):
        def write(self, content: object) -> int:
            raise OSError(number, "no room")

    with pytest.raises(RefusedHere) as refusal:
        look(io.BytesIO(picture("jpg", 9, 9)), Full(), {"kind": "jpg", **ANY})
    assert refusal.value.sentence == sentence
