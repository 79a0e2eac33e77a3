"""Entries as written, before anybody makes mistakes: in order by every rule but the quotas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from guiguan.core.blueprint.load import Loaded
from guiguan.core.entries.decide import settle
from guiguan.core.entries.register import register
from guiguan.core.values.regions import Regions
from guiguan.replay.rehearse.entries import Written, write_entries
from guiguan.replay.rehearse.places import Places, home_of

NAMES = (
    "guangxi-2021",
    "qingdao-2020",
    "ceprei-xinchuang-2022",
    "open-data-contest-2023",
    "guangxi-scenarios-government",
    "guangxi-scenarios-social",
    "big-data-society-membership",
)


def written(loaded: Loaded, count: int = 150, seed: str = "a") -> Written:
    b = loaded.blueprint
    return write_entries(b, Places(home_of(b)), seed, count)


@pytest.mark.parametrize("name", NAMES)
def test_no_entry_breaks_a_rule_of_its_own(name: str, shipped: Callable[[str], Loaded]) -> None:
    b = shipped(name).blueprint
    w = written(shipped(name))
    decisions, _ = settle(b, [])
    lines = list(range(2, len(w.rows) + 2))
    found = register(b, w.rows, lines, frozenset(w.columns), Regions.official(), decisions, {})
    assert (found.given, found.rejected) == ((), ())
    assert len(found.entries) == 150


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_writes_the_same_and_another_does_not(
    name: str, shipped: Callable[[str], Loaded]
) -> None:
    once, again, other = (written(shipped(name), 30, seed) for seed in ("a", "a", "b"))
    assert once == again
    assert once.rows != other.rows


@pytest.mark.parametrize("name", NAMES[:-1])
def test_no_two_entries_have_one_title(name: str, shipped: Callable[[str], Loaded]) -> None:
    titles = Counter(row["title"] for row in written(shipped(name), 600).rows)
    assert [t for t, n in titles.items() if n > 1] == []


def test_members_are_listed_by_their_own_name(shipped: Callable[[str], Loaded]) -> None:
    rows = written(shipped("big-data-society-membership")).rows
    assert all(row["title"] == row["applicant"] for row in rows)


def test_ids_follow_the_order_of_coming_in(shipped: Callable[[str], Loaded]) -> None:
    rows = written(shipped("guangxi-2021")).rows
    assert [row["entry"] for row in rows] == [f"A{i:04}" for i in range(1, 151)]
    assert [row["submitted"] for row in rows] == sorted(row["submitted"] for row in rows)


def test_the_last_day_is_busy_and_no_day_lies_outside(shipped: Callable[[str], Loaded]) -> None:
    days = Counter(row["submitted"][:10] for row in written(shipped("guangxi-2021"), 300).rows)
    assert min(days) >= "2021-05-07"
    assert max(days) == "2021-06-06"
    assert days["2021-06-06"] > 60
    assert max(n for d, n in days.items() if d != "2021-06-06") < 25


def test_a_rolling_call_runs_for_eighteen_months(shipped: Callable[[str], Loaded]) -> None:
    months = {row["submitted"][:7] for row in written(shipped("guangxi-scenarios-social")).rows}
    assert (min(months), max(months), len(months)) == ("2025-01", "2026-06", 18)


def test_free_areas_come_in_several_words_with_what_they_mean(shipped: Callable[[str], Loaded]) -> None:
    free = written(shipped("guangxi-2021")).free
    assert free["other", "档案"] == "档案管理"
    assert ("other", "档案管理") not in free


def test_branches_name_their_group(shipped: Callable[[str], Loaded]) -> None:
    branches = [r for r in written(shipped("guangxi-2021"), 300).rows if r["unit_kind"] == "分公司"]
    assert len(branches) > 5
    assert all(r["applicant"].startswith(r["parent"]) and r["parent"] for r in branches)


def test_investments_stand_on_the_edges_of_the_tiers(shipped: Callable[[str], Loaded]) -> None:
    amounts = {row["investment"] for row in written(shipped("guangxi-scenarios-government")).rows}
    assert {"500", "500.000001", "1000", "1000.000001"} <= amounts


def test_answers_keep_to_the_part_of_the_country(shipped: Callable[[str], Loaded]) -> None:
    rows = written(shipped("ceprei-xinchuang-2022"), 300).rows
    guangxi = {r["district"] for r in rows if r["region"].startswith(("45", "广西"))}
    assert guangxi == {"华南区域"}


def test_nobody_can_be_met_by_phone_or_number(shipped: Callable[[str], Loaded]) -> None:
    for row in written(shipped("ceprei-xinchuang-2022"), 60).rows:
        assert row["account_identity"].startswith("000000")
        assert row["contact_mobile"].startswith("0000-")
        assert row["contact_email"].endswith("@example.org")
        assert row["contact"].startswith("联系人")
