"""What goes wrong around the box: full disks, rows that the database refuses, floods, races; each ballot is told what is so."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from box.faulty import Faulty
from box.scene import CASES, DAY, Heard, Scene, add_poll, ask, needs_postgres, own_tables, set_state

from guiguan.box.box import BoxSettings
from guiguan.box.open import open_store
from guiguan.box.read import asking, stored_after
from guiguan.box.store import Batch, NotStored, Unavailable

Open = Callable[..., Scene]
TEN, OTHERS = CASES[:10], CASES[10:20]


@pytest.fixture
def faulty(url: str, scene: Open) -> tuple[Faulty, Scene]:
    store = Faulty(open_store(url))
    add_poll(url)
    return store, scene(store=store)


def fails_once(error: Exception) -> Callable[[Batch], None]:
    left = [error]

    def fault(batch: Batch) -> None:
        if left:
            raise left.pop()

    return fault


def test_a_ballot_that_could_not_be_stored_is_told_so_and_may_be_sent_again(
    faulty: tuple[Faulty, Scene],
) -> None:
    store, box = faulty
    store.fault = fails_once(Unavailable("disk full"))
    answer = box.heard.of(box.send(TEN, key="k"))
    assert (answer.status, answer.retry) == (503, 2)
    assert json.loads(answer.body)["type"] == "/problems/ballots.not-stored"
    assert box.stored() == []
    assert box.cast(TEN, key="k")[0] == 201
    assert len(box.stored()) == 1


def test_a_ballot_whose_fate_was_unknown_counts_once_when_it_is_sent_again(
    faulty: tuple[Faulty, Scene],
) -> None:
    """The commit went through, but the connection broke before it was said."""
    store, box = faulty
    store.after = fails_once(Unavailable("connection lost"))
    assert box.cast(TEN, key="k")[0] == 503
    assert len(box.stored()) == 1
    assert box.cast(TEN, key="k")[0] == 201
    assert len(box.stored()) == 1


def test_one_ballot_that_the_database_refuses_does_not_keep_the_others_from_being_stored(
    faulty: tuple[Faulty, Scene],
) -> None:
    store, box = faulty

    def fault(batch: Batch) -> None:
        if any(b'"c030"' in row.entry for row in batch.rows):
            raise NotStored("a row at fault")

    store.fault = fault
    store.gate.clear()
    tickets = [box.send(TEN if n != 7 else CASES[20:30], f"v{n}") for n in range(20)]
    store.gate.set()
    statuses = [box.heard.of(t).status for t in tickets]
    assert statuses == [503 if n == 7 else 201 for n in range(20)]
    assert len(box.stored()) == 19


def test_a_fault_of_our_own_is_told_as_not_stored_and_the_box_goes_on(faulty: tuple[Faulty, Scene]) -> None:
    store, box = faulty
    store.fault = fails_once(ZeroDivisionError("never mind"))
    assert box.cast(TEN)[0] == 503
    assert box.cast(TEN)[0] == 201


def test_a_front_that_fails_keeps_nobody_else_waiting(faulty: tuple[Faulty, Scene]) -> None:
    store, box = faulty

    class Broken(Heard):
        def answered(self, answers: Any) -> None:
            raise OSError("closed transport")

        __hash__ = object.__hash__

    store.gate.clear()
    for n in range(5):
        assert box.box.take(box.request(TEN, f"gone{n}"), Broken(), n) is None
    ticket = box.send(TEN, "stays")
    store.gate.set()
    assert box.heard.of(ticket).status == 201
    assert len(box.stored()) == 6


def test_under_overload_the_accepted_are_served_and_the_rest_refused_at_once(url: str, scene: Open) -> None:
    store = Faulty(open_store(url))
    add_poll(url)
    box = scene(store=store, settings=BoxSettings(most_waiting=50))
    store.gate.clear()
    first = box.send(TEN, "first")
    while store.commits == 0 and box.box._batcher._waiting.qsize():
        time.sleep(0.001)
    tickets = [box.send(TEN, f"v{n}") for n in range(500)]
    refused = [t for t in tickets if t in box.heard.answers]
    assert len(refused) == 450  # told while the commit still hangs
    assert {(box.heard.of(t).status, box.heard.of(t).retry) for t in refused} == {(503, 1)}
    store.gate.set()
    served = [box.heard.of(t).status for t in [first, *tickets] if t not in refused]
    assert served == [201] * 51
    assert len(box.stored()) == 51


def test_one_voters_flood_is_slowed_down_and_harms_nobody(faulty: tuple[Faulty, Scene]) -> None:
    store, box = faulty
    store.gate.clear()
    tickets = [box.send(TEN, "flood", key=f"f{n}") for n in range(100)]
    other = box.send(TEN, "other")
    store.gate.set()
    statuses = [box.heard.of(t).status for t in tickets]
    assert statuses.count(201) == 1
    assert set(statuses) <= {201, 409, 429}
    assert box.heard.of(other).status == 201
    assert set(box.heard.times.values()) == {1}


def test_a_duplicate_waits_for_the_first_and_is_told_the_same(faulty: tuple[Faulty, Scene]) -> None:
    """A prototype answered 409 to a duplicate before the first was committed: then that commit failed, and the ballot was nowhere."""
    store, box = faulty
    store.gate.clear()
    tickets = [box.send(TEN, key="k") for _ in range(6)]
    time.sleep(0.05)
    assert box.heard.answers == {}
    store.gate.set()
    answers = [box.heard.of(t) for t in tickets]
    assert {a.status for a in answers} == {201}
    assert len({a.body for a in answers}) == 1
    assert len(box.stored()) == 1


def test_64_clients_race_for_one_voters_last_right_in_two_processes(url: str, scene: Open) -> None:
    """Two boxes on one database, as two processes would be: exactly one gets it, on either, however they meet."""
    add_poll(url)
    boxes = [scene(), scene()]
    assert boxes[0].cast(TEN, key="first")[0] == 201
    for last in range(5):
        boxes[0].now = boxes[1].now = boxes[0].now + DAY
        tickets = [
            (box, box.send(TEN, key=f"{last}-{n}-{i}")) for n in range(32) for i, box in enumerate(boxes)
        ]
        statuses = [box.heard.of(t).status for box, t in tickets]
        assert statuses.count(201) == 1
        assert set(statuses) <= {201, 409, 429}
    assert len(boxes[0].stored()) == 6


def test_the_same_first_ballots_at_two_processes_are_stored_once_each(url: str, scene: Open) -> None:
    add_poll(url)
    boxes = [scene(), scene()]
    sent = [(n, box, box.send(TEN, f"v{n}", key="k")) for n in range(60) for box in boxes]
    bodies: dict[int, set[bytes]] = {}
    for n, box, ticket in sent:
        answer = box.heard.of(ticket)
        assert answer.status == 201
        bodies.setdefault(n, set()).add(answer.body)
    assert {len(b) for b in bodies.values()} == {1}
    assert len(boxes[0].stored()) == 60
    writers = {row[0] for row in ask(url, "SELECT writer FROM votes_ballot")}
    assert writers <= {1, 2, 3, 4}  # each box has one, and one more where its loop stores


def test_duplicated_and_reordered_requests_of_many_voters(url: str, scene: Open) -> None:
    import random

    add_poll(url)
    box, chance = scene(), random.Random(7)
    sent = [(f"v{n % 30}", f"k{n}", tuple(chance.sample(CASES, 10))) for n in range(120)] * 3
    chance.shuffle(sent)
    tickets = [(who, key, box.send(choices, who, key=key)) for who, key, choices in sent]
    answers: dict[tuple[str, str], set[tuple[int, bytes]]] = {}
    for who, key, ticket in tickets:
        answer = box.heard.of(ticket)
        if answer.status != 429:
            answers.setdefault((who, key), set()).add((answer.status, answer.body))
    assert {status for found in answers.values() for status, _ in found} <= {201, 409}
    taken = {who for who, found in answers.items() if any(s == 201 for s, _ in found)}
    assert all(len(answers[who]) == 1 for who in taken)
    entries = box.stored()
    assert len(entries) == len(taken)
    used = [(e["nym"], c) for e in entries for c in e["choices"]]
    assert len(used) == len(set(used))


def test_nothing_lands_after_a_close_however_it_meets_the_commits(url: str, scene: Open) -> None:
    poll = add_poll(url)
    boxes = [scene(), scene()]
    over = threading.Event()
    sent: list[tuple[Scene, Any]] = []

    def crowd() -> None:
        n = 0
        while not over.is_set() and n < 2000:
            n += 1
            box = boxes[n % 2]
            sent.append((box, box.send(TEN, f"v{n}")))
            time.sleep(0.0005)

    thread = threading.Thread(target=crowd)
    thread.start()
    while len(boxes[0].stored()) < 20:
        time.sleep(0.005)
    set_state(url, poll, "closed")
    there = len(boxes[0].stored())
    time.sleep(0.1)
    over.set()
    thread.join()
    statuses = [box.heard.of(t).status for box, t in sent]
    assert len(boxes[0].stored()) == there == statuses.count(201)
    assert set(statuses) <= {201, 403, 503}


def test_what_is_stored_is_read_in_the_order_of_its_commits_and_nothing_is_missed(
    url: str, scene: Open
) -> None:
    add_poll(url)
    boxes = [scene(), scene()]
    seen: list[Any] = []
    cursor: dict[int, int] = {}
    for step in range(6):
        tickets = [(b, b.send(TEN, f"{step}-{n}-{i}")) for n in range(15) for i, b in enumerate(boxes)]
        for box, ticket in tickets:
            assert box.heard.of(ticket).status == 201
        with reading(url) as found:
            rows, cursor = stored_after(found, cursor, limit=1000)
        seen += rows
    assert len(seen) == len({row.leaf for row in seen}) == 180
    for writer in {row.writer for row in seen}:
        own = [row.ref for row in seen if row.writer == writer]
        assert own == sorted(own)
    with reading(url) as found:
        assert stored_after(found, cursor) == ([], cursor)
        part, behind = stored_after(found, {}, limit=10)
        rest, _ = stored_after(found, behind, limit=1000)
    assert {r.leaf for r in part} | {r.leaf for r in rest} == {row.leaf for row in seen}
    assert len(part) + len(rest) == 180


@contextmanager
def reading(url: str) -> Iterator[Any]:
    """How stored_after asks, in one snapshot."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite://"))
        yield lambda statement, values: connection.execute(statement.replace("%s", "?"), values).fetchall()
        connection.close()
        return
    import psycopg

    with psycopg.connect(url) as connected:
        yield asking(connected.cursor())


def test_a_full_disk_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    """SQLite may not grow its files any further (max_page_count): ballots are refused with 503, and taken again when there is room."""
    with own_tables("sqlite", tmp_path) as url:
        add_poll(url)
        store = open_store(url)
        pages: sqlite3.Connection = store._connection  # type: ignore[attr-defined]  # of the SQLite store
        pages.execute("PRAGMA max_page_count=60")
        box = Scene(url, tmp_path, store=store)
        statuses = [box.cast(TEN, f"v{n}", key="k")[0] for n in range(400)]
        assert set(statuses) == {201, 503}
        assert len(box.stored()) == statuses.count(201)
        pages.execute("PRAGMA max_page_count=1000000")
        assert [box.cast(TEN, f"v{n}", key="k")[0] for n in range(400)] == [201] * 400
        assert len(box.stored()) == 400
        box.close()


@needs_postgres
@pytest.mark.parametrize("hasty", [False, True])
def test_what_fails_only_at_the_commit_is_not_acknowledged(tmp_path: Path, hasty: bool) -> None:
    """The rows have been answered by then; the word that counts comes after them."""
    with own_tables("postgresql", tmp_path) as url:
        add_poll(url)
        box = Scene(url, tmp_path, hasty=hasty)
        ask(
            url,
            "CREATE FUNCTION votes_fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'too late'; END $$",
        )
        ask(
            url,
            "CREATE CONSTRAINT TRIGGER fails AFTER INSERT ON votes_ballot DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION votes_fails()",
        )
        assert box.cast(TEN, key="k")[0] == 503
        assert box.stored() == []
        ask(url, "DROP TRIGGER fails ON votes_ballot")
        assert box.cast(TEN, key="k")[0] == 201
        box.close()


def test_refusals_are_counted_by_minute_and_rule(url: str, scene: Open) -> None:
    poll, box = add_poll(url), scene()
    box.cast(TEN)
    for _ in range(3):
        box.cast(TEN)
    box.cast(CASES[:9])
    box.cast(OTHERS, headers={b"authorization": b""})
    box.close()
    rows = ask(url, "SELECT poll, minute, rule, count FROM votes_refusal ORDER BY rule")
    minute = box.now - box.now % 60_000
    assert rows == [
        (poll, minute, "ballots.no-voter", 1),
        (poll, minute, "votes.over-limit", 3),
        (poll, minute, "votes.wrong-number", 1),
    ]


def test_signals_are_sealed_and_never_in_an_entry(url: str, scene: Open) -> None:
    from guiguan.box.asked import Sender
    from guiguan.box.signals import unsealed_signals

    add_poll(url)
    box = scene()
    box.cast(TEN, peer="198.51.100.77", headers={b"user-agent": b"Agent/7", b"guiguan-device": b"d1"})
    entry, leaf = ask(url, "SELECT entry, leaf FROM votes_ballot")[0]
    sealed = bytes(ask(url, "SELECT sealed FROM votes_signal")[0][0])
    for secret in (b"198.51.100.77", b"Agent/7"):
        assert secret not in bytes(entry)
        assert secret not in sealed
    ((found, sender),) = unsealed_signals(box.keys.signal, sealed)
    assert (found, sender) == (bytes(leaf), Sender("198.51.100.77", "Agent/7", "d1", -1))
