"""One round of the log: stored entries get their indexes, votes their counts, and every log with something new its checkpoint."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial

from django.conf import settings
from django.db import connections, transaction

from guiguan.apps.gazette.models import Log as LogA
from guiguan.apps.gazette.queries import RecordEntries, logs_a
from guiguan.apps.gazette.services import log_prefix
from guiguan.apps.votes.alarm import clear_alarms, raise_alarm
from guiguan.apps.votes.log import ballots_asked
from guiguan.box.checkpointer import Entries, Refused
from guiguan.box.ledger import Log, begin_log, logs
from guiguan.box.logs import LogEntries, SignedLog, Signer
from guiguan.box.polls import polls
from guiguan.box.published import publish_entries, write_bundles
from guiguan.box.read import Ask, asking
from guiguan.box.recount import recount
from guiguan.box.sequencer import sequence

SIGN_EVERY = 5_000  # ms; an entry is provable 20 seconds after its receipt at the latest

_log = logging.getLogger(__name__)


def signer() -> Signer:
    """Where this site's logs and the signer's keys lie."""
    return Signer(settings.GUIGUAN_SIGNER, settings.GUIGUAN_LOGS)


@contextmanager
def one_state() -> Iterator[Ask]:
    """A transaction that sees one state of the ballots' database."""
    alias = settings.BALLOTS_ALIAS
    with transaction.atomic(using=alias), ballots_asked() as ask:
        if connections[alias].vendor == "postgresql" and len(connections[alias].savepoint_ids) == 0:
            with connections[alias].cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield ask


@contextmanager
def one_view() -> Iterator[Ask]:
    """One state of the ballots' database, to read only: on SQLite, where a transaction of the site holds the only writer's place from its
    beginning, ballots are stored meanwhile. Never write in it."""
    connection = connections[settings.BALLOTS_ALIAS]
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with one_state() as ask:
            yield ask
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        try:
            yield asking(cursor)
        finally:
            if connection.connection.in_transaction:  # a fault of the file ends it by itself
                cursor.execute("ROLLBACK")


def sequence_due(at: int) -> int:
    """Stored entries stand in their logs and are counted; how many they were. Votes that cannot be counted by adding up are counted anew."""
    with one_state() as ask:
        done = sequence(ask, log_prefix(), at)
        known = polls(ask)
    for row in done.damaged:
        found = f"entry {row.writer}/{row.batch}/{row.place} does not hash to its leaf"
        raise_alarm(known[row.poll].campaign, "changed", found, at)
    for poll in sorted(done.stale):
        with one_state() as ask:
            recount(ask, polls(ask)[poll])
    return done.entries


def sign_due(at: int) -> int:
    """Every log with unsigned entries, of ballots or a public record, has a checkpoint over them, unless it had one a moment ago; how many
    were signed. A log that does not fit its last checkpoint is not signed: the vote pauses and the alarm stands. One that fails in
    another way keeps no other from being signed; what it failed with is raised at the end."""
    with one_state() as ask:
        begun = {log.campaign for log in logs(ask)}
        for poll in polls(ask).values():
            if poll.state != "draft" and poll.campaign not in begun:
                begin_log(ask, poll.campaign, log_prefix(), at)
                begun.add(poll.campaign)
        found = logs(ask)
    signing = [(log.origin, partial(_sign_ballots, log, at)) for log in found]
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
    """No alarm of the campaign stands any more, and its votes are counted anew from what is stored now; how many alarms stood."""
    count = clear_alarms(by, at, campaign, explained)
    with one_state() as ask:
        mine = [poll for poll in polls(ask).values() if poll.campaign == campaign]
    for poll in mine:
        with one_state() as ask:
            recount(ask, poll)
    return count


def _sign_ballots(log: Log, at: int) -> int:
    @contextmanager
    def entries() -> Iterator[Entries]:
        with one_view() as ask:
            yield LogEntries(ask, log.id)

    def publish(size: int) -> None:
        with one_state() as ask:
            publish_entries(ask, log, signer().files(log), size, at)

    return _sign(log, log.campaign, at, entries, publish)


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
) -> int:
    own = signer()
    last = own.signed.last(log.origin)
    if last is not None and 0 <= at - last.at < SIGN_EVERY:
        return 0
    try:
        with entries() as found:
            size = found.size()
            made = own.checkpointer(log).checkpoint(found, at)
        publish(made.size if made else size)
    except Refused as refused:
        _log.error("log %s refused: %s", log.origin, refused)
        raise_alarm(campaign, refused.reason, str(refused), at)
        return 0
    return 1 if made else 0
