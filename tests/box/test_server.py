"""The ballots' server meets rude, slow and vanishing clients, and goes on serving the others."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from box.live import Talk, served
from box.place import PATH, Place, open_vote
from box.scene import own_tables


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("server")
    with own_tables("sqlite", folder) as url:
        open_vote(url)
        with served(url, folder) as port:
            yield Place(port, url, folder)


def rule_in(body: bytes) -> str:
    problem: dict[str, Any] = json.loads(body)
    return str(problem["type"]).removeprefix("/problems/")


def test_answers_come_in_the_order_of_the_requests(place: Place) -> None:
    """Thirty at once on one connection: some wait for a commit, some are refused at once, one repeats another."""
    talk = Talk(place.port)
    asked = [
        place.ballot(f"order{n}") if n % 3 else b"GET /none HTTP/1.1\r\nHost: x\r\n\r\n" for n in range(29)
    ]
    talk.send(b"".join([*asked, asked[1]]))
    found = [talk.answer() for _ in range(30)]
    assert [status for status, _, _ in found] == [201 if n % 3 else 404 for n in range(29)] + [201]
    assert found[29][2] == found[1][2]
    talk.close()


def test_a_request_may_come_byte_by_byte(place: Place) -> None:
    talk = Talk(place.port)
    for byte in place.ballot("bytes"):
        talk.send(bytes([byte]))
    assert talk.answer()[0] == 201
    talk.close()


def test_who_hangs_up_before_the_answer_harms_nobody_and_is_counted_once(place: Place) -> None:
    """A write to a connection that was gone once wedged a prototype for all others."""
    before = place.stored()
    for n in range(60):
        talk = Talk(place.port)
        talk.send(place.ballot(f"gone{n}"))
        # RST instead of FIN: the server's write fails
        talk.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        talk.close()
    place.works("stays")
    for n in range(60):
        talk = Talk(place.port)
        talk.send(place.ballot(f"gone{n}"))
        assert talk.answer()[0] == 201
        talk.close()
    assert place.stored() == before + 61


@pytest.mark.parametrize(
    ("sent", "status", "rule"),
    [
        (b"nonsense\r\n\r\n", 400, "ballots.bad-request"),
        (b"GET / HTTP/9.9\r\n\r\n", 400, "ballots.bad-request"),
        (b"\x16\x03\x01\x02\x00\x01", 400, "ballots.bad-request"),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400, "ballots.bad-request"),
        (
            b"POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
            400,
            "ballots.bad-request",
        ),
        (
            b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
            "ballots.bad-request",
        ),
        (b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "ballots.bad-request"),
        (b"GET / HTTP/1.1\r\n" + b"X: " + b"y" * 9000 + b"\r\n\r\n", 431, "ballots.headers-too-large"),
        (b"GET /" + b"y" * 9000 + b" HTTP/1.1\r\n\r\n", 431, "ballots.headers-too-large"),
        (b"POST / HTTP/1.1\r\nContent-Length: 9000\r\n\r\n" + b"x" * 9000, 413, "ballots.too-large"),
        (
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1000\r\n" + b"x" * 4096 + b"\r\n"
            b"1000\r\n" + b"x" * 4096 + b"\r\n1\r\nx\r\n",
            413,
            "ballots.too-large",
        ),
        (b"GET " + PATH.encode() + b" HTTP/1.1\r\nHost: x\r\n\r\n", 405, "ballots.method"),
        (b"POST /api/v1/campaigns/gx-demo/challenge HTTP/1.1\r\nHost: x\r\n\r\n", 405, "ballots.method"),
        (b"POST /api/v1/campaigns/../ballots HTTP/1.1\r\nHost: x\r\n\r\n", 404, "ballots.not-found"),
        (b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", 400, "ballots.no-upgrade"),
        (
            b"POST / HTTP/1.1\r\nContent-Length: 5000000\r\n\r\n" + b"x" * 5_000_000,
            413,
            "ballots.too-large",
        ),
    ],
)
def test_what_is_no_request_of_ours_is_told_and_the_server_goes_on(
    place: Place, sent: bytes, status: int, rule: str
) -> None:
    talk = Talk(place.port)
    talk.send(sent)
    found, headers, body = talk.answer()
    assert (found, headers["content-type"], rule_in(body)) == (status, "application/problem+json", rule)
    talk.close()
    place.works(f"after{sent[:20]!r}{len(sent)}")


def test_a_connection_is_closed_after_what_it_asked_for(place: Place) -> None:
    talk = Talk(place.port)
    talk.send(place.ballot("closing", more="Connection: close\r\n"))
    status, headers, _ = talk.answer()
    assert (status, headers["connection"]) == (201, "close")
    with pytest.raises(ConnectionError):
        talk.answer()
    talk.close()


def test_what_waits_is_answered_when_the_server_stops(tmp_path: Path) -> None:
    with own_tables("sqlite", tmp_path) as url:
        open_vote(url)
        with served(url, tmp_path) as port:
            place = Place(port, url, tmp_path)
            talks = [Talk(port) for _ in range(50)]
            for n, talk in enumerate(talks):
                talk.send(place.ballot(f"last{n}"))
            place.works("seen")  # by now the fifty are being stored
        assert [talk.answer()[0] for talk in talks] == [201] * 50
        for talk in talks:
            talk.close()
        assert place.stored() == 51


def test_a_database_that_could_lose_ballots_is_not_used(tmp_path: Path) -> None:
    import sqlite3

    from guiguan.box.open import open_store
    from guiguan.box.store import Unavailable, Unsafe

    with own_tables("sqlite", tmp_path) as url:
        connect = sqlite3.connect

        class Careless(sqlite3.Connection):
            def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
                return super().execute(statement.replace("synchronous=FULL", "synchronous=NORMAL"), *values)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, factory=Careless, **k))
            with pytest.raises(Unsafe, match="synchronous=FULL wanted"):
                open_store(url)
    with pytest.raises(Unavailable):
        open_store(f"sqlite://{tmp_path}/none.sqlite3")
