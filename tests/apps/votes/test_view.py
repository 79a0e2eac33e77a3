"""Who reads all ballots (the detectors, `fsck`, a recount, the signer) keeps no ballot from being stored meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from ballotlog import START, ZONE, make_poll, store_batch, stored, tamper
from box.scene import SERVER
from django.conf import settings
from django.db import connections

from guiguan.apps.votes.alarm import open_alarms
from guiguan.apps.votes.brushing import reading
from guiguan.apps.votes.brushing.acts import brushing
from guiguan.apps.votes.checking import Going, check_due, check_everything
from guiguan.apps.votes.models import Ballot, Poll
from guiguan.apps.votes.sequencing import one_view, sequence_due, sign_due

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_logs")]
NOW = START + 1_000_000


def in_thread(act: Callable[[], Any]) -> None:
    """Another process's work, over connections of its own."""
    faults: list[BaseException] = []

    def work() -> None:
        try:
            act()
        except BaseException as error:
            faults.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if faults:
        raise faults[0]


def stored_elsewhere(poll: Poll, batch: int) -> None:
    """Another connection stores a batch at once. OperationalError where it may not."""

    def work() -> None:
        connection = connections[settings.BALLOTS_ALIAS]
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA busy_timeout=0")
        store_batch(poll, 1, batch, 2)

    in_thread(work)


def elsewhere(statement: str, *values: Any) -> list[Any]:
    """What another connection is answered."""
    found: list[Any] = []

    def work() -> None:
        connection = connections[settings.BALLOTS_ALIAS]
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            found.extend(cursor.fetchall())
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return found


def before(act: Callable[..., Any], first: Callable[[], None]) -> Callable[..., Any]:
    def both(*args: Any, **more: Any) -> Any:
        first()
        return act(*args, **more)

    return both


def test_a_view_stays_as_it_was_while_ballots_are_stored() -> None:
    poll = make_poll()
    store_batch(poll, 1, 1, 2)
    with one_view() as ask:
        assert ask("SELECT COUNT(*) FROM votes_ballot", [])[0][0] == 2
        stored_elsewhere(poll, 2)
        assert ask("SELECT COUNT(*) FROM votes_ballot", [])[0][0] == 2
    assert Ballot.objects.filter(kind="ballot").count() == 4


@pytest.mark.parametrize(
    ("where", "act"),
    [
        ("guiguan.apps.votes.brushing.reading._part", lambda poll: reading.read_log(poll, ZONE)),
        ("guiguan.apps.votes.checking.check_order", lambda poll: list(check_everything())),
        ("guiguan.box.checkpointer.Checkpointer.checkpoint", lambda poll: sign_due(1)),
    ],
)
def test_ballots_are_stored_while_all_are_read(
    monkeypatch: pytest.MonkeyPatch, where: str, act: Callable[[Poll], Any]
) -> None:
    poll = make_poll()
    store_batch(poll, 1, 1, 2)
    sequence_due(1)
    from pkgutil import resolve_name

    monkeypatch.setattr(where, before(resolve_name(where), lambda: stored_elsewhere(poll, 2)))
    act(poll)
    assert Ballot.objects.filter(kind="ballot").count() == 4


@pytest.mark.skipif(not SERVER, reason="SQLite has one writer anyway")
def test_ballots_are_stored_while_suspected_ones_are_dealt_with() -> None:
    """The box holds the vote's row while it stores, and must not wait for whoever writes cases."""
    poll = make_poll()
    with brushing("brushing.run", "brushing.run", poll.pk):
        held = elsewhere("SELECT id FROM votes_poll WHERE id = %s FOR SHARE NOWAIT", poll.pk)
        assert held == [(poll.pk,)]
        free = elsewhere("SELECT pg_try_advisory_xact_lock(%s, %s)", 0x6272, poll.pk)
        assert free == [(False,)], "another act about the same vote waits"
    assert elsewhere("SELECT pg_try_advisory_xact_lock(%s, %s)", 0x6272, poll.pk) == [(True,)]


def test_the_duty_s_alarm_is_stored_although_what_it_read_was_a_view() -> None:
    """Once it could not be on SQLite: the alarm was to be written inside the view, and every round failed again."""
    poll = make_poll()
    store_batch(poll, 1, 1, 3)
    sequence_due(NOW)
    sign_due(NOW)
    other = stored(poll, 1, 1, 1, ["c3"], time=START + 1)
    tamper("UPDATE votes_ballot SET entry = %s, leaf = %s WHERE place = 1", [other.entry, other.leaf])
    assert check_due(NOW, Going()) == 3
    assert [a.reason for a in open_alarms("gx-demo")] == ["fsck"]
    poll.refresh_from_db()
    assert poll.state == "paused"


def test_the_signer_s_alarm_is_stored() -> None:
    poll = make_poll()
    rows = store_batch(poll, 1, 1, 3)
    sequence_due(NOW)
    tamper("UPDATE votes_ballot SET entry = %s WHERE place = 1", [bytes(rows[1].entry) + b" "])
    sign_due(NOW)
    assert [a.reason for a in open_alarms("gx-demo")] == ["changed"]
    poll.refresh_from_db()
    assert poll.state == "paused"


@pytest.mark.parametrize("where", ["check_rows", "check_order", "check_root", "check_counts"])
def test_what_is_signed_while_everything_is_checked_is_no_damage(
    monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Ballots are stored, put in order, signed and counted while `fsck` reads, be it minutes long."""
    poll = make_poll()
    store_batch(poll, 1, 1, 300)
    sequence_due(NOW)
    sign_due(NOW)
    batches = iter(range(2, 100))

    def more() -> None:
        store_batch(poll, 1, next(batches), 300)
        sequence_due(NOW)
        sign_due(NOW)

    from pkgutil import resolve_name

    whole = f"guiguan.apps.votes.checking.{where}"
    monkeypatch.setattr(whole, before(resolve_name(whole), lambda: in_thread(more)))
    assert list(check_everything()) == []
    assert next(batches) > 2


def test_a_checkpoint_that_is_just_being_published_is_no_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the note that it was signed and its publishing the two differ; where they stay so, that is told."""
    poll = make_poll()
    store_batch(poll, 1, 1, 3)
    sequence_due(NOW)
    sign_due(NOW)
    file = settings.GUIGUAN_LOGS / "gx-demo" / "checkpoint"
    before_it = file.read_bytes()
    store_batch(poll, 1, 2, 3)
    sequence_due(NOW)
    sign_due(NOW)
    newest = file.read_bytes()
    file.write_bytes(before_it)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    found = [str(damage) for _, damage in check_everything()]
    assert found == ["[log.checkpoint] localhost/log/gx-demo: size 3 is published, 6 was signed last"]
    monkeypatch.setattr("time.sleep", lambda seconds: file.write_bytes(newest))
    assert list(check_everything()) == []
