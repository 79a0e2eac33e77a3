"""What must not matter: the order of rows. What must hold of every outcome: nothing rejected counts, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ENTRIES = st.tuples(
    st.sampled_from(["E1", "E2", "E3", "E4", "E5"]),
    st.just("题"),
    st.sampled_from(["甲局", "甲 局", "乙局", ""]),
    st.sampled_from(["政务类", "商务类"]),
    st.sampled_from(["2021-05-02 09:00", "2021-05-03 09:00", "", "2021-06-01"]),
    st.sampled_from(["", "市数据局", "市数据局（本级）"]),
    st.sampled_from(["1", "500"]),
    st.sampled_from(["甲", "乙"]),
)
BALLOTS = st.tuples(
    st.sampled_from(
        ["2021-06-10 08:00", "2021-06-10 09:00", "2021-06-11 08:00", "2021-06-13 00:00", "25:00"]
    ),
    st.sampled_from(["v1", "v2", ""]),
    st.lists(st.sampled_from(["E1", "E2", "E3", "E9"]), max_size=3).map(";".join),
    st.sampled_from(["", "n1", "n2", "n3"]),
    st.sampled_from(["web", "app"]),
)
SCORES = st.tuples(
    st.sampled_from(["E1", "E2", "E3", "E9"]),
    st.sampled_from(["专家甲", "专家乙", "Z3", "z3"]),
    st.sampled_from(["use", "new"]),
    st.sampled_from(["80", "90", "弃权", "101", ""]),
)
ENDORSEMENTS = st.tuples(
    st.sampled_from(["E1", "E2", "E9"]),
    st.sampled_from(["市数据局", "市工信局"]),
    st.sampled_from(["recommend", "review"]),
)
DECISIONS = st.tuples(
    st.sampled_from(["screening", "disqualify", "recusal", "void"]),
    st.sampled_from(["E1", "E2", "专家甲/E1", "n1"]),
    st.sampled_from(["不通过", "通过", "取消资格", "回避", "作废"]),
    st.sampled_from(["理由", ""]),
    st.sampled_from(["甲", "乙"]),
    st.sampled_from(["甲", "乙"]),
)
ROWS = {
    "entries": ENTRIES,
    "ballots": BALLOTS,
    "scores": SCORES,
    "endorsements": ENDORSEMENTS,
    "decisions": DECISIONS,
}


def without_lines(rows: list[dict[str, str]]) -> list[tuple[str, ...]]:
    """Rejected rows but for where they stood: of two rows that are equal in all that counts, either may be kept."""
    return sorted((r["kind"], r["id"], r["scope"], r["rule"], r["detail"]) for r in rows)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    tables=st.fixed_dictionaries({n: st.lists(r, max_size=12) for n, r in ROWS.items()}), chance=st.randoms()
)
def test_the_order_of_rows_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, campaign_in: Callable[[Path], Any], tables: Any, chance: Any
) -> None:
    case = campaign_in(tmp_path_factory.mktemp("order"))
    case.campaign["stages"][1]["undecided"] = "passes"
    case.campaign["applicants"]["quotas"] = [{"per": ["applicant"], "max": 2}]
    case.campaign["rankings"][0]["last"] = "submitted"
    for name, rows in tables.items():
        case.tables[name][1:] = [list(r) for r in rows]
    assert case.run() == 0
    first = {n: case.result(n) for n in ("result", "awards", "rejected")}
    sealed = (case.out / "result.json").read_bytes()
    for name in tables:
        rows = case.tables[name][1:]
        chance.shuffle(rows)
        case.tables[name][1:] = rows
    assert case.run() == 0
    assert case.result() == first["result"]
    assert case.result("awards") == first["awards"]
    assert (case.out / "result.json").read_bytes() == sealed
    assert without_lines(case.result("rejected")) == without_lines(first["rejected"])
    _nothing_rejected_counts(case, tables)


def _nothing_rejected_counts(case: Any, tables: Any) -> None:
    """Every choice given is counted or refused, once; every entry row is an entry or rejected."""
    rejected = case.result("rejected")
    ballots = [r for r in rejected if r["kind"] == "ballot"]
    whole = {int(r["line"]) for r in ballots if r["scope"] == "row"}
    single = [int(r["line"]) for r in ballots if r["scope"] == "choice"]
    assert not whole & set(single)
    given_choices = [len([c for c in row[2].split(";") if c]) for row in case.tables["ballots"][1:]]
    counted = sum(n for line, n in enumerate(given_choices, start=2) if line not in whole) - len(single)
    # Votes for entries that did not get past screening cannot be counted, so the whole sum is in the table.
    assert counted == sum(int(r["votes"] or 0) for r in case.result())
    out = [
        int(r["line"])
        for r in rejected
        if r["kind"] == "entry" and r["rule"] in ("entries.blank", "entries.duplicate-id")
    ]
    kept = len(case.tables["entries"]) - 1 - len(out)
    assert len(out) == len(set(out))
    assert kept == len({r[0] for r in tables["entries"] if r[2]})


@pytest.mark.parametrize("backwards", [False, True])
def test_over_a_quota_the_earliest_then_the_smallest_id_stands(case: Any, backwards: bool) -> None:
    case.tables["entries"][1:] = [
        ["G3", "a", "甲局", "政务类", "2021-05-02 09:00", "", "1", "甲"],
        ["G2", "b", "甲局", "政务类", "2021-05-02 09:00", "", "1", "甲"],
        ["G9", "c", "甲局", "政务类", "2021-05-01 09:00", "", "1", "甲"],
        ["G1", "d", "甲局", "政务类", "", "", "1", "甲"],
    ]
    if backwards:
        case.tables["entries"][1:] = case.tables["entries"][:0:-1]
    assert case.run() == 0
    assert sorted(r["entry"] for r in case.result()) == ["G2", "G9"]
    assert sorted(r[1] for r in case.rejected() if r[4] == "entries.over-quota") == ["G1", "G3"]


def test_one_more_valid_ballot_lowers_nobodys_votes(case: Any) -> None:
    assert case.run() == 0
    before = {r["entry"]: int(r["votes"]) for r in case.result()}
    case.tables["ballots"].append(["2021-06-10 07:00", "v9", "G3;B1", "n9", "app"])
    assert case.run() == 0
    after = {r["entry"]: int(r["votes"]) for r in case.result()}
    assert after == {**before, "G3": before["G3"] + 1, "B1": before["B1"] + 1}
