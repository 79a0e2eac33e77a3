"""Sheets: on the scale, by as many reviewers as the panel has, with a few slips."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from guiguan.core.blueprint.load import Loaded
from guiguan.core.blueprint.lookup import panels
from guiguan.core.blueprint.stages import Panel
from guiguan.core.entries.entry import Entry
from guiguan.replay.rehearse.scores import Sheets

ENTRIES = [
    Entry(f"A{i:04}", f"案例{i}", f"单位{i}", f"单位{i}", category="a", province="440000")
    for i in range(1, 41)
]


def sheets(panel: Panel) -> Sheets:
    return Sheets(panel, ENTRIES, ["A0999"], "a")


def by_entry(rows: list[list[str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        found[row[0]].add(row[1])
    return found


def test_a_panel_with_seats_marks_everything(shipped: Callable[[str], Loaded]) -> None:
    final = panels(shipped("open-data-contest-2023").blueprint)[1]
    made = sheets(final)
    reviewers = by_entry(made.rows)
    absent = made.recused[0]
    for e in ENTRIES:
        assert len(reviewers[e.entry]) == (10 if e.entry == absent[1] else 11)


def test_other_panels_have_five_to_seven_marks_for_each_entry(shipped: Callable[[str], Loaded]) -> None:
    (experts,) = panels(shipped("guangxi-2021").blueprint)
    counts = {len(r) for e, r in by_entry(sheets(experts).rows).items() if e != "A0999"}
    assert counts <= {4, 5, 6, 7}
    assert {5, 6, 7} <= counts


def test_one_entry_lacks_the_sheets_that_a_score_needs(shipped: Callable[[str], Loaded]) -> None:
    (review,) = panels(shipped("guangxi-scenarios-social").blueprint)
    assert Counter(len(r) for r in by_entry(sheets(review).rows).values())[2] == 1


def test_regional_reviewers_are_called_after_their_province(shipped: Callable[[str], Loaded]) -> None:
    initial = panels(shipped("ceprei-xinchuang-2022").blueprint)[0]
    assert {row[1] for row in sheets(initial).rows} == {f"广东初评专家{i:02}" for i in range(1, 6)}


def test_nearly_all_marks_lie_on_the_scale(shipped: Callable[[str], Loaded]) -> None:
    (experts,) = panels(shipped("guangxi-2021").blueprint)
    rows = sheets(experts).rows
    on = 0
    for row in rows:
        try:
            on += 0 <= Decimal(row[3]) <= 100 and Decimal(row[3]) == int(Decimal(row[3]))
        except InvalidOperation:
            continue
    assert len(rows) - 6 <= on < len(rows)


def test_twins_have_the_same_sheets(shipped: Callable[[str], Loaded]) -> None:
    (experts,) = panels(shipped("guangxi-2021").blueprint)
    marks: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for row in sheets(experts).rows:
        marks[row[0]].append(tuple(row[1:]))
    assert any(marks["A0001"][:12] == own[:12] for e, own in marks.items() if e != "A0001")


def test_a_small_panel_makes_no_mistakes(shipped: Callable[[str], Loaded]) -> None:
    (experts,) = panels(shipped("guangxi-2021").blueprint)
    made = Sheets(experts, ENTRIES[:1], [], "a")
    assert made.recused == []
    assert all(row[3].isdigit() for row in made.rows)
