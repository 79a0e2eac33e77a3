"""What people see of a case: figures and charts, none of which says which entry is concerned, nor whose address or device it is.

Co-voting names entries by letters that are drawn anew for each case, in the order of a digest: a letter says nothing of a place on a list.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from guiguan.detect.flags import DETECTORS, MACHINE, Group
from guiguan.detect.log_table import LogTable
from guiguan.detect.run import Suspicion

TOP = 12
_SHOWN = {
    "D1": ("voters", "chose"),
    "D2": ("ballots",),
    "D3": ("gaps", "close", "middle_ms"),
    "D4": ("voters", "new", "usual_per_1000"),
    "D5": ("voters", "days"),
    "D6": ("voters", "chose", "networks"),
    "D7": ("ballots", "close", "from_ms", "floor_ms"),
    "D8": ("voters",),
}


def evidence_of(log: LogTable, suspicion: Suspicion, rows: Sequence[int]) -> dict[str, Any]:
    """The evidence about these rows of the log, in canonical types."""
    at = np.asarray(rows, dtype=np.int64)
    column = {name: np.asarray(log.ballots[name])[at] for name in log.ballots.column_names}
    letter = _letters(log, rows)
    return {
        "ballots": len(at),
        "voters": len(np.unique(column["voter"])),
        "networks": len(np.unique(column["net"][column["net"] >= 0])),
        "devices": len(np.unique(column["device"][column["device"] >= 0])),
        "detectors": {d.lower(): int(suspicion.flagged[d][at].sum()) for d in DETECTORS},
        "strength": _strength(suspicion, at),
        "findings": _findings(log, suspicion, set(at.tolist())),
        "timeline": _timeline(column),
        "usual": _usual(log, column),
        "sources": _sources(column["net"]),
        "machines": _sources(column["device"]),
        "gaps": _gaps(column["time"]),
        "solving": _solving(column["solve"]),
        "together": _together(log, rows, letter),
    }


def _strength(suspicion: Suspicion, at: np.ndarray) -> dict[str, int]:
    """How many ballots carry how much: `high` two traces of machines and more besides one of a crowd, or three detectors in all;
    `medium` the rest. A rule, no score."""
    machine = np.sum([suspicion.flagged[d][at] for d in sorted(MACHINE)], axis=0)
    total = np.sum([suspicion.flagged[d][at] for d in DETECTORS], axis=0)
    high = (machine >= 2) | (total >= 3)
    return {"high": int(high.sum()), "medium": int((~high).sum())}


def _findings(log: LogTable, suspicion: Suspicion, rows: set[int]) -> list[dict[str, Any]]:
    """Of each detector the findings that cover most of the case, with figures that name nobody."""
    told: list[dict[str, Any]] = []
    for d in DETECTORS:
        found = suspicion.found[d]
        covered = Counter(found.group[np.isin(found.ballot, sorted(rows))].tolist())
        best = sorted(covered.items(), key=lambda item: (-item[1], item[0]))[:3]
        told.extend(_told(d, found.groups[place], n) for place, n in best)
    return told


def _told(detector: str, group: Group, covers: int) -> dict[str, Any]:
    numbers = group.numbers
    figures = {k: v for k, v in numbers.items() if k in _SHOWN[detector]}
    if detector == "D1":
        figures["times"] = _about(
            numbers["chose"] * numbers["everyone"], numbers["voters"] * numbers["overall"]
        )
    if detector == "D2":
        figures["times"] = _about(numbers["ballots"] * 1000, max(numbers["expected_per_1000"], 1))
    return {"detector": detector, "by": group.by, "covers": covers, **figures}


def _about(above: int, below: int) -> int:
    """How many times as much, rounded down to 1, 2, 4, 8 … 64: an exact one would give away how many votes the entry has, and so which it is."""
    times, found = above // below, 1
    while found * 2 <= min(times, 64):
        found *= 2
    return found


def _timeline(column: dict[str, np.ndarray]) -> list[list[int]]:
    """[minute of the day, ballots] of each ten minutes in which there were any."""
    slots = Counter((column["minute"] // 10 * 10).tolist())
    return [[int(minute), n] for minute, n in sorted(slots.items())]


def _usual(log: LogTable, column: dict[str, np.ndarray]) -> list[list[int]]:
    """The same for all ballots of the vote that day, in thousandths of the day: the shape of an ordinary day beside it."""
    day = np.asarray(log.ballots["day"]) == column["day"][0]
    minutes = np.asarray(log.ballots["minute"])[day] // 10 * 10
    total = len(minutes)
    return [[int(m), n * 1000 // total] for m, n in sorted(Counter(minutes.tolist()).items())]


def _sources(codes: np.ndarray) -> list[int]:
    """Ballots by network or device, the most first, then the rest together; no name at all."""
    counts = sorted(Counter(codes[codes >= 0].tolist()).values(), reverse=True)
    rest = sum(counts[TOP:])
    return counts[:TOP] + ([rest] if rest else [])


def _gaps(times: np.ndarray) -> list[list[int]]:
    """[from seconds, gaps] between one ballot of the case and the next, in steps of a second up to two minutes, then in minutes."""
    gaps = np.diff(np.sort(times)) // 1000
    steps = np.where(gaps < 120, gaps, np.minimum(gaps // 60 * 60, 3600))
    return [[int(s), n] for s, n in sorted(Counter(steps.tolist()).items())]


def _solving(times: np.ndarray) -> list[list[int]]:
    """[from seconds, ballots] from the challenge to the ballot, a minute and more together."""
    seconds = np.minimum(times[times >= 0] // 1000, 60)
    return [[int(s), n] for s, n in sorted(Counter(seconds.tolist()).items())]


def _letters(log: LogTable, rows: Sequence[int]) -> dict[int, str]:
    """A letter for each of the entries most often chosen in the case, in an order that tells nothing."""
    counts = Counter(_choices(log, rows))
    most = [entry for entry, _n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:TOP]]
    salt = repr(tuple(rows[:64])).encode()
    drawn = sorted(most, key=lambda e: hashlib.sha256(salt + log.names["entry"][e].encode()).digest())
    return {entry: chr(ord("A") + i) for i, entry in enumerate(drawn)}


def _together(log: LogTable, rows: Sequence[int], letter: dict[int, str]) -> list[list[Any]]:
    """[letter, ballots of the case with that entry]: what they choose in common. How many votes the entry has elsewhere is not told."""
    here = Counter(_choices(log, rows))
    return sorted([name, here[e]] for e, name in letter.items())


def _choices(log: LogTable, rows: Sequence[int]) -> list[int]:
    start = np.concatenate(([0], np.cumsum(np.asarray(log.ballots["size"]))))
    entry = np.asarray(log.picks["entry"])
    found: list[int] = []
    for row in rows:
        found += entry[start[row] : start[row + 1]].tolist()
    return found
