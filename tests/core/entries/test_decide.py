"""Decisions of people: which stand, and what is refused with its reason."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.decide import Decisions, read_outcome, settle
from guiguan.core.entries.entry import Decision
from guiguan.core.values.exclusion import Exclusion


@pytest.fixture(scope="module")
def blueprint() -> Blueprint:
    said: dict[str, Any] = {
        "blueprint": 1,
        "campaign": "small",
        "title": "小活动",
        "organisers": {"host": ["某委员会"]},
        "categories": [{"id": "gov", "title": "政务类"}],
        "stages": [{"id": "declare", "kind": "declaration"}],
    }
    return Blueprint.model_validate(said)


def settled(blueprint: Blueprint, *rows: Decision) -> tuple[Decisions, list[str]]:
    decisions, out = settle(blueprint, rows)
    return decisions, [x.rule for x in out]


def screening(outcome: str, **more: Any) -> Decision:
    return Decision("screening", "E1", outcome, **{"reason": "理由", "by": "李"} | more)


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (Decision("praise", "E1", "通过", "理由", "李"), "decisions.unknown-kind"),  # type: ignore[arg-type]  # on purpose
        (screening("也许"), "decisions.bad-outcome"),
        (screening("通过", reason=" "), "decisions.no-reason"),
        (Decision("disqualify", "E1", "取消资格", "理由", "李"), "decisions.second-person"),
        (Decision("void", "n1", "作废", "理由", "李", "李"), "decisions.second-person"),
        (Decision("void", "n1", "作废", "理由", "ＬＩ", "li "), "decisions.second-person"),
        (Decision("size", "x", "-1", "理由", "李"), "decisions.bad-outcome"),
        (Decision("size", "x", "1.5", "理由", "李"), "decisions.bad-outcome"),
        (Decision("grant", "E1", "-5元", "理由", "李"), "decisions.bad-outcome"),
        (Decision("merge_area", "gov/甲", "", "理由", "李"), "decisions.bad-outcome"),
        (Decision("void", " ", "作废", "理由", "李", "王"), "decisions.unknown-subject"),
    ],
)
def test_refused(blueprint: Blueprint, row: Decision, rule: str) -> None:
    decisions, rules = settled(blueprint, row)
    assert (dict(decisions.standing), rules) == ({}, [rule])


def test_two_different_decisions_on_one_subject_fall_both_in_any_order(blueprint: Blueprint) -> None:
    rows = (screening("通过", line=2), screening("不通过", line=3), screening("合格", line=4))
    for order in permutations(rows):
        decisions, rules = settled(blueprint, *order)
        assert decisions.outcome("screening", "E1") is None
        assert set(rules) == {"decisions.conflict"}


def test_the_same_decision_in_other_words_stands(blueprint: Blueprint) -> None:
    decisions, rules = settled(blueprint, screening("通过"), screening("PASS", by="王"))
    assert (decisions.outcome("screening", "E1"), rules) == ("pass", [])


@pytest.mark.parametrize(
    ("kind", "text", "outcome"),
    [
        ("screening", " 不 通过 ", "fail"),
        ("void", "作废", "void"),
        ("size", "０3", "3"),
        ("size", "999999", "999999"),
        ("size", "1000000", None),
        ("grant", "300万元", "300000000"),
        ("grant", "300", "30000"),
        ("merge_area", "管理/服务", None),
        ("performance", "未达标", "missed"),
        ("acceptance", "合格", "passed"),
        ("praise", "通过", None),
    ],
)
def test_words_of_outcomes(kind: str, text: str, outcome: str | None) -> None:
    assert read_outcome(kind, text) == outcome


def test_a_size_for_a_group_goes_before_the_common_one(blueprint: Blueprint) -> None:
    decisions, _ = settled(
        blueprint,
        Decision("size", "good", "3", "理由", "李"),
        Decision("size", "good/gov/管理", "1", "理由", "李"),
    )
    assert decisions.size("good", ("gov", "管理")) == 1
    assert decisions.size("good", ("gov", "服务")) == 3
    assert decisions.size("good", ()) == 3
    assert decisions.size("best", ()) is None


def test_a_refused_decision_is_told_and_harms_no_other(blueprint: Blueprint) -> None:
    rows = (
        Decision("grant", "E1", "很多", "理由", "李", line=2),
        Decision("screening", "E1", "通过", "理由", "李", line=3),
    )
    decisions, out = settle(blueprint, rows)
    assert out == (Exclusion("decision", "E1", "decisions.bad-outcome", line=2, detail="grant：很多"),)
    assert decisions.outcome("screening", "E1") == "pass"


def test_a_conflict_tells_both_rows(blueprint: Blueprint) -> None:
    _, out = settle(blueprint, (screening("不通过", line=2), screening("合格", line=3)))
    assert sorted(out) == [
        Exclusion("decision", "E1", "decisions.conflict", line=2, detail="screening：fail"),
        Exclusion("decision", "E1", "decisions.conflict", line=3, detail="screening：pass"),
    ]
