"""Entries of a campaign's public record, log A: what they are and their bytes (docs/spec/log.md, L9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

from guiguan.core.values.canonical import NotCanonical, decode, encode

Kind = Literal["rules", "key", "case", "bcheck", "detect", "tally", "notice", "admin"]
KINDS: frozenset[str] = frozenset(get_args(Kind))
MOST = 16_384
"""Bytes of one entry."""
_OURS = frozenset("cktv")


def public_entry(campaign: str, kind: Kind, at: int, fields: Mapping[str, Any]) -> bytes:
    """The entry's bytes. `at` in ms. ValueError for a kind that is none, for fields of every entry given again, or for too many bytes;
    NotCanonical (a ValueError) for what GGC1 does not allow."""
    if kind not in KINDS or _OURS & fields.keys():
        raise ValueError(f"no entry of a public record: {kind} with {sorted(fields)}")
    content = encode({**fields, "c": campaign, "k": kind, "t": at, "v": 1})
    if len(content) > MOST:
        raise ValueError(f"an entry of {len(content)} bytes, at most {MOST}")
    return content


def read_public_entry(content: bytes) -> dict[str, Any]:
    """The fields of an entry, `c`, `k`, `t` and `v` among them. Raises NotCanonical for bytes that are no entry of a public record."""
    found = decode(content)
    if len(content) > MOST or not isinstance(found, dict):
        raise NotCanonical(f"no object, or more than {MOST} bytes")
    told = (found.get("k") in KINDS, isinstance(found.get("c"), str), type(found.get("t")), found.get("v"))
    if told != (True, True, int, 1):
        raise NotCanonical("an entry has a known kind, a campaign, a time and version 1")
    return found


def tally_parts(votes: Mapping[str, int], room: int = MOST - 1024) -> list[list[list[Any]]]:
    """Counts as [entry, votes], by entry, in as few lists as go into one entry each; one empty list where nothing was voted for."""
    parts: list[list[list[Any]]] = [[]]
    left = room
    for row in ([entry, votes[entry]] for entry in sorted(votes)):
        size = len(encode(row)) + 1
        if size > left and parts[-1]:
            parts.append([])
            left = room
        parts[-1].append(row)
        left -= size
    return parts
