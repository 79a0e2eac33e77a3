"""What the tests of tables share: a folder for files, and findings as short tuples."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from guiguan.core.values.finding import InputError
from guiguan.tables.read import read_table

Findings = list[tuple[str, int, int]]


@pytest.fixture
def refused(tmp_path: Path) -> Callable[..., Findings]:
    """Writes the bytes, if any, to the file, reads it, and gives (rule, line, column) of every error."""

    def read(name: str, content: bytes | None = None) -> Findings:
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(InputError) as caught:
            read_table(path, required=["entry"], shown_as=name)
        assert all(f.place.file == name for f in caught.value.findings)
        assert all(f.zh and f.en and "\n" not in f.line() for f in caught.value.findings)
        return [
            (f.rule, f.place.line, f.place.column) for f in caught.value.findings if f.severity == "error"
        ]

    return read


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data of others; tests that need it are skipped where it is absent."""
    default = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    folder = Path(os.environ.get("GUIGUAN_TEST_DATA", default))
    if not folder.is_dir():
        pytest.skip(f"no test data at {folder} (set GUIGUAN_TEST_DATA)")
    return folder
