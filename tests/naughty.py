"""The Big List of Naughty Strings, from the folder of test data that is never copied into the repository."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest


def naughty_strings() -> list[str]:
    """Every string of the list; a test that asks is skipped where it is absent."""
    default = Path(__file__).resolve().parents[1].parent / "shared" / "data"
    file = Path(os.environ.get("GUIGUAN_TEST_DATA", default)) / "blns" / "blns.json"
    if not file.is_file():
        pytest.skip(f"no naughty strings at {file} (set GUIGUAN_TEST_DATA)")
    found: list[str] = json.loads(file.read_text(encoding="utf-8"))
    assert len(found) > 500
    return found
