"""The public log over HTTP: one function of an address that the site and the ballot server both ask.

Files are those of C2SP tlog-tiles. Beside them, for a page that has no room for tiles: proofs as JSON, and the key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from guiguan.box.ledger import log_of, starts_at
from guiguan.box.logfiles import LogFiles
from guiguan.box.read import Ask
from guiguan.core.integrity.checkpoint import Checkpoint, read_checkpoint
from guiguan.core.integrity.merkle import (
    BadProof,
    Span,
    consistency_spans,
    inclusion_spans,
    levels,
    proof,
)
from guiguan.core.integrity.note import read_note
from guiguan.core.integrity.tiles import BadTile, Tile, digests_of, read_path, subtree_in

_CAMPAIGN = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")
_LEAF = re.compile(r"[0-9a-f]{64}")
LASTING = "public, max-age=31536000, immutable"
FLEETING = "public, max-age=1"
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class LogAnswer:
    """What goes back: status, type and bytes, and how long it may be kept."""

    status: int
    content: bytes = b""
    type: str = TEXT
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(
    folder: Path,
    ask: Callable[[], Ask],
    campaign: str,
    rest: str,
    query: Mapping[str, str],
    receipt_keys: Sequence[str] = (),
) -> LogAnswer:
    """The answer to GET /log/{campaign}/{rest}. `ask` is called only where the database is needed; every part of the address may be
    hostile. `receipt_keys`: the public keys of the ballot box, in hex."""
    if not _CAMPAIGN.fullmatch(campaign):
        return _missing()
    part, _, inner = rest.partition("/")
    if inner and re.fullmatch("[1-9][0-9]{0,3}|a", part):
        files, rest = LogFiles(folder / campaign / part), inner
    else:
        files = LogFiles(folder / campaign)
    match rest:
        case "inclusion" | "receipt-keys" if part == "a":
            return _missing()
        case "checkpoint":
            return _file(files.checkpoint(), FLEETING)
        case "key":
            return _file(_bytes_of(files.folder / "key"), FLEETING)
        case "receipt-keys":
            return _json({"keys": list(receipt_keys)})
        case "inclusion":
            return _inclusion(files, ask, campaign, query)
        case "consistency":
            return _consistency(files, query)
        case _:
            return _tile(files, rest)


def _tile(files: LogFiles, rest: str) -> LogAnswer:
    try:
        content = files.read(read_path(rest))
    except (BadTile, OSError):
        return _missing()
    return LogAnswer(200, content, "application/octet-stream", {"Cache-Control": LASTING})


def _inclusion(files: LogFiles, ask: Callable[[], Ask], campaign: str, query: Mapping[str, str]) -> LogAnswer:
    """The proof that a leaf is in the tree of the newest checkpoint, or 404 while it is not."""
    leaf, time = query.get("leaf", ""), query.get("time", "")
    if not _LEAF.fullmatch(leaf) or not _NUMBER.fullmatch(time):
        return _problem(400, "leaf: 64 hex digits; time: milliseconds, as the receipt says")
    note, newest = _newest(files)
    if newest is None:
        return _problem(404, "this log has no checkpoint yet")
    asked = ask()
    log = log_of(asked, campaign)
    for first, count in starts_at(asked, log.id, int(time)) if log else ():
        for index in range(first, min(first + count, newest.size)):
            if _leaf_at(files, index, newest.size) == bytes.fromhex(leaf):
                path = proof(inclusion_spans(index, newest.size), _subtrees(files, newest.size))
                return _json(
                    {"index": index, "leaf": leaf, "path": _hex(path), **_about(files, note, newest)}
                )
    return _problem(
        404, "no such leaf under the newest checkpoint; a new entry stands there within 20 seconds"
    )


def _consistency(files: LogFiles, query: Mapping[str, str]) -> LogAnswer:
    """The proof that the newest checkpoint's tree begins with the smaller one of the size `old`."""
    old = query.get("old", "")
    note, newest = _newest(files)
    if newest is None:
        return _problem(404, "this log has no checkpoint yet")
    if not _NUMBER.fullmatch(old):
        return _problem(400, "old: the size of a checkpoint, 1 or more")
    try:
        path = proof(consistency_spans(int(old), newest.size), _subtrees(files, newest.size))
    except BadProof as error:
        return _problem(400, str(error))
    return _json({"old": int(old), "path": _hex(path), **_about(files, note, newest)})


def _newest(files: LogFiles) -> tuple[str, Checkpoint | None]:
    content = files.checkpoint()
    if not content:
        return "", None
    note = read_note(content)
    return content.decode(), read_checkpoint(note.text)


def _about(files: LogFiles, note: str, newest: Checkpoint) -> dict[str, Any]:
    return {"size": newest.size, "checkpoint": note, "key": _bytes_of(files.folder / "key").decode().strip()}


def _leaf_at(files: LogFiles, index: int, size: int) -> bytes:
    return _subtrees(files, size)((index, index + 1))


def _subtrees(files: LogFiles, size: int) -> Callable[[Span], bytes]:
    return lambda span: subtree_in(span, size, lambda tile: _rows(files.folder, tile))


@lru_cache(maxsize=512)
def _rows(folder: Path, tile: Tile) -> Sequence[Sequence[bytes]]:
    """The rows of a tile's own small tree. A tile never changes, so what was read once may be kept."""
    return levels(digests_of(LogFiles(folder).read(tile), tile.width))


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _hex(path: Sequence[bytes]) -> list[str]:
    return [digest.hex() for digest in path]


def _file(content: bytes, keep: str) -> LogAnswer:
    return LogAnswer(200, content, TEXT, {"Cache-Control": keep}) if content else _missing()


def _json(value: dict[str, Any]) -> LogAnswer:
    return LogAnswer(200, json.dumps(value).encode(), "application/json", {"Cache-Control": "no-store"})


def _missing() -> LogAnswer:
    return _problem(404, "the log has no such file")


def _problem(status: int, detail: str) -> LogAnswer:
    body = json.dumps(
        {
            "type": f"/problems/log.{'missing' if status == 404 else 'query'}",
            "status": status,
            "detail": detail,
        }
    )
    return LogAnswer(status, body.encode(), "application/problem+json", {"Cache-Control": "no-store"})
