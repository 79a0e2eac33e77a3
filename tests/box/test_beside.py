"""The ballots' server beside ballots: the logs' files and proofs as the site gives them, and whether it is ready; neither is in a ballot's way."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from box.live import Talk, served
from box.place import RATES, Place
from box.scene import END, GX, add_poll, own_tables, rule_of

from guiguan.adapters.signing import Ed25519
from guiguan.box import beside
from guiguan.box.answer import answer
from guiguan.box.answers import Answer
from guiguan.box.checkpointer import Checkpointer
from guiguan.box.logfiles import LogFiles
from guiguan.box.reader import reading
from guiguan.box.signed import Signed
from guiguan.box.store import Unavailable
from guiguan.core.integrity.merkle import is_included, leaf_hash, root
from guiguan.core.integrity.note import NoteKey
from guiguan.core.values.moment import Instant, Window
from guiguan.core.votes.rule import BallotRule

OWN = Ed25519(bytes(range(32)))
ORIGIN = "votes.example/log/gx-demo"
ENTRIES = [b"entry %d" % i for i in range(300)]
LEAVES = [leaf_hash(e) for e in ENTRIES]


class Listed:
    def size(self) -> int:
        return len(ENTRIES)

    def read(self, first: int, last: int) -> Any:
        return ((i, ENTRIES[i], LEAVES[i]) for i in range(first, last))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A server with an open vote and the log of 300 entries that were stored at 1000."""
    folder = tmp_path_factory.mktemp("beside")
    (folder / "secret").write_text("secret")
    files = LogFiles(folder / "log" / "gx-demo")
    signer = Checkpointer(ORIGIN, NoteKey(ORIGIN, OWN.public), OWN.sign, files, Signed(folder / "signed"))
    signer.checkpoint(Listed(), 1)
    with own_tables("sqlite", folder) as url:
        with sqlite3.connect(folder / "ballots.sqlite3") as made:
            made.execute("CREATE TABLE votes_log (id, campaign, epoch, origin, published)")
            made.execute("INSERT INTO votes_log VALUES (1, 'gx-demo', 1, ?, 0)", [ORIGIN])
            made.execute("CREATE TABLE votes_logged (log, first, count, time)")
            made.execute("INSERT INTO votes_logged VALUES (1, 0, 300, 1000)")
        made.close()
        now = rule_of(GX | {"guard": {"rates": RATES}})
        always = Window(Instant(0), Instant(END * 2))
        add_poll(url, rule=BallotRule(now.stage, now.zone, always, now.votable, now.known))
        with served(url, folder) as port:
            yield Place(port, url, folder)


def get(place: Place, path: str) -> tuple[int, dict[str, str], bytes]:
    talk = Talk(place.port)
    talk.send(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    found = talk.answer()
    talk.close()
    return found


LEAF = LEAVES[299].hex()


@pytest.mark.parametrize(
    ("rest", "query"),
    [
        ("checkpoint", {}),
        ("key", {}),
        ("receipt-keys", {}),
        ("tile/0/000", {}),
        ("tile/0/001.p/44", {}),
        ("tile/1/000.p/1", {}),
        ("inclusion", {"leaf": LEAF, "time": "1000"}),
        ("consistency", {"old": "256"}),
    ],
)
def test_what_the_log_says_is_what_the_site_says(place: Place, rest: str, query: dict[str, str]) -> None:
    with reading(place.url) as ask:
        keys = [Ed25519(place.keys.receipt).public.hex()]
        wanted = answer(place.folder / "log", lambda: ask, "gx-demo", rest, query, keys)
    asked = "&".join(f"{k}={v}" for k, v in query.items())
    status, headers, body = get(place, f"/log/gx-demo/{rest}{'?' if asked else ''}{asked}")
    assert (wanted.status, status, body) == (200, 200, wanted.content)
    assert headers["content-type"] == wanted.type
    assert headers["cache-control"] == wanted.headers["Cache-Control"]
    assert headers["access-control-allow-origin"] == "*"


def test_a_leaf_is_proven_by_this_server_alone(place: Place) -> None:
    told = json.loads(get(place, f"/log/gx-demo/inclusion?leaf={LEAF}&time=1000")[2])
    path = [bytes.fromhex(p) for p in told["path"]]
    assert (told["index"], is_included(LEAVES[299], 299, 300, path, root(LEAVES))) == (299, True)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/log/gx-demo/tile/entries/000", 404),
        ("/log/gx-demo/../../secret", 404),
        ("/log/../secret", 404),
        ("/log/gx-demo/tile/0/000%2F..%2F..%2Fcheckpoint", 404),
        ("/log/", 404),
        ("/log/gx-demo/inclusion", 400),
        ("/log/gx-demo/inclusion?leaf=%00&time=" + "9" * 500, 400),
        ("/log/gx-demo/consistency?old=0", 400),
        ("/log/none/checkpoint", 404),
    ],
)
def test_nothing_else_is_given_and_ballots_go_on(place: Place, path: str, status: int) -> None:
    found, headers, body = get(place, path)
    assert (found, headers["content-type"]) == (status, "application/problem+json")
    assert b"secret" not in body
    place.works(f"after {path}")


def test_a_log_and_a_ballot_on_one_connection_are_answered_in_order(place: Place) -> None:
    talk = Talk(place.port)
    ask = b"GET /log/gx-demo/checkpoint HTTP/1.1\r\nHost: x\r\n\r\n"
    talk.send(ask + place.ballot("both") + ask)
    assert [talk.answer()[0] for _ in range(3)] == [200, 201, 200]
    talk.close()


def test_it_is_ready_while_the_database_answers_and_alive_anyway(place: Place) -> None:
    """The file is taken away and given back; the ballots, whose connection is open, do not notice."""
    file, away = place.folder / "ballots.sqlite3", place.folder / "away.sqlite3"
    assert get(place, "/readyz")[::2] == (200, b'{"status":"ok"}')
    file.rename(away)
    time.sleep(beside.READY_FOR + 0.1)
    status, headers, body = get(place, "/readyz")
    assert (status, json.loads(body)) == (503, {"status": "unavailable", "reason": "database"})
    assert headers["retry-after"] == "1"
    assert get(place, "/healthz")[0] == 200
    place.works("meanwhile")
    away.rename(file)
    time.sleep(beside.READY_FOR + 0.1)
    assert get(place, "/readyz")[0] == 200


class Gathered:
    """Answers as they come."""

    def __init__(self) -> None:
        self.found: list[Answer] = []
        self.came = threading.Semaphore(0)

    def __call__(self, answer: Answer) -> None:
        self.found.append(answer)
        self.came.release()

    def wait(self, count: int) -> list[Answer]:
        for _ in range(count):
            assert self.came.acquire(timeout=20)
        return self.found


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, list[str]]]:
    """A database that does not answer until the event is set, and who has asked it."""
    released, asked = threading.Event(), []

    @contextmanager
    def never(url: str) -> Iterator[Any]:
        asked.append(url)
        released.wait(20)
        yield lambda statement, values: []

    monkeypatch.setattr(beside, "reading", never)
    monkeypatch.setattr(beside, "READY_WITHIN", 0.1)
    monkeypatch.setattr(beside, "READY_FOR", 0.0)
    yield released, asked
    released.set()


def test_a_database_that_hangs_is_not_ready_in_time_and_is_asked_once(
    hanging: tuple[threading.Event, list[str]], tmp_path: Path
) -> None:
    released, asked = hanging
    one, told = beside.Beside("somewhere", tmp_path, []), Gathered()
    for _ in range(5):
        one.ready(told)
    assert told.wait(5) == [beside.NOT_READY] * 5
    one.ready(told)  # it still hangs: nobody waits, nobody asks it again
    assert told.wait(1)[-1] == beside.NOT_READY
    assert asked == ["somewhere"]
    released.set()
    for _ in range(200):
        one.ready(told)
        if told.wait(1)[-1] == beside.ALIVE:
            break
        time.sleep(0.02)
    assert told.found[-1] == beside.ALIVE


def test_more_questions_than_may_wait_are_refused_at_once(
    hanging: tuple[threading.Event, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    released, _ = hanging
    held = threading.Event()
    monkeypatch.setattr(beside, "answer", lambda *_: held.wait(20))
    one, told = beside.Beside("somewhere", tmp_path, []), Gathered()
    for _ in range(beside.MOST_ASKED + beside.READERS + 5):
        one.log(b"/log/gx-demo/checkpoint", b"", told)
    first = told.wait(1)[0]
    assert (first.status, json.loads(first.body)["type"], first.retry) == (503, "/problems/log.busy", 1)
    held.set()
    released.set()


@pytest.mark.parametrize("url", ["sqlite:///none/none.sqlite3", "postgresql://nobody@127.0.0.1:1/none"])
def test_a_database_that_is_not_there_is_told_as_such(url: str) -> None:
    with pytest.raises(Unavailable), reading(url) as ask:
        ask("SELECT 1", [])
