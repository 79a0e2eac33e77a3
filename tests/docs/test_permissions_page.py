"""docs/permissions.md says what the table of permissions says."""

from __future__ import annotations

import importlib.util
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_page_is_what_the_table_says() -> None:
    spec = importlib.util.spec_from_file_location(
        "permissions_page", Path(__file__).with_name("permissions_page.py")
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = (DOCS / "permissions.md").read_text(encoding="utf-8")
    assert written == module.page(), "run: python tests/docs/permissions_page.py > docs/permissions.md"


def test_the_page_is_found() -> None:
    assert "(permissions.md)" in (DOCS / "README.md").read_text(encoding="utf-8")
