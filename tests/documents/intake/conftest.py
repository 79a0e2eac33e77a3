"""What the tests of the intake share."""

from __future__ import annotations

import importlib
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from guiguan.documents.intake.verdict import RefusedHere, refused

Judge = Callable[..., str]


@pytest.fixture
def judge() -> Judge:
    """Calls one check in this process, without fence: the reason of its refusal, or "accepted"."""

    def judged(task: str, content: bytes, **wish: Any) -> str:
        look = importlib.import_module(f"guiguan.documents.intake.{task}").look
        try:
            look(io.BytesIO(content), io.BytesIO(), wish)
        except RefusedHere as refusal:
            return refused(refusal.sentence, *refusal.facts).reason
        return "accepted"

    return judged


@pytest.fixture(scope="session")
def uploads() -> Path:
    """The folder of odd and hostile files of others, which is never copied into the repository."""
    default = Path(__file__).resolve().parents[3].parent / "shared" / "data"
    folder = Path(os.environ.get("GUIGUAN_TEST_DATA", default)) / "uploads"
    if not folder.is_dir():
        pytest.skip(f"no test data at {folder} (set GUIGUAN_TEST_DATA)")
    return folder
