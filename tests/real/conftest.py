"""Real data of others; every test here is skipped where it is absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data, which is never copied into the repository."""
    default = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    folder = Path(os.environ.get("GUIGUAN_TEST_DATA", default))
    if not folder.is_dir():
        pytest.skip(f"no test data at {folder} (set GUIGUAN_TEST_DATA)")
    return folder
