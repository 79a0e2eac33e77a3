"""The list as a workbook, and back through the confined process."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from guiguan.core.blueprint.form import RowsField
from guiguan.core.blueprint.load import load_blueprint
from guiguan.core.entries.list_sheet import Cell, Sheet, read_list
from guiguan.documents.intake.check import check_upload
from guiguan.documents.intake.confined import run_confined
from guiguan.documents.intake.verdict import Accepted, Refused
from guiguan.documents.list_sheet import list_workbook

BLUEPRINTS = Path(__file__).parents[2] / "blueprints"
FIELD: Any = next(
    f
    for f in load_blueprint(
        (BLUEPRINTS / "guangxi-scenarios-government.yaml").read_bytes(), "sc"
    ).blueprint.form
    if isinstance(f, RowsField)
)
ROWS = [
    {
        "need": "=1+1",
        "need_type": "①群众关注的高频事项;②企业的共性需求",
        "project_type": "①增量开发",
        "need_text": "一\n二",
    },
    {"need": "＠甲", "reform_task": "②体制机制创新：整合，完善", "application": "450100199001010000"},
]


def cells_of(content: bytes, tmp_path: Path) -> Any:
    """What the confined process says of the workbook."""
    import json

    source = tmp_path / "list.xlsx"
    source.write_bytes(content)
    assert isinstance(check_upload(source, "清单.xlsx", formats=("xlsx",), work=tmp_path), Accepted)
    with tempfile.TemporaryFile() as output:
        outcome = run_confined("table", source, {}, output)
        assert not isinstance(outcome, Refused)
        assert outcome.fenced
        output.seek(0)
        return json.loads(output.read())


def sheet_of(told: Any) -> Sheet:
    return Sheet(
        {(r, c): Cell(t, k, f) for r, c, t, k, f in told["cells"]}, [tuple(m) for m in told["merged"]]
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_written_is_read_again(tmp_path: Path, lang: str) -> None:
    told = cells_of(list_workbook(FIELD, "某局", "2025-03-01", ROWS, lang), tmp_path)
    found = read_list(FIELD, sheet_of(told))
    assert found.rows == tuple(ROWS)
    assert found.faults == ()
    assert [n for n in found.notes if n.row > 5] == []


def test_a_blank_one_has_no_rows_and_twenty_numbers(tmp_path: Path) -> None:
    told = cells_of(list_workbook(FIELD, "某局", "2025-03-01", []), tmp_path)
    assert read_list(FIELD, sheet_of(told)).rows == ()
    numbers = [t for r, c, t, *_ in told["cells"] if c == 1 and r > 5]
    assert numbers == [str(n) for n in range(1, 21)]


def test_the_head_is_that_of_the_annex(tmp_path: Path) -> None:
    told = cells_of(list_workbook(FIELD, "某局", "2025-03-01", []), tmp_path)
    by_place = {(r, c): t for r, c, t, *_ in told["cells"]}
    assert by_place[1, 1] == "多跨数字应用场景清单"
    assert by_place[2, 1] == "申报单位：某局\n申报日期：2025-03-01"
    assert [by_place[3, c] for c in (1, 2, 5, 11)] == ["序号", "重大需求", "多跨场景应用", "改革任务"]
    assert [by_place[4, c] for c in range(2, 13)] == [c.label for c in FIELD.columns]
    assert by_place[5, 1] == "填写说明"
    assert by_place[5, 7] == "【以下单选】\n①增量开发\n②迭代升级"
    assert [m for m in told["merged"] if m[0] == 3] == [
        [3, 1, 4, 1],
        [3, 2, 3, 4],
        [3, 5, 3, 10],
        [3, 11, 3, 12],
    ]


def test_what_excel_makes_of_what_people_type_is_told_apart(tmp_path: Path) -> None:
    import datetime

    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        hidden = book.add_worksheet("藏")
        hidden.write_string(0, 0, "看不见")
        sheet = book.add_worksheet("清单")
        sheet.write_number(0, 0, 450100199001010000)
        sheet.write_datetime(0, 1, datetime.date(2025, 3, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_formula(0, 2, "=1+2", value=3)
        sheet.write_number(0, 3, 12.5)
        sheet.write_boolean(0, 4, True)
        sheet.write_formula(0, 5, "=NA()", value="#N/A")
        book.add_worksheet("附").write_string(0, 0, "另一张")
        sheet.set_first_sheet()
        sheet.activate()
        hidden.hide()
    told = cells_of(held.getvalue(), tmp_path)
    assert [(c, k, f) for _, c, _, k, f in told["cells"]] == [
        (1, "long_number", False),
        (2, "date", False),
        (3, "number", True),
        (4, "number", False),
        (5, "text", False),
        (6, "error", True),
    ]
    assert [t for _, c, t, *_ in told["cells"] if c in (2, 3, 4)] == ["2025-03-01", "3", "12.5"]
    assert told["other"] == ["附"]


def test_a_sheet_of_too_many_rows_is_refused(tmp_path: Path) -> None:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for row in range(5_002):
            sheet.write_string(row, 0, "甲")
    source = tmp_path / "list.xlsx"
    source.write_bytes(held.getvalue())
    with tempfile.TemporaryFile() as output:
        outcome = run_confined("table", source, {}, output)
    assert isinstance(outcome, Refused)


def test_mutated_workbooks_end_in_an_answer(tmp_path: Path) -> None:
    import random

    content = list_workbook(FIELD, "某局", "2025-03-01", ROWS)
    chance = random.Random(5)
    for _ in range(12):
        broken = bytearray(content)
        for _ in range(chance.randint(1, 40)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        source = tmp_path / "list.xlsx"
        source.write_bytes(bytes(broken[: chance.randint(100, len(broken))]))
        with tempfile.TemporaryFile() as output:
            outcome = run_confined("table", source, {}, output)
        assert isinstance(outcome, Refused) or isinstance(outcome.facts["cells"], int)
