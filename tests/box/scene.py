"""A vote in a database of its own, and ballots for it: for all tests of the box, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
import uvloop
from faults.postgresql import own_database

from guiguan.box.answers import Answer
from guiguan.box.box import Box, BoxSettings, Request, Waiting
from guiguan.box.keys import Keys
from guiguan.box.open import open_line, open_store
from guiguan.box.store import Store
from guiguan.box.token import issue, voter_id
from guiguan.core.blueprint.stages import Ballots
from guiguan.core.values.moment import Instant, Window
from guiguan.core.votes.document import PollDocument, poll_text
from guiguan.core.votes.rule import BallotRule

T = TypeVar("T")
MIGRATION = importlib.import_module("guiguan.apps.votes.migrations.0006_batch_size")
START = 1_623_254_400_000  # 2021-06-10 00:00 in Asia/Shanghai
DAY = 86_400_000
END = START + 7 * DAY
CASES = tuple(f"c{i:03}" for i in range(1, 31))
SERVER = os.environ.get("GUIGUAN_TEST_DATABASE", "")
needs_postgres = pytest.mark.skipif(not SERVER, reason="GUIGUAN_TEST_DATABASE names no PostgreSQL server")

GX: dict[str, Any] = {
    "id": "vote",
    "kind": "ballots",
    "voter": ["wechat"],
    "choices": {"exactly": 10},
    "repeated": "refuse_ballot",
    "unknown": "refuse_ballot",
    "limits": [{"per": ["voter", "entry", "day"], "max": 1, "over": "refuse_ballot"}],
    "counts": "shown",
    "channels": {"gxnews": "广西新闻网"},
}
QD: dict[str, Any] = GX | {
    "voter": ["ip"],
    "choices": {"exactly": 1},
    "limits": [{"per": ["ip", "day"], "max": 1, "over": "refuse_ballot"}],
}


def rule_of(
    stage: dict[str, Any], votable: Sequence[str] = CASES, known: Sequence[str] = CASES
) -> BallotRule:
    return BallotRule(
        Ballots.model_validate(stage),
        ZoneInfo("Asia/Shanghai"),
        Window(Instant(START), Instant(END)),
        frozenset(votable),
        frozenset(known),
    )


@contextmanager
def own_tables(kind: str, folder: Path) -> Iterator[str]:
    """The address of a database with the votes' tables and nothing in them."""
    if kind == "sqlite":
        file = folder / "ballots.sqlite3"
        connection = sqlite3.connect(file)
        for statement in MIGRATION.SQLITE:
            connection.execute(statement)
        connection.commit()
        connection.close()
        yield f"sqlite://{file}"
        return
    import psycopg

    with own_database(SERVER) as url:
        with psycopg.connect(url, autocommit=True) as connected:
            for statement in MIGRATION.POSTGRESQL:
                connected.execute(statement.encode())
            distribute(connected)
        yield url


def distribute(connected: Any) -> bool:
    """Where the server has Citus loaded, the tables are distributed by the very statement that the operator's page gives; whether they
    are. Tests that lift the guards of the tables may do so there, too."""
    loaded, name = connected.execute(
        "SELECT current_setting('shared_preload_libraries'), current_database()"
    ).fetchone()
    if "citus" not in loaded:
        return False
    connected.execute("CREATE EXTENSION IF NOT EXISTS citus")
    connected.execute(f'ALTER DATABASE "{name}" SET citus.enable_unsafe_triggers = on')
    page = (Path(__file__).parents[2] / "docs" / "operate" / "scale.md").read_text("utf-8")
    found = re.search(r"```sql\n(SELECT .*?create_distributed_table.*?)```", page, re.DOTALL)
    assert found, "the page has the statement"
    connected.execute(found[1])
    return True


def emptied(url: str) -> None:
    """No row is left in a PostgreSQL database of `own_tables`."""
    for statement in (
        "ALTER TABLE votes_ballot DISABLE TRIGGER USER",
        "TRUNCATE votes_ballot, votes_right, votes_signal, votes_refusal, votes_poll RESTART IDENTITY",
        "ALTER TABLE votes_ballot ENABLE TRIGGER USER",
    ):
        ask(url, statement)


def ask(url: str, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """One statement with %s parameters in a transaction of its own."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite://"), timeout=20) as connection:
            rows = connection.execute(statement.replace("%s", "?"), values).fetchall()
        connection.close()
        return rows
    import psycopg

    with psycopg.connect(url) as connected:
        cursor = connected.execute(statement.encode(), values)
        return cursor.fetchall() if cursor.description else []


def add_poll(
    url: str,
    stage: dict[str, Any] | None = None,
    *,
    campaign: str = "gx-demo",
    state: str = "open",
    rule: BallotRule | None = None,
) -> int:
    """A vote; its number."""
    found = rule or rule_of(stage or GX)
    text = poll_text(PollDocument(campaign, "00" * 32, found))
    columns = "(campaign, stage, state, version, document, paused_reason)"
    statement = f"INSERT INTO votes_poll {columns} VALUES (%s, %s, %s, 1, %s, '') RETURNING id"
    return int(ask(url, statement, campaign, found.stage.id, state, text)[0][0])


def set_state(url: str, poll: int, state: str) -> None:
    ask(url, "UPDATE votes_poll SET state = %s, version = version + 1 WHERE id = %s", state, poll)


@dataclass
class Heard(Waiting):
    """A server that notes each answer and who it is for."""

    answers: dict[Any, Answer] = field(default_factory=dict)
    times: dict[Any, int] = field(default_factory=dict)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def answered(self, answers: Sequence[tuple[Any, Answer]]) -> None:
        with self.arrived:
            for ticket, answer in answers:
                self.answers[ticket] = answer
                self.times[ticket] = self.times.get(ticket, 0) + 1
            self.arrived.notify_all()

    def of(self, ticket: Any, timeout: float = 30.0) -> Answer:
        with self.arrived:
            assert self.arrived.wait_for(lambda: ticket in self.answers, timeout), f"no answer for {ticket}"
            return self.answers[ticket]

    __hash__ = object.__hash__


@dataclass
class Scene:
    """A box on a database, with a clock of its own."""

    url: str
    folder: Path
    now: int = START + 8 * 3_600_000
    settings: BoxSettings = field(default_factory=BoxSettings)
    store: Store | None = None
    hasty: bool = False
    """Whether an event loop's thread stores what plainly counts, as in the ballots' own server."""
    asked: int = 0

    def __post_init__(self) -> None:
        self.keys = Keys(self.folder / "keys")
        self.keys.make()
        for (campaign,) in ask(self.url, "SELECT campaign FROM votes_poll"):
            self.keys.make(campaign)
        self.heard = Heard()
        self.box = Box(self.keys, self.store or open_store(self.url), lambda: self.now, self.settings)
        self.loop: asyncio.AbstractEventLoop | None = None
        if self.hasty:
            self.loop = uvloop.new_event_loop()  # as the server has it
            self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
            self.thread.start()
            self.in_loop(lambda loop: self.box.hasten(open_line(self.url, loop), loop))

    def token(self, subject: str, campaign: str = "gx-demo", kinds: Sequence[str] = ("wechat",)) -> str:
        self.keys.make(campaign)
        voter = voter_id(self.keys.identity(campaign), {"wechat": subject})
        return issue(self.keys.token, campaign, voter, frozenset(kinds), END + 90 * DAY)

    def send(self, choices: Any, subject: str = "one", **more: Any) -> Any:
        """A ballot is on its way; the ticket by which `heard` knows its answer."""
        request = self.request(choices, subject, **more)
        self.asked += 1
        ticket = self.asked
        answer = self.in_loop(lambda _: self.box.take(request, self.heard, ticket))
        if answer is not None:
            self.heard.answered([(ticket, answer)])
        return ticket

    def cast(self, choices: Any, subject: str = "one", **more: Any) -> tuple[int, dict[str, Any]]:
        """Status and body of the answer to a ballot."""
        answer = self.heard.of(self.send(choices, subject, **more))
        return answer.status, json.loads(answer.body)

    def request(
        self,
        choices: Any,
        subject: str = "one",
        *,
        key: str | None = None,
        campaign: str = "gx-demo",
        peer: str = "192.0.2.1",
        channel: str = "",
        stage: str = "",
        headers: dict[bytes, bytes] | None = None,
    ) -> Request:
        body: dict[str, Any] = {"choices": list(choices)}
        if channel:
            body["channel"] = channel
        if stage:
            body["stage"] = stage
        self.asked += 1
        found = {
            b"content-type": b"application/json",
            b"idempotency-key": (key or f"k{self.asked}").encode(),
            b"authorization": f"Bearer {self.token(subject, campaign)}".encode(),
        }
        path = f"/api/v1/campaigns/{campaign}/ballots".encode()
        return Request(b"POST", path, found | (headers or {}), json.dumps(body).encode(), peer)

    def stored(self) -> list[dict[str, Any]]:
        """The entries of all ballots, by time, writer, batch and place."""
        rows = ask(self.url, "SELECT entry FROM votes_ballot ORDER BY time, writer, batch, place")
        return [json.loads(bytes(row[0])) for row in rows]

    def in_loop(self, act: Callable[[Any], T]) -> T:
        """What `act` gives, called with the loop in its thread; at once where there is none."""
        if self.loop is None:
            return act(None)

        async def acting() -> T:
            return act(self.loop)

        return asyncio.run_coroutine_threadsafe(acting(), self.loop).result(30)

    def close(self) -> None:
        if self.loop is not None:
            self.in_loop(lambda _: self.box.slow_down())
            self.loop.call_soon_threadsafe(self.loop.stop)
            self.thread.join()
            self.loop.close()
            self.loop = None
        self.box.close()
