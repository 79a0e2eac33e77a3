"""The tar is the same bytes for the same files, and free texts lose what is personal."""

from __future__ import annotations

import hashlib
import io
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiguan.core.evidence.bundle import tar_member, tar_of, without_personal


def test_a_tar_depends_on_names_and_contents_alone() -> None:
    files = {"b": b"2", "a": b"1" * 513}
    assert tar_of(files) == tar_of(dict(reversed(files.items())))
    assert len(tar_of(files)) == 10240
    with tarfile.open(fileobj=io.BytesIO(tar_of(files))) as tar:
        found = [(m.name, m.size, m.mode, m.uid, m.gid, m.mtime, m.uname, m.gname) for m in tar.getmembers()]
    assert found == [("a", 513, 0o644, 0, 0, 0, "", ""), ("b", 1, 0o644, 0, 0, 0, "", "")]


def test_the_header_to_the_byte() -> None:
    """As the specification says in E1.2, written out by hand."""
    header = bytearray(512)
    header[:10] = b"rules.json"
    header[100:124] = b"0000644\0" + b"0000000\0" * 2
    header[124:148] = b"00000000012\0" + b"00000000000\0"
    header[148:156] = b" " * 8
    header[156:157] = b"0"
    header[257:265] = b"ustar\00000"
    header[148:156] = b"%06o\0 " % sum(header)
    assert tar_member("rules.json", 10).tobuf(tarfile.USTAR_FORMAT) == bytes(header)


def test_a_golden_tar() -> None:
    assert (
        hashlib.sha256(tar_of({"a": b"1\n"})).hexdigest()
        == "57f27b1f926300d088f2b3e7e5e82f0c23d77f723991f5d5229e42134fa837d5"
    )


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("电话13800138000核实", "电话＊＊＊核实"),
        ("138 0013 8000，138-0013-8000", "＊＊＊，＊＊＊"),
        ("１３８００１３８０００", "＊＊＊"),
        ("+8613800138000、86-138 0013 8000", "＊＊＊、＊＊＊"),
        ("座机0771-5551234。", "座机＊＊＊。"),
        ("身份证45010319800101123x，", "身份证＊＊＊，"),
        ("邮箱a.b+c@example.com.cn、", "邮箱＊＊＊、"),
        ("来自 10.0.0.7 与 2001:db8::1:7 的票", "来自 ＊＊＊ 与 ＊＊＊ 的票"),
        ("2021-06-10 08:05:00 第 3 次，共 1,380,013 元", "2021-06-10 08:05:00 第 3 次，共 1,380,013 元"),
        ("版本 1.2.3，得分 84.50", "版本 1.2.3，得分 84.50"),
        ("信用代码 91450000MA5KXXXX0X 不符", "信用代码 91450000MA5KXXXX0X 不符"),
    ],
)
def test_what_is_blacked_out_and_what_stays(text: str, left: str) -> None:
    assert without_personal(text) == left


def test_names_go_first_the_longest_first() -> None:
    assert without_personal("张三丰与张三核实", ["张三丰", "张三"]) == "＊＊＊与＊＊＊核实"


@given(st.text("0123456789abcfx.@:-+ ０１２九，", max_size=60))
def test_the_text_of_the_text_is_itself(text: str) -> None:
    once = without_personal(text)
    assert without_personal(once) == once
