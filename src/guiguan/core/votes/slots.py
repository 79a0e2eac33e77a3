"""Time axes to scale: every slot from the first to the last, also those in which nothing was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

HOUR = 60 * 60_000
STEPS = (1, 3, 6, 24, 7 * 24)
"""Hours that a slot may have."""
MOST = 400
"""Slots that a chart and its table hold."""


def filled(found: Mapping[int, int], slots: Iterable[int]) -> list[tuple[int, int]]:
    """The slots from the first that holds something to the last, 0 in those between; none where nothing is held."""
    return [(slot, found.get(slot, 0)) for slot in slots if found and min(found) <= slot <= max(found)]


def in_steps(hours: Mapping[int, int], end: int, offset: int) -> tuple[int, tuple[tuple[int, int], ...]]:
    """(hours of a slot, (start in ms, how many) of every slot) from the first hour with something to `end` (ms, inclusive) or the last.

    The smallest step by which there are no more than MOST slots, the largest otherwise. `offset`: of the zone from UTC in ms, so that
    days begin at its midnight.
    """
    if not hours:
        return STEPS[0], ()
    end = max(end, max(hours))
    for step in STEPS:
        span = step * HOUR
        found = dict[int, int]()
        for start, n in hours.items():
            slot = _slot(start, span, offset)
            found[slot] = found.get(slot, 0) + n
        if (_slot(end, span, offset) - min(found)) // span < MOST:
            break
    return step, tuple((s, found.get(s, 0)) for s in range(min(found), _slot(end, span, offset) + 1, span))


def _slot(at: int, span: int, offset: int) -> int:
    return at - (at + offset) % span
