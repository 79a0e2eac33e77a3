"""Every window and every term of working days has its dates; what has no day to count from is never given one."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from guiguan.core.blueprint.load import load_blueprint
from guiguan.core.blueprint.timetable import Term, timetable
from guiguan.core.values.finding import InputError
from guiguan.core.values.workdays import Workdays

DECLARE = {"id": "declare", "kind": "declaration", "window": ["2021-05-07", "2021-06-06"]}
CHECK = {"id": "check", "kind": "screening", "undecided": "fails"}
NOTICE = {"id": "notice", "kind": "notice", "working_days": 5}
Row = tuple[str, str, str, Term | None, bool]


def rows(*stages: dict[str, Any], workdays: Workdays | None = None, **keys: Any) -> list[Row]:
    """(stage or event, begins, ends, term, whether for correction) of each line of a campaign of these stages."""
    text = json.dumps(
        {
            "blueprint": 1,
            "campaign": "small",
            "title": "小活动",
            "organisers": {"host": ["某委员会"]},
            "categories": [{"id": "all", "title": "全部"}],
            "stages": stages,
            **keys,
        }
    )
    b = load_blueprint(text.encode(), "small.yaml").blueprint
    found = timetable(b, workdays or Workdays.official())
    return [(d.of.id if d.of else "", d.begins, d.ends, d.term, d.correction) for d in found]


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def test_windows_stand_as_written_in_the_order_of_the_campaign() -> None:
    vote = {**DECLARE, "id": "again", "window": ["2021-06-10 09:00", "2021-06-16 18:00"]}
    paper = {"id": "paper", "kind": "paper", "copies": 2, "until": "2021-06-08"}
    event = {"id": "reveal", "kind": "reveal", "title": "揭晓", "window": ["2021-07-20", "2021-07-21"]}
    later = {"id": "forum", "kind": "forum", "title": "论坛"}
    found = rows(DECLARE, paper, vote, CHECK, period=["2021-05-07", "2021-07-31"], events=[event, later])
    assert found == [
        ("", "2021-05-07", "2021-07-31", None, False),
        ("declare", "2021-05-07", "2021-06-06", None, False),
        ("paper", "", "2021-06-08", None, False),
        ("again", "2021-06-10 09:00", "2021-06-16 18:00", None, False),
        ("check", "", "", None, False),
        ("reveal", "2021-07-20", "2021-07-21", None, False),
        ("forum", "", "", None, False),
    ]


def test_a_notice_lasts_so_many_working_days_after_what_comes_before_it_has_ended() -> None:
    # 6 June 2021 is a Sunday; 12 to 14 June are the Dragon Boat festival.
    found = rows(DECLARE, NOTICE, {**NOTICE, "id": "again", "working_days": 1})
    assert found[1] == ("notice", "", "2021-06-11", Term(5, day("2021-06-06"), "declare"), False)
    assert found[2] == ("again", "", "2021-06-15", Term(1, day("2021-06-11"), "notice"), False)


def test_stages_without_dates_in_between_are_named() -> None:
    select = {"id": "short", "kind": "selection", "by": "vote", "take": {"count": 1}}
    vote = {
        "id": "vote",
        "kind": "ballots",
        "window": ["2021-06-10", "2021-06-16 18:00"],
        "voter": ["wechat"],
        "choices": {"exactly": 1},
        "repeated": "drop_choice",
        "unknown": "drop_choice",
        "limits": [],
        "counts": "shown",
    }
    found = rows(DECLARE, vote, select, CHECK, NOTICE)
    assert found[-1][2:4] == ("2021-06-23", Term(5, day("2021-06-16"), "vote", ("short", "check")))


def test_a_notice_that_takes_from_an_earlier_stage_counts_from_that() -> None:
    late = {**CHECK, "window": ["2021-06-07", "2021-06-30"]}
    found = rows(DECLARE, late, {**NOTICE, "takes": "declare"})
    assert found[2][2:4] == ("2021-06-11", Term(5, day("2021-06-06"), "declare"))


def test_a_window_of_the_notice_itself_stands() -> None:
    found = rows(DECLARE, {**NOTICE, "window": ["2021-07-01", "2021-07-07"]})
    assert found[1] == ("notice", "2021-07-01", "2021-07-07", None, False)


def test_a_screening_that_runs_beside_a_stage_ends_with_it() -> None:
    found = rows(DECLARE, {**CHECK, "during": "declare"}, NOTICE)
    assert found[2][2:4] == ("2021-06-11", Term(5, day("2021-06-06"), "check"))


@pytest.mark.parametrize(
    "first",
    [
        {"id": "declare", "kind": "declaration"},
        {"id": "declare", "kind": "declaration", "rolling": True, "opens": "2021-01-01"},
    ],
)
def test_without_a_day_to_count_from_there_is_no_date(first: dict[str, Any]) -> None:
    found = rows(first, CHECK, NOTICE, {**NOTICE, "id": "again"})
    assert [(row[2], row[3]) for row in found[2:]] == [("", Term(5)), ("", Term(5))]


def test_nothing_before_a_rolling_stage_is_counted_from() -> None:
    rolling = {**DECLARE, "id": "all_year", "rolling": True, "window": None}
    found = rows(DECLARE, {k: v for k, v in rolling.items() if v is not None}, NOTICE)
    assert found[2] == ("notice", "", "", Term(5), False)


def test_a_correction_counts_from_the_last_day_of_screening_or_of_what_it_runs_beside() -> None:
    correction = {"correction": {"working_days": 2}}
    own = rows(DECLARE, {**CHECK, **correction, "window": ["2021-06-07", "2021-06-11"]})
    assert own[1:] == [
        ("check", "2021-06-07", "2021-06-11", None, False),
        ("check", "", "2021-06-16", Term(2, day("2021-06-11"), "check"), True),
    ]
    beside = rows(DECLARE, {**CHECK, **correction, "during": "declare"})
    assert beside[2] == ("check", "", "2021-06-08", Term(2, day("2021-06-06"), "declare"), True)
    assert rows(DECLARE, {**CHECK, **correction})[2] == ("check", "", "", Term(2), True)


def test_a_year_without_working_days_is_told_once_and_no_date_is_guessed() -> None:
    far = {**DECLARE, "window": ["2033-05-07", "2033-06-06"]}
    correction = {"working_days": 2}
    with pytest.raises(InputError) as caught:
        rows(far, {**CHECK, "during": "declare", "correction": correction}, NOTICE)
    assert [f.rule for f in caught.value.findings] == ["workdays.no-data"]


def test_the_calendar_that_is_given_decides() -> None:
    table = Workdays.from_table([(day("2021-06-07"), False)], [2021])
    assert rows(DECLARE, NOTICE, workdays=table)[1][2] == "2021-06-14"
