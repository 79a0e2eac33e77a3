"""A campaign counted stage by stage: who is let through, who moves up, what is paid."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from guiguan.core.values.finding import InputError

DECLARE = {"id": "declare", "kind": "declaration"}
CHECK = {"id": "check", "kind": "screening", "undecided": "passes"}
EXPERTS = {
    "id": "experts",
    "kind": "panel",
    "who": "expert",
    "scale": {"low": 0, "high": 100},
    "criteria": [{"id": "use", "title": "实用", "weight": 50}, {"id": "new", "title": "创新", "weight": 50}],
    "aggregate": {"by": "sheet", "method": "mean", "incomplete": "drop_sheet"},
}
OUT = ("disqualify", "G1", "取消资格", "材料不实", "李", "王")


def selection(**take: Any) -> dict[str, Any]:
    return {"id": "selected", "kind": "selection", "by": "experts", "take": take}


def rules(outcome: Any) -> set[tuple[str, str]]:
    return {(x.id, x.rule) for x in outcome.exclusions}


def test_each_stage_takes_what_the_one_before_passed(counted: Any) -> None:
    decisions = [("screening", "G2", "不通过", "缺页", "李"), ("screening", "B1", "通过", "齐全", "李")]
    found = counted({"stages": [DECLARE, CHECK, EXPERTS, selection(count=2)]}, decisions)
    assert found.passed["check"] == {"G1", "G3", "G4", "B1"}
    assert found.passed["selected"] == {"G1", "G4"}
    assert found.eligible == ("B1", "G1", "G3", "G4")
    assert ("G2", "screening.failed") in rules(found)
    # Marks of an entry that is not before the panel are told and count for nothing.
    assert ("G2/R1/use", "scores.not-before-panel") in rules(found)


def test_undecided_fails_where_the_blueprint_says_so(counted: Any) -> None:
    decisions = [("screening", "check/G2", "通过", "齐全", "李")]
    found = counted({"stages": [DECLARE, {**CHECK, "undecided": "fails"}, EXPERTS]}, decisions)
    assert found.eligible == ("G2",)
    assert ("G1", "screening.undecided") in rules(found)


def test_a_decision_for_one_screening_goes_before_one_for_all(counted: Any) -> None:
    stages = [DECLARE, CHECK, {**CHECK, "id": "again"}, EXPERTS]
    decisions = [("screening", "G2", "不通过", "缺页", "李"), ("screening", "check/G2", "通过", "齐全", "李")]
    found = counted({"stages": stages}, decisions)
    assert "G2" in found.passed["check"]
    assert "G2" not in found.passed["again"]


def test_a_share_of_what_an_earlier_stage_passed(counted: Any) -> None:
    stages = [DECLARE, CHECK, EXPERTS, selection(percent=50, of="declare", rounding="half_up")]
    found = counted({"stages": stages}, [("screening", "G4", "不通过", "缺页", "李")])
    (cut,) = found.cuts["selected"]
    # 50% of the 5 declared, not of the 4 that are left.
    assert (cut.base, cut.share, cut.seats, cut.taken) == (5, Fraction(5, 2), 3, ("G1", "G2", "B1"))


def test_the_next_in_line_takes_the_seat_of_a_disqualified_one(counted: Any) -> None:
    found = counted({"stages": [DECLARE, EXPERTS, selection(count=2)]}, [OUT])
    assert found.passed["selected"] == {"G4", "G2"}


def test_a_recused_expert_marks_nothing(counted: Any) -> None:
    found = counted({}, [("recusal", "r1/G1", "回避", "曾任职", "李")])
    assert found.scores["experts"]["G1"].score is None
    assert {("G1/R1/use", "scores.recused"), ("G1", "ranking.no-score")} <= rules(found)
    assert {r.entry: r.rank for r in found.rankings["final"]}["G1"] is None


def test_areas_merged_by_decision_are_one_group(counted: Any) -> None:
    keys = {
        "categories": [
            {"id": "gov", "title": "政务类", "areas": "free"},
            {"id": "biz", "title": "商务类", "areas": ["贸易"]},
        ]
    }
    found = counted(keys, [("merge_area", "gov/服务", "管理", "过少", "李")])
    assert {r.entry: (r.group, r.rank) for r in found.rankings["final"]}["G4"] == (("gov", "管理"), 1)


@pytest.mark.parametrize("of", ["selected", "later"])
def test_a_share_of_a_later_stage_cannot_be_declared(counted: Any, of: str) -> None:
    """What nobody has passed yet has no number."""
    stages = [
        DECLARE,
        EXPERTS,
        selection(percent=50, of=of, rounding="floor"),
        {"id": "later", "kind": "notice"},
    ]
    with pytest.raises(InputError):
        counted({"stages": stages})


def test_a_selection_by_a_ranking_of_its_own_outcome_cannot_be_declared(counted: Any) -> None:
    ranking = {
        "id": "final",
        "of": "selected",
        "parts": [{"from": "experts", "weight": 100, "mapping": "none"}],
        "rounding": {"digits": 2, "mode": "half_up", "at": ["composite"]},
        "last": "shared",
    }
    stages = [DECLARE, EXPERTS, {**selection(count=2), "by": "final"}]
    with pytest.raises(InputError):
        counted({"stages": stages, "rankings": [ranking]})


FUNDING = {
    "id": "reward",
    "title": "奖励",
    "of": "notice",
    "base": "invest",
    "tiers": [{"up_to": "500万元", "percent": 10}, {"percent": 20}],
    "cap": "200万元",
    "granted": "ceiling",
    "payments": [{"id": "once", "percent": 100, "after": "granted"}],
}
WAN = 1_000_000


def test_money_for_each_entry_that_passes(counted: Any) -> None:
    found = counted({"funding": [FUNDING]})
    assert {g.entry: g.granted for g in found.grants} == {
        "B1": 1_000,
        "G1": 10 * WAN,
        "G2": 50 * WAN,
        "G3": 200 * WAN,
        "G4": 200 * WAN,
    }


def test_money_only_where_a_field_says_so(counted: Any) -> None:
    found = counted({"funding": [{**FUNDING, "when": {"tier": ["A类"]}}]})
    assert [g.entry for g in found.grants] == ["G1", "G3", "G4"]


def test_what_people_granted_goes_before_the_ceiling(counted: Any) -> None:
    found = counted(
        {"funding": [FUNDING]},
        [("grant", "G1", "8万元", "预算", "李"), ("grant", "G2", "60万元", "预算", "李")],
    )
    assert {g.entry: (g.granted, g.over) for g in found.grants}["G1"] == (8 * WAN, False)
    assert {g.entry: (g.granted, g.over) for g in found.grants}["G2"] == (50 * WAN, True)


def test_false_material_is_clawed_back_from_an_entry_that_was_selected(counted: Any) -> None:
    """As guangxi-scenarios-social says it: selected, granted, paid, then found false: all that was paid is recovered."""
    keys = {
        "stages": [DECLARE, EXPERTS, selection(at_least="60")],
        "funding": [
            {**FUNDING, "of": "selected", "clawback": [{"when": "false_material", "takes": "all_paid"}]}
        ],
    }
    found = counted(keys, [OUT, ("grant", "G1", "8万元", "预算", "李")])
    assert {g.entry: g.recovered for g in found.grants}.get("G1") == 8 * WAN


def test_the_outcome_does_not_depend_on_the_order_of_entries(counted: Any, small_entries: list[Any]) -> None:
    one, two = counted({"funding": [FUNDING]}), counted({"funding": [FUNDING]}, entries=small_entries[::-1])
    assert one.rankings == two.rankings
    assert one.grants == two.grants
    assert one.passed == two.passed


STAGED = {
    **FUNDING,
    "payments": [
        {"id": "first", "percent": 50, "after": "approval"},
        {"id": "second", "percent": 50, "after": "acceptance"},
    ],
    "clawback": [
        {"when": "acceptance_failed", "takes": "prepaid"},
        {"when": "targets_missed", "takes": "prepaid"},
    ],
}


@pytest.mark.parametrize(
    ("decided", "paid", "recovered", "because"),
    [
        ({}, (), 0, ""),
        ({"approval": "获批"}, ("first",), 0, ""),
        ({"acceptance": "合格"}, ("second",), 0, ""),
        ({"approval": "获批", "acceptance": "合格"}, ("first", "second"), 0, ""),
        ({"approval": "获批", "acceptance": "不合格"}, ("first",), 5 * WAN, "acceptance_failed"),
        ({"approval": "获批", "performance": "未达标"}, ("first",), 5 * WAN, "targets_missed"),
        ({"approval": "获批", "acceptance": "合格", "performance": "达标"}, ("first", "second"), 0, ""),
    ],
)
def test_what_people_decided_about_a_project_moves_its_money(
    counted: Any, decided: dict[str, str], paid: tuple[str, ...], recovered: int, because: str
) -> None:
    """G1 is granted 10万元; what was decided about G2 moves nothing of G1's."""
    rows = [(kind, "G1", outcome, "据实", "李") for kind, outcome in decided.items()]
    stages = [DECLARE, EXPERTS, {"id": "notice", "kind": "notice"}, {"id": "accept", "kind": "accept"}]
    found = {g.entry: g for g in counted({"stages": stages, "funding": [STAGED]}, rows).grants}
    assert (found["G1"].paid, found["G1"].recovered, found["G1"].because) == (paid, recovered, because)
    assert (found["G2"].paid, found["G2"].recovered, found["G2"].because) == ((), 0, "")
