"""A table of working days decides about its years, or every row that cannot be read is told."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from guiguan.core.values.finding import InputError
from guiguan.core.values.workdays import Workdays
from guiguan.replay.workdays_file import read_workdays


@pytest.fixture
def table(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "workdays.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_without_a_file_the_official_calendar_stands() -> None:
    assert read_workdays(None) is Workdays.official()


def test_years_of_the_file_are_as_the_file_says_and_others_stay(table: Callable[[str], Path]) -> None:
    official = Workdays.official()
    found = read_workdays(
        table("日期,是否工作日\n2033-01-03,否\n2033/1/8,是\n2021-06-14,上班\n2021-06-12,放假\n")
    )
    january = [found.is_workday(datetime.date(2033, 1, d)) for d in range(3, 11)]
    assert january == [False, True, True, True, True, True, False, True]
    assert found.years == official.years | {2033}
    assert found.is_workday(datetime.date(2021, 6, 14))  # a holiday to the State Council
    assert found.is_workday(datetime.date(2021, 10, 4))  # which the file does not say of this year
    assert not official.is_workday(datetime.date(2021, 10, 4))
    assert found.count_in_year(2020) == official.count_in_year(2020)


@pytest.mark.parametrize(
    ("yes", "no"), [("是", "否"), ("1", "0"), ("TRUE", "False"), ("Yes", "no"), ("工作日", "休息日")]
)
def test_ways_to_say_yes_and_no(yes: str, no: str, table: Callable[[str], Path]) -> None:
    found = read_workdays(table(f"date,is_workday\n2033-01-01,{yes}\n2033-01-03,{no}\n"))
    assert found.is_workday(datetime.date(2033, 1, 1))
    assert not found.is_workday(datetime.date(2033, 1, 3))


def test_every_row_that_cannot_be_read_is_told_with_its_place(table: Callable[[str], Path]) -> None:
    path = table("is_workday,date\n是,2033-02-30\n也许,2033-01-03\n否,2033-01-04 08:00\n,2033-01-05\n是,\n")
    with pytest.raises(InputError) as caught:
        read_workdays(path)
    assert [(f.rule, f.place.line, f.place.column) for f in caught.value.findings] == [
        ("workdays.no-day", 2, 2),
        ("workdays.no-answer", 3, 1),
        ("workdays.no-day", 4, 2),
        ("workdays.no-answer", 5, 1),
        ("workdays.no-day", 6, 2),
    ]
    assert {f.place.file for f in caught.value.findings} == {str(path)}
    assert caught.value.findings[0].zh == "“2033-02-30”不是日期；请写成 2027-01-01 这样的形式"


def test_a_day_called_both_is_told_with_its_file(table: Callable[[str], Path]) -> None:
    path = table("date,is_workday\n2033-01-03,是\n2033-01-03,否\n")
    with pytest.raises(InputError) as caught:
        read_workdays(path)
    assert [(f.rule, f.place.file) for f in caught.value.findings] == [("workdays.twice", str(path))]


def test_a_table_without_its_columns_is_refused(table: Callable[[str], Path]) -> None:
    with pytest.raises(InputError) as caught:
        read_workdays(table("day,works\n2033-01-03,是\n"))
    assert {f.rule for f in caught.value.findings if f.severity == "error"} == {"table.missing-column"}
