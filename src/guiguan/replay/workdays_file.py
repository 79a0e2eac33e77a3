"""A table of working days, as a file that the user supplies for years the program does not know."""

from __future__ import annotations

import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from guiguan.core.values.chinese import same_text
from guiguan.core.values.finding import Finding, InputError, Place
from guiguan.core.values.moment import DAY, NoSuchTime, day_of, parse_instant
from guiguan.core.values.workdays import Workdays
from guiguan.tables.read import read_table
from guiguan.tables.table import Table

ALIASES = {"日期": "date", "是否工作日": "is_workday", "工作日": "is_workday"}
_WORKS = {
    **dict.fromkeys(("1", "true", "yes", "y", "是", "上班", "工作日"), True),
    **dict.fromkeys(("0", "false", "no", "n", "否", "放假", "休息", "休息日"), False),
}
_UTC = ZoneInfo("UTC")


def read_workdays(path: Path | None) -> Workdays:
    """The official calendar, in which the years that occur in the file are as the file says.

    Columns date and is_workday. InputError with every row that cannot be read, and every day that is called both.
    """
    if path is None:
        return Workdays.official()
    table = read_table(path, required=["date", "is_workday"], aliases=ALIASES)
    rows: list[tuple[datetime.date, bool]] = []
    faults: list[Finding] = []
    for line, day, word in zip(table.lines, table.column("date"), table.column("is_workday"), strict=True):
        try:
            rows.append((_day(day), _WORKS[same_text(word)]))
        except ValueError:
            faults.append(_no_day(day).at(_place(table, line, "date")))
        except KeyError:
            faults.append(_no_answer(word).at(_place(table, line, "is_workday")))
    if faults:
        raise InputError(*faults)
    try:
        given = Workdays.from_table(rows, {day.year for day, _ in rows})
    except InputError as error:
        raise InputError(*(f.at(Place(table.file)) for f in error.findings)) from error
    return given.completed_by(Workdays.official())


def _day(text: str) -> datetime.date:
    """ValueError for what is no date, or has a time of day."""
    instant = parse_instant(text, _UTC)
    if instant % DAY:
        raise NoSuchTime("", "")
    return day_of(instant, _UTC)


def _place(table: Table, line: int, column: str) -> Place:
    return Place(table.file, line, table.columns.index(column) + 1)


def _no_day(text: str) -> Finding:
    return Finding(
        "workdays.no-day",
        f"“{text[:40]}”不是日期；请写成 2027-01-01 这样的形式",
        f"“{text[:40]}” is no date; write it like 2027-01-01",
    )


def _no_answer(text: str) -> Finding:
    return Finding(
        "workdays.no-answer",
        f"is_workday 应为“是”或“否”，写了“{text[:40]}”",
        f"is_workday must be yes or no, found “{text[:40]}”",
    )
