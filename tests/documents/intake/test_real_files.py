"""Odd and hostile files that others published: each gets the verdict that the manifest expects."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from PIL import Image

from guiguan.documents.intake.check import check_upload
from guiguan.documents.intake.verdict import Accepted

_DEFAULT = Path(__file__).resolve().parents[3].parent / "shared" / "data"
_MANIFEST = Path(os.environ.get("GUIGUAN_TEST_DATA", _DEFAULT)) / "uploads" / "manifest.csv"
ROWS = list(csv.DictReader(_MANIFEST.read_text("utf-8").splitlines())) if _MANIFEST.is_file() else []


def test_the_manifest_is_whole(uploads: Path) -> None:
    assert len(ROWS) == 83


@pytest.mark.parametrize("row", ROWS, ids=[row["file"] for row in ROWS])
def test_verdict(row: dict[str, str], uploads: Path, tmp_path: Path) -> None:
    path = uploads / row["file"]
    verdict = check_upload(path, path.name, work=tmp_path)
    if isinstance(verdict, Accepted):
        got = "accept_stripped" if verdict.replaced_by else "accept"
        assert row["expected"] in (got, "any")
    else:
        assert row["expected"] in (f"refuse:{verdict.reason}", "any")
        assert verdict.reason not in ("unchecked", "timeout")
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["DSCN0010.jpg", "DSCN0021.jpg", "45-gps_ifd.jpg", "32-lens_data.jpeg"])
def test_no_place_or_camera_remains(name: str, uploads: Path, tmp_path: Path) -> None:
    before = uploads / "images/exif-samples" / name
    with Image.open(before) as picture:
        assert len(picture.getexif()) > 0
    verdict = check_upload(before, name, work=tmp_path)
    assert isinstance(verdict, Accepted)
    assert verdict.replaced_by is not None
    with Image.open(verdict.replaced_by) as picture:
        assert dict(picture.getexif()) == {}
        assert dict(picture.getexif().get_ifd(0x8825)) == {}
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"Exif" not in verdict.replaced_by.read_bytes()


def test_a_picture_taken_upright_stays_upright(uploads: Path, tmp_path: Path) -> None:
    path = uploads / "images/exif-samples/portrait_6.jpg"
    with Image.open(path) as picture:
        lying = picture.size
        assert picture.getexif()[0x0112] == 6
    verdict = check_upload(path, path.name, work=tmp_path)
    assert isinstance(verdict, Accepted)
    assert (verdict.width, verdict.height) == (lying[1], lying[0])
    assert lying[0] > lying[1]
