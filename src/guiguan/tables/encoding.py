"""The encoding of a csv file: UTF-8 or GB18030, found by reading it all once, or refused."""

from __future__ import annotations

import codecs
from pathlib import Path

from guiguan.tables.collected import Collected

_CHUNK = 1 << 20
_MAX_BYTES = 2 << 30


def recognised_encoding(path: Path, found: Collected) -> str:
    """ "utf-8" or "gb18030", in which every byte of the file can be decoded; stops with a finding else.

    A file that is mostly good UTF-8 with some damage is refused, not read as GB18030: that would turn
    every Chinese name into other Chinese characters without a word.
    """
    _refuse_what_is_no_text(path, found)
    bad_utf8 = first_bad_byte(path, "utf-8")
    if bad_utf8 is None:
        return "utf-8"
    if _is_mostly_utf8(path, bad_utf8):
        bad = bad_utf8
    else:
        bad_gb = first_bad_byte(path, "gb18030")
        if bad_gb is None:
            found.add(
                "table.read-as-gb18030",
                "文件不是 UTF-8 编码，已按 GB18030（中文 Excel 的默认编码）读取。如有乱码，请另存为"
                "“CSV UTF-8”。",
                "The file is not UTF-8 and was read as GB18030. If names look wrong, save it as “CSV UTF-8”.",
                severity="note",
            )
            return "gb18030"
        bad = bad_gb
    line = line_of(path, bad)
    found.stop(
        "table.encoding",
        f"第 {line} 行有无法识别的文字（第 {bad + 1} 字节），既不是 UTF-8 也不是 GB18030。请另存为"
        "“CSV UTF-8（逗号分隔）”。",
        f"Line {line} holds a byte (number {bad + 1}) that is neither UTF-8 nor GB18030. Save as "
        "“CSV UTF-8”.",
        line=line,
    )


def first_bad_byte(path: Path, encoding: str) -> int | None:
    """Offset from 0 of the first byte that cannot be decoded, or None."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    offset = 0
    with path.open("rb") as stream:
        while True:
            chunk = stream.read(_CHUNK)
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                # `object` begins with the bytes that the decoder had kept from the chunk before.
                return offset - (len(error.object) - len(chunk)) + error.start
            if not chunk:
                return None
            offset += len(chunk)


def line_of(path: Path, offset: int) -> int:
    """The line, counted from 1, in which the byte at `offset` lies."""
    line = 1
    with path.open("rb") as stream:
        while offset > 0:
            chunk = stream.read(min(_CHUNK, offset))
            line += chunk.count(b"\n")
            offset -= len(chunk)
    return line


def _is_mostly_utf8(path: Path, bad: int) -> bool:
    # In real GB18030 text only about one character in five happens to be valid UTF-8.
    with path.open("rb") as stream:
        stream.seek(max(0, bad - _CHUNK))
        text = stream.read(2 * _CHUNK).decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    return foreign - wrong > wrong


def _refuse_what_is_no_text(path: Path, found: Collected) -> None:
    if path.stat().st_size > _MAX_BYTES:
        found.stop(
            "table.too-large",
            "文件超过 2 GB。请改用 .parquet，或分成几个文件。",
            "The file is larger than 2 GB. Use .parquet or several files.",
        )
    with path.open("rb") as stream:
        start = stream.read(8192)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        found.stop(
            "table.encoding",
            "文件是 UTF-16 编码（Excel 的“Unicode 文本”）。请另存为“CSV UTF-8（逗号分隔）”。",
            "The file is UTF-16 (“Unicode text” in Excel). Save it as “CSV UTF-8 (comma delimited)”.",
            line=1,
        )
    if start.count(b"\0") * 20 > len(start):
        found.stop(
            "table.not-its-name",
            "扩展名为 .csv，内容却是二进制数据。请用原软件另存为“CSV UTF-8（逗号分隔）”；只改扩展名无效。",
            "The name ends in .csv, the content is binary. Save as “CSV UTF-8”; renaming is not enough.",
        )
