"""xlsx as this program writes it: every cell a text, so that nothing that anybody typed can become a formula.

Cells that begin with = + - @ (or the full-width ＝ ＋ － ＠), TAB or CR also carry the mark that Excel itself sets for a typed
apostrophe, which it keeps when the cell is edited. Source: OWASP, CSV Injection.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from guiguan.tables.guard import is_risky
from guiguan.tables.xlsx_scan import EXCEL_ROWS

MOST_CHARACTERS = 32_767
"""What Excel keeps in one cell, in units of UTF-16: an emoji or a rare character is two of them."""
_LONGER = "…（共 {n} 字，Excel 单元格放不下，全文请下载 CSV）"
_UNWRITABLE = re.compile("[\ud800-\udfff]")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_WIDE = 40


class TooManyRows(ValueError):
    """More rows than a sheet of Excel holds; csv takes them."""


def write_xlsx(to: Path | BinaryIO, title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """The file holds the header and the rows as texts; returns how many rows. `title` names the sheet.

    Rows go to the disk as they come: memory stays the same for any number of them. ValueError where a row has more or fewer
    cells than there are columns, TooManyRows past Excel's last row.
    """
    with open_workbook(to) as book:
        sheet = book.add_worksheet(sheet_name(title))
        text, risky, head = formats(book)
        for column, label in enumerate(columns):
            put(sheet, 0, column, label, head, head)
            sheet.set_column(column, column, min(_WIDE, max(12, 2 * len(label) + 4)), text)
        sheet.freeze_panes(1, 0)
        number = 0
        for number, row in enumerate(rows, start=1):
            if len(row) != len(columns):
                raise ValueError(f"row {number} has {len(row)} cells, {len(columns)} columns are wanted")
            if number >= EXCEL_ROWS:
                raise TooManyRows(f"a sheet holds {EXCEL_ROWS - 1} rows")
            for column, cell in enumerate(row):
                if cell:
                    put(sheet, number, column, cell, text, risky)
        if columns:
            sheet.autofilter(0, 0, max(number, 1), len(columns) - 1)
        return number


def open_workbook(to: Path | BinaryIO, *, in_order: bool = True) -> Workbook:
    """A workbook in which nothing is guessed. `in_order`: cells are written row by row, and kept on the disk meanwhile."""
    plain = {
        "constant_memory": in_order,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    return xlsxwriter.Workbook(str(to) if isinstance(to, Path) else to, plain)


def formats(book: Workbook) -> tuple[Format, Format, Format]:
    """Of a text cell, of one that looks like a formula, and of the header."""
    body = {"num_format": "@", "text_wrap": True, "valign": "top"}
    return (
        book.add_format(body),
        book.add_format({**body, "quote_prefix": True}),
        book.add_format({**body, "bold": True, "border": 1, "bg_color": "#E3EFF2"}),
    )


def put(
    sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: str, text: Format, risky: Format
) -> None:
    """The cell holds the text: cut, and saying so, where Excel has no room for it."""
    safe = _UNWRITABLE.sub("\ufffd", cell)
    if len(units := safe.encode("utf-16-le")) > 2 * MOST_CHARACTERS:
        note = _LONGER.format(n=len(safe))
        safe = units[: 2 * (MOST_CHARACTERS - len(note))].decode("utf-16-le", "ignore") + note
    done = sheet.write_string(row, column, safe, risky if is_risky(safe) else text)
    if done != 0:
        raise ValueError(f"row {row}, column {column} could not be written ({done})")


def sheet_name(title: str) -> str:
    """The title as Excel takes it for a sheet."""
    return _SHEET_NAME.sub(" ", title).strip(" '")[:31] or "Sheet1"
