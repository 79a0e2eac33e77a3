"""The zip archive around a workbook: measured before anything is unpacked, then reduced to what is read.

The reader of values gets a copy of the parts checked here, so that the two cannot see different files.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath
from typing import NoReturn

from guiguan.tables.collected import Collected, shown
from guiguan.tables.xlsx_scan import BrokenXml, UnsafeXml, XmlScan

MOST_MEMBERS = 2_000
MOST_BYTES = 600_000_000
MOST_RATIO = 200
_CHUNK = 1 << 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# Besides its own error, zipfile lets through whatever a crafted archive sets off below it.
DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, BrokenXml)


class Package:
    """A workbook's archive, open for reading, known to be of bearable size."""

    def __init__(self, archive: zipfile.ZipFile, found: Collected) -> None:
        self._archive = archive
        self._members = {_plain(m.filename): m for m in archive.infolist() if not m.is_dir()}
        self._found = found

    def has(self, name: str) -> bool:
        return _plain(name) in self._members

    def scan(self, name: str, scan: XmlScan, copy_to: zipfile.ZipFile | None = None) -> None:
        """The part has gone through `scan` and, if wished, into the copy, byte for byte."""
        if not self.has(name):
            raise BrokenXml(f"{name} is missing")
        member = self._members[_plain(name)]
        try:
            with closing(self._chunks(member)) as chunks:
                if copy_to is None:
                    scan.read(chunks)
                    return
                with copy_to.open(zipfile.ZipInfo(name), "w") as copy:
                    for chunk in chunks:
                        scan.feed(chunk)
                        copy.write(chunk)
                    scan.close()
        except UnsafeXml:
            self._found.stop(
                "table.unsafe",
                f"文件的 {shown(name)} 部分含有 DOCTYPE 声明，正常的 Excel 文件没有。请在 Excel 中新建文件，"
                "只粘贴数据。",
                f"Its part {shown(name)} has a DOCTYPE, which no Excel file has. Paste the values into a "
                "new file.",
            )

    def _chunks(self, member: zipfile.ZipInfo) -> Generator[bytes, None, None]:
        # zipfile never gives more bytes than the archive declares, and the declared sizes were checked.
        try:
            with self._archive.open(member) as part:
                while chunk := part.read(_CHUNK):
                    yield chunk
        except OSError as error:
            # The file itself was opened before; an offset that leads out of it is damage.
            raise zipfile.BadZipFile(str(error)) from error


@contextmanager
def open_package(path: Path, found: Collected) -> Iterator[Package]:
    """The archive, measured by what it declares; stops with a finding where it is damaged or a bomb."""
    try:
        archive = zipfile.ZipFile(path)
    except (*DAMAGE, OSError) as error:
        stop_as_broken(error, found)
    reason = _danger(archive.infolist())
    if reason is not None:
        zh, en = reason
        found.stop(
            "table.unsafe",
            f"文件{zh}，不是正常的 Excel 表格。请在 Excel 中新建文件，只粘贴数据后另存为 .xlsx，或改交 "
            ".csv。",
            f"The file {en}, which no plain Excel table has. Paste the values into a new file, or give a "
            ".csv file.",
        )
    with archive:
        yield Package(archive, found)


def stop_as_broken(error: BaseException, found: Collected) -> NoReturn:
    """Raises InputError that says that the workbook is damaged."""
    found.stop(
        "table.broken",
        f"Excel 文件已损坏，无法读取（{shown(str(error))}）。请在 Excel 中打开并另存为 .xlsx，或重新传输。",
        f"The workbook is damaged ({shown(str(error))}). Open it in Excel and save it as .xlsx, or transfer "
        "it again.",
    )


def _danger(members: list[zipfile.ZipInfo]) -> tuple[str, str] | None:
    if len(members) > MOST_MEMBERS:
        return (
            f"内有 {len(members)} 个部分，超过 {MOST_MEMBERS} 个",
            f"has {len(members)} parts, over {MOST_MEMBERS}",
        )
    total = sum(member.file_size for member in members)
    if total > MOST_BYTES:
        return (
            f"解压后有 {total} 字节，超过 {MOST_BYTES} 字节",
            f"unpacks to {total} bytes, over {MOST_BYTES}",
        )
    names = {_plain(member.filename) for member in members}
    if len(names) < len(members):
        return "内有同名的部分", "has two parts of one name"
    for member in members:
        name = shown(member.filename)
        if member.file_size > MOST_RATIO * max(member.compress_size, 1):
            return (
                f"的 {name} 部分压缩比超过 {MOST_RATIO}",
                f"has a part {name} packed over {MOST_RATIO} to 1",
            )
        if member.flag_bits & 0x1 or member.compress_type not in _METHODS:
            return (
                f"的 {name} 部分已加密或压缩方式特殊",
                f"has a part {name} that is encrypted or oddly packed",
            )
        if PurePosixPath(_plain(member.filename)).name == "vbaproject.bin":
            return "含有宏", "holds macros"
    return None


def _plain(name: str) -> str:
    # The reader of values looks parts up without letter case, so two names that differ only in it are one.
    return name.replace("\\", "/").lstrip("/").casefold()
