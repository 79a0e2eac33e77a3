from __future__ import annotations

import datetime
import json
import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiguan.core.values.finding import InputError
from guiguan.core.values.workdays import Workdays

DATA = (
    Path(os.environ.get("GUIGUAN_TEST_DATA") or Path(__file__).parents[4] / "shared" / "data") / "cn-holidays"
)
with_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="no ../shared/data/cn-holidays; set GUIGUAN_TEST_DATA"
)

YEARS = range(2019, 2027)
OFFICIAL = Workdays.official()


def test_working_days_of_eight_years() -> None:
    assert [OFFICIAL.count_in_year(year) for year in YEARS] == [250, 249, 250, 249, 249, 251, 248, 248]


@with_data
@pytest.mark.parametrize("year", YEARS)
def test_every_day_of_the_state_councils_papers(year: int) -> None:
    paper = json.loads((DATA / f"{year}.json").read_text(encoding="utf-8"))
    papers = {date.fromisoformat(day["date"]): not day["isOffDay"] for day in paper["days"]}
    # A paper may speak of the last days of the year before or the first of the next; its own is checked.
    ours = [date(year, 1, 1) + datetime.timedelta(days=i) for i in range(366 if year % 4 == 0 else 365)]
    wanted = {day: papers.get(day, day.weekday() < 5) for day in ours}
    assert {day: OFFICIAL.is_workday(day) for day in ours} == wanted


@pytest.mark.parametrize(
    ("after", "n", "day"),
    [
        (date(2021, 6, 10), 1, date(2021, 6, 11)),
        (date(2021, 6, 10), 2, date(2021, 6, 15)),  # 14 June is 端午节
        (date(2021, 6, 10), 5, date(2021, 6, 18)),
        (date(2021, 9, 30), 1, date(2021, 10, 8)),
        (date(2021, 9, 30), 2, date(2021, 10, 9)),  # a Saturday on which people work
        (date(2021, 12, 31), 1, date(2022, 1, 4)),
        (date(2020, 1, 23), 1, date(2020, 2, 3)),  # the holiday of 2020 was prolonged
    ],
)
def test_the_nth_working_day_after(after: date, n: int, day: date) -> None:
    assert OFFICIAL.add_workdays(after, n) == day


@pytest.mark.parametrize("n", [0, -1])
def test_no_working_day_is_the_zeroth(n: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        OFFICIAL.add_workdays(date(2021, 6, 10), n)


@given(st.dates(date(2019, 1, 1), date(2025, 6, 30)), st.integers(1, 60), st.integers(1, 60))
def test_waiting_twice_is_waiting_once_for_both(day: date, n: int, m: int) -> None:
    assert OFFICIAL.add_workdays(OFFICIAL.add_workdays(day, n), m) == OFFICIAL.add_workdays(day, n + m)
    assert OFFICIAL.is_workday(OFFICIAL.add_workdays(day, n))


@pytest.mark.parametrize("year", [1999, 2099])
def test_a_year_without_arrangements_is_an_error_that_says_what_to_supply(year: int) -> None:
    with pytest.raises(InputError) as caught:
        OFFICIAL.is_workday(date(year, 6, 1))
    (finding,) = caught.value.findings
    assert (finding.rule, finding.severity) == ("workdays.no-data", "error")
    assert f"没有 {year} 年的工作日安排" in finding.zh
    assert "date、is_workday" in finding.zh
    assert f"no working days are known for {year}" in finding.en


def test_counting_across_the_last_known_day_never_guesses() -> None:
    calendar = Workdays.from_table([], [2030])
    with pytest.raises(InputError, match=r"workdays\.no-data"):
        calendar.add_workdays(date(2030, 12, 30), 2)
    with pytest.raises(InputError, match=r"workdays\.no-data"):
        calendar.count_in_year(2031)


def test_a_table_replaces_the_official_calendar() -> None:
    table = Workdays.from_table(
        [(date(2021, 6, 14), True), (date(2021, 6, 12), True), (date(2021, 6, 15), False)], [2021]
    )
    days = [date(2021, 6, d) for d in range(11, 17)]
    assert [table.is_workday(day) for day in days] == [True, True, False, True, False, True]
    assert table.count_in_year(2021) == 261 + 1 - 1


def test_a_table_that_contradicts_itself_or_its_years_gives_every_finding() -> None:
    rows = [
        (date(2021, 6, 14), True),
        (date(2021, 6, 14), True),
        (date(2021, 6, 14), False),
        (date(2022, 1, 3), False),
    ]
    with pytest.raises(InputError) as caught:
        Workdays.from_table(rows, [2021])
    assert [f.rule for f in caught.value.findings] == ["workdays.twice", "workdays.year"]


def test_no_years_at_all_are_said_to_be_none() -> None:
    with pytest.raises(InputError, match="现有：无"):
        Workdays.from_table([], []).is_workday(date(2021, 1, 4))


def test_a_calendar_is_completed_by_another_for_other_years_only() -> None:
    table = Workdays.from_table([(date(2021, 6, 14), True), (date(2030, 1, 1), False)], [2021, 2030])
    whole = table.completed_by(OFFICIAL)
    assert whole.years == OFFICIAL.years | {2030}
    assert whole.is_workday(date(2021, 10, 4))  # the table says nothing of it, so it is a Monday like others
    assert not whole.is_workday(date(2020, 10, 5))
    assert not whole.is_workday(date(2030, 1, 1))
