"""A sheet with SC annex 1's list, as people really fill it in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from guiguan.core.blueprint.form import RowsField
from guiguan.core.blueprint.load import load_blueprint
from guiguan.core.entries.answers import answer_faults
from guiguan.core.entries.list_choices import chosen
from guiguan.core.entries.list_sheet import Cell, Sheet, read_list

BLUEPRINT = Path(__file__).parents[3] / "blueprints" / "guangxi-scenarios-government.yaml"
SC = load_blueprint(BLUEPRINT.read_bytes(), "sc").blueprint
FIELD = next(f for f in SC.form if isinstance(f, RowsField))
LABELS = [str(c.label) for c in FIELD.columns]
COLUMN = {c.id: c for c in FIELD.columns}
ROW = [
    "桂林水务",
    "②企业的共性需求",
    "打通数据",
    "水务平台",
    "无",
    "①增量开发",
    "一云",
    "①报备",
    "水务局",
    "改革",
    "②体制机制创新：完善机制",
]


def sheet(
    *rows: list[object],
    first: int = 5,
    merged: tuple[tuple[int, int, int, int], ...] = (),
    head: list[str] | None = None,
) -> Sheet:
    """The annex: title, unit, two lines of head, then the rows with their running number."""
    cells: dict[tuple[int, int], Cell] = {
        (1, 1): Cell("多跨数字应用场景清单"),
        (2, 1): Cell("申报单位：某局\n申报日期：2025-03-01"),
        (3, 1): Cell("序号"),
        (3, 2): Cell("重大需求"),
        (3, 5): Cell("多跨场景应用"),
        (3, 11): Cell("改革任务"),
    }
    for place, label in enumerate(head or LABELS, start=2):
        cells[4, place] = Cell(label)
    for number, row in enumerate(rows):
        for place, value in enumerate(row, start=1):
            if value != "":
                cells[first + number, place] = value if isinstance(value, Cell) else Cell(str(value))
    return Sheet(cells, merged)


def wanted(**changes: str) -> dict[str, str]:
    return dict(zip([c.id for c in FIELD.columns], ROW, strict=True)) | changes


def told(found) -> list[tuple[str, str]]:
    return [(a.place, a.title) for a in found.faults]


def test_the_annex_as_it_is_laid_out_is_read() -> None:
    found = read_list(FIELD, sheet(["1", *ROW], ["2", *ROW]))
    assert found.rows == (wanted(), wanted())
    assert found.places == (5, 6)
    assert (found.faults, found.notes) == ((), ())


def test_explanations_examples_and_blank_rows_are_no_rows() -> None:
    blank = ["3", *[""] * 11]
    found = read_list(FIELD, sheet(["填写说明", *["【说明】"] * 11], ["填写案例", *ROW], ["1", *ROW], blank))
    assert found.rows == (wanted(),)
    assert found.notes == ()


def test_columns_may_be_moved_and_titles_broken_over_lines() -> None:
    head = [*reversed(LABELS)]
    head[head.index("小切口子场景")] = "小切口\n子 场景"
    found = read_list(FIELD, sheet(["1", *reversed(ROW)], head=head))
    assert found.rows == (wanted(),)


def test_a_missing_column_is_told_and_an_unknown_one_too() -> None:
    head = [*LABELS[:-2], "负责人", LABELS[-1]]
    found = read_list(FIELD, sheet(["1", *ROW], head=head))
    assert [(a.place, a.title) for a in found.faults] == [("4", "改革项目")]
    assert [(a.place, a.title) for a in found.notes] == [("K4", "负责人")]
    assert "reform" not in found.rows[0]


def test_another_table_is_not_taken_for_the_list() -> None:
    found = read_list(FIELD, Sheet({(1, 1): Cell("姓名"), (1, 2): Cell("电话"), (2, 1): Cell("某人")}))
    assert found.rows == ()
    assert len(found.faults) == 1
    assert read_list(FIELD, Sheet({})).rows == ()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("①增量开发", "①增量开发"),
        ("增量开发", "①增量开发"),
        ("1.增量开发", "①增量开发"),
        ("１．增量开发", "①增量开发"),
        (" ② 迭代升级 ", "②迭代升级"),
        ("②", "②迭代升级"),
    ],
)
def test_one_option_however_typed(typed: str, kept: str) -> None:
    found = read_list(FIELD, sheet(["1", *[typed if t == "①增量开发" else t for t in ROW]]))
    assert found.faults == ()
    assert found.rows[0]["project_type"] == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("①群众关注的高频事项\n②企业的共性需求", "①群众关注的高频事项;②企业的共性需求"),
        ("①群众关注的高频事项；④提升治理能力的需求", "①群众关注的高频事项;④提升治理能力的需求"),
        ("群众关注的高频事项、企业的共性需求", "①群众关注的高频事项;②企业的共性需求"),
        ("①②④", "①群众关注的高频事项;②企业的共性需求;④提升治理能力的需求"),
    ],
)
def test_several_options_however_parted(typed: str, kept: str) -> None:
    assert chosen(COLUMN["need_type"], typed).cell == kept


def test_words_of_ones_own_stay_with_their_option_as_in_the_annexs_example() -> None:
    typed = (
        "②体制机制创新：整合数据资源；完善食品溯源机制。\n③政策制度供给：建立《“数智信用贷”管理制度》。\n"
        "④业务流程重塑：用电子销售凭证取代纸质凭证，推动体制机制创新。"
    )
    found = chosen(COLUMN["reform_task"], typed)
    assert [label for label, _ in found.options] == ["②体制机制创新", "③政策制度供给", "④业务流程重塑"]
    assert found.rest == ()
    assert found.options[0][1] == "整合数据资源；完善食品溯源机制"
    assert found.options[2][1] == "用电子销售凭证取代纸质凭证，推动体制机制创新"
    assert chosen(COLUMN["reform_task"], found.cell).options[1:] == found.options[1:]


def test_what_stands_in_the_form_afterwards_has_no_fault() -> None:
    row = wanted(reform_task=chosen(COLUMN["reform_task"], "②体制机制创新：整合资源；完善机制").cell)
    assert answer_faults(SC, {FIELD.id: [row]}, {}, [FIELD.id]) == ()
    bad = answer_faults(SC, {FIELD.id: [row | {"project_type": "③推倒重来"}]}, {}, [FIELD.id])
    assert [f.rule for f in bad] == ["form.not-an-option"]


def test_what_is_no_option_is_a_fault_at_its_cell_and_left_empty() -> None:
    row = [("③推倒重来" if t == "①增量开发" else t) for t in ROW]
    found = read_list(FIELD, sheet(["1", *row]))
    assert told(found) == [("G5", "项目类型")]
    assert "①增量开发、②迭代升级" in found.faults[0].zh
    assert "project_type" not in found.rows[0]
    both = [("①增量开发②迭代升级" if t == "①增量开发" else t) for t in ROW]
    assert told(read_list(FIELD, sheet(["1", *both]))) == [("G5", "项目类型")]


def test_long_numbers_and_error_values_are_faults_at_their_cells() -> None:
    row: list[object] = ["1", *ROW]
    row[1] = Cell("450100199001010000", "long_number")
    row[3] = Cell("#REF!", "error")
    found = read_list(FIELD, sheet(row))
    assert told(found) == [("B5", "需求名称"), ("D5", "需求内容")]
    assert "15 位" in found.faults[0].zh


def test_dates_and_formulas_are_taken_and_told() -> None:
    row: list[object] = ["1", *ROW]
    row[1] = Cell("2025-03-01", "date")
    row[3] = Cell("打通数据", "text", formula=True)
    found = read_list(FIELD, sheet(row))
    assert found.rows == (wanted(need="2025-03-01"),)
    assert [(a.place, a.title) for a in found.notes] == [("B5", "需求名称"), ("D5", "需求内容")]
    assert found.faults == ()


def test_a_value_merged_over_rows_counts_for_each() -> None:
    second = ["2", *ROW]
    second[9] = ""
    found = read_list(FIELD, sheet(["1", *ROW], second, merged=((5, 10, 6, 10),)))
    assert found.rows == (wanted(), wanted())
    assert [a.place for a in found.notes] == ["J5"]


def test_notes_beneath_the_list_are_told_as_not_read() -> None:
    found = read_list(
        FIELD, sheet(["1", *ROW], ["注：本表可加页"], ["填报人：某某"], ["", "联系人：13800000000"])
    )
    assert found.rows == (wanted(),)
    assert [a.place for a in found.notes] == ["A6", "A7", "B8"]


def test_more_rows_than_the_form_takes_are_told() -> None:
    short = FIELD.model_copy(update={"max": 2})
    found = read_list(short, sheet(*[[str(n), *ROW] for n in range(1, 5)]))
    assert len(found.rows) == 2
    assert [a.place for a in found.faults] == ["7"]


def test_no_cell_is_looked_at_again_for_every_row() -> None:
    looks = 0

    class Place(tuple[int, int]):
        def __iter__(self) -> Iterator[int]:
            nonlocal looks
            looks += 1
            return super().__iter__()

    long = sheet(*([str(n), *ROW] for n in range(1, 301)))
    merged = tuple((row, 2, row, 2) for row in range(5, 305))
    found = read_list(FIELD, Sheet({Place(at): cell for at, cell in long.cells.items()}, merged))
    assert len(found.rows) == 300
    assert looks < 20 * len(long.cells)
