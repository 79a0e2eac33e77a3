"""Which marks stand: before which panel, by whom, once."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from guiguan.core.blueprint.stages import Panel
from guiguan.core.reviews.mark import Mark, MarkRow, read_marks
from guiguan.core.values.exclusion import Exclusion


def panel(name: str = "experts", **more: Any) -> Panel:
    return Panel.model_validate(
        {
            "id": name,
            "kind": "panel",
            "who": "expert",
            "scale": {"low": 0, "high": 100},
            "criteria": [{"id": "use", "title": "实用"}],
            "aggregate": {"by": "sheet", "method": "mean", "incomplete": "drop_sheet"},
            **more,
        }
    )


ALL = frozenset({"E1", "E2"})


def rules(
    *rows: MarkRow, of: tuple[Panel, ...] = (), recused: frozenset[tuple[str, str]] = frozenset()
) -> list[str]:
    panels = of or (panel(),)
    _, out = read_marks(panels, rows, ALL, {p.id: frozenset({"E1"}) for p in panels}, recused)
    return [x.rule for x in out]


def test_an_entry_must_be_before_the_panel() -> None:
    assert rules(MarkRow("E1", "R", "use", "1")) == []
    assert rules(MarkRow("E2", "R", "use", "1")) == ["scores.not-before-panel"]
    assert rules(MarkRow("E3", "R", "use", "1")) == ["scores.unknown-entry"]


def test_a_mark_says_whose_it_is() -> None:
    marks, out = read_marks(
        (panel(),), [MarkRow("E1", "R", "实用", "7", line=2)], ALL, {"experts": ALL}, frozenset()
    )
    assert out == ()
    assert marks == (Mark("experts", 1, "E1", "R", "use", Fraction(7), Fraction(1), 2),)


def test_what_falls_is_told_with_its_line_and_what_was_found() -> None:
    rows = [
        MarkRow("E1", "R1", "use", "101", line=2),
        MarkRow("E1", "R2", "use", "50", line=3),
        MarkRow("E1", "R2", "use", "50", line=4),
        MarkRow("E1", "R3", "use", "50", line=5),
        MarkRow("E1", "R3", "use", "60", line=6),
        MarkRow("", "R4", "use", "60", line=7),
    ]
    marks, out = read_marks((panel(),), rows, ALL, {"experts": ALL}, frozenset())
    assert [m.reviewer for m in marks] == ["R2"]
    assert sorted(out) == [
        Exclusion("score", "/R4/use", "scores.blank", line=7, detail="60"),
        Exclusion("score", "E1/R1/use", "scores.out-of-range", line=2, detail="101"),
        Exclusion("score", "E1/R2/use", "scores.duplicate", line=4),
        Exclusion("score", "E1/R3/use", "scores.conflict", line=5),
        Exclusion("score", "E1/R3/use", "scores.conflict", line=6),
    ]


def test_a_sheet_weighed_unevenly_falls_with_each_of_its_lines() -> None:
    """Only that sheet, in that round, and only where whole sheets are weighed."""
    two: dict[str, Any] = {"criteria": [{"id": "use", "title": "实用"}, {"id": "new", "title": "创新"}]}
    weighed: dict[str, Any] = {"by": "sheet", "method": "weighted_mean", "incomplete": "drop_sheet"}
    rows = [
        MarkRow("E1", "R1", "use", "50", "2", line=2),
        MarkRow("E1", "R1", "new", "50", "3", line=3),
        MarkRow("E1", "R2", "use", "50", "3", line=4),
        MarkRow("E1", "R2", "new", "50", "3", line=5),
        MarkRow("E2", "R1", "use", "50", "5", line=6),
        MarkRow("E2", "R1", "new", "50", "5", line=7),
    ]
    before = {"experts": ALL}
    marks, out = read_marks((panel(**two, aggregate=weighed),), rows, ALL, before, frozenset())
    assert [m.line for m in marks] == [5, 4, 7, 6]
    assert sorted(out) == [
        Exclusion("score", "E1/R1/new", "scores.weights-differ", line=3),
        Exclusion("score", "E1/R1/use", "scores.weights-differ", line=2),
    ]
    by_criterion = panel(**two, aggregate={**weighed, "by": "criterion", "incomplete": "use_marks"})
    marks, out = read_marks((by_criterion,), rows, ALL, before, frozenset())
    assert (len(marks), out) == (6, ())


def test_with_two_panels_a_row_names_its_own() -> None:
    two = (panel("experts"), panel("media"))
    assert rules(MarkRow("E1", "R", "use", "1"), of=two) == ["scores.unknown-panel"]
    assert rules(MarkRow("E1", "R", "use", "1", panel="media"), of=two) == []
    assert rules(MarkRow("E1", "R", "use", "1", panel="jury"), of=two) == ["scores.unknown-panel"]


def test_a_recusal_holds_however_the_name_is_written() -> None:
    recused = frozenset({("张 三", "E1")})
    assert rules(MarkRow("E1", "张三", "use", "1"), recused=recused) == ["scores.recused"]
    assert rules(MarkRow("E1", "ＺＨＡＯ", "use", "1"), recused=frozenset({("zhao", "E1")})) == [
        "scores.recused"
    ]
    assert rules(MarkRow("E1", "张三丰", "use", "1"), recused=recused) == []


def test_one_person_has_one_sheet_however_the_name_is_written() -> None:
    rows = (MarkRow("E1", "ex01", "use", "90", line=2), MarkRow("E1", "EX01", "use", "90", line=3))
    for given in (rows, rows[::-1]):
        marks, out = read_marks((panel(),), given, ALL, {"experts": ALL}, frozenset())
        assert [(m.reviewer, m.value, m.line) for m in marks] == [("EX01", Fraction(90), 2)]
        assert [(x.rule, x.line) for x in out] == [("scores.duplicate", 3)]


def test_only_members_mark_where_members_are_named() -> None:
    named = panel(members=["专家甲"])
    assert rules(MarkRow("E1", "专家甲", "use", "1"), MarkRow("E1", "专家乙", "use", "1"), of=(named,)) == [
        "scores.unknown-reviewer"
    ]


def test_a_missing_mark_beside_a_mark_is_a_contradiction() -> None:
    named = panel(scale={"low": 0, "high": 100, "missing": ["弃权"]})
    found = rules(MarkRow("E1", "R", "use", "弃权"), MarkRow("E1", "R", "use", "0"), of=(named,))
    assert found == ["scores.conflict", "scores.conflict"]


def test_missing_marks_may_lie_outside_the_scale() -> None:
    named = panel(scale={"low": 1, "high": 100, "missing": ["-1", "0"]})
    rows = [MarkRow("E1", f"R{i}", "use", text) for i, text in enumerate(["-1", "0", "-1.0", "-2"])]
    marks, out = read_marks((named,), rows, ALL, {"experts": ALL}, frozenset())
    assert [m.value for m in marks] == [None, None, None]
    assert [x.rule for x in out] == ["scores.out-of-range"]


def test_rounds_are_declared() -> None:
    twice = panel(rounds={"numbers": [1, 3], "use": "last"})
    found = rules(
        *(MarkRow("E1", "R", "use", "1", round=n) for n in ("1", "2", "3", "", "x", "１", "0001")),
        of=(twice,),
    )
    assert found == ["scores.unknown-round"] * 5
