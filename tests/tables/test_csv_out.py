from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guiguan.tables.csv_out import write_csv
from guiguan.tables.read import read_table


def written(path: Path, *cells: str) -> bytes:
    write_csv(path, ["entry"], [(cell,) for cell in cells])
    return path.read_bytes()


def test_plain_cells_are_written_without_quotation_marks_bom_or_cr(tmp_path: Path) -> None:
    write_csv(tmp_path / "r.csv", ["group", "score"], [("政务", "-1.50"), ('a,"b"', ""), ("x\ry", "z\n")])
    expected = 'group,score\n政务,-1.50\n"a,""b""",\n"x\ry","z\n"\n'
    assert (tmp_path / "r.csv").read_bytes() == expected.encode()


@pytest.mark.parametrize(
    ("cell", "as_written"),
    [
        ("=1+1", "'=1+1"),
        ("+86 771", "'+86 771"),
        ("-1/2", "'-1/2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠a", "'＠a"),
        ("\t=1", "'\t=1"),
        ("\rx", '"\'\rx"'),
        (" =1", "' =1"),
        ("'=1", "''=1"),
        ("-1", "-1"),
        ("-1.50", "-1.50"),
        ("-1.", "'-1."),
        ("-1\n", '"\'-1\n"'),
        ("'quoted'", "'quoted'"),
        ("a=b", "a=b"),
        (" a", '" a"'),
        ("a ", '"a "'),
    ],
)
def test_what_a_spreadsheet_would_run_gets_one_apostrophe(tmp_path: Path, cell: str, as_written: str) -> None:
    content = written(tmp_path / "r.csv", cell)
    assert content == f"entry\n{as_written}\n".encode()
    assert read_table(tmp_path / "r.csv", required=["entry"]).rows == [(cell.strip(),)]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), max_size=5))
@example(["'", "''=", "'\t", '"', '""', "'-1", " '=x", "\u3000＝x", "\r", "x\r\ny", "\ufeff"])
def test_every_text_comes_back_but_for_outer_white_space(cells: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.csv"
        write_csv(path, ["entry", "text"], [("1", cell) for cell in cells])
        assert read_table(path, required=["entry", "text"]).column("text") == [cell.strip() for cell in cells]


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_no_cell_of_the_file_begins_like_a_formula_unless_it_is_a_number(cell: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        content = written(Path(folder) / "r.csv", cell).decode()
    first = content.removeprefix("entry\n").removeprefix('"').lstrip()[:1]
    is_number = cell.removeprefix("-").replace(".", "", 1).isdigit()
    assert first not in {"=", "+", "-", "@", "＝", "＋", "－", "＠"} or is_number


def test_naughty_strings_come_back(tmp_path: Path, shared_data: Path) -> None:
    strings = json.loads((shared_data / "blns" / "blns.json").read_text(encoding="utf-8"))
    assert len(strings) > 500
    write_csv(tmp_path / "r.csv", ["entry", "text"], [("1", text) for text in strings])
    back = read_table(tmp_path / "r.csv", required=["entry", "text"]).column("text")
    assert back == [text.replace("\0", "\ufffd").strip() for text in strings]


def test_nul_and_lone_surrogates_are_shown_as_replaced(tmp_path: Path) -> None:
    assert written(tmp_path / "r.csv", "a\0b\ud800c") == "entry\na\ufffdb\ufffdc\n".encode()


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    written(path, "old")
    with pytest.raises(ValueError, match="row 2 has 2 cells, 1 columns are wanted"):
        write_csv(path, ["entry"], [("new",), ("a", "b")])
    assert path.read_bytes() == b"entry\nold\n"
    assert [p.name for p in tmp_path.iterdir()] == ["r.csv"]


def test_a_single_empty_cell_is_not_an_empty_line(tmp_path: Path) -> None:
    assert written(tmp_path / "r.csv", "", "1") == b'entry\n""\n1\n'
