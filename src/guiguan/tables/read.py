"""Tables in: csv, xlsx or parquet by the name's ending, the same rules for all three."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from types import MappingProxyType

from guiguan.tables.collected import Collected, shown
from guiguan.tables.csv_in import rows_of_csv
from guiguan.tables.header import Header, read_header
from guiguan.tables.parquet_in import rows_of_parquet
from guiguan.tables.table import Table
from guiguan.tables.xlsx_in import rows_of_xlsx
from guiguan.tables.xlsx_scan import EXCEL_ROWS

Rows = Iterator[tuple[int, list[str]]]
Reader = Callable[[Path, Collected], Generator[tuple[int, list[str]], None, None]]
_READERS: dict[str, Reader] = {
    ".csv": rows_of_csv,
    ".xlsx": rows_of_xlsx,
    ".parquet": rows_of_parquet,
}
_NO_ALIASES: Mapping[str, str] = MappingProxyType({})


def read_table(
    path: Path,
    *,
    required: Sequence[str],
    known: Collection[str] = (),
    aliases: Mapping[str, str] = _NO_ALIASES,
    shown_as: str | None = None,
) -> Table:
    """The table in the file, with every required column; InputError with all findings where there is none.

    required, known: column names of the contract; others are kept and noted. aliases: Chinese header name to
    the contract's name. Names match after NFKC, without outer white space and letter case. Rows that are
    wholly blank are skipped. shown_as: the file's name in findings, `path` if left out.
    """
    found = Collected(shown_as or str(path))
    reader = _reader(path, found)
    try:
        # Closed here, so that a refusal halfway leaves no open file and no temporary folder behind.
        with closing(reader(path, found)) as rows:
            line, cells = _header_row(rows, found)
            header = read_header(cells, line, found, required=required, known=known, aliases=aliases)
            kept, lines = _gathered(rows, header, found)
    except OSError as error:
        found.stop(
            "table.no-file",
            f"文件无法读取（{error.strerror}）。请检查路径和权限。",
            f"The file cannot be read ({error.strerror}). Check its path and permissions.",
        )
    found.require_no_error()
    columns = tuple(header.names[i] for i in header.kept)
    return Table(found.file, columns, kept, lines, found.findings)


def _reader(path: Path, found: Collected) -> Reader:
    if not path.is_file():
        found.stop(
            "table.no-file",
            "文件不存在，或者不是普通文件。请检查路径。",
            "There is no such file, or it is not a regular file. Check the path.",
        )
    suffix = path.suffix.lower()
    if suffix not in _READERS:
        found.stop(
            "table.not-its-name",
            f"扩展名“{shown(suffix)}”不在可读之列（.csv、.xlsx、.parquet）。请用原软件另存为其中一种。",
            f"Files named “{shown(suffix)}” are not read; .csv, .xlsx and .parquet are. Save it as one of "
            "them.",
        )
    if path.stat().st_size == 0:
        _stop_as_empty(found)
    return _READERS[suffix]


def _stop_as_empty(found: Collected) -> None:
    found.stop(
        "table.empty",
        "文件是空的。第一行应为列名，其后每行一条记录。",
        "The file is empty. The first row should hold the column names, each row after it one record.",
    )


def _header_row(rows: Rows, found: Collected) -> tuple[int, list[str]]:
    for number, (line, cells) in enumerate(rows):
        if not any(cells):
            continue
        if number > 0:
            found.stop(
                "table.header-row",
                f"第一行是空的，内容从第 {line} 行开始。请删去上面的空行，使列名位于第一行。",
                f"The first row is blank, content begins in row {line}. Delete the blank rows above the "
                "column names.",
                line=line,
            )
        return line, cells
    _stop_as_empty(found)
    raise AssertionError("unreachable: an empty table stops the reading")


def _gathered(rows: Rows, header: Header, found: Collected) -> tuple[list[tuple[str, ...]], list[int]]:
    kept: list[tuple[str, ...]] = []
    lines: list[int] = []
    width = len(header.names)
    unnamed = [i for i, name in enumerate(header.names) if not name]
    count = 1
    for line, cells in rows:
        count += 1
        text = "".join(cells)
        if not text:
            continue
        if "\0" in text:
            _find_nul(cells, line, found)
        if len(cells) != width:
            _find_wrong_length(cells, width, line, found)
            continue
        if unnamed:
            unnamed = _still_unfilled(cells, unnamed, line, found)
            cells = [cells[i] for i in header.kept]
        kept.append(tuple(cells))
        lines.append(line)
    if count == EXCEL_ROWS:
        _warn_of_full_sheet(found)
    return kept, lines


def _find_nul(cells: list[str], line: int, found: Collected) -> None:
    for column, cell in enumerate(cells, start=1):
        if "\0" in cell:
            found.add(
                "table.nul",
                "单元格含有空字符（NUL），多半是文件传输或导出时损坏。请重新导出，或删去该字符。",
                "The cell holds a NUL character; the file was probably damaged on its way. Export it again.",
                line=line,
                column=column,
            )


def _find_wrong_length(cells: list[str], width: int, line: int, found: Collected) -> None:
    found.add(
        "table.row-length",
        f"本行有 {len(cells)} 个单元格，表头有 {width} 个。请检查是否漏了或多了逗号；"
        "含逗号的文字须用引号括起。",
        f"This row has {len(cells)} cells, the header has {width}. Check for a missing or surplus comma; "
        "text with a comma needs quotation marks.",
        line=line,
        column=min(len(cells), width) + 1,
    )


def _still_unfilled(cells: list[str], unnamed: list[int], line: int, found: Collected) -> list[int]:
    for i in unnamed:
        if cells[i]:
            found.add(
                "table.unnamed-column",
                f"第 {i + 1} 列有内容，却没有列名。请在第一行补上列名，或清空该列。",
                f"Column {i + 1} has content and no name. Name it in the first row, or clear the column.",
                line=line,
                column=i + 1,
            )
    return [i for i in unnamed if not cells[i]]


def _warn_of_full_sheet(found: Collected) -> None:
    found.add(
        "table.too-many-rows",
        f"表格恰有 {EXCEL_ROWS} 行，正是 Excel 的上限，可能被截断过。请核对原始数据是否完整。",
        f"The table has exactly {EXCEL_ROWS} rows, Excel's limit; it may have been cut off. Check that it "
        "is complete.",
        severity="warning",
    )
