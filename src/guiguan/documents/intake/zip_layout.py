"""The members of a zip archive, known to lie one after another exactly as its directory says, and of bearable size.

Two programs that read such an archive see the same members: nothing overlaps, hides between them or stands around them.
"""

from __future__ import annotations

import encodings.cp437  # noqa: F401  (zipfile loads it by name, and behind the fence nothing can be loaded)
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from guiguan.documents.intake.verdict import RefusedHere

MOST_MEMBERS = 2_000
MOST_BYTES = 200_000_000
MOST_RATIO = 100
RATIO_FROM = 1_000_000
"""Smaller parts may be packed more tightly: an empty table of a few hundred KB is, and can do no harm."""
_CHUNK = 1 << 18
_LOCAL, _END = struct.Struct("<4s5H3L2H"), struct.Struct("<4s4H2LH")
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_DESCRIPTOR = 24
_LEADS_OUT = re.compile(r"(^[/\\])|(^[A-Za-z]:)|((^|[/\\])\.\.([/\\]|$))|\\|\x00")


def members_of(file: BinaryIO) -> list[zipfile.ZipInfo]:
    """The files in the archive in the order in which they lie; RefusedHere where it is not put together properly."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, struct.error, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise RefusedHere("not-of-kind", "DOCX/XLSX") from error
    if len(members) > MOST_MEMBERS:
        raise RefusedHere("bomb-unpacked", f"{len(members)} parts")
    for member in members:
        _check_name(member)
        _check_packing(member)
    total = sum(member.file_size for member in members)
    if total > MOST_BYTES:
        raise RefusedHere("bomb-unpacked", f"{total // 10**6} MB")
    names = {member.filename.casefold() for member in members}
    if len(names) < len(members):
        raise RefusedHere("layout", "duplicate names")
    members.sort(key=lambda member: member.header_offset)
    _check_extents(file, members)
    return [member for member in members if not member.is_dir()]


def content_of(file: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member unpacked piece by piece; RefusedHere unless it ends exactly where and as the directory says."""
    file.seek(_data_offset(file, member))
    left, size, check = member.compress_size, 0, 0
    unpack = zlib.decompressobj(-15) if member.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0:
        packed = file.read(min(_CHUNK, left))
        left -= len(packed)
        if not packed:
            raise RefusedHere("broken")
        for piece in _unpacked(unpack, packed):
            size += len(piece)
            if size > member.file_size:
                raise RefusedHere("bomb-unpacked", member.filename)
            check = zlib.crc32(piece, check)
            yield piece
    whole = unpack is None or (unpack.eof and not unpack.unused_data)
    if not whole or size != member.file_size or check != member.CRC:
        raise RefusedHere("broken")


def _unpacked(unpack: zlib._Decompress | None, packed: bytes) -> Iterator[bytes]:
    if unpack is None:
        yield packed
        return
    try:
        while packed:
            yield unpack.decompress(packed, _CHUNK)
            packed = unpack.unconsumed_tail
        yield unpack.decompress(b"", _CHUNK)
    except zlib.error as error:
        raise RefusedHere("broken") from error


def _check_name(member: zipfile.ZipInfo) -> None:
    if _LEADS_OUT.search(member.orig_filename) or stat.S_ISLNK(member.external_attr >> 16):
        raise RefusedHere("traversal", member.orig_filename)


def _check_packing(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & _ENCRYPTED:
        raise RefusedHere("encrypted")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise RefusedHere("layout", f"compression method {member.compress_type}")
    if member.compress_type == zipfile.ZIP_STORED and member.file_size != member.compress_size:
        raise RefusedHere("layout", "sizes")
    if member.file_size > RATIO_FROM and member.file_size > MOST_RATIO * max(member.compress_size, 1):
        raise RefusedHere("bomb-unpacked", f"{member.filename} {member.file_size // 10**6} MB")


def _check_extents(file: BinaryIO, members: list[zipfile.ZipInfo]) -> None:
    """Each member begins where the one before ends, the directory after the last, the end record after that."""
    end = file.seek(0, 2)
    file.seek(max(0, end - _END.size))
    tail = file.read()
    if len(tail) != _END.size or not tail.startswith(b"PK\x05\x06"):
        raise RefusedHere("layout", "something after the end")
    _, disk, first_disk, here, count, length, start, _ = _END.unpack(tail)
    if (disk, first_disk, here, count) != (0, 0, len(members), len(members)):
        raise RefusedHere("layout", "directory")
    if start + length != end - _END.size:
        raise RefusedHere("layout", "directory")
    reached = 0
    for member in members:
        # After a member there may be a record of its sizes, nothing longer.
        if not 0 <= member.header_offset - reached <= (_DESCRIPTOR if reached else 0):
            raise RefusedHere("layout", "parts overlap or have gaps")
        reached = _data_offset(file, member) + member.compress_size
    if not 0 <= start - reached <= _DESCRIPTOR:
        raise RefusedHere("layout", "parts overlap or have gaps")


def _data_offset(file: BinaryIO, member: zipfile.ZipInfo) -> int:
    """Where the packed bytes begin; RefusedHere where the member's own header says other than the directory."""
    file.seek(member.header_offset)
    header = file.read(_LOCAL.size)
    if len(header) != _LOCAL.size:
        raise RefusedHere("broken")
    mark, _, flags, method, _, _, check, packed, size, name_length, extra_length = _LOCAL.unpack(header)
    name = file.read(name_length)
    later = bool(flags & 0x8)  # the sizes follow the data
    large = 0xFFFFFFFF in (packed, size)  # the sizes stand in the extra field
    told = (check, packed, size) == (member.CRC, member.compress_size, member.file_size)
    same_name = name == member.orig_filename.encode("utf-8" if flags & 0x800 else "cp437", errors="replace")
    if mark != b"PK\x03\x04" or method != member.compress_type or not same_name or flags & _ENCRYPTED:
        raise RefusedHere("layout", "directory and parts differ")
    if not (told or later or large):
        raise RefusedHere("layout", "directory and parts differ")
    return member.header_offset + _LOCAL.size + int(name_length) + int(extra_length)
