"""An answer as it goes over the wire, and its place among those of its connection."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec

from guiguan.box.answers import Answer

if TYPE_CHECKING:
    from guiguan.box.connection import Connection

_STATUS = {s.value: f"HTTP/1.1 {s.value} {s.phrase}\r\n" for s in HTTPStatus}


class Slot(msgspec.Struct, eq=False):
    """The place of one answer in its connection's order. `bare`: of a HEAD, so that no body follows."""

    connection: Connection
    keep: bool
    bare: bool = False
    text: bytes | None = None


def written(answer: Answer, slot: Slot) -> bytes:
    """The bytes of an answer: HTTP/1.1, `Connection: close` where nothing more is read."""
    body, keep = answer.body, slot.keep
    head = _head(answer.status, len(body), keep, answer.kind, answer.retry, answer.keep, answer.anybody)
    return head if slot.bare else head + body


@lru_cache(maxsize=1024)
def _head(status: int, length: int, keep: bool, kind: str, retry: int, cache: str, anybody: bool) -> bytes:
    again = f"Retry-After: {retry}\r\n" if retry else ""
    read_by = "Access-Control-Allow-Origin: *\r\n" if anybody else ""
    close = "" if keep else "Connection: close\r\n"
    return (
        f"{_STATUS[status]}Content-Type: {kind}\r\nContent-Length: {length}\r\n"
        f"Cache-Control: {cache}\r\n{again}{read_by}{close}\r\n"
    ).encode()
