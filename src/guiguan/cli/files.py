"""Files that the user names: read or written whole, or a finding that says why not."""

from __future__ import annotations

import errno
from pathlib import Path

from guiguan.core.values.finding import Finding, InputError, Place

_WHY = {
    errno.ENOENT: ("没有这个文件或文件夹，请核对路径", "no such file or folder; check the path"),
    errno.EISDIR: ("这是文件夹，需要的是文件", "this is a folder, a file is wanted"),
    errno.ENOTDIR: ("路径中有一段不是文件夹，请核对路径", "a part of the path is no folder; check the path"),
    errno.EACCES: ("没有权限，请检查文件的读写权限", "no permission; check the rights of the file"),
    errno.EPERM: ("没有权限，请检查文件的读写权限", "no permission; check the rights of the file"),
    errno.ENOSPC: ("磁盘已满，请腾出空间后重试", "the disk is full; make room and try again"),
    errno.EROFS: ("磁盘只读，请换一个位置", "the disk is read-only; choose another place"),
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
