"""The door: what is decided before the content is looked at, and the whole way through the confined process."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from PIL import Image

from guiguan.bench.uploads import good_file, picture
from guiguan.documents.intake import verdict as verdicts
from guiguan.documents.intake.check import check_upload, preview
from guiguan.documents.intake.kinds import EXTENSIONS
from guiguan.documents.intake.pdf import simplest_pdf
from guiguan.documents.intake.sentences import SENTENCES
from guiguan.documents.intake.verdict import KINDS, REASONS, Accepted, Kind, Refused, refused


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    return tmp_path / "upload"


def test_a_picture_is_replaced(upload: Path) -> None:
    upload.write_bytes(picture("jpg", 800, 600) + b"<script>")
    before = upload.read_bytes()
    found = check_upload(
        upload, "a/案例\u202e1.JPEG", formats=("jpg",), pixels="800x600", work=upload.parent / "work"
    )
    assert isinstance(found, Accepted)
    assert (found.name, found.kind, found.width, found.height, found.pages) == (
        "案例1.JPEG",
        "jpg",
        800,
        600,
        None,
    )
    assert found.replaced_by is not None
    kept = found.replaced_by.read_bytes()
    assert (found.size, found.sha256) == (len(kept), hashlib.sha256(kept).hexdigest())
    assert list((upload.parent / "work").iterdir()) == [found.replaced_by]
    assert upload.read_bytes() == before


@pytest.mark.parametrize("kind", ["pdf", "docx", "xlsx"])
def test_a_document_stays_as_it_is(kind: Kind, upload: Path) -> None:
    upload.write_bytes(good_file(kind))
    found = check_upload(upload, f"简介.{kind}", work=upload.parent / "work")
    pages = 1 if kind == "pdf" else None
    size, digest = upload.stat().st_size, hashlib.sha256(upload.read_bytes()).hexdigest()
    assert found == Accepted(f"简介.{kind}", kind, size, digest, pages=pages)
    assert list((upload.parent / "work").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "rules", "reason"),
    [
        ("a.jpg", b"", {}, "empty"),
        ("a.pdf", b"%PDF-" + b" " * 2**20, {"megabytes": 1}, "too_large"),
        ("a", b"x", {}, "name"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", {}, "type"),
        ("a.svg", b"<svg onload='alert(1)'/>", {}, "type"),
        ("a.html", b"<html>", {}, "type"),
        ("a.zip", b"PK\x03\x04", {}, "type"),
        ("a.jpg.exe", b"MZ", {}, "type"),
        ("a.heic", b"\0\0\0\x18ftypheic", {}, "type"),
        ("a.png", good_file("jpg"), {}, "type"),
        ("a.jpg", good_file("docx"), {}, "type"),
        ("a.docx", good_file("pdf"), {}, "type"),
        ("a.docx", good_file("xlsx"), {}, "type"),
        ("a.jpg", b"GIF89a" + bytes(40), {}, "type"),
        ("a.jpg", b"<html><script>alert(1)</script>", {}, "type"),
        ("a.pdf", b"hello", {}, "broken"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), {}, "type"),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            {},
            "encrypted",
        ),
        ("a.pdf", good_file("pdf"), {"formats": ("jpg", "png")}, "format"),
        ("a.jpg", picture("jpg", 640, 480), {"pixels": "800x600"}, "pixels"),
        ("a.jpg", picture("jpg", 640, 480), {"pixels": "800x600", "pixels_are": "minimum"}, "pixels"),
        ("a.jpg", good_file("jpg")[:200], {}, "broken"),
    ],
)
def test_refused(name: str, content: bytes, rules: dict[str, object], reason: str, upload: Path) -> None:
    upload.write_bytes(content)
    found = check_upload(upload, name, work=upload.parent / "work", **rules)  # type: ignore[arg-type]  # by the table
    assert isinstance(found, Refused)
    assert found.reason == reason
    assert found.finding.rule == "upload." + reason.replace("_", "-")
    assert "…" not in found.finding.zh + found.finding.en
    assert list((upload.parent / "work").iterdir()) == []


def test_pixels_are_told(upload: Path) -> None:
    upload.write_bytes(picture("jpg", 640, 480))
    found = check_upload(upload, "a.jpg", pixels="800x600", work=upload.parent)
    assert isinstance(found, Refused)
    assert found.finding.zh == "图片是 640×480 像素，要求恰好 800×600 像素。请裁剪或缩放后再上传。"
    assert (
        found.finding.en
        == "The picture has 640×480 pixels, exactly 800×600 are wanted. Crop or scale it and upload it again."
    )


def test_every_sentence_has_a_reason_and_the_same_facts_in_both_languages() -> None:
    for rule, zh, en in SENTENCES.values():
        assert rule.removeprefix("upload.").replace("-", "_") in REASONS
        assert zh.count("…") == en.count("…") <= 3
        assert zh.endswith("。")
    used = {rule.removeprefix("upload.").replace("-", "_") for rule, _, _ in SENTENCES.values()}
    assert used == set(REASONS)
    assert set(EXTENSIONS.values()) == set(KINDS)


def test_what_a_file_is_called_cannot_break_a_sentence() -> None:
    found = refused("embedded", "a\r\nb\u202e…" + "x" * 200)
    assert "（a??b??" + "x" * 51 + "...）" in found.finding.zh
    assert verdicts.fit_to_show("案例") == "案例"


@pytest.mark.parametrize("kind", ["jpg", "png", "pdf"])
def test_preview(kind: Kind, upload: Path) -> None:
    upload.write_bytes(good_file("pdf") if kind == "pdf" else picture(kind, 400, 200))
    whole = preview(upload, kind, 100, 100)
    cut = preview(upload, kind, 100, 100, crop=True)
    assert isinstance(whole, bytes)
    assert isinstance(cut, bytes)
    with Image.open(io.BytesIO(whole), formats=["JPEG"]) as small, Image.open(io.BytesIO(cut)) as square:
        assert small.size == (100, 50)
        assert square.size == (100, 100)
        assert len(small.getcolors(5000) or []) > 1  # something is drawn


def test_preview_as_webp_is_drawn_behind_the_fence(upload: Path) -> None:
    upload.write_bytes(picture("jpg", 400, 200))
    made = preview(upload, "jpg", 100, 100, form="webp")
    assert isinstance(made, bytes)
    with Image.open(io.BytesIO(made), formats=["WEBP"]) as small:
        assert small.size == (100, 50)
        assert len(small.convert("RGB").getcolors(5000) or []) > 1


def test_no_preview_of_what_cannot_be_drawn(upload: Path) -> None:
    upload.write_bytes(b"%PDF-1.4 nothing")
    found = preview(upload, "pdf", 100, 100)
    assert isinstance(found, Refused)
    assert found.reason == "broken"
    of_text = preview(upload, "docx", 100, 100)
    assert isinstance(of_text, Refused)
    assert of_text.reason == "format"


@pytest.mark.parametrize("codes", [b"<FEFF4E2D>", b"<FFFE2D4E>", b"<8C002293>", b"/#D6#D0#CE#C4"])
def test_a_text_of_a_pdf_in_any_encoding_is_read_behind_the_fence(tmp_path: Path, codes: bytes) -> None:
    """A codec that is imported at its first use would be refused there, and the PDF with it."""
    path = tmp_path / "证照.pdf"
    path.write_bytes(simplest_pdf().replace(b"trailer\n<<", b"trailer\n<</ID[" + codes + codes + b"]"))
    assert isinstance(check_upload(path, path.name, work=tmp_path), Accepted)
