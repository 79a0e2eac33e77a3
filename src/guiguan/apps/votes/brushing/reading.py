"""A vote's ballots as the detectors read them: from the log and the sealed signals, addresses and devices as keyed digests alone."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from guiguan.apps.votes.models import Ballot, Poll, Signal
from guiguan.apps.votes.queries import read_document
from guiguan.apps.votes.sequencing import one_view
from guiguan.apps.votes.voters import keys
from guiguan.box.asked import Sender
from guiguan.box.entries import read_entry
from guiguan.box.read import Ask
from guiguan.box.rows import Ref
from guiguan.box.signals import unsealed_signals
from guiguan.core.values.address import network_of
from guiguan.core.values.moment import day_of, day_start
from guiguan.detect.log_table import COLUMNS, LogTable, log_table

MOST = 2_000_000
"""Ballots that one run reads, the newest ones: about 1 GB of memory."""
_PAGE = 500  # batches read in one statement
_NOBODY = Sender()


@dataclass(frozen=True)
class ReadLog:
    """`table` in order of time; row i of it was stored at `refs[i]` with the leaf `leaves[i]`. `left_out` older ballots are not in it."""

    table: LogTable
    refs: NDArray[np.int64]  # n × 3: writer, batch, place
    leaves: NDArray[np.uint8]  # n × 32
    left_out: int

    def ref(self, row: int) -> Ref:
        writer, batch, place = self.refs[row].tolist()
        return Ref(writer, batch, place)


def read_log(poll: Poll, zone: ZoneInfo, most: int = MOST) -> ReadLog:
    """All ballots of the vote, or its `most` newest."""
    ballots = Ballot.objects.filter(poll=poll.pk, kind="ballot")
    left_out = max(0, ballots.count() - most)
    since = 0
    if left_out:
        since = ballots.order_by("-time").values_list("time", flat=True)[most - 1]
    with one_view() as ask:
        parts = [_part(poll, zone, list(page)) for page in _pages(ask, poll.pk, since)]
    rows = pa.concat_tables([p[0] for p in parts] or [COLUMNS.empty_table()])
    refs = np.concatenate([p[1] for p in parts] or [np.zeros((0, 3), np.int64)])
    leaves = np.concatenate([p[2] for p in parts] or [np.zeros((0, 32), np.uint8)])
    order = np.lexsort((refs[:, 2], refs[:, 1], refs[:, 0], np.asarray(rows["time"])))
    rows = rows.take(pa.array(order)).set_column(0, "index", pa.array(np.arange(len(order))))
    return ReadLog(log_table(rows), refs[order], leaves[order], left_out)


_Row = tuple[int, int, int, bytes, int, bytes, bytes]


def _pages(ask: Ask, poll: int, since: int) -> Iterator[list[_Row]]:
    """Stored ballots, some hundred batches at a time, in the order of the primary key."""
    writers = [
        w for (w,) in ask("SELECT DISTINCT writer FROM votes_ballot WHERE poll = %s ORDER BY writer", [poll])
    ]
    for writer in writers:
        last = ask("SELECT MAX(batch) FROM votes_ballot WHERE writer = %s AND poll = %s", [writer, poll])[0][
            0
        ]
        for first in range(0, last + 1, _PAGE):
            rows = ask(
                "SELECT writer, batch, place, voter, time, entry, leaf FROM votes_ballot WHERE writer = %s AND batch >= %s"
                " AND batch < %s AND poll = %s AND kind = 'ballot' AND time >= %s ORDER BY batch, place",
                [writer, first, first + _PAGE, poll, since],
            )
            if rows:
                yield [(w, b, p, bytes(v), t, bytes(e), bytes(leaf)) for w, b, p, v, t, e, leaf in rows]


def _part(
    poll: Poll, zone: ZoneInfo, rows: list[_Row]
) -> tuple[pa.Table, NDArray[np.int64], NDArray[np.uint8]]:
    hidden = _Digests(keys().pseudonym(poll.campaign))
    senders = _senders(keys().signal, rows)
    cases = read_document(poll.document).rule.known
    columns: dict[str, list[object]] = {name: [] for name in COLUMNS.names}
    for _w, _b, _p, voter, time, content, leaf in rows:
        entry, sender = read_entry(content), senders.get(leaf, _NOBODY)
        start = day_start(day_of(time, zone), zone)
        for name, value in (
            ("index", 0),
            ("time", time),
            ("minute", (time - start) // 60_000),
            ("day", entry.day),
            ("voter", voter.hex()),
            ("nym", entry.nym),
            ("net", hidden.name("net", network_of(sender.address, {}))),
            ("asn", ""),
            ("device", hidden.name("device", sender.device)),
            ("agent", hidden.name("agent", sender.agent)),
            ("channel", entry.ch),
            ("solve_ms", sender.solved if sender.solved >= 0 else None),
            # made-up texts that fell alone: each would be a subject of its own, and hide what the ballots have in common
            ("choices", [c for c in entry.choices if c in cases]),
        ):
            columns[name].append(value)
    refs = np.array([r[:3] for r in rows], dtype=np.int64)
    leaves = np.frombuffer(b"".join(r[6] for r in rows), dtype=np.uint8).reshape(-1, 32)
    return pa.table(columns, schema=COLUMNS), refs, leaves


def _senders(key: bytes, rows: list[_Row]) -> dict[bytes, Sender]:
    """What is known of the senders, by leaf; a batch whose signals were deleted in time has none."""
    found: dict[bytes, Sender] = {}
    for writer, group in groupby(rows, key=lambda r: r[0]):
        batches = sorted({r[1] for r in group})
        kept = Signal.objects.filter(writer=writer, batch__gte=batches[0], batch__lte=batches[-1])
        for sealed in kept.values_list("sealed", flat=True).iterator():
            found.update(unsealed_signals(key, bytes(sealed)))
    return found


class _Digests:
    """Keyed digests that hold for the whole vote: nobody without the key can tell an address, and they leave this module alone."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: dict[tuple[str, str], str] = {}

    def name(self, use: str, text: str) -> str:
        if not text:
            return ""
        found = self._known.get((use, text))
        if found is None:
            message = b"gg/seen-" + use.encode() + b"/v1\0" + text.encode()
            found = self._known[use, text] = hmac.digest(self._key, message, "sha256")[:8].hex()
        return found
