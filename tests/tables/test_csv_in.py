from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from guiguan.core.values.finding import InputError
from guiguan.tables.csv_in import LONGEST_CELL
from guiguan.tables.read import read_table

Refused = Callable[..., list[tuple[str, int, int]]]


def rows(path: Path, content: bytes) -> list[tuple[str, ...]]:
    path.write_bytes(content)
    return read_table(path, required=["entry", "title"]).rows


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_every_line_end_and_a_byte_order_mark_are_read(tmp_path: Path, end: bytes, mark: bytes) -> None:
    content = mark + end.join([b'"entry",title', "1,评选".encode(), b'2,"a,""b"""']) + end
    assert rows(tmp_path / "e.csv", content) == [("1", "评选"), ("2", 'a,"b"')]


def test_outer_white_space_is_removed_and_inner_kept(tmp_path: Path) -> None:
    content = "entry,title\n\u3000 1\t,  a  b\u00a0\n".encode()
    assert rows(tmp_path / "e.csv", content) == [("1", "a  b")]


def test_too_few_and_too_many_cells_are_told_by_place(refused: Refused) -> None:
    errors = refused("e.csv", b"entry,title,x\n1,2\n1,2,3\n1,2,3,4\n1,2,3,\n")
    assert errors == [("table.row-length", 2, 3), ("table.row-length", 4, 4), ("table.row-length", 5, 4)]


def test_a_quotation_mark_without_partner_is_told_where_it_begins(refused: Refused) -> None:
    assert refused("e.csv", b'entry,title\n1,a\n2,"b\n3,c\n4,d\n') == [("table.quotes", 3, 0)]
    assert refused("e.csv", b'entry,title\n1,"a\n2,b\n3,"c"\n') == [("table.quotes", 2, 0)]


def test_text_after_a_closing_quotation_mark_is_told_and_the_rest_still_checked(refused: Refused) -> None:
    errors = refused("e.csv", b'entry,title\n1,"a"b\n2,c\n3,"d"e\n4\n')
    assert errors == [("table.quotes", 2, 0), ("table.quotes", 4, 0), ("table.row-length", 5, 2)]


def test_nothing_is_read_on_after_a_broken_header_or_a_broken_row_of_several_lines(refused: Refused) -> None:
    assert refused("e.csv", b'"entry"x,title\n1\n') == [("table.quotes", 1, 0)]
    assert refused("e.csv", b'entry,title\n1,"a\nb"c\n2\n') == [("table.quotes", 2, 0)]


def test_a_quotation_mark_inside_an_unquoted_cell_is_text(tmp_path: Path) -> None:
    assert rows(tmp_path / "e.csv", b'entry,title\n1,19" screen\n') == [("1", '19" screen')]


def test_the_longest_cell_is_read_and_one_character_more_refused(tmp_path: Path, refused: Refused) -> None:
    longest = b"x" * LONGEST_CELL
    assert rows(tmp_path / "e.csv", b"entry,title\n1," + longest + b"\n")[0][1] == longest.decode()
    errors = refused("e.csv", b"entry,title\n1,a\n2,x" + longest + b"\n")
    assert errors == [("table.cell-too-long", 3, 0)]


def test_the_limit_of_other_csv_readers_is_left_as_it_was(tmp_path: Path, refused: Refused) -> None:
    before = csv.field_size_limit()
    rows(tmp_path / "e.csv", b"entry,title\n1,2\n")
    refused("e.csv", b'entry,title\n1,"\n')
    assert csv.field_size_limit() == before


def test_nul_characters_are_told_cell_by_cell(refused: Refused) -> None:
    content = b"entry,title\n" + b"1,abcdefgh\n" * 30 + b"a\0,b\0\n"
    assert refused("e.csv", content) == [("table.nul", 32, 1), ("table.nul", 32, 2)]


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04rest",
        b"%PDF-1.7\n",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest",
        b"PAR1rest",
        b"<html><table><tr><td>entry</td></tr></table>",
        b"\x00\x01\x02\x03entry",
        "entry,title\n1,2\n".encode("utf-16-le"),
    ],
)
def test_a_csv_that_is_something_else_is_refused(refused: Refused, content: bytes) -> None:
    assert refused("e.csv", content) == [("table.not-its-name", 0, 0)]


@pytest.mark.parametrize(("separator", "said"), [(";", "“;”"), ("\t", "制表符"), ("，", "“，”")])
def test_another_separator_is_named(tmp_path: Path, separator: str, said: str) -> None:
    path = tmp_path / "e.csv"
    path.write_text(f"entry{separator}title\n1{separator}2\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_table(path, required=["entry", "title"])
    missing, hint, note = caught.value.findings
    assert (missing.rule, hint.rule, note.rule) == (
        "table.missing-column",
        "table.separator",
        "table.unknown-columns",
    )
    assert said in hint.zh


def test_a_table_of_exactly_the_rows_that_excel_holds_is_read_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_bytes(b"entry\n" + b"1\n" * 1_048_575)
    table = read_table(path, required=["entry"])
    assert len(table.rows) == 1_048_575
    assert [(note.rule, note.severity) for note in table.notes] == [("table.too-many-rows", "warning")]
    path.write_bytes(b"entry\n" + b"1\n" * 1_048_576)
    assert read_table(path, required=["entry"]).notes == ()
