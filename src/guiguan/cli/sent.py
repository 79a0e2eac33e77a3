"""A file named on the command line, as the site's intake takes one from a browser. Loads Django."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.core.files.uploadedfile import UploadedFile

from guiguan.cli.files import opened
from guiguan.cli.say import progress, tell
from guiguan.core.values.finding import InputError, Place
from guiguan.documents.intake.verdict import refused


@contextmanager
def reading(file: str) -> Iterator[BinaryIO]:
    """The file open; findings raised meanwhile say that they are about it, and a terminal sees that something is done."""
    try:
        with opened(file) as handle, progress(tell("正在读取", "reading")):
            yield handle
    except InputError as error:
        raise InputError(*(f if f.place.file else f.at(Place(file)) for f in error.findings)) from error


def sent(handle: BinaryIO, file: str, megabytes: int) -> UploadedFile[bytes]:
    """The file as a browser would send it; one that is too large is refused before it is copied. Raises InputError."""
    size = os.fstat(handle.fileno()).st_size
    if size > megabytes * 2**20:
        raise InputError(refused("too-large", f"{size / 2**20:.1f}", str(megabytes)).finding)
    return UploadedFile(handle, name=Path(file).name)
