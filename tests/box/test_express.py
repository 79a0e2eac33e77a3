"""The way of plain ballots through the loop's thread: what the line cannot store is the batcher's, and everybody is told once."""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from box.scene import (
    CASES,
    DAY,
    END,
    GX,
    Scene,
    add_poll,
    ask,
    needs_postgres,
    own_tables,
    rule_of,
    set_state,
)

from guiguan.box.box import BoxSettings
from guiguan.box.line import Found
from guiguan.box.pace import Pace, all_together, by_halves, natural
from guiguan.box.store import Batch, Busy, NotStored, Standing, Unavailable

TEN, OTHERS = CASES[:10], CASES[10:20]


class Held:
    """A line whose answers wait until they are let through; `instead` is told in place of what was stored."""

    def __init__(self, line: Any) -> None:
        self._line = line
        self.instead: list[Found] = []
        self.holds = False
        self.held: list[Callable[[], None]] = []
        self.batches: list[Batch] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._line, name)

    @property
    def free(self) -> bool:
        return bool(self._line.free) and not self.held

    def put(self, batch: Batch, then: Callable[[Found], None]) -> None:
        self.batches.append(batch)
        if self.instead:
            found = self.instead.pop()
            self.held.append(lambda: then(found))
        elif self.holds:
            self.held.append(lambda: self._line.put(batch, then))
        else:
            self._line.put(batch, then)
            return
        if not self.holds:
            self._line._loop.call_soon(self.go)

    def go(self) -> None:
        held, self.held = self.held, []
        for one in held:
            one()


def express_of(box: Scene) -> Any:
    found = box.box._express
    assert found is not None
    return found


@pytest.fixture
def held(url: str, tmp_path: Path) -> Iterator[tuple[Held, Scene]]:
    add_poll(url)
    box = Scene(url, tmp_path, hasty=True, settings=BoxSettings(most_waiting=50))
    express = express_of(box)
    express._line = line = Held(express._line)
    yield line, box
    box.close()


def paced(box: Scene, pace: Pace, pause: float = 3600.0) -> None:
    """By default nothing is told by a clock."""
    express_of(box)._pace, express_of(box)._pause = pace, pause


def let_go(line: Held, box: Scene) -> None:
    line.holds = False
    box.in_loop(lambda _: line.go())


def test_plain_ballots_never_see_the_batcher(
    held: tuple[Held, Scene], monkeypatch: pytest.MonkeyPatch
) -> None:
    line, box = held
    monkeypatch.setattr(box.box._batcher, "submit", lambda asked: pytest.fail("handed over"))
    line.holds = True
    tickets = [box.send(TEN, f"v{n}") for n in range(20)]
    let_go(line, box)
    assert [box.heard.of(t).status for t in tickets] == [201] * 20
    assert len(box.stored()) == 20
    assert 1 <= len(line.batches) <= 20
    voters = [row.voter for batch in line.batches for row in batch.rows]
    assert all([r.voter for r in b.rows] == sorted(r.voter for r in b.rows) for b in line.batches)
    assert len(set(voters)) == 20


def test_a_batch_waits_for_as_many_as_lately_went_together_and_goes_with_the_last_of_them(
    held: tuple[Held, Scene],
) -> None:
    line, box = held
    paced(box, all_together())
    line.holds = True
    first = [box.send(TEN, f"a{n}") for n in range(12)]
    let_go(line, box)
    assert [box.heard.of(t).status for t in first] == [201] * 12
    most = max(len(batch.rows) for batch in line.batches)
    assert most > 1
    before = len(line.batches)
    more = [box.send(TEN, f"b{n}") for n in range(most)]
    assert [box.heard.of(t).status for t in more] == [201] * most
    assert [len(batch.rows) for batch in line.batches[before:]] == [most]


def test_who_comes_alone_waits_for_nobody_for_long(held: tuple[Held, Scene]) -> None:
    line, box = held
    paced(box, all_together(), 0.001)
    line.holds = True
    many = [box.send(TEN, f"a{n}") for n in range(12)]
    let_go(line, box)
    assert [box.heard.of(t).status for t in many] == [201] * 12
    assert box.cast(TEN, "alone")[0] == 201
    assert len(line.batches[-1].rows) == 1


def test_one_half_is_stored_while_the_other_comes_and_the_next_goes_before_those_are_told(
    held: tuple[Held, Scene], monkeypatch: pytest.MonkeyPatch
) -> None:
    line, box = held
    paced(box, by_halves())
    batcher, seen = express_of(box)._batcher, list[str]()
    deliver, put = batcher.deliver, line.put

    def delivering(outcomes: Any) -> None:
        seen.append(f"{len(outcomes)} told")
        deliver(outcomes)

    def putting(batch: Batch, then: Callable[[Found], None]) -> None:
        seen.append(f"{len(batch.rows)} go")
        put(batch, then)

    monkeypatch.setattr(batcher, "deliver", delivering)
    monkeypatch.setattr(line, "put", putting)
    line.holds = True
    tickets = [box.send(TEN, f"a{n}") for n in range(7)]
    assert seen == ["1 go"]  # nobody was here lately, so the first waits for nobody
    let_go(line, box)
    assert [box.heard.of(t).status for t in tickets] == [201] * 7
    assert seen == ["1 go", "6 go", "1 told", "6 told"]
    more = [box.send(TEN, f"b{n}") for n in range(4)]  # of seven, 3.15 are waited for
    assert [box.heard.of(t).status for t in more] == [201] * 4
    assert seen[4:] == ["4 go", "4 told"]


def test_a_pace_is_a_share_of_the_last_batches_and_fades() -> None:
    natural_, all_, halves = natural(), all_together(), by_halves()
    for ballots in (64, 1):
        for pace in (natural_, all_, halves):
            pace.went(ballots)
    assert natural_.enough(0)
    assert (all_.enough(57), all_.enough(58)) == (False, True)  # nine tenths of 64
    assert (halves.enough(29), halves.enough(30)) == (False, True)  # 0.45 of 65
    for _ in range(60):
        all_.went(1)
        halves.went(1)
    assert all_.enough(1)
    assert halves.enough(1)


def test_whatever_is_not_plain_is_the_batchers(held: tuple[Held, Scene]) -> None:
    line, box = held
    assert box.cast(TEN, "one")[0] == 201
    assert box.cast(OTHERS, "one")[0] == 201  # a second ballot: the line finds that there is a right
    assert box.cast(TEN, "one")[0] == 409
    assert box.cast(CASES[:9], "two")[0] == 422
    assert box.cast((*CASES[:9], "nobody"), "three")[0] == 422
    assert [len(b.rows) for b in line.batches] == [1, 1, 1]
    assert len(box.stored()) == 2


def test_a_second_ballot_costs_one_question_less(
    held: tuple[Held, Scene], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line has asked already whether its voter has a right; the batcher does not ask again."""
    _, box = held
    assert box.cast(TEN, "one")[0] == 201
    monkeypatch.setattr(box.box.store, "put_first", lambda *_: pytest.fail("asked again"))
    assert box.cast(OTHERS, "one")[0] == 201
    assert box.cast(TEN, "one")[0] == 409


def test_the_same_ballot_again_while_the_first_is_on_its_way_is_told_the_same(
    held: tuple[Held, Scene],
) -> None:
    line, box = held
    line.holds = True
    tickets = [box.send(TEN, key="k") for _ in range(6)]
    time.sleep(0.05)
    assert box.heard.answers == {}
    let_go(line, box)
    answers = [box.heard.of(t) for t in tickets]
    assert {a.status for a in answers} == {201}
    assert len({a.body for a in answers}) == 1
    assert len(box.stored()) == 1
    assert set(box.heard.times.values()) == {1}


def test_more_than_eight_of_one_voter_are_too_many(held: tuple[Held, Scene]) -> None:
    line, box = held
    line.holds = True
    tickets = [box.send(TEN, key=f"k{n}") for n in range(12)]
    assert [box.heard.of(t).status for t in tickets[9:]] == [429] * 3
    let_go(line, box)
    assert sorted(box.heard.of(t).status for t in tickets[:9]) == [201] + [409] * 8


def test_under_overload_the_accepted_are_served_and_the_rest_refused_at_once(
    held: tuple[Held, Scene],
) -> None:
    line, box = held
    line.holds = True
    tickets = [box.send(TEN, f"v{n}") for n in range(200)]
    refused = [t for t in tickets if t in box.heard.answers]
    assert {(box.heard.of(t).status, box.heard.of(t).retry) for t in refused} == {(503, 1)}
    assert 50 <= 200 - len(refused) <= 50 + 50  # some on their way, fifty waiting
    let_go(line, box)
    assert {box.heard.of(t).status for t in tickets if t not in refused} == {201}
    assert len(box.stored()) == 200 - len(refused)


@pytest.mark.parametrize(
    "found", [NotStored("a row at fault"), Busy("held"), (Standing("open", 99), frozenset())]
)
def test_what_the_line_refuses_the_batcher_stores(held: tuple[Held, Scene], found: Found) -> None:
    line, box = held
    line.instead = [found]
    assert box.cast(TEN)[0] == 201
    assert box.cast(OTHERS, "two")[0] == 201
    assert len(box.stored()) == 2


def test_a_ballot_whose_fate_nobody_knows_is_told_so_and_counts_once_when_it_comes_again(
    held: tuple[Held, Scene],
) -> None:
    line, box = held
    line.instead = [Unavailable("connection lost")]
    answer = box.heard.of(box.send(TEN, key="k"))
    assert (answer.status, answer.retry) == (503, 2)
    assert box.cast(TEN, key="k")[0] == 201
    assert box.cast(TEN, key="k")[0] == 201
    assert len(box.stored()) == 1


@pytest.mark.parametrize("part", ["batch", "receipts"])
def test_what_the_loop_cannot_write_or_cannot_tell_is_told_by_the_batcher(
    held: tuple[Held, Scene], monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    """Before the batch goes, nothing is stored yet; after it came back, all is."""
    _, box = held
    notary = express_of(box)._notary
    whole = getattr(notary, part)

    def broken(*given: Any) -> Any:
        monkeypatch.setattr(notary, part, whole)
        raise ValueError("never mind")

    monkeypatch.setattr(notary, part, broken)
    assert box.cast(TEN, key="k")[0] == 201
    assert len(box.stored()) == 1
    assert set(box.heard.times.values()) == {1}


def test_a_vote_that_was_closed_meanwhile_takes_nothing(held: tuple[Held, Scene], url: str) -> None:
    line, box = held
    assert box.cast(TEN, "first")[0] == 201
    line.holds = True
    ticket = box.send(TEN, "late")
    time.sleep(0.05)
    set_state(url, 1 if url.startswith("sqlite") else ask(url, "SELECT id FROM votes_poll")[0][0], "closed")
    let_go(line, box)
    assert box.heard.of(ticket).status == 403
    assert box.cast(TEN, "later")[0] == 403
    assert len(box.stored()) == 1


def test_the_window_is_judged_when_the_batch_goes_not_when_the_ballot_came(
    held: tuple[Held, Scene],
) -> None:
    line, box = held
    box.now = END - 1
    line.holds = True
    first = box.send(TEN, "first")
    time.sleep(0.05)
    late = box.send(TEN, "late")
    box.now = END
    let_go(line, box)
    assert box.heard.of(first).status == 201  # its batch was written in time
    assert box.heard.of(late).status == 403
    assert len(box.stored()) == 1


def test_votes_side_by_side_go_in_batches_of_their_own(url: str, tmp_path: Path) -> None:
    add_poll(url)
    add_poll(url, rule=rule_of(GX | {"id": "second"}), campaign="gx-two")
    box = Scene(url, tmp_path, hasty=True)
    tickets = [
        box.send(TEN, f"v{n}", campaign=campaign) for n in range(15) for campaign in ("gx-demo", "gx-two")
    ]
    assert [box.heard.of(t).status for t in tickets] == [201] * 30
    by_batch = ask(url, "SELECT writer, batch, count(DISTINCT poll) FROM votes_ballot GROUP BY writer, batch")
    assert {row[2] for row in by_batch} == {1}
    box.close()


def test_a_file_that_somebody_holds_is_waited_for_by_the_batcher_while_the_loop_goes_on(
    tmp_path: Path,
) -> None:
    with own_tables("sqlite", tmp_path) as url:
        add_poll(url)
        box = Scene(url, tmp_path, hasty=True)
        assert box.cast(TEN, "first")[0] == 201
        other = sqlite3.connect(url.removeprefix("sqlite://"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        tickets = [box.send(TEN, f"v{n}") for n in range(3)]
        began = time.monotonic()
        for n in range(5):
            assert box.cast(CASES[:9], f"x{n}", headers={b"authorization": b""})[0] == 401
        assert time.monotonic() - began < 10  # nobody waits twenty seconds for the file
        other.execute("ROLLBACK")
        other.close()
        assert [box.heard.of(t).status for t in tickets] == [201] * 3
        assert len(box.stored()) == 4
        box.close()


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Scene]:
    with own_tables("postgresql", tmp_path) as url:
        add_poll(url)
        box = Scene(url, tmp_path, hasty=True)
        yield box
        box.close()


@needs_postgres
def test_a_connection_that_broke_comes_back_and_meanwhile_the_batcher_stores(
    postgres: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guiguan.box.line_postgres.AGAIN_AFTER", 0.05)
    line = express_of(postgres)._line
    assert postgres.cast(TEN, "first")[0] == 201
    for n in range(3):
        ask(
            postgres.url,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid()",
        )
        statuses = [postgres.cast(TEN, f"v{n}", key="k")[0] for _ in range(6)]
        assert set(statuses) <= {201, 503}
        assert statuses[-1] == 201
        for _ in range(200):
            if line.usable:
                break
            time.sleep(0.02)
        assert line.usable
    assert len(postgres.stored()) == 4


@needs_postgres
def test_a_connection_that_cannot_be_watched_is_none(
    postgres: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a free file number its answers would never be heard, and everybody would wait for ever."""
    monkeypatch.setattr("guiguan.box.line_postgres.AGAIN_AFTER", 0.05)
    line, dup, tried = express_of(postgres)._line, os.dup, threading.Event()

    def none_left(number: int) -> int:
        tried.set()
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(os, "dup", none_left)
    postgres.in_loop(lambda _: line._lost(line._wire, Unavailable("cut")))
    assert tried.wait(10)
    assert not line.usable
    assert postgres.cast(TEN, "meanwhile")[0] == 201
    monkeypatch.setattr(os, "dup", dup)
    for _ in range(200):
        if line.usable:
            break
        time.sleep(0.02)
    assert line.usable
    assert postgres.cast(TEN, "after")[0] == 201


@needs_postgres
def test_who_waits_when_the_connection_breaks_is_handed_over(
    postgres: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that somebody holds keeps the batch on its way; meanwhile others come, and then the connection is cut."""
    import psycopg

    monkeypatch.setattr("guiguan.box.line_postgres.AGAIN_AFTER", 60.0)
    with psycopg.connect(postgres.url) as other:
        other.execute("SELECT 1 FROM votes_poll FOR UPDATE")
        first = postgres.send(TEN, "first", key="k")
        time.sleep(0.1)
        waiting = [postgres.send(TEN, f"v{n}") for n in range(5)]
        assert postgres.heard.answers == {}
        ask(
            postgres.url,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND datname = current_database()",
        )
        assert postgres.heard.of(first).status == 503
    assert [postgres.heard.of(t).status for t in waiting] == [201] * 5
    assert postgres.cast(TEN, "first", key="k")[0] == 201
    assert len(postgres.stored()) == 6


@needs_postgres
def test_what_the_server_says_between_two_batches_does_no_harm(postgres: Scene) -> None:
    """A changed setting is told to every connection at once, asked or not."""
    line = express_of(postgres)._line
    wire = line._wire
    assert postgres.cast(TEN, "first")[0] == 201
    postgres.in_loop(lambda _: wire.ask("SET DateStyle = 'German'"))  # told beside the answer
    postgres.in_loop(lambda _: line._readable())
    assert line.usable
    assert postgres.cast(TEN, "second")[0] == 201
    assert line._wire is wire


@needs_postgres
def test_a_batch_larger_than_the_socket_takes_goes_in_parts(postgres: Scene) -> None:
    """Five hundred ballots are more than a socket's buffer: the rest is sent when there is room."""
    agent = {b"user-agent": bytes(256).replace(b"\0", b"x")}
    express = express_of(postgres)
    express._line = held = Held(express._line)
    held.holds = True
    tickets = [postgres.send(TEN, f"v{n}", headers=agent) for n in range(600)]
    let_go(held, postgres)
    assert {postgres.heard.of(t).status for t in tickets} == {201}
    assert max(len(b.rows) for b in held.batches) == 512
    postgres.now += DAY
    assert postgres.cast(TEN, "v0")[0] == 201
    assert len(postgres.stored()) == 601


def test_stopping_answers_what_was_asked_and_says_no_more(url: str, tmp_path: Path) -> None:
    add_poll(url)
    box = Scene(url, tmp_path, hasty=True)
    threads = threading.active_count()
    assert box.cast(TEN)[0] == 201
    box.close()
    assert threading.active_count() < threads
