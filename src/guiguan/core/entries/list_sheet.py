"""A sheet with a list of rows, such as SC annex 1, read into a form's repeated rows: what was read, what was not, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.form import Column, RowsField
from guiguan.core.entries.list_choices import chosen
from guiguan.core.values.chinese import same_text

Kind = Literal["text", "number", "date", "error", "long_number"]
MOST_ROWS = 2_000
LONGEST = 20_000
_NOT_ROWS = ("How to fill in", "填写说明", "填写案例", "填表说明", "示例", "例")
_NOTES = ("注", "备注", "说明", "填表", "联系人", "填报人", "审核人", "合计", "申报单位", "申报日期")
_NUMBER = ("序号", "编号")


@dataclass(frozen=True)
class Cell:
    """A cell as the sheet has it. `formula`: the text is the value that the sheet had last computed."""

    text: str
    kind: Kind = "text"
    formula: bool = False


@dataclass(frozen=True)
class Sheet:
    """Cells by (row, column) from 1; merged ranges as (first row, first column, last row, last column)."""

    cells: Mapping[tuple[int, int], Cell]
    merged: Sequence[tuple[int, int, int, int]] = ()

    @property
    def last_row(self) -> int:
        return max((r for r, _ in self.cells), default=0)


@dataclass(frozen=True)
class At:
    """Something to say about one cell, or about the sheet where `row` is 0: where, under which title, what was found, what is wanted."""

    row: int
    column: int
    title: str
    zh: str
    en: str

    @property
    def place(self) -> str:
        return f"{letters(self.column)}{self.row}" if self.row and self.column else f"{self.row or ''}"

    def text(self, lang: str = "zh") -> str:
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True)
class ReadList:
    """The rows, with faulty cells left empty; every fault at its cell; and what is to be known besides."""

    rows: tuple[dict[str, str], ...]
    places: tuple[int, ...] = ()  # the sheet's row of each
    faults: tuple[At, ...] = ()
    notes: tuple[At, ...] = ()


@dataclass
class _Reading:
    form: RowsField
    sheet: Sheet
    faults: list[At] = field(default_factory=list)
    notes: list[At] = field(default_factory=list)

    @cached_property
    def texts(self) -> Mapping[int, Mapping[int, str]]:
        """What stands in each row, by column: looked up row by row, a sheet takes no longer than it has cells."""
        found: dict[int, dict[int, str]] = {}
        for (row, column), cell in self.sheet.cells.items():
            if text := cell.text.strip():
                found.setdefault(row, {})[column] = text
        return found

    def fault(self, row: int, column: int, title: str, zh: str, en: str) -> None:
        self.faults.append(At(row, column, title, zh, en))

    def note(self, row: int, column: int, title: str, zh: str, en: str) -> None:
        self.notes.append(At(row, column, title, zh, en))


def read_list(form: RowsField, sheet: Sheet) -> ReadList:
    """The rows below the header, whose titles are found wherever they stand. Titles may be moved and be in any order."""
    reading = _Reading(form, _spread(sheet))
    head, places = _header(reading)
    if head == 0:
        names = "、".join(say(c.label) for c in form.columns)
        reading.fault(
            0,
            0,
            "",
            f"没有找到表头。表头应有：{names}",
            "no header row with this list's column titles was found",
        )
        return ReadList((), faults=tuple(reading.faults))
    for column in form.columns:
        if column.id not in places:
            reading.fault(
                head,
                0,
                say(column.label),
                f"缺少“{say(column.label)}”一列，请补上",
                f"the column {say(column.label, 'en')} is missing",
            )
    _note_unknown(reading, head, places)
    rows: list[dict[str, str]] = []
    at: list[int] = []
    for number in range(head + 1, reading.sheet.last_row + 1):
        if not _is_row(reading, number, places):
            continue
        if len(rows) == (form.max or MOST_ROWS):
            most = form.max or MOST_ROWS
            reading.fault(
                number,
                0,
                "",
                f"第 {number} 行起没有读取：至多 {most} 行",
                f"rows from {number} on were not read: at most {most}",
            )
            break
        rows.append(
            {
                c.id: t
                for c in form.columns
                if c.id in places and (t := _value(reading, c, number, places[c.id]))
            }
        )
        at.append(number)
    _note_merged(reading, sheet, head)
    return ReadList(tuple(rows), tuple(at), tuple(reading.faults), tuple(reading.notes))


def _spread(sheet: Sheet) -> Sheet:
    """A value that was merged over several rows stands in each of them: so people mean it."""
    cells, furthest = dict(sheet.cells), sheet.last_row + MOST_ROWS
    for top, left, bottom, right in sheet.merged:
        value = sheet.cells.get((top, left))
        if value is not None and left == right:
            cells |= {(row, left): value for row in range(top, min(bottom, furthest) + 1)}
    return Sheet(cells, sheet.merged)


def _key(text: str) -> str:
    return same_text(re.sub(r"\s+", "", text))


def _header(reading: _Reading) -> tuple[int, dict[str, int]]:
    """The row with most of the titles (at least half), and where each stands. The last of equals: group titles stand above."""
    wanted = {_key(say(c.label, lang)): c.id for c in reading.form.columns for lang in ("zh", "en")}
    by_row: dict[int, dict[str, int]] = {}
    for (row, column), cell in sorted(reading.sheet.cells.items()):
        name = wanted.get(_key(cell.text))
        if name is not None:
            by_row.setdefault(row, {}).setdefault(name, column)
    if not by_row:
        return 0, {}
    best = max(by_row, key=lambda r: (len(by_row[r]), r))
    return (best, by_row[best]) if 2 * len(by_row[best]) >= len(reading.form.columns) else (0, {})


def _note_unknown(reading: _Reading, head: int, places: Mapping[str, int]) -> None:
    known = {*places.values(), _numbers(reading, head)}
    for (row, column), cell in sorted(reading.sheet.cells.items()):
        if row == head and column not in known and cell.text.strip():
            title = cell.text.strip()
            reading.note(
                row,
                column,
                title,
                f"没有“{title}”这一栏，该列没有读取",
                f"there is no column {title}; it was not read",
            )


def _numbers(reading: _Reading, head: int) -> int:
    """The column of running numbers; 0 where there is none."""
    for row in (head, head - 1):
        for (r, column), cell in sorted(reading.sheet.cells.items()):
            if r == row and _key(cell.text) in _NUMBER:
                return column
    return 0


def _is_row(reading: _Reading, number: int, places: Mapping[str, int]) -> bool:
    """Whether the row holds an item of the list; what looks like a note beneath it is told as not read."""
    given = reading.texts.get(number, {})
    mine = {c: t for c, t in given.items() if c in places.values()}
    first = given[min(given)] if given else ""
    if first.startswith(_NOT_ROWS):
        return False
    lone = len({*given.values()}) == 1 and (
        not mine or re.match(rf"({'|'.join(_NOTES)})\s*[：:\d]", half(first))
    )
    if given and ((lone and not re.fullmatch(r"\d{1,5}", first)) or (not mine and not first.isdigit())):
        reading.note(
            number,
            min(given),
            "",
            f"这一行不是清单内容，没有读取：{first[:60]}",
            f"this line is no row of the list and was not read: {first[:60]}",
        )
        return False
    return bool(mine)


def half(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _value(reading: _Reading, column: Column, row: int, place: int) -> str:
    cell = reading.sheet.cells.get((row, place))
    title = say(column.label)
    if cell is None or not cell.text.strip():
        return ""
    if cell.kind == "error":
        reading.fault(
            row,
            place,
            title,
            "是错误值（如 #N/A、#REF!），请改为文字或清空",
            "holds an error value such as #N/A; write a text or clear it",
        )
        return ""
    if cell.kind == "long_number":
        reading.fault(
            row,
            place,
            title,
            f"数字 {cell.text} 超过 15 位，Excel 只存前 15 位，其余可能已变成 0。请把该格设为“文本”后重新填写",
            f"the number {cell.text} has more than 15 digits, which Excel does not keep; format the cell as text and type it again",
        )
        return ""
    if len(cell.text) > LONGEST:
        reading.fault(
            row,
            place,
            title,
            f"{len(cell.text)} 字，超过 {LONGEST} 字",
            f"{len(cell.text)} characters, over {LONGEST}",
        )
        return ""
    if cell.formula:
        reading.note(
            row,
            place,
            title,
            f"是公式，取了它的计算结果“{cell.text[:40]}”",
            f"is a formula; its value was taken: {cell.text[:40]}",
        )
    if cell.kind == "date":
        reading.note(row, place, title, f"是日期，读作 {cell.text}", f"is a date, read as {cell.text}")
    text = cell.text.replace("\r\n", "\n").strip()
    return _choice(reading, column, row, place, text) if column.kind != "text" else text


def _choice(reading: _Reading, column: Column, row: int, place: int, text: str) -> str:
    found = chosen(column, text)
    title = say(column.label)
    options = "、".join(o if isinstance(o, str) else o.label for o in column.options)
    wrong = [t for t in found.rest if not t.startswith("其他")]
    if wrong:
        reading.fault(
            row,
            place,
            title,
            f"“{wrong[0][:40]}”不是选项，应为：{options}",
            f"“{wrong[0][:40]}” is no option; options: {options}",
        )
        return ""
    if column.kind == "choice" and len(found.options) + len(found.rest) > 1:
        reading.fault(
            row,
            place,
            title,
            f"选了 {len(found.options) + len(found.rest)} 项，只能选一项：{options}",
            f"one option only: {options}",
        )
        return ""
    return found.cell


def _note_merged(reading: _Reading, sheet: Sheet, head: int) -> None:
    for top, left, _bottom, right in sheet.merged:
        cell = sheet.cells.get((top, left))
        if (
            top > head
            and cell is not None
            and cell.text.strip()
            and not cell.text.strip().startswith((*_NOTES, *_NOT_ROWS))
        ):
            if left == right:
                reading.note(
                    top,
                    left,
                    "",
                    "合并了几行，内容用于其中每一行",
                    "is merged over several rows; its content counts for each",
                )
            else:
                reading.note(
                    top,
                    left,
                    "",
                    "合并了几列，内容只用于第一列",
                    "is merged over several columns; its content counts for the first",
                )


def letters(column: int) -> str:
    """ "B" for 2."""
    text = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
