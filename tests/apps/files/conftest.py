"""A data folder of the test's own, and bytes that pass for a picture and for a PDF."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

MADE = 1_775_016_000_000
FREE: dict[str, Any] = {"formats": (), "megabytes": 20}


def picture_of(width: int = 800, height: int = 600, kind: str = "JPEG") -> bytes:
    """A picture that is not all of one colour."""
    made = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(made, kind)
    return made.getvalue()


def pdf_of(pages: int = 1) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(595, 842)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


@pytest.fixture
def data(tmp_path: Path, settings: Any) -> Path:
    """Where parts and files of this test lie."""
    settings.GUIGUAN_DATA = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files", "base_url": None, "file_permissions_mode": 0o600},
        }
    }
    return tmp_path
