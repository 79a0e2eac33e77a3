"""The check of the logs: all of it at once for `guiguan fsck`, and a slice at a time for the duty, so that nothing waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from guiguan.apps.votes.alarm import raise_alarm
from guiguan.apps.votes.sequencing import one_view, signer
from guiguan.box.checkpointer import Refused
from guiguan.box.fsck import (
    SLICE,
    Damage,
    check_counts,
    check_missing,
    check_order,
    check_root,
    check_rows,
    check_signed,
    check_slice,
    check_voids,
)
from guiguan.box.ledger import Log, logs, size_of
from guiguan.box.logs import LogEntries, Signer
from guiguan.box.polls import polls
from guiguan.box.read import Ask
from guiguan.core.integrity.checkpoint import Checkpoint

CHECK_EVERY = 5_000  # ms between two slices


def check_everything() -> Iterator[tuple[str, Damage]]:
    """(campaign, damage) for everything that is not as it was stored or signed; all of every log is read."""
    with one_view() as ask:
        yield from (("", damage) for damage in check_rows(ask))
        yield from (("", damage) for damage in check_missing(ask))
        for log in logs(ask):
            yield from ((log.campaign, damage) for damage in _check_log(ask, log))
        for poll in polls(ask).values():
            if poll.state != "draft":
                yield from ((poll.campaign, damage) for damage in check_counts(ask, poll))


def entries_checked() -> tuple[int, int]:
    """How many logs there are, and entries in them."""
    with one_view() as ask:
        found = logs(ask)
        return len(found), sum(size_of(ask, log.id) for log in found)


def _check_log(ask: Ask, log: Log) -> Iterator[Damage]:
    yield from check_order(ask, log)
    yield from check_voids(ask, log)
    own = signer()
    files = own.files(log)
    newest, damages = _signed(own, log)
    if damages:  # the signer may have signed between the two readings: what is damage stays so
        newest, damages = _signed(own, log)
    yield from damages
    if newest is None:
        return
    yield from check_root(log, files, newest)
    for first in range(0, newest.size, SLICE):
        yield from check_slice(LogEntries(ask, log.id), log, files, newest, first, first + SLICE)


def _signed(own: Signer, log: Log) -> tuple[Checkpoint | None, list[Damage]]:
    try:
        key = own.key(log.origin)
    except Refused as refused:
        return None, [Damage("key", log.origin, str(refused))]
    return check_signed(log, own.files(log), key, own.signed.last(log.origin))


@dataclass
class Going:
    """Where the duty goes on in each log; a restart begins anew."""

    next: dict[int, int] = field(default_factory=dict)
    at: int = 0


_GOING = Going()


def check_due(at: int, going: Going = _GOING) -> int:
    """The next slice of every log was checked; damage raises the alarm. How many entries were read."""
    if 0 <= at - going.at < CHECK_EVERY:
        return 0
    going.at = at
    with one_view() as ask:
        found = logs(ask)
    return sum(_check_next(log, at, going) for log in found)


def _check_next(log: Log, at: int, going: Going) -> int:
    own = signer()
    files = own.files(log)
    newest, damages = _signed(own, log)
    first = going.next.get(log.id, 0)
    if newest is not None:
        first = first if first < newest.size else 0
        with one_view() as ask:
            damages += check_root(log, files, newest)
            damages += check_slice(LogEntries(ask, log.id), log, files, newest, first, first + SLICE)
    going.next[log.id] = first + SLICE
    if damages:
        raise_alarm(log.campaign, "fsck", f"{len(damages)}: {damages[0]}", at)
    return min(SLICE, newest.size - first) if newest else 0
