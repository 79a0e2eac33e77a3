"""People's own list for a selection stands in the place of the measure, within the places that the rule gives."""

from __future__ import annotations

from typing import Any

import pytest

from guiguan.core.blueprint.selection import Take
from guiguan.core.ranking.select import seats_of

DECLARE = {"id": "declare", "kind": "declaration"}
EXPERTS: dict[str, Any] = {
    "id": "experts",
    "kind": "panel",
    "who": "expert",
    "scale": {"low": 0, "high": 100},
    "criteria": [{"id": "use", "title": "实用", "weight": 50}, {"id": "new", "title": "创新", "weight": 50}],
    "aggregate": {"by": "sheet", "method": "mean", "incomplete": "drop_sheet"},
}
OUT = ("disqualify", "G1", "取消资格", "材料不实", "李", "王")


def selection(**take: Any) -> dict[str, Any]:
    return {
        "id": "chosen",
        "kind": "selection",
        "by": "experts",
        "within": ["category"],
        "take": take,
        "lists": True,
    }


def keys(**take: Any) -> dict[str, Any]:
    notice = {"id": "notice", "kind": "notice", "working_days": 5}
    return {"stages": [DECLARE, EXPERTS, selection(**take), notice]}


def on_list(entry: str, place: str, stage: str = "chosen") -> tuple[str, ...]:
    return ("listed", f"{stage}/{entry}", place, "初评意见", "经办甲")


def test_a_list_stands_in_its_own_group_and_the_measure_in_the_others(counted: Any) -> None:
    found = counted(keys(count=1), [on_list("G3", "1")])
    assert {c.group: c.taken for c in found.cuts["chosen"]} == {("gov",): ("G3",), ("biz",): ("B1",)}


def test_no_more_are_taken_from_a_list_than_there_are_places(counted: Any) -> None:
    found = counted(keys(count=2), [on_list("G1", "3"), on_list("G3", "1"), on_list("G2", "2")])
    assert found.cuts["chosen"][1].taken == ("G3", "G2")


def test_equal_places_at_the_cut_are_a_tie(counted: Any) -> None:
    rows = [on_list("G1", "1"), on_list("G2", "2"), on_list("G3", "2")]
    assert counted(keys(count=2, ties_at_cut="none"), rows).cuts["chosen"][1].taken == ("G1",)


def test_who_is_listed_needs_no_marks_and_meets_any_line(counted: Any, small_entries: Any) -> None:
    unmarked = ("G5", "甲局", "gov", "管理", None, None, "A类", "1", "")
    found = counted(keys(at_least="85"), [on_list("G5", "1")], [*small_entries, unmarked])
    assert {c.group: c.taken for c in found.cuts["chosen"]} == {("gov",): ("G5",), ("biz",): ()}


def test_the_disqualified_are_not_taken_though_listed(counted: Any) -> None:
    found = counted(keys(count=2), [on_list("G1", "1"), on_list("G2", "2"), OUT])
    assert found.cuts["chosen"][1].taken == ("G2",)


def test_a_list_for_another_selection_changes_nothing(counted: Any) -> None:
    found = counted(keys(count=1), [on_list("G3", "1", stage="other")])
    assert found.cuts["chosen"][1].taken == ("G4",)


@pytest.mark.parametrize(
    ("base", "rounding", "seats"),
    [
        (9, "floor", 0),
        (10, "floor", 1),
        (25, "floor", 2),
        (9, "half_up", 1),
        (10, "half_up", 1),
        (25, "half_up", 3),
        (4, "half_up", 0),
    ],
)
def test_a_tenth_of_what_a_province_declared(base: int, rounding: Any, seats: int) -> None:
    take = Take.model_validate({"percent": "10", "of": "declare", "rounding": rounding})
    assert seats_of(take, base)[1] == seats
