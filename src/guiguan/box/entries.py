"""Entries of a ballot log as values: what a sequencer, a recount or a check must know of them."""

from __future__ import annotations

import msgspec


class LogEntry(msgspec.Struct, frozen=True):
    """The fields of any entry that matter for counting; a key that an entry has not is empty. `k` is the kind."""

    c: str
    k: str
    day: str
    t: int
    s: str = ""
    nym: str = ""
    net: str = ""
    ch: str = ""
    choices: tuple[str, ...] = ()
    ref: int = -1
    leaf: str = ""


class Cast(msgspec.Struct, frozen=True, gc=False):
    """What counts of a ballot: less to read where ten millions are counted."""

    day: str
    choices: tuple[str, ...]
    ch: str = ""


read_cast = msgspec.json.Decoder(Cast).decode
"""What counts of the bytes of a ballot's entry. msgspec.DecodeError (a ValueError) where they are none."""

_DECODER = msgspec.json.Decoder(LogEntry)


def read_entry(content: bytes) -> LogEntry:
    """The entry of its stored bytes. msgspec.DecodeError (a ValueError) where they are none."""
    return _DECODER.decode(content)
