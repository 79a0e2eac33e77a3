"""csv as this program writes it: UTF-8 without BOM, LF line ends, quotation marks only where needed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from guiguan.tables.guard import guarded

_NEEDS_QUOTES = re.compile(r'[,"\r\n]|^\s|\s$')
# Other programs cannot read either: NUL ends a C string, a lone surrogate is no character.
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")


def write_csv(
    path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]], *, bom: bool = False
) -> None:
    """The file holds the header and the rows, or is untouched if anything fails.

    Cells that a spreadsheet would run are guarded (see guard.py) and `read_table` removes the guard. NUL and
    lone surrogates become U+FFFD. `bom`: for Chinese Excel, which takes a file without one for GB18030. ValueError where a row has more or fewer cells than there are columns.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as stream:
            stream.write(("\ufeff" if bom else "") + _line(columns))
            for number, row in enumerate(rows, start=1):
                if len(row) != len(columns):
                    raise ValueError(f"row {number} has {len(row)} cells, {len(columns)} columns are wanted")
                stream.write(_line(row))
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _line(cells: Sequence[str]) -> str:
    # Not csv.writer: with LF line ends it leaves a lone CR without quotes, which readers take for a new row.
    return ",".join(map(_cell, cells)) + "\n" if list(cells) != [""] else '""\n'


def _cell(text: str) -> str:
    safe = guarded(_UNWRITABLE.sub("\ufffd", text))
    return '"' + safe.replace('"', '""') + '"' if _NEEDS_QUOTES.search(safe) else safe
