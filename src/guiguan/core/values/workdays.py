"""Working days: Monday to Friday, save the exceptions that a table states."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from guiguan.core.values.finding import Finding, InputError

_ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Workdays:
    """A calendar of working days: `exceptions` says of a day whether people work, `years` what is covered."""

    exceptions: Mapping[datetime.date, bool]
    years: frozenset[int]

    @staticmethod
    def official() -> Workdays:
        """The State Council's arrangements, with make-up days, as the installed `chinesecalendar` says."""
        return _official()

    @staticmethod
    def from_table(rows: Iterable[tuple[datetime.date, bool]], years: Iterable[int]) -> Workdays:
        """The calendar that a file gives: days that differ from Monday to Friday, and the years it covers.

        InputError with every finding where a day is given twice with different words or lies outside `years`.
        """
        covered = frozenset(years)
        exceptions: dict[datetime.date, bool] = {}
        findings: list[Finding] = []
        for day, works in rows:
            if exceptions.setdefault(day, works) != works:
                findings.append(_given_twice(day))
            if day.year not in covered:
                findings.append(_outside_years(day))
        if findings:
            raise InputError(*findings)
        return Workdays(MappingProxyType(exceptions), covered)

    def completed_by(self, other: Workdays) -> Workdays:
        """This calendar, and `other` for the years that this one does not cover."""
        more = {day: works for day, works in other.exceptions.items() if day.year not in self.years}
        return Workdays(MappingProxyType({**more, **self.exceptions}), self.years | other.years)

    def is_workday(self, day: datetime.date) -> bool:
        """Whether people work on that day; InputError where the calendar does not cover its year."""
        if day.year not in self.years:
            raise InputError(_no_data(day.year, self.years))
        return self.exceptions.get(day, day.weekday() < 5)

    def add_workdays(self, day: datetime.date, n: int) -> datetime.date:
        """The n-th working day after `day`, which itself does not count; n is 1 or more."""
        if n < 1:
            raise ValueError(f"{n} working days were asked for; at least 1 is wanted")
        while n:
            day += _ONE_DAY
            n -= self.is_workday(day)
        return day

    def count_in_year(self, year: int) -> int:
        """How many working days the year has; InputError where the calendar does not cover it."""
        first = datetime.date(year, 1, 1)
        length = 366 if _is_leap(year) else 365
        return sum(self.is_workday(first + i * _ONE_DAY) for i in range(length))


@cache
def _official() -> Workdays:
    from chinese_calendar.constants import holidays, workdays  # type: ignore[import-untyped]  # ships no types

    # The library lets a make-up day go before a holiday; so does the order here.
    rows = dict.fromkeys(holidays, False) | dict.fromkeys(workdays, True)
    return Workdays.from_table(rows.items(), {day.year for day in rows})


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _no_data(year: int, years: frozenset[int]) -> Finding:
    known = f"{min(years)}—{max(years)}" if years else "无"
    return Finding(
        "workdays.no-data",
        f"没有 {year} 年的工作日安排（现有：{known}）。请用 --workdays 另附工作日表（csv、xlsx 或 parquet）："
        f"两列 date、is_workday，列出 {year} 年放假的工作日和调休上班的周末，其余各日按周一至周五计。",
        f"no working days are known for {year} (known: {known if years else 'none'}); supply a table (csv, xlsx or "
        f"parquet) with --workdays: columns date and is_workday, a row where {year} differs from Monday to Friday",
    )


def _given_twice(day: datetime.date) -> Finding:
    return Finding(
        "workdays.twice",
        f"工作日表对 {day} 的说法前后不一，既上班又放假；请只保留一行。",
        f"the table of working days calls {day} both a working day and a day off; keep one row",
    )


def _outside_years(day: datetime.date) -> Finding:
    return Finding(
        "workdays.year",
        f"工作日表中的 {day} 不在该表所管的年份内；请补上这一年，或删去这一行。",
        f"the table of working days lists {day}, outside the years it covers; add the year or drop the row",
    )
