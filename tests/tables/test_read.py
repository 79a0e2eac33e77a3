from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from guiguan.core.values.finding import Finding, InputError
from guiguan.tables.read import read_table

Refused = Callable[..., list[tuple[str, int, int]]]


def test_a_header_may_be_chinese_english_full_width_or_upper_case(tmp_path: Path) -> None:
    path = tmp_path / "entries.csv"
    path.write_text("申报件编号, ＴＩＴＬＥ ,Applicant\nA1,标题,单位\n", encoding="utf-8")
    table = read_table(path, required=["entry", "title", "applicant"], aliases={"申报件编号": "entry"})
    assert table.columns == ("entry", "title", "applicant")
    assert table.rows == [("A1", "标题", "单位")]
    assert table.lines == [2]
    assert table.notes == ()
    assert table.column("entry") == ["A1"]
    assert table.column("region") == [""]
    assert table.has("Title")
    assert not table.has("region")


def test_unknown_columns_are_kept_and_named_in_a_note(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text("entry,region,备注,X\n1,450000,b,c\n", encoding="utf-8")
    table = read_table(path, required=["entry"], known=["region"], shown_as="e.csv")
    assert table.column("备注") == ["b"]
    (note,) = table.notes
    assert (note.rule, note.severity, note.place.line, note.place.column) == (
        "table.unknown-columns",
        "note",
        1,
        3,
    )
    assert "备注、X" in note.zh
    assert "备注, X" in note.en


def test_one_error_names_every_missing_column_and_the_unknown_one_that_may_be_it(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text("entry,titel\n1,b\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_table(path, required=["entry", "title", "applicant"], aliases={"申报单位": "applicant"})
    error, note = caught.value.findings
    assert error.rule == "table.missing-column"
    assert "title、applicant（申报单位）" in error.zh
    assert "title, applicant" in error.en
    assert note.rule == "table.unknown-columns"
    assert "titel" in note.zh


def test_a_column_given_twice_by_name_and_alias_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text("entry,title,编号\n1,b,2\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_table(path, required=["entry"], known=["title"], aliases={"编号": "entry"})
    assert [(f.rule, f.place.column) for f in caught.value.findings] == [("table.duplicate-column", 3)]


def test_a_column_without_name_may_only_be_empty(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text("entry,,title,\n1,,a,\n2,,b,\n", encoding="utf-8")
    table = read_table(path, required=["entry"], known=["title"])
    assert (table.columns, table.rows) == (("entry", "title"), [("1", "a"), ("2", "b")])
    path.write_text("entry,,title,\n1,,a,\n2,,b,x\n3,,b,y\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_table(path, required=["entry"], known=["title"])
    places = [(f.rule, f.place.line, f.place.column) for f in caught.value.findings]
    assert places == [("table.unnamed-column", 3, 4)]


def test_all_findings_come_at_once_and_of_one_kind_at_most_twenty_and_a_count(refused: Refused) -> None:
    rows = "".join(f"{i},x,y\n" for i in range(50))
    errors = refused("e.csv", f"id,title\n{rows}".encode())
    assert errors[0] == ("table.missing-column", 1, 0)
    assert errors[1:21] == [("table.row-length", line, 3) for line in range(2, 22)]
    assert errors[21:] == [("table.row-length", 0, 0)]


def test_the_count_line_says_how_many_more(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text("entry\n" + "1,2\n" * 50, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_table(path, required=["entry"])
    last: Finding = caught.value.findings[-1]
    assert last.zh == "另有 30 处同类问题未逐一列出；请一并处理。"


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\r\n , \n"])
def test_a_file_without_content_is_empty(refused: Refused, content: bytes) -> None:
    assert refused("e.csv", content) == [("table.empty", 0, 0)]


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_bytes(b"entry,title")
    assert read_table(tmp_path / "e.csv", required=["entry"], known=["title"]).rows == []


def test_a_header_below_the_first_row_is_refused(refused: Refused) -> None:
    assert refused("e.csv", b",\n\nentry,title\n1,2\n") == [("table.header-row", 3, 0)]


def test_blank_rows_are_skipped_and_lines_still_are_those_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_bytes(b'entry,title\n\n1,"a\nb"\n , \n2,c\n')
    table = read_table(tmp_path / "e.csv", required=["entry", "title"])
    assert table.rows == [("1", "a\nb"), ("2", "c")]
    assert table.lines == [3, 6]


@pytest.mark.parametrize("name", ["e.xls", "e.txt", "e", "e.xlsm", "e.csv.exe"])
def test_other_endings_are_refused(refused: Refused, name: str) -> None:
    assert refused(name, b"entry\n1\n") == [("table.not-its-name", 0, 0)]


def test_upper_case_endings_are_read(tmp_path: Path) -> None:
    (tmp_path / "E.CSV").write_bytes(b"entry\n1\n")
    assert read_table(tmp_path / "E.CSV", required=["entry"]).rows == [("1",)]


def test_a_file_that_is_not_there_is_said_so(refused: Refused, tmp_path: Path) -> None:
    assert refused("none.csv") == [("table.no-file", 0, 0)]
    (tmp_path / "folder.csv").mkdir()
    assert refused("folder.csv") == [("table.no-file", 0, 0)]


def test_a_message_never_carries_control_characters_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text('entry,"\x1b[2Jred\nline"\n1,2\n', encoding="utf-8")
    (note,) = read_table(path, required=["entry"]).notes
    assert note.zh.isprintable()


def test_public_lists_of_funded_projects_are_read_whole_in_both_encodings(
    tmp_path: Path, shared_data: Path
) -> None:
    folder = shared_data / "cn-funded-projects"
    rows = {"nsfc_management_1992_2018.csv": 17_926, "nssfc_2016_2017.csv": 9_575, "nssfc_odd_rows.csv": 200}
    for name, count in rows.items():
        table = read_table(folder / name, required=["number", "项目名称"], aliases={"项目批准号": "number"})
        assert len(table.rows) == count
        (tmp_path / name).write_bytes((folder / name).read_text(encoding="utf-8").encode("gb18030"))
        same = read_table(tmp_path / name, required=["number"], aliases={"项目批准号": "number"})
        assert (same.columns, same.rows, same.lines) == (table.columns, table.rows, table.lines)
