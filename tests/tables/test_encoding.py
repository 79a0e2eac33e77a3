from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from guiguan.tables import encoding
from guiguan.tables.encoding import first_bad_byte, line_of
from guiguan.tables.read import read_table

Refused = Callable[..., list[tuple[str, int, int]]]

TEXT = "entry,title\n1,广西信息化优秀案例\n2,㐂𠮷与€\n"


def test_gb18030_is_read_and_said(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_bytes(TEXT.encode("gb18030"))
    table = read_table(path, required=["entry", "title"])
    assert table.column("title") == ["广西信息化优秀案例", "㐂𠮷与€"]
    assert [(note.rule, note.severity) for note in table.notes] == [("table.read-as-gb18030", "note")]


def test_utf_8_is_read_without_a_word(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_bytes(TEXT.encode())
    assert read_table(path, required=["entry", "title"]).notes == ()


def test_bytes_of_neither_encoding_are_told_by_line(refused: Refused) -> None:
    content = TEXT.encode("gb18030") + b"3,\xff\xff\n"
    assert refused("e.csv", content) == [("table.encoding", 4, 0)]


@pytest.mark.parametrize("damage", [b"\xe5\xb9", b"\xff", b"\xd6\xd0"])
def test_damaged_utf_8_is_never_read_as_gb18030(refused: Refused, damage: bytes) -> None:
    content = TEXT.encode() + b"3," + damage + b"\n" + "4,南宁市大数据局\n".encode()
    assert refused("e.csv", content) == [("table.encoding", 4, 0)]


def test_utf_8_cut_off_in_a_character_is_refused(refused: Refused) -> None:
    assert refused("e.csv", "entry,title\n1,优秀案例".encode()[:-1]) == [("table.encoding", 2, 0)]


def test_utf_16_is_refused_by_name(refused: Refused) -> None:
    assert refused("e.csv", TEXT.encode("utf-16")) == [("table.encoding", 1, 0)]


def test_offsets_are_exact_across_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "e.csv"
    good = "中文a\n".encode() * 5
    for chunk in range(1, 9):
        monkeypatch.setattr(encoding, "_CHUNK", chunk)
        path.write_bytes(good + b"\xff")
        assert first_bad_byte(path, "utf-8") == len(good)
        assert line_of(path, len(good)) == 6
        path.write_bytes(good + b"\xe4\xb8")
        assert first_bad_byte(path, "utf-8") == len(good)
        gb = "中文a\n".encode("gb18030") * 5
        path.write_bytes(gb + b"\xff\xff")
        assert first_bad_byte(path, "gb18030") == len(gb)
        path.write_bytes(good)
        assert first_bad_byte(path, "utf-8") is None


def test_a_file_over_two_gigabytes_is_refused_before_it_is_read(refused: Refused, tmp_path: Path) -> None:
    with (tmp_path / "e.csv").open("wb") as stream:
        stream.write(b"entry\n")
        stream.truncate((2 << 30) + 1)
    assert refused("e.csv") == [("table.too-large", 0, 0)]
