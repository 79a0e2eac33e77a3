"""Whose money is worked out: an investment is needed; what was granted follows only those who were disqualified."""

from __future__ import annotations

from typing import Any

DECLARE = {"id": "declare", "kind": "declaration"}
EXPERTS: dict[str, Any] = {
    "id": "experts",
    "kind": "panel",
    "who": "expert",
    "scale": {"low": 0, "high": 100},
    "criteria": [{"id": "use", "title": "实用", "weight": 50}, {"id": "new", "title": "创新", "weight": 50}],
    "aggregate": {"by": "sheet", "method": "mean", "incomplete": "drop_sheet"},
}
SELECTED = {"id": "selected", "kind": "selection", "by": "experts", "take": {"at_least": "65"}}
FUNDING: dict[str, Any] = {
    "id": "reward",
    "title": "奖励",
    "of": "notice",
    "base": "invest",
    "tiers": [{"percent": 10}],
    "cap": "200万元",
    "granted": "ceiling",
    "payments": [{"id": "once", "percent": 100, "after": "granted"}],
}
ALL = {"G1", "G2", "G3", "G4", "B1"}


def test_no_investment_no_money(counted: Any, small_entries: list[Any]) -> None:
    form = [
        {"id": "tier", "label": "档次", "kind": "choice", "options": ["A类", "B类"]},
        {"id": "invest", "label": "投资额", "kind": "number", "unit": "万元", "required": False},
    ]
    entries = [(*e[:7], "" if e[0] == "G1" else "1", e[8]) for e in small_entries]
    found = counted({"form": form, "funding": [FUNDING]}, entries=entries)
    assert found.passed["notice"] == ALL
    assert {g.entry: g.granted for g in found.grants} == dict.fromkeys(sorted(ALL - {"G1"}), 100_000)


def test_what_was_granted_is_followed_only_for_the_disqualified(counted: Any) -> None:
    """G1 was granted money, G2 none, both are disqualified; G3 was granted money, but did not pass."""
    clawback = [{"when": "false_material", "takes": "all_paid"}]
    decisions = [
        ("disqualify", "G1", "取消资格", "材料不实", "李", "王"),
        ("disqualify", "G2", "取消资格", "材料不实", "李", "王"),
        ("grant", "G1", "8万元", "预算", "李"),
        ("grant", "G3", "8万元", "预算", "李"),
    ]
    funding = {**FUNDING, "of": "selected", "clawback": clawback}
    found = counted({"stages": [DECLARE, EXPERTS, SELECTED], "funding": [funding]}, decisions)
    assert {g.entry: g.recovered for g in found.grants} == {"B1": 0, "G1": 8_000_000, "G4": 0}
