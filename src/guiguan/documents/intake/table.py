"""The cells of a workbook's first visible sheet, written down as JSON for whoever reads the list."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from typing import Any, BinaryIO

import python_calamine

from guiguan.documents.intake.verdict import RefusedHere
from guiguan.tables.number_text import float_text, significant_digits
from guiguan.tables.xlsx_scan import BrokenXml, ListScan, SheetScan

MOST_ROWS, MOST_COLUMNS = 5_000, 100
MOST_TEXT = 8_000_000
_SURE_DIGITS = 15
ERROR = "#N/A"
"""Stands for whatever error value a cell holds."""


def look(source: BinaryIO, output: BinaryIO, wish: dict[str, Any]) -> dict[str, Any]:
    """`{cells: [[row, column, text, kind, formula]], merged: [[row, column, row, column]], other: [names]}` is in `output`.

    The file went through the check of uploads before: its package is bounded and holds nothing active.
    """
    content = source.read()
    book = python_calamine.load_workbook(io.BytesIO(content))
    visible = [m.name for m in book.sheets_metadata if m.visible == python_calamine.SheetVisibleEnum.Visible]
    name = (visible or book.sheet_names)[0]
    sheet = book.get_sheet_by_name(name)
    if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
        raise RefusedHere("bomb-memory")
    scan = _scanned(content, book.sheet_names.index(name))
    formulas, errors = set(scan.formulas), set(scan.errors)
    cells: list[list[Any]] = []
    size = 0
    for row, values in enumerate(sheet.iter_rows(), start=1):
        for column, value in enumerate(values, start=1):
            text, kind = (ERROR, "error") if (row, column) in errors else _cell(value)
            if text:
                size += len(text)
                cells.append([row, column, text, kind, (row, column) in formulas])
    if size > MOST_TEXT:
        raise RefusedHere("bomb-memory")
    merged = [[a[0] + 1, a[1] + 1, b[0] + 1, b[1] + 1] for a, b in sheet.merged_cell_ranges or []]
    told = {"cells": cells, "merged": merged[:1_000], "other": [n[:31] for n in visible if n != name][:20]}
    output.write(json.dumps(told).encode())
    return {"cells": len(cells)}


def _cell(value: Any) -> tuple[str, str]:
    if isinstance(value, str):
        return value, "text"
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), "text"
    if isinstance(value, int | float):
        return float_text(value), "long_number" if significant_digits(value) > _SURE_DIGITS else "number"
    if isinstance(value, datetime.datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return (value.date().isoformat() if midnight else value.isoformat(" ", "minutes")), "date"
    return str(value), "date"


def _scanned(content: bytes, position: int) -> SheetScan:
    """The sheet at this place of the workbook: where formulas and error values stand, which the reader of values does not tell."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        listing, relations, scan = ListScan("sheet"), ListScan("Relationship"), SheetScan()
        try:
            listing.read(iter([package.read("xl/workbook.xml")]))
            relations.read(iter([package.read("xl/_rels/workbook.xml.rels")]))
            wanted = [s.get("id") for s in listing.found][position]
            target = next(r.get("Target", "") for r in relations.found if r.get("Id") == wanted)
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            scan.read(iter([package.read(part)]))
        except (KeyError, IndexError, StopIteration, BrokenXml) as error:
            raise RefusedHere("not-of-kind", "XLSX") from error
    return scan
