"""csv files in, row by row."""

from __future__ import annotations

import csv
from collections.abc import Generator
from pathlib import Path

from guiguan.tables.collected import Collected
from guiguan.tables.encoding import recognised_encoding
from guiguan.tables.guard import cleaned
from guiguan.tables.signature import require_kind

LONGEST_CELL = 1_000_000


def rows_of_csv(path: Path, found: Collected) -> Generator[tuple[int, list[str]], None, None]:
    """Each row with the line it begins in, counted from 1, header first; unreadable rows become findings."""
    require_kind(path, "text", found)
    encoding = recognised_encoding(path, found)
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        with path.open(encoding=encoding, newline="") as stream:
            if stream.read(1) != "\ufeff":
                stream.seek(0)
            # Strict: the lenient reader guesses where a quoted cell ends, and a guess may move a vote.
            reader = csv.reader(stream, strict=True)
            while True:
                line = reader.line_num + 1
                try:
                    row = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    _say_what_is_wrong(str(error), line, reader.line_num, found)
                    continue
                yield line, cleaned(row)
    finally:
        csv.field_size_limit(before)


def _say_what_is_wrong(error: str, line: int, last_line: int, found: Collected) -> None:
    if "field limit" in error:
        found.stop(
            "table.cell-too-long",
            f"从本行开始有一个单元格超过 {LONGEST_CELL} 字，多半是引号没有配对。请检查本行的引号；"
            "其后的内容尚未检查。",
            f"A cell that begins in this row is longer than {LONGEST_CELL} characters, probably for want of "
            "a closing quotation mark. Check the quotation marks of this row; what follows was not checked.",
            line=line,
        )
    if "unexpected end" in error or last_line > line or line == 1:
        found.stop(
            "table.quotes",
            "本行有引号没有配对。单元格内的引号须写成两个，整个单元格再用引号括起；其后的内容尚未检查。",
            "A quotation mark in this row has no partner. Double a quotation mark inside a cell and put the "
            "cell in quotation marks; what follows was not checked.",
            line=line,
        )
    found.add(
        "table.quotes",
        "本行的右引号之后还有文字。单元格内的引号须写成两个，整个单元格再用引号括起。",
        "Text follows a closing quotation mark in this row. Double a quotation mark inside a cell and put "
        "the whole cell in quotation marks.",
        line=line,
    )
