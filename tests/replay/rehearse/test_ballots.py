"""Ballots: some cases are liked far more than others, and most ballots are as the rule wants them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from guiguan.core.blueprint.load import Loaded
from guiguan.core.blueprint.lookup import ballot_stages
from guiguan.replay.rehearse.ballots import cast_ballots

IDS = [f"A{i:04}" for i in range(1, 61)]


def cast(loaded: Loaded, votable: list[str], voters: int) -> list[dict[str, str]]:
    b = loaded.blueprint
    (stage,) = ballot_stages(b)
    return cast_ballots(b, stage, votable, ["A0999"], voters, "a")


def test_liking_falls_off_steeply(shipped: Callable[[str], Loaded]) -> None:
    rows = cast(shipped("open-data-contest-2023"), IDS, 2000)
    counts = [n for _, n in Counter(row["choices"] for row in rows).most_common(60)]
    assert counts[0] > 4 * counts[20] > 0


def test_nearly_all_ballots_have_ten_different_cases(shipped: Callable[[str], Loaded]) -> None:
    rows = cast(shipped("guangxi-2021"), IDS, 500)
    right = [row for row in rows if len(set(row["choices"].split(";"))) == 10]
    assert len(rows) > len(right) > len(rows) * 95 // 100


def test_some_come_every_day_and_some_twice_a_day(shipped: Callable[[str], Loaded]) -> None:
    rows = cast(shipped("guangxi-2021"), IDS, 500)
    days = Counter((row["voter"], row["time"][:10]) for row in rows if row["voter"])
    per_voter = Counter(voter for voter, _ in days)
    assert max(per_voter.values()) == 7
    assert 1 < sum(n > 1 for n in days.values()) < 60


def test_ballots_are_numbered_in_order_of_time_one_number_twice(shipped: Callable[[str], Loaded]) -> None:
    rows = cast(shipped("guangxi-2021"), IDS, 500)
    times = [row["time"] for row in rows if row["time"] != "不详"]
    assert times == sorted(times)
    assert [n for n, c in Counter(row["ballot"] for row in rows).items() if c > 1] == [rows[-1]["ballot"]]


def test_where_there_are_too_few_cases_all_are_chosen(shipped: Callable[[str], Loaded]) -> None:
    assert {len(row["choices"].split(";")) for row in cast(shipped("guangxi-2021"), IDS[:3], 5)} == {3}


def test_where_there_are_none_nobody_votes(shipped: Callable[[str], Loaded]) -> None:
    assert cast(shipped("guangxi-2021"), [], 50) == []
