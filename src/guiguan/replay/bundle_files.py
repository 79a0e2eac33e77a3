"""The files of an evidence bundle, a tar or a folder, read by name and never unpacked."""

from __future__ import annotations

import hashlib
import os
import stat
import tarfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from guiguan.core.evidence.bundle import tar_member
from guiguan.core.evidence.logs import LOG_FILES
from guiguan.core.values.canonical import MAX_LINE
from guiguan.core.values.finding import Finding, InputError, Place

NAMES = (
    "README.txt",
    "SPEC.md",
    "ballots.jsonl",
    "decisions.jsonl",
    "entries.jsonl",
    "exclusions.jsonl",
    "manifest.json",
    "result.json",
    "rules.json",
    "sheets.jsonl",
    "verify.py",
)
"""Exactly the files of a bundle without logs, in order. One with logs has those of `LOG_FILES` too."""
FOLDERS = ("keys", "logs", "logs/a", "logs/b")
MAX_DOCUMENT = 256 << 20
_BLOCK, _RECORD, _PIECE = 512, 10_240, 1 << 20


@dataclass(frozen=True)
class BundleFiles:
    """Where the content of each file lies: path on this machine, first byte, size."""

    where: Mapping[str, tuple[Path, int, int]]

    @property
    def names(self) -> list[str]:
        """Every file, in order."""
        return sorted(self.where)

    @property
    def has_logs(self) -> bool:
        return LOG_FILES[0] in self.where

    def size(self, name: str) -> int:
        return self.where[name][2]

    def pieces(self, name: str) -> Iterator[bytes]:
        """The content, a MiB at a time."""
        path, first, left = self.where[name]
        with path.open("rb") as file:
            file.seek(first)
            while left > 0 and (piece := file.read(min(left, _PIECE))):
                left -= len(piece)
                yield piece

    def content(self, name: str) -> bytes:
        """The whole content. InputError where it is larger than any honest document."""
        if self.size(name) > MAX_DOCUMENT:
            raise InputError(
                fault("verify.too-large", name, "文件过大，无法核验", "the file is too large to check")
            )
        return b"".join(self.pieces(name))

    def lines(self, name: str) -> Iterator[bytes]:
        """Each line with its end. InputError at a line that is too long or does not end."""
        path, first, left = self.where[name]
        number = 0
        with path.open("rb") as file:
            file.seek(first)
            while left > 0:
                line = file.readline(min(left, MAX_LINE + 1))
                number += 1
                if len(line) > MAX_LINE or not line.endswith(b"\n"):
                    zh = f"这一行没有行尾，或超过 {MAX_LINE} 字节"
                    en = f"the line does not end, or is longer than {MAX_LINE} bytes"
                    raise InputError(fault("verify.line", name, zh, en, number))
                left -= len(line)
                yield line

    def digest(self, name: str) -> str:
        digest = hashlib.sha256()
        for piece in self.pieces(name):
            digest.update(piece)
        return digest.hexdigest()


def fault(rule: str, name: str, zh: str, en: str, line: int = 0) -> Finding:
    """A finding about one file of the bundle."""
    return Finding(rule, zh, en, Place(name, line, 0))


def open_bundle(path: Path) -> BundleFiles:
    """The files of the bundle at `path`. InputError where it is not exactly a bundle's set of plain files."""
    if path.is_dir():
        return BundleFiles(_in_folder(path))
    with path.open("rb") as file:
        return BundleFiles(_in_tar(path, file))


def _in_folder(folder: Path) -> dict[str, tuple[Path, int, int]]:
    faults: list[Finding] = []
    where: dict[str, tuple[Path, int, int]] = {}
    for item, name in _walk(folder):
        found = item.lstat()
        if name not in NAMES and name not in LOG_FILES:
            faults.append(_stranger(name))
        elif not stat.S_ISREG(found.st_mode):
            faults.append(fault("verify.not-a-file", name, "不是普通文件", "this is no plain file"))
        else:
            where[name] = (item, 0, found.st_size)
    faults += [
        _absent(name) for name in _wanted(where) if name not in where and not os.path.lexists(folder / name)
    ]
    if faults:
        raise InputError(*faults)
    return where


def _walk(folder: Path, before: str = "") -> Iterator[tuple[Path, str]]:
    """Everything in the folder, and in those of its folders that a bundle has, with its name in the bundle."""
    for item in sorted(folder.iterdir()):
        name = before + item.name
        if name in FOLDERS and stat.S_ISDIR(item.lstat().st_mode) and any(item.iterdir()):
            yield from _walk(item, f"{name}/")
        else:
            yield item, name


def _wanted(where: Collection[str]) -> tuple[str, ...]:
    """The files that there must be: those of the logs too where there are any of them."""
    return (*NAMES, *LOG_FILES) if set(LOG_FILES) & set(where) else NAMES


def _in_tar(path: Path, file: BinaryIO) -> dict[str, tuple[Path, int, int]]:
    """Every header must be, to the byte, what the product writes for that name and size: no links, no paths, no twins."""
    length = path.stat().st_size
    where: dict[str, tuple[Path, int, int]] = {}
    at = 0
    while (header := file.read(_BLOCK)) != bytes(_BLOCK):
        name, size = _name_and_size(header)
        last = max(where, default="")
        if name not in NAMES and name not in LOG_FILES:
            raise InputError(_stranger(name))
        if name <= last:
            zh, en = f"排在 {last} 之后，次序不对或重复", f"stands after {last}: out of order, or there twice"
            raise InputError(fault("verify.tar-order", name, zh, en))
        if header != tar_member(name, size).tobuf(tarfile.USTAR_FORMAT):
            zh = "tar 头部不合规定（只收普通文件，时间、用户均为零）"
            raise InputError(
                fault("verify.tar-header", name, zh, "the tar header is not of the required form")
            )
        where[name] = (path, at + _BLOCK, size)
        padded = -(-size // _BLOCK) * _BLOCK
        at += _BLOCK + padded
        if at > length:
            raise InputError(fault("verify.tar-cut", name, "文件被截断", "the file is cut short"))
        file.seek(at - (padded - size))
        if file.read(padded - size).strip(b"\0"):
            raise InputError(
                fault("verify.tar-padding", name, "内容之后的填充不是零", "the padding is not zero")
            )
    _require_end(file, at, length)
    absent = [_absent(name) for name in _wanted(where) if name not in where]
    if absent:
        raise InputError(*absent)
    return where


def _name_and_size(header: bytes) -> tuple[str, int]:
    name = header[:100].rstrip(b"\0").decode("utf-8", "replace")
    digits = header[124:135]
    if len(header) < _BLOCK or header[257:262] != b"ustar" or not digits.isdigit() or not digits.isascii():
        raise InputError(_no_tar())
    try:
        return name, int(digits, 8)
    except ValueError:
        raise InputError(_no_tar()) from None


def _no_tar() -> Finding:
    return Finding(
        "verify.not-a-tar",
        "不是 USTAR 格式的 tar 文件；请给出 evidence.tar，或由它解开的目录",
        "this is no tar file (USTAR); give evidence.tar, or the folder unpacked from it",
    )


def _require_end(file: BinaryIO, at: int, length: int) -> None:
    wanted = -(-(at + 2 * _BLOCK) // _RECORD) * _RECORD
    file.seek(at)
    if length != wanted or file.read(wanted - at).strip(b"\0"):
        raise InputError(
            Finding(
                "verify.tar-end",
                "tar 文件的结尾不合规定，后面可能附有别的内容",
                "the tar does not end as it should; something may have been appended",
            )
        )


def _stranger(name: str) -> Finding:
    return fault(
        "verify.unknown-file", name[:100], "证据包里不应有这个文件", "no such file belongs in a bundle"
    )


def _absent(name: str) -> Finding:
    return fault("verify.no-file", name, "证据包里缺少这个文件", "the bundle lacks this file")
