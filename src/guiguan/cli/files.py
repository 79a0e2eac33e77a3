"""Files that the user names: read or written whole, or a finding that says why not."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from guiguan.core.values.finding import Finding, InputError, Place

_WHY = {
    errno.ENOENT: ("没有这个文件或文件夹，请核对路径", "no such file or folder; check the path"),
    errno.EISDIR: ("这是文件夹，需要的是文件", "this is a folder, a file is wanted"),
    errno.ENOTDIR: ("路径中有一段不是文件夹，请核对路径", "a part of the path is no folder; check the path"),
    errno.EACCES: ("没有权限，请检查文件的读写权限", "no permission; check the rights of the file"),
    errno.EPERM: ("没有权限，请检查文件的读写权限", "no permission; check the rights of the file"),
    errno.ENOSPC: ("磁盘已满，请腾出空间后重试", "the disk is full; make room and try again"),
    errno.EROFS: ("磁盘只读，请换一个位置", "the disk is read-only; choose another place"),
    errno.EINVAL: ("不是普通文件，请先另存为文件", "not a regular file; save it as one first"),
    errno.ENAMETOOLONG: ("文件名太长，请改短", "the file name is too long; shorten it"),
}


def unusable(error: OSError, file: str = "", rule: str = "file.unreadable") -> Finding:
    """The finding for what the operating system refused."""
    zh, en = _WHY.get(
        error.errno or 0,
        (f"系统报告：{error.strerror or error}", f"the system says: {error.strerror or error}"),
    )
    verb = ("无法写入", "cannot be written") if rule == "file.unwritable" else ("无法读取", "cannot be read")
    place = Place(file or str(error.filename or ""), 0, 0)
    return Finding(rule, f"{verb[0]}：{zh}", f"{verb[1]}: {en}", place)


@contextmanager
def opened(file: str) -> Iterator[BinaryIO]:
    """The file open for reading. InputError (`file.unreadable`) where it cannot be had, or is none that ends, such as a device."""
    with os.fdopen(_descriptor(file), "rb") as handle:
        yield handle


def _descriptor(file: str) -> int:
    try:
        number = os.open(file, os.O_RDONLY | os.O_NONBLOCK)  # without this, a pipe would wait for its writer
    except OSError as error:
        raise InputError(unusable(error, file)) from error
    mode = os.fstat(number).st_mode
    if not stat.S_ISREG(mode):
        os.close(number)
        raise InputError(unusable(OSError(errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL, ""), file))
    return number


def read_file(file: str) -> bytes:
    """The bytes of the file. InputError (`file.unreadable`) where they cannot be had."""
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise InputError(unusable(error, file)) from error
    except ValueError as error:  # a NUL inside the name
        raise InputError(unusable(OSError(errno.ENOENT, str(error)), file)) from error


def write_file(file: str, content: bytes) -> None:
    """The file holds `content`. InputError (`file.unwritable`) where it cannot be written."""
    try:
        Path(file).write_bytes(content)
    except OSError as error:
        raise InputError(unusable(error, file, "file.unwritable")) from error
