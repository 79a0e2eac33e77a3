"""What is too long for a cell is cut and says so; nothing that anybody typed keeps a workbook from being written."""

from __future__ import annotations

import io

import pytest
import python_calamine

from guiguan.tables.xlsx_out import MOST_CHARACTERS, write_xlsx


def written(text: str) -> str:
    held = io.BytesIO()
    write_xlsx(held, "t", ["a"], [[text]])
    return str(
        python_calamine.load_workbook(io.BytesIO(held.getvalue())).get_sheet_by_index(0).to_python()[1][0]
    )


@pytest.mark.parametrize("text", ["字" * MOST_CHARACTERS, "𠀀" * (MOST_CHARACTERS // 2), "𠀀字" * 10_922])
def test_what_just_fits_stands_whole(text: str) -> None:
    assert written(text) == text


@pytest.mark.parametrize("text", ["字" * (MOST_CHARACTERS + 1), "𠀀" * 20_000, "字" + "𠀀" * 20_000])
def test_what_is_longer_is_cut_between_characters_and_says_so(text: str) -> None:
    found = written(text)
    note = f"…（共 {len(text)} 字，Excel 单元格放不下，全文请下载 CSV）"
    assert found.endswith(note)
    assert text.startswith(found.removesuffix(note))
    assert MOST_CHARACTERS - 1 <= len(found.encode("utf-16-le")) // 2 <= MOST_CHARACTERS


@pytest.mark.parametrize("text", ["a\x01b", "\ufffe", "\ud800", "_x0041_"])
def test_what_no_xml_holds_is_no_hindrance(text: str) -> None:
    assert written(text)
