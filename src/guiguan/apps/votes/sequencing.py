"""One round of the log: stored entries get their indexes, votes their counts, and every log with something new its checkpoint."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial

from django.conf import settings
from django.db import connections, transaction

from guiguan.apps.gazette.models import Log as LogA
from guiguan.apps.gazette.queries import RecordEntries, logs_a
from guiguan.apps.gazette.services import log_prefix
from guiguan.apps.votes.alarm import clear_alarms, concerned, raise_alarm
from guiguan.apps.votes.log import ballots_asked
from guiguan.box.checkpointer import Entries, Hashed, Refused
from guiguan.box.counts import set_counts
from guiguan.box.ledger import Log, begin_log, log_of, logs, size_of
from guiguan.box.logs import LogEntries, SignedLog, Signer
from guiguan.box.parts import Before, seen_before
from guiguan.box.polls import PollRow, polls
from guiguan.box.published import publish_entries, write_bundles
from guiguan.box.read import BATCH, LEAF, POLL, WRITER, Ask, asking
from guiguan.box.recount import counted
from guiguan.box.sequencer import gather, sequence

_log = logging.getLogger(__name__)


class Incomplete(Exception):
    """A server of the ballots' database has not shown for a minute what a commit stored on it: until it does, the log waits."""


class Stranger(Exception):
    """Entries are stored of a vote that is not in the table of votes. Nobody knows whose log they belong to, so nothing is put in order until
    the vote is back or they are gone."""


def signer() -> Signer:
    """Where this site's logs and the signer's keys lie."""
    return Signer(settings.GUIGUAN_SIGNER, settings.GUIGUAN_LOGS)


@contextmanager
def one_state(*, prepare: bool = False) -> Iterator[Ask]:
    """A transaction that sees one state of the ballots' database. `prepare`: as in `ballots_asked`."""
    alias = settings.BALLOTS_ALIAS
    with transaction.atomic(using=alias), ballots_asked(prepare=prepare) as ask:
        if connections[alias].vendor == "postgresql":
            with connections[alias].cursor() as cursor:
                if not connections[alias].savepoint_ids:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                # The log is read in the order of its index, some thousand rows at a time. A planner whose statistics are from when the
                # table was small would gather and sort all that is behind the cursor, for every round of a backlog.
                cursor.execute("SET LOCAL enable_bitmapscan = off")
                cursor.execute("SET LOCAL enable_sort = off")
        yield ask


@contextmanager
def one_view(*, prepare: bool = False) -> Iterator[Ask]:
    """One state of the ballots' database, to read only: on SQLite, where a transaction of the site holds the only writer's place from its
    beginning, ballots are stored meanwhile. Never write in it."""
    connection = connections[settings.BALLOTS_ALIAS]
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with one_state(prepare=prepare) as ask:
            yield ask
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        try:
            yield asking(cursor)
        finally:
            if connection.connection.in_transaction:  # a fault of the file ends it by itself
                cursor.execute("ROLLBACK")


_TRIES = 3
_SURE: set[int] = set()
"""Votes that may drop choices whose counts this process knows to be those of their log: a crash may have cut the recount that a void asked
for, so each is counted once after a start."""


def sequence_due(at: int, sure: set[int] = _SURE, hashed: dict[int, Hashed] | None = None) -> int:
    """Stored entries stand in their logs and are counted; how many they were. Votes that cannot be counted by adding up are counted anew.
    `hashed` gets what a `sign_due` that follows at once need not read again."""
    before = _seen_before(at)
    with one_view(prepare=True) as ask:
        found = gather(ask, before=before)
    if found.strange:
        strange = f"entries of votes that are not there: {found.strange}"
        for campaign in concerned():
            raise_alarm(campaign, "missing", strange, at)
        raise Stranger(strange)
    dropping = {n for n, p in found.known.items() if p.is_readable and not p.rule.counts_whole}
    with one_state(prepare=True) as ask:
        done = sequence(ask, found, log_prefix(), at)
    if hashed is not None:
        hashed.update(done.hashed)
    sure.difference_update(done.stale)
    for row in done.damaged:
        entry = (
            f"entry {row[WRITER]}/{row[BATCH]} with leaf {row[LEAF].hex()} does not hash to it, or is none"
        )
        raise_alarm(found.known[row[POLL]].campaign, "changed", entry, at)
    for vote in found.unreadable:
        raise_alarm(vote.campaign, "rules", f"the document of the vote {vote.stage} cannot be read", at)
    for poll in sorted(dropping - sure):
        count_anew(poll)
        sure.add(poll)
    if found.late:
        raise Incomplete(f"batches (writer, number) that lack entries: {found.late}")
    return done.entries


def _seen_before(at: int) -> Before | None:
    """In a transaction of its own, before the round's."""
    if connections[settings.BALLOTS_ALIAS].vendor != "postgresql":
        return None
    with one_view() as ask:
        return seen_before(ask, at)


def count_anew(number: int) -> None:
    """The kept counts of a vote are those that its log gives. It is read and counted while ballots are stored, and only the counts are
    written under the lock; where another process made the log grow meanwhile, again and again, it is counted under the lock."""
    for _ in range(_TRIES):
        with one_view() as ask:
            poll = polls(ask)[number]
            size, counts = _size(ask, poll), counted(ask, poll)
        with one_state() as ask:
            if size == _size(ask, poll):
                set_counts(ask, poll, counts)
                return
    with one_state() as ask:
        set_counts(ask, poll, counted(ask, poll))


def _size(ask: Ask, poll: PollRow) -> int:
    log = log_of(ask, poll.campaign)
    return size_of(ask, log.id) if log else 0


def sign_due(at: int, hashed: Mapping[int, Hashed] | None = None) -> int:
    """Every log with unsigned entries, of ballots or a public record, has a checkpoint over them; how many were signed. A log that does not
    fit its last checkpoint is not signed: the vote pauses and the alarm stands. One that fails in another way keeps no other from being
    signed; what it failed with is raised at the end. `hashed`: see `sequence_due`."""
    records = {log.campaign: log.origin for log in logs_a()}
    with one_state() as ask:
        begun = {log.campaign for log in logs(ask)}
        for poll in polls(ask).values():
            if poll.state != "draft" and poll.campaign not in begun:
                begin_log(ask, poll.campaign, log_prefix(records.get(poll.campaign, "")), at)
                begun.add(poll.campaign)
        found = logs(ask)
    signing = [(log.origin, partial(_sign_ballots, log, at, (hashed or {}).get(log.id))) for log in found]
    signing += [(log.origin, partial(_sign_record, log, at)) for log in logs_a()]
    done, faults = 0, []
    for origin, sign in signing:
        try:
            done += sign()
        except Exception as error:
            _log.exception("log %s could not be signed", origin)
            faults.append(error)
    if faults:
        raise faults[0]
    return done


def clear(by: str, at: int, campaign: str, explained: str) -> int:
    """No alarm of the campaign stands any more, and its votes are counted anew from what is stored now; how many alarms stood. NoDocument
    where the rules of one still cannot be read: the alarm would come back at once."""
    with one_state() as ask:
        mine = [poll for poll in polls(ask).values() if poll.campaign == campaign]
    for poll in mine:
        if poll.is_spoilt:
            _ = poll.rule
    count = clear_alarms(by, at, campaign, explained)
    for poll in mine:
        if poll.is_readable:
            count_anew(poll.id)
    return count


def _sign_ballots(log: Log, at: int, hashed: Hashed | None) -> int:
    @contextmanager
    def entries() -> Iterator[Entries]:
        with one_view() as ask:
            yield LogEntries(ask, log.id)

    def publish(size: int) -> None:
        with one_state() as ask:
            publish_entries(ask, log, signer().files(log), size, at)

    return _sign(log, log.campaign, at, entries, publish, hashed)


def _sign_record(log: LogA, at: int) -> int:
    """Its entries are for everybody from the beginning."""
    entries = RecordEntries(log.campaign)

    def publish(size: int) -> None:
        if log.published < size:
            write_bundles(entries, signer().files(log), log.published, size)
            LogA.objects.filter(pk=log.pk).update(published=size)

    return _sign(log, log.campaign, at, lambda: nullcontext(entries), publish)


def _sign(
    log: SignedLog,
    campaign: str,
    at: int,
    entries: Callable[[], AbstractContextManager[Entries]],
    publish: Callable[[int], None],
    hashed: Hashed | None = None,
) -> int:
    own = signer()
    try:
        with entries() as found:
            size = found.size()
            made = own.checkpointer(log).checkpoint(found, at, hashed)
        publish(made.size if made else size)
    except Refused as refused:
        _log.error("log %s refused: %s", log.origin, refused)
        raise_alarm(campaign, refused.reason, str(refused), at)
        return 0
    return 1 if made else 0
