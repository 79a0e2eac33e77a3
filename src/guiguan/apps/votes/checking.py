"""The check of the logs: all of it at once for `guiguan fsck`, and a slice at a time for the duty, so that nothing waits for it."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from guiguan.apps.gazette.models import Log as LogA
from guiguan.apps.gazette.queries import RecordEntries, logs_a
from guiguan.apps.votes.alarm import raise_alarm
from guiguan.apps.votes.record_checking import check_between, check_record
from guiguan.apps.votes.sequencing import one_view, signer
from guiguan.box.checkpointer import Entries, Refused
from guiguan.box.damage import Damage
from guiguan.box.fsck import (
    SLICE,
    check_counts,
    check_missing,
    check_noted,
    check_order,
    check_root,
    check_rows,
    check_signed,
    check_slice,
    check_voids,
)
from guiguan.box.ledger import Log, logs, size_of
from guiguan.box.logs import LogEntries, SignedLog, Signer
from guiguan.box.polls import polls
from guiguan.box.read import Ask
from guiguan.core.integrity.checkpoint import Checkpoint
from guiguan.core.integrity.note import NotANote

_log = logging.getLogger(__name__)

_LONGEST = 300
"""Characters of what is told of an error, which may hold what somebody wrote."""

CHECK_EVERY = 5_000  # ms between two slices
_LOOKS_AGAIN_AFTER = (0.05, 0.2, 1.0)
"""Seconds. A checkpoint is noted as signed before it is published, so for some hundredths of a second the two differ; damage stays."""


def check_everything() -> Iterator[tuple[str, Damage]]:
    """(campaign, damage) for everything that is not as it was stored or signed; all of every log is read. The campaign is "" where it may
    be any. What is signed meanwhile is left to the next time: the checkpoints are read first, so that whatever they cover is in view."""
    records = [(record, _check_signed(record)) for record in logs_a()]
    with one_view() as ask:
        found = logs(ask)
    signed = {log.origin: _check_signed(log) for log in found}
    with one_view() as ask:
        yield from check_rows(ask)
        yield from (("", damage) for damage in check_missing(ask))
        yield from check_noted(ask)
        for log in logs(ask):
            newest, damages = signed.get(log.origin, (None, []))
            yield from _of(log.campaign, log.origin, chain(damages, _check_log(ask, log, newest)))
        for record, (newest, damages) in records:
            yield from _of(record.campaign, record.origin, chain(damages, _check_public(record, newest)))
            yield from _of(record.campaign, record.origin, check_between(ask, record))
        for poll in polls(ask).values():
            if poll.state != "draft":
                yield from _of(poll.campaign, f"{poll.campaign}/{poll.stage}", check_counts(ask, poll))


def _of(campaign: str, where: str, checking: Iterator[Damage]) -> Iterator[tuple[str, Damage]]:
    """The campaign's damage. What cannot even be read is damage, too, and keeps nothing else from being checked: else one changed byte
    would hide all others."""
    try:
        yield from ((campaign, damage) for damage in checking)
    except Exception as error:
        _log.debug("%s cannot be checked", where, exc_info=True)
        yield campaign, Damage("unreadable", where, f"{type(error).__name__}: {error}"[:_LONGEST])


def entries_checked() -> tuple[int, int]:
    """How many logs there are, and entries in them."""
    with one_view() as ask:
        found = logs(ask)
        entries = sum(size_of(ask, log.id) for log in found)
    records = logs_a()
    return len(found) + len(records), entries + sum(RecordEntries(log.campaign).size() for log in records)


def _check_log(ask: Ask, log: Log, newest: Checkpoint | None) -> Iterator[Damage]:
    yield from check_order(ask, log)
    yield from check_voids(ask, log)
    yield from _check_all(log, LogEntries(ask, log.id), newest)


def _check_public(log: LogA, newest: Checkpoint | None) -> Iterator[Damage]:
    yield from check_record(log)
    yield from _check_all(log, RecordEntries(log.campaign), newest)


def _check_signed(log: SignedLog) -> tuple[Checkpoint | None, list[Damage]]:
    """The newest checkpoint, and what is wrong with it."""
    own = signer()
    newest, damages = _signed(own, log)
    for pause in _LOOKS_AGAIN_AFTER:
        if not damages:
            break
        time.sleep(pause)
        newest, damages = _signed(own, log)
    return newest, damages


def _check_all(log: SignedLog, entries: Entries, newest: Checkpoint | None) -> Iterator[Damage]:
    if newest is None:
        return
    files = signer().files(log)
    yield from check_root(log, files, newest)
    for first in range(0, newest.size, SLICE):
        yield from check_slice(entries, log, files, newest, first, first + SLICE)


def _signed(own: Signer, log: SignedLog) -> tuple[Checkpoint | None, list[Damage]]:
    try:
        key = own.key(log.origin)
    except (Refused, NotANote) as error:
        return None, [Damage("key", log.origin, str(error))]
    return check_signed(log, own.files(log), key, own.signed.last(log.origin))


@dataclass
class Going:
    """Where the duty goes on in each log; a restart begins anew."""

    next: dict[str, int] = field(default_factory=dict)
    at: int = 0


_GOING = Going()


def check_due(at: int, going: Going = _GOING) -> int:
    """The next slice of every log, of ballots or a public record, was checked; damage raises the alarm. How many entries were read."""
    if 0 <= at - going.at < CHECK_EVERY:
        return 0
    going.at = at
    with one_view() as ask:
        found = logs(ask)
    read = 0
    for log in found:
        with one_view() as ask:
            count, damages = _check_next(log, LogEntries(ask, log.id), going)
        _alarm(log.campaign, damages, at)  # not in the view: nothing can be written there
        read += count
    for record in logs_a():
        count, damages = _check_next(record, RecordEntries(record.campaign), going)
        _alarm(record.campaign, damages, at)
        read += count
    return read


def _check_next(log: SignedLog, entries: Entries, going: Going) -> tuple[int, list[Damage]]:
    """How many entries were read, and what is wrong with them."""
    own = signer()
    files = own.files(log)
    newest, damages = _signed(own, log)
    first = going.next.get(log.origin, 0)
    if newest is not None:
        first = first if first < newest.size else 0
        damages += check_root(log, files, newest)
        damages += check_slice(entries, log, files, newest, first, first + SLICE)
    going.next[log.origin] = first + SLICE
    return min(SLICE, newest.size - first) if newest else 0, damages


def _alarm(campaign: str, damages: list[Damage], at: int) -> None:
    if damages:
        raise_alarm(campaign, "fsck", f"{len(damages)}: {damages[0]}", at)
