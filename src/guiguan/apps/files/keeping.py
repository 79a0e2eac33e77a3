"""Puts finished files into the storage so that a reader sees the whole file or none, and a crash leaves none behind half written."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files import File as Stream
from django.core.files.storage import FileSystemStorage, default_storage

from guiguan.adapters.disk import sync


class _Finished(Stream):  # type: ignore[type-arg]  # generic in the stubs alone, not when it runs
    """A file that a storage on the disk takes by moving it, which happens at once or not at all."""

    def __init__(self, content: IO[bytes], path: Path) -> None:
        super().__init__(content)
        self._path = path

    def temporary_file_path(self) -> str:
        return str(self._path)


@contextmanager
def work_folder() -> Iterator[Path]:
    """A folder of one's own on the disk of the data, gone afterwards."""
    place = Path(settings.GUIGUAN_DATA) / "intake"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=place) as folder:
        yield Path(folder)


def keep(path: Path, name: str) -> str:
    """The file lies in the storage, on the disk for good; its name there. `path` may be gone afterwards."""
    with path.open("rb") as content:
        os.fsync(content.fileno())
        stored = default_storage.save(name, _Finished(content, path))
    if isinstance(default_storage, FileSystemStorage):
        sync(Path(default_storage.path(stored)).parent)
    return stored


def copied(stored: str, to: Path) -> None:
    """What lies in the storage under this name lies also at `to`. FileNotFoundError where it does not."""
    with default_storage.open(stored) as source, to.open("wb") as copy:
        shutil.copyfileobj(source, copy, 1 << 16)
