"""xlsx files in: the first visible sheet, every value as text, nothing guessed.

python-calamine reads the values. What it does not tell (formulas, error values, merged cells) is found before
by a scan of the sheet's XML. Numbers come as floats, so those with more digits than Excel keeps are refused.
"""

from __future__ import annotations

import datetime
import posixpath
import tempfile
import zipfile
from collections.abc import Generator
from pathlib import Path

import python_calamine

from guiguan.tables.collected import Collected, listed, shown
from guiguan.tables.guard import cleaned
from guiguan.tables.number_text import float_text, significant_digits
from guiguan.tables.signature import require_kind
from guiguan.tables.xlsx_package import DAMAGE, Package, open_package, stop_as_broken
from guiguan.tables.xlsx_scan import EXCEL_ROWS, ListScan, SheetScan, TextScan, XmlScan, cell_name

Cell = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta
_SURE_DIGITS = 15
_MOST_CELLS = 30_000_000
_MOST_CHARACTERS = 4_000_000_000
_PARTS = (
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
)
_STRINGS = "xl/sharedStrings.xml"


def rows_of_xlsx(path: Path, found: Collected) -> Generator[tuple[int, list[str]], None, None]:
    """Each row of the first visible sheet with its number from 1; cells not to be trusted become findings."""
    require_kind(path, "zip", found)
    with tempfile.TemporaryDirectory(prefix="guiguan-") as folder:
        copy = Path(folder) / "checked.xlsx"
        try:
            sheet = _copy_checked(path, copy, found)
            with python_calamine.CalamineWorkbook.from_path(copy) as workbook:
                values = workbook.get_sheet_by_name(sheet)
                for number, row in enumerate(values.iter_rows(), start=1):
                    yield (
                        number,
                        cleaned([_text(cell, number, i, found) for i, cell in enumerate(row, start=1)]),
                    )
        except (python_calamine.CalamineError, *DAMAGE) as error:
            stop_as_broken(error, found)


def _copy_checked(path: Path, copy: Path, found: Collected) -> str:
    """The name of the sheet to read; `copy` then holds it and what belongs to it, all of it checked."""
    with open_package(path, found) as package:
        return _copy_sheet(package, copy, found)


def _copy_sheet(package: Package, copy: Path, found: Collected) -> str:
    if not package.has("xl/workbook.xml"):
        found.stop(
            "table.not-its-name",
            "扩展名为 .xlsx，内容却不是 Excel 工作簿。请在 Excel 中另存为 .xlsx；只改扩展名无效。",
            "The name ends in .xlsx, the content is no such workbook. Save it as .xlsx in Excel; renaming "
            "is not enough.",
        )
    sheets = _sheets(package)
    if not sheets:
        raise BrokenWorkbook("no worksheet")
    (name, part), *others = sheets
    _note_other_sheets(package, others, found)
    strings, scan = TextScan(), SheetScan()
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as checked:
        for fixed in _PARTS:
            if package.has(fixed):
                package.scan(fixed, XmlScan(), checked)
        if package.has(_STRINGS):
            package.scan(_STRINGS, strings, checked)
        package.scan(part, scan, checked)
    _judge(scan, strings.longest, found)
    return name


class BrokenWorkbook(ValueError):
    """The parts of the workbook do not fit together."""


def _sheets(package: Package) -> list[tuple[str, str]]:
    """(name, part) of every worksheet, the visible ones first, else in the workbook's order."""
    listing, relations = ListScan("sheet"), ListScan("Relationship")
    package.scan("xl/workbook.xml", listing)
    package.scan("xl/_rels/workbook.xml.rels", relations)
    parts = {
        r.get("Id"): r.get("Target", "") for r in relations.found if r.get("Type", "").endswith("/worksheet")
    }
    named = [(s.get("state", "visible"), s.get("name", ""), parts.get(s.get("id"))) for s in listing.found]
    sheets = [
        (state != "visible", name, posixpath.normpath(posixpath.join("/xl", part)).lstrip("/"))
        for state, name, part in named
        if part is not None
    ]
    if len({name for _, name, _ in sheets}) < len(sheets) or not all(
        package.has(part) for *_, part in sheets
    ):
        raise BrokenWorkbook("sheets are missing or share a name")
    return [(name, part) for _, name, part in sorted(sheets, key=lambda sheet: sheet[0])]


def _note_other_sheets(package: Package, others: list[tuple[str, str]], found: Collected) -> None:
    filled = []
    for name, part in others:
        scan = SheetScan()
        package.scan(part, scan)
        if scan.filled_row:
            filled.append(name)
    if filled:
        found.add(
            "table.other-sheets",
            f"只读取第一个可见的工作表；以下工作表有内容，未读取：{listed(filled, '、')}。",
            "Only the first visible sheet is read; these have content and were not read: "
            f"{listed(filled, ', ')}.",
            severity="note",
        )


def _judge(scan: SheetScan, longest: int, found: Collected) -> None:
    """Findings for all in the sheet that must not be read as plain values; stops where it is too large."""
    if scan.filled_row >= EXCEL_ROWS:
        found.stop(
            "table.too-many-rows",
            f"工作表用满了 Excel 的 {EXCEL_ROWS} 行，其后的数据可能已丢失。请从原系统导出 .csv 文件。",
            f"The sheet uses all {EXCEL_ROWS} rows of Excel; rows after them may be lost. Export a .csv "
            "file instead.",
        )
    if scan.rows * scan.columns > _MOST_CELLS or scan.texts * longest > _MOST_CHARACTERS:
        found.stop(
            "table.too-large",
            f"工作表占 {scan.rows} 行 {scan.columns} 列，过大。请删去表格之外的零星内容，或改交 .csv。",
            f"The sheet spans {scan.rows} rows and {scan.columns} columns with long texts. Delete stray "
            "cells outside of the table, or give a .csv file.",
        )
    for row, column in scan.formulas:
        name = cell_name(row, column)
        found.add(
            "table.formula",
            f"单元格 {name} 是公式。请复制后“选择性粘贴—数值”，再提交。",
            f"Cell {name} holds a formula. Copy it and paste it as a value (Paste Special, Values).",
            line=row,
            column=column,
        )
    for row, column in scan.errors:
        name = cell_name(row, column)
        found.add(
            "table.error-cell",
            f"单元格 {name} 是错误值（如 #N/A、#DIV/0!）。请改为正确的内容，或清空。",
            f"Cell {name} holds an error value such as #N/A. Correct it, or clear it.",
            line=row,
            column=column,
        )
    for span in scan.merged:
        found.add(
            "table.merged",
            f"单元格区域 {shown(span)} 已合并。请取消合并，并在每个单元格内填写内容。",
            f"The cells {shown(span)} are merged. Unmerge them and fill in every cell.",
            line=_first_row(span),
        )


def _first_row(span: str) -> int:
    digits = span.partition(":")[0].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ$").replace("$", "")
    return int(digits) if digits.isdigit() else 0


def _text(cell: Cell, row: int, column: int, found: Collected) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        if significant_digits(cell) > _SURE_DIGITS:
            _find_lost_number(row, column, found)
        return float_text(cell)
    if isinstance(cell, datetime.timedelta):
        minutes, seconds = divmod(int(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return cell.isoformat()


def _find_lost_number(row: int, column: int, found: Collected) -> None:
    name = cell_name(row, column)
    found.add(
        "table.number-lost",
        f"单元格 {name} 的数字超过 {_SURE_DIGITS} 位，Excel 只保存前 {_SURE_DIGITS} 位，其余可能已变成 0。"
        "编号、证件号请先把该列设为“文本”格式再重新填写；计算所得的小数请四舍五入后再填。",
        f"The number in cell {name} has more than {_SURE_DIGITS} digits, and Excel keeps only "
        f"{_SURE_DIGITS}. For ids, "
        "format the column as Text and enter them again; round computed decimals.",
        line=row,
        column=column,
    )
