"""Processor time and memory of a process and all that it started, as Linux counts them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def seconds_of(root: int) -> float:
    """User and system seconds of the process, of its living descendants and of those that it has waited for."""
    return sum(sum(map(int, fields[11:15])) for fields in _family(root)) / _TICK


def resident_of(root: int) -> int:
    """Bytes of memory that the process and its living descendants hold."""
    return sum(int(fields[21]) for fields in _family(root)) * os.sysconf("SC_PAGE_SIZE")


def _family(root: int) -> Iterator[list[str]]:
    """What the kernel's `stat` says of each of them, from the third field on (proc(5))."""
    children: dict[int, list[int]] = {}
    told: dict[int, list[str]] = {}
    for pid in map(int, filter(str.isdecimal, os.listdir("/proc"))):
        try:
            text = Path(f"/proc/{pid}/stat").read_text()
        except OSError:  # it has ended meanwhile
            continue
        fields = text.rpartition(")")[2].split()
        children.setdefault(int(fields[1]), []).append(pid)
        told[pid] = fields
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        if pid in told:
            yield told[pid]
        waiting += children.get(pid, [])
