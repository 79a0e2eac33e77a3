"""A form's repeated rows as a workbook in the layout of SC annex 1: title, unit and date, merged head, explanations, rows."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.form import Column, RowsField
from guiguan.tables.xlsx_out import formats, open_workbook, put, sheet_name

BLANK_ROWS = 20
_A_LINE, _HIGHEST = 11, 405
_LONGEST_CHOICES = 255
"""What Excel takes as the list behind a cell."""


def list_workbook(
    field: RowsField, unit: str, day: str, rows: Sequence[Mapping[str, str]], lang: str = "zh"
) -> bytes:
    """The workbook: with the rows given, or twenty blank ones. Every cell is a text, also those still to be filled.

    From the blueprint alone: title from the field, the head's first line from the columns' groups, its second from their
    titles, then what to fill in. Choices of one option can be picked from a list.
    """
    held = io.BytesIO()
    with open_workbook(held, in_order=False) as book:
        sheet = book.add_worksheet(sheet_name(say(field.label, lang)))
        _fill(book, sheet, field, unit, day, rows, lang)
    return held.getvalue()


def _fill(
    book: Workbook,
    sheet: Worksheet,
    field: RowsField,
    unit: str,
    day: str,
    rows: Sequence[Mapping[str, str]],
    lang: str,
) -> None:
    text, risky, _ = formats(book)
    for each in (text, risky):
        each.set_border(1)
    head = book.add_format(
        {
            "num_format": "@",
            "bold": True,
            "border": 1,
            "align": "center",
            "valign": "vcenter",
            "text_wrap": True,
        }
    )
    note = book.add_format(
        {"num_format": "@", "border": 1, "valign": "top", "text_wrap": True, "font_color": "#47565F"}
    )
    title = book.add_format(
        {"num_format": "@", "bold": True, "font_size": 18, "align": "center", "valign": "vcenter"}
    )
    who = book.add_format({"num_format": "@", "text_wrap": True, "valign": "vcenter"})
    english = lang == "en"
    last = len(field.columns)
    _merged(sheet, 0, 0, 0, last, say(field.label, lang), title)
    names = ("Applicant: ", "Date: ") if english else ("申报单位：", "申报日期：")
    _merged(sheet, 1, 0, 1, last, f"{names[0]}{unit}\n{names[1]}{day}", who)
    _merged(sheet, 2, 0, 3, 0, "No." if english else "序号", head)
    for first, end, group in _groups(field.columns, lang):
        if group:
            _merged(sheet, 2, first, 2, end, group, head)
    for place, column in enumerate(field.columns, start=1):
        label = say(column.label, lang)
        if column.group is None:
            _merged(sheet, 2, place, 3, place, label, head)
        else:
            sheet.write_string(3, place, label, head)
        sheet.write_string(4, place, explanation(column, lang), note)
        sheet.set_column(place, place, 22, text)
    sheet.write_string(4, 0, "How to fill in" if english else "填写说明", note)
    sheet.set_column(0, 0, 10, text)
    sheet.set_row(0, 34)
    sheet.set_row(4, _height([explanation(c, lang) for c in field.columns]))
    sheet.set_row(1, 36)
    _rows(sheet, field, rows, text, risky)
    sheet.freeze_panes(5, 1)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2, 3)


def _rows(
    sheet: Worksheet, field: RowsField, rows: Sequence[Mapping[str, str]], text: Format, risky: Format
) -> None:
    count = (
        max(len(rows), BLANK_ROWS)
        if field.max is None
        else min(max(len(rows), BLANK_ROWS), max(field.max, len(rows)))
    )
    for number in range(count):
        row = rows[number] if number < len(rows) else {}
        sheet.write_string(5 + number, 0, str(number + 1), text)
        sheet.set_row(5 + number, _height(list(row.values())))
        for place, column in enumerate(field.columns, start=1):
            cell = row.get(column.id, "")
            shown = cell.replace(";", "\n") if column.kind == "choices" else cell
            if shown:
                put(sheet, 5 + number, place, shown, text, risky)
            else:
                sheet.write_blank(5 + number, place, None, text)
    for place, column in enumerate(field.columns, start=1):
        options = [o if isinstance(o, str) else o.label for o in column.options]
        if (
            column.kind == "choice"
            and len(",".join(options)) <= _LONGEST_CHOICES
            and not any("," in o for o in options)
        ):
            sheet.data_validation(
                5, place, 4 + count, place, {"validate": "list", "source": options, "error_type": "warning"}
            )


def _height(texts: Sequence[str]) -> float:
    """Points for the longest of the texts, of about eleven Chinese characters a line; room for two lines where all are blank."""
    longest = max(
        (sum(max(1, -(-len(line) // _A_LINE)) for line in re.split("[\n;]", t)) for t in texts), default=1
    )
    return float(min(_HIGHEST, 15 * max(2, longest)))


def explanation(column: Column, lang: str = "zh") -> str:
    """What is wanted in the column, as the annex writes it: 【…】, then the options one a line."""
    english = lang == "en"
    lines: list[str] = []
    if column.kind == "choice":
        lines.append("[one of]" if english else "【以下单选】")
    elif column.kind == "choices":
        lines.append("[any of]" if english else "【以下多选】")
    if column.help:
        lines.append(f"[{say(column.help, lang)}]" if english else f"【{say(column.help, lang)}】")
    for option in column.options:
        label = option if isinstance(option, str) else option.label
        own = not isinstance(option, str) and option.text
        lines.append(label + ((": …" if english else "：……") if own else ""))
    return "\n".join(lines)


def _groups(columns: Sequence[Column], lang: str) -> list[tuple[int, int, str]]:
    """(first, last, title) of each run of columns under one group; places from 1."""
    runs: list[tuple[int, int, str]] = []
    for place, column in enumerate(columns, start=1):
        group = say(column.group, lang) if column.group else ""
        if runs and runs[-1][2] == group and group:
            runs[-1] = (runs[-1][0], place, group)
        else:
            runs.append((place, place, group))
    return runs


def _merged(
    sheet: Worksheet, top: int, left: int, bottom: int, right: int, text: str, format_: Format
) -> None:
    """The text over the range; merge_range would guess its kind."""
    if (top, left) != (bottom, right):
        sheet.merge_range(top, left, bottom, right, "", format_)
    sheet.write_string(top, left, text, format_)
