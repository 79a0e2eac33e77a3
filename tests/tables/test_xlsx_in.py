from __future__ import annotations

import datetime
import re
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from guiguan.core.values.finding import InputError
from guiguan.tables import xlsx_in, xlsx_package
from guiguan.tables.read import read_table

Refused = Callable[..., list[tuple[str, int, int]]]
Cells = Callable[..., list[str]]


def workbook(path: Path, fill: Callable[[Workbook, Worksheet], object]) -> Path:
    """A workbook whose first sheet has a header entry, title and what `fill` writes."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("申报")
        sheet.write_row(0, 0, ["entry", "title"])
        fill(book, sheet)
    return path


def altered(path: Path, part: str, change: Callable[[str], str]) -> None:
    """The same workbook with the text of one part changed."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    assert change(parts[part].decode()) != parts[part].decode()
    parts[part] = change(parts[part].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)


@pytest.fixture
def cells(tmp_path: Path) -> Callable[..., list[str]]:
    """The cells of column entry, written by `fill` into one sheet."""

    def read(fill: Callable[[Workbook, Worksheet], object]) -> list[str]:
        return read_table(workbook(tmp_path / "e.xlsx", fill), required=["entry", "title"]).column("entry")

    return read


SHEET = "xl/worksheets/sheet1.xml"


def test_text_numbers_and_truth_values_are_text(cells: Cells) -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        values = ["001", "  甲\n乙 ", 5, 5.0, 4.1, -0.5, 1e-7, 999_999_999_999_999, 0.1 + 0.7, True, False]
        sheet.write_column(1, 0, values)

    expected = ["001", "甲\n乙", "5", "5", "4.1", "-0.5", "0.0000001", "999999999999999"]
    with pytest.raises(InputError) as caught:
        cells(fill)
    (lost,) = caught.value.findings
    assert (lost.rule, lost.place.line, lost.place.column) == ("table.number-lost", 10, 1)

    def fill_without_it(book: Workbook, sheet: Worksheet) -> None:
        sheet.write_column(
            1, 0, ["001", "  甲\n乙 ", 5, 5.0, 4.1, -0.5, 1e-7, 999_999_999_999_999, True, False]
        )

    assert cells(fill_without_it) == [*expected, "TRUE", "FALSE"]


def test_dates_and_times_are_iso_8601(cells: Cells) -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        moment = datetime.datetime.fromisoformat
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        minute = book.add_format({"num_format": "yyyy/m/d h:mm"})
        sheet.write_datetime(1, 0, moment("2021-06-10"), day)
        sheet.write_datetime(2, 0, moment("2021-06-10T08:05:00"), minute)
        sheet.write_datetime(3, 0, moment("2021-06-10T23:59:59.999"), minute)
        sheet.write_number(4, 0, 44357.3368055556, minute)
        sheet.write_datetime(5, 0, datetime.time(8, 5), book.add_format({"num_format": "hh:mm"}))
        sheet.write_number(6, 0, 1.5, book.add_format({"num_format": "[h]:mm:ss"}))

    assert cells(fill) == [
        "2021-06-10",
        "2021-06-10T08:05:00",
        "2021-06-10T23:59:59.999000",
        "2021-06-10T08:05:00",
        "08:05:00",
        "36:00:00",
    ]


@pytest.mark.parametrize("number", [110101199001011234, 1234567890123456, -1e15, 2.0**53, 0.1234567890123456])
def test_a_number_with_more_than_15_digits_is_refused_by_cell(cells: Cells, number: float) -> None:
    with pytest.raises(InputError) as caught:
        cells(lambda book, sheet: sheet.write_column(1, 0, ["a", number]))
    (lost,) = caught.value.findings
    assert (lost.rule, lost.place.line, lost.place.column) == ("table.number-lost", 3, 1)
    assert "A3" in lost.zh
    assert "文本" in lost.zh


def test_rows_have_the_numbers_that_excel_shows(tmp_path: Path) -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.write(1, 0, "a")
        sheet.write(4, 1, "b")
        sheet.write_blank(9, 0, None, book.add_format({"bold": True}))

    table = read_table(workbook(tmp_path / "e.xlsx", fill), required=["entry", "title"])
    assert table.rows == [("a", ""), ("", "b")]
    assert table.lines == [2, 5]


def test_formulas_error_values_and_merged_cells_are_told_by_name(tmp_path: Path) -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.write_formula(6, 1, "=1+1", None, 2)
        sheet.write_formula(7, 27, "=NA()", None, "#N/A")
        sheet.merge_range("A3:A4", "x")

    workbook(tmp_path / "e.xlsx", fill)
    altered(tmp_path / "e.xlsx", SHEET, lambda xml: xml.replace("<f>NA()</f>", ""))
    with pytest.raises(InputError) as caught:
        read_table(tmp_path / "e.xlsx", required=["entry", "title"])
    told = [(f.rule, f.place.line, f.place.column) for f in caught.value.findings]
    assert told == [("table.formula", 7, 2), ("table.error-cell", 8, 28), ("table.merged", 3, 0)]
    formula, error, merged = (finding.zh for finding in caught.value.findings)
    assert "B7" in formula
    assert "AB8" in error
    assert "A3:A4" in merged


def test_shared_formulas_are_found_in_every_cell_and_with_a_prefix(refused: Refused, tmp_path: Path) -> None:
    workbook(tmp_path / "e.xlsx", lambda book, sheet: sheet.write_column(1, 0, [71, 72]))
    altered(
        tmp_path / "e.xlsx", SHEET, lambda xml: xml.replace("<v>71</v>", '<f t="shared" si="0"/><v>71</v>')
    )
    assert refused("e.xlsx") == [("table.formula", 2, 1)]
    altered(
        tmp_path / "e.xlsx",
        SHEET,
        lambda xml: re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", xml).replace("xmlns=", "xmlns:x="),
    )
    assert refused("e.xlsx") == [("table.formula", 2, 1)]


def test_other_sheets_with_content_are_noted_and_their_formulas_do_not_matter(tmp_path: Path) -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.write(1, 0, "a")
        book.add_worksheet("空表")
        book.add_worksheet("说明").write_formula(0, 0, "=1")

    table = read_table(workbook(tmp_path / "e.xlsx", fill), required=["entry", "title"])
    assert table.rows == [("a", "")]
    assert [note.rule for note in table.notes] == ["table.other-sheets"]
    assert table.notes[0].zh.endswith("未读取：说明。")


def test_the_first_visible_sheet_is_read(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "e.xlsx") as book:
        hidden, shown = book.add_worksheet("字典"), book.add_worksheet("申报")
        hidden.write(0, 0, "secret")
        hidden.hide()
        shown.activate()
        shown.write_column(0, 0, ["entry", "a"])
    table = read_table(tmp_path / "e.xlsx", required=["entry"])
    assert table.rows == [("a",)]
    assert "字典" in table.notes[0].zh


def test_a_header_below_the_first_row_and_an_empty_sheet_are_refused(
    refused: Refused, tmp_path: Path
) -> None:
    with xlsxwriter.Workbook(tmp_path / "e.xlsx") as book:
        book.add_worksheet().write_row(2, 0, ["entry"])
    assert refused("e.xlsx") == [("table.header-row", 3, 0)]
    with xlsxwriter.Workbook(tmp_path / "e.xlsx") as book:
        book.add_worksheet()
    assert refused("e.xlsx") == [("table.empty", 0, 0)]


def test_a_cell_right_of_the_header_needs_a_name(refused: Refused, tmp_path: Path) -> None:
    workbook(tmp_path / "e.xlsx", lambda book, sheet: sheet.write(3, 4, "stray"))
    assert refused("e.xlsx") == [("table.unnamed-column", 4, 5)]


def test_a_sheet_that_reaches_the_last_row_is_refused(refused: Refused, tmp_path: Path) -> None:
    workbook(tmp_path / "e.xlsx", lambda book, sheet: sheet.write(1_048_575, 0, "last"))
    assert refused("e.xlsx") == [("table.too-many-rows", 0, 0)]


def test_formats_alone_down_to_the_last_row_do_no_harm(tmp_path: Path) -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.write(1, 0, "a")
        sheet.write_blank(1_048_575, 0, None, book.add_format({"bold": True}))

    assert read_table(workbook(tmp_path / "e.xlsx", fill), required=["entry"]).rows == [("a", "")]


def test_a_stray_cell_far_away_never_fills_the_memory(refused: Refused, tmp_path: Path) -> None:
    workbook(tmp_path / "e.xlsx", lambda book, sheet: sheet.write(1_000_000, 16_383, "stray"))
    assert refused("e.xlsx") == [("table.too-large", 0, 0)]


def test_one_long_text_in_many_cells_never_fills_the_memory(
    refused: Refused, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbook(tmp_path / "e.xlsx", lambda book, sheet: sheet.write_column(1, 0, ["x" * 1000] * 100))
    assert len(read_table(tmp_path / "e.xlsx", required=["entry"]).rows) == 100
    monkeypatch.setattr(xlsx_in, "_MOST_CHARACTERS", 102 * 1000 - 1)
    assert refused("e.xlsx") == [("table.too-large", 0, 0)]


@pytest.mark.parametrize("place", ["A0", "A1048577", "XFE2", "AAAA2", "2", "A", "a2", "A-2", "A٢"])
def test_a_cell_outside_of_the_sheet_is_damage(refused: Refused, tmp_path: Path, place: str) -> None:
    workbook(tmp_path / "e.xlsx", lambda book, sheet: sheet.write(1, 0, "a"))
    altered(tmp_path / "e.xlsx", SHEET, lambda xml: xml.replace('r="A2"', f'r="{place}"'))
    assert refused("e.xlsx") == [("table.broken", 0, 0)]


def test_cells_without_addresses_are_read_in_order(refused: Refused, tmp_path: Path) -> None:
    workbook(tmp_path / "e.xlsx", lambda book, sheet: sheet.write_row(1, 0, ["a", 7]))
    altered(tmp_path / "e.xlsx", SHEET, lambda xml: re.sub(r' r="[A-Z]*[0-9]+"', "", xml))
    assert read_table(tmp_path / "e.xlsx", required=["entry"]).rows == [("a", "7")]
    altered(tmp_path / "e.xlsx", SHEET, lambda xml: xml.replace("<v>7</v>", "<f>7</f><v>7</v>"))
    assert refused("e.xlsx") == [("table.formula", 2, 2)]


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"])
def test_a_doctype_is_refused_in_every_part_that_is_read(refused: Refused, tmp_path: Path, part: str) -> None:
    workbook(tmp_path / "e.xlsx", lambda book, sheet: sheet.write(1, 0, "a"))
    altered(tmp_path / "e.xlsx", part, lambda xml: xml.replace("?>", '?><!DOCTYPE x [<!ENTITY a "b">]>', 1))
    assert refused("e.xlsx") == [("table.unsafe", 0, 0)]


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml"])
def test_a_part_that_is_cut_off_or_missing_is_damage(refused: Refused, tmp_path: Path, part: str) -> None:
    workbook(tmp_path / "e.xlsx", lambda book, sheet: sheet.write(1, 0, "a"))
    altered(tmp_path / "e.xlsx", part, lambda xml: xml[:-20])
    assert refused("e.xlsx") == [("table.broken", 0, 0)]


def test_a_workbook_without_its_texts_is_damage_and_not_a_table_of_blanks(
    refused: Refused, tmp_path: Path
) -> None:
    workbook(tmp_path / "e.xlsx", lambda book, sheet: sheet.write(1, 0, "a"))
    with zipfile.ZipFile(tmp_path / "e.xlsx") as old:
        parts = {name: old.read(name) for name in old.namelist() if "sharedStrings" not in name}
    with zipfile.ZipFile(tmp_path / "e.xlsx", "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)
    assert refused("e.xlsx") == [("table.broken", 0, 0)]


def test_every_prefix_of_a_workbook_is_refused_with_one_line(refused: Refused, tmp_path: Path) -> None:
    whole = workbook(tmp_path / "w.xlsx", lambda book, sheet: sheet.write(1, 0, "a")).read_bytes()
    for length in range(4, len(whole), 97):
        ((rule, _, _),) = refused("e.xlsx", whole[:length])
        assert rule == "table.broken"


@pytest.mark.parametrize(
    "content", [b"entry,title\n1,2\n", b"%PDF-1.4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK"]
)
def test_what_is_no_workbook_is_not_what_its_name_says(refused: Refused, content: bytes) -> None:
    assert refused("e.xlsx", content) == [("table.not-its-name", 0, 0)]


def test_another_archive_is_not_what_its_name_says(refused: Refused, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "e.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert refused("e.xlsx") == [("table.not-its-name", 0, 0)]


def test_a_locked_workbook_is_called_encrypted(refused: Refused) -> None:
    for before in (2000, (1 << 20) - 17):
        ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(before, b"\0")
        ole += "EncryptedPackage".encode("utf-16-le")
        assert refused("e.xlsx", ole) == [("table.encrypted", 0, 0)]


def test_a_part_packed_with_a_password_or_an_odd_method_is_refused(refused: Refused, tmp_path: Path) -> None:
    path = workbook(tmp_path / "e.xlsx", lambda book, sheet: sheet.write(1, 0, "a"))
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert refused("locked.xlsx", bytes(content)) == [("table.unsafe", 0, 0)]
    with zipfile.ZipFile(path, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/extra.xml", "<x/>")
    assert refused("e.xlsx") == [("table.unsafe", 0, 0)]


def test_inline_strings_are_read_and_count_as_content(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "e.xlsx", {"constant_memory": True}) as book:
        book.add_worksheet("甲").write_row(0, 0, ["entry"])
        book.add_worksheet("乙").write_row(0, 0, ["x"])
    table = read_table(tmp_path / "e.xlsx", required=["entry"])
    assert [note.rule for note in table.notes] == ["table.other-sheets"]


def test_many_short_texts_are_not_taken_for_a_long_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"{i:04}" for i in range(100)]
    path = workbook(tmp_path / "e.xlsx", lambda book, sheet: sheet.write_column(1, 0, texts))
    monkeypatch.setattr(xlsx_in, "_MOST_CHARACTERS", 102 * len("entry"))
    assert read_table(path, required=["entry"]).column("entry") == texts


def test_a_zip_bomb_is_refused_before_it_is_unpacked(refused: Refused, tmp_path: Path) -> None:
    workbook(tmp_path / "e.xlsx", lambda book, sheet: sheet.write(1, 0, "a"))
    with zipfile.ZipFile(tmp_path / "e.xlsx", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", bytes(10_000_000))
    assert refused("e.xlsx") == [("table.unsafe", 0, 0)]


def test_too_many_or_too_large_parts_are_refused(
    refused: Refused, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbook(tmp_path / "e.xlsx", lambda book, sheet: sheet.write(1, 0, "a"))
    with zipfile.ZipFile(tmp_path / "e.xlsx") as archive:
        parts, size = len(archive.infolist()), sum(member.file_size for member in archive.infolist())
    monkeypatch.setattr(xlsx_package, "MOST_BYTES", size)
    monkeypatch.setattr(xlsx_package, "MOST_MEMBERS", parts)
    assert read_table(tmp_path / "e.xlsx", required=["entry"]).rows == [("a", "")]
    monkeypatch.setattr(xlsx_package, "MOST_BYTES", size - 1)
    assert refused("e.xlsx") == [("table.unsafe", 0, 0)]
    monkeypatch.setattr(xlsx_package, "MOST_BYTES", size)
    monkeypatch.setattr(xlsx_package, "MOST_MEMBERS", parts - 1)
    assert refused("e.xlsx") == [("table.unsafe", 0, 0)]


@pytest.mark.parametrize("name", ["xl/vbaProject.bin", "XL/Worksheets/Sheet1.xml", "xl\\workbook.xml"])
def test_macros_and_parts_that_share_a_name_are_refused(refused: Refused, tmp_path: Path, name: str) -> None:
    workbook(tmp_path / "e.xlsx", lambda book, sheet: sheet.write(1, 0, "a"))
    with zipfile.ZipFile(tmp_path / "e.xlsx", "a") as archive:
        archive.writestr(name, "x")
    assert refused("e.xlsx") == [("table.unsafe", 0, 0)]


def test_a_part_that_declares_less_than_it_holds_is_never_read_beyond_it(
    refused: Refused, tmp_path: Path
) -> None:
    path = workbook(tmp_path / "e.xlsx", lambda book, sheet: sheet.write(1, 0, "a"))
    altered(path, SHEET, lambda xml: xml.replace("</sheetData>", "<row r='9'/>" * 1000 + "</sheetData>"))
    with zipfile.ZipFile(path) as archive:
        member = archive.getinfo(SHEET)
    content = path.read_bytes()
    true, lie = member.file_size.to_bytes(4, "little"), (600).to_bytes(4, "little")
    assert content.count(true) == 2
    assert refused("e.xlsx", content.replace(true, lie)) == [("table.broken", 0, 0)]


def test_hostile_workbooks_of_others_are_refused_for_their_reason(
    refused: Refused, shared_data: Path
) -> None:
    expected = {
        "poc-xmlbomb.xlsx": "table.unsafe",
        "poc-xmlbomb-empty.xlsx": "table.unsafe",
        "poc-shared-strings.xlsx": "table.broken",
        "protected_passtika.xlsx": "table.encrypted",
        "clusterfuzz-testcase-minimized-XLSX2CSVFuzzer-5025401116950528.xlsx": "table.broken",
        "clusterfuzz-testcase-minimized-XLSX2CSVFuzzer-5636439151607808.xlsx": "table.broken",
        "clusterfuzz-testcase-minimized-XLSX2CSVFuzzer-6594557414080512.xlsx": "table.broken",
    }
    office = shared_data / "uploads" / "office"
    for name, rule in expected.items():
        assert refused(name, (office / name).read_bytes()) == [(rule, 0, 0)]
    for name in ("SimpleMacro.xlsm", "xlmmacro.xlsm", "SimpleMacro.doc", "protected_sample.docx"):
        assert refused(name, (office / name).read_bytes()) == [("table.not-its-name", 0, 0)]
    macro = refused("renamed.xlsx", (office / "SimpleMacro.xlsm").read_bytes())
    assert macro == [("table.unsafe", 0, 0)]
    xxe = refused("xxe_in_schema.xlsx", (office / "xxe_in_schema.xlsx").read_bytes())
    assert {rule for rule, _, _ in xxe} <= {"table.missing-column", "table.empty", "table.header-row"}


def test_parts_are_read_as_utf_8_whatever_they_say(tmp_path: Path) -> None:
    path = workbook(tmp_path / "e.xlsx", lambda book, sheet: sheet.write(1, 0, "a"))
    altered(path, SHEET, lambda xml: xml.replace("UTF-8", "no-such-code"))
    assert read_table(path, required=["entry"]).rows == [("a", "")]


def test_a_workbook_without_its_relations_is_damage(refused: Refused, tmp_path: Path) -> None:
    path = workbook(tmp_path / "e.xlsx", lambda book, sheet: sheet.write(1, 0, "a"))
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    del parts["xl/_rels/workbook.xml.rels"]
    with zipfile.ZipFile(path, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)
    assert refused("e.xlsx") == [("table.broken", 0, 0)]


def test_parts_with_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "e.xlsx", lambda book, sheet: sheet.write(1, 0, "甲"))
    altered(path, SHEET, lambda xml: "\ufeff" + xml)
    altered(path, "xl/sharedStrings.xml", lambda xml: "\ufeff" + xml)
    assert read_table(path, required=["entry"]).rows == [("甲", "")]


def test_a_refusal_leaves_no_temporary_folder(
    refused: Refused, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))
    with xlsxwriter.Workbook(tmp_path / "e.xlsx") as book:
        book.add_worksheet().write_row(2, 0, ["entry"])
    assert refused("e.xlsx") == [("table.header-row", 3, 0)]
    assert list((tmp_path / "temp").iterdir()) == []
