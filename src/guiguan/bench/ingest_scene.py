"""A vote of 300 cases and voters for it: what the servers of the ingest benchmark are given, and what wrk sends them."""

from __future__ import annotations

import importlib
import json
import os
import secrets
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from guiguan.box.keys import Keys
from guiguan.box.token import issue
from guiguan.core.blueprint.stages import Ballots
from guiguan.core.values.moment import Instant, Window
from guiguan.core.votes.document import PollDocument, poll_text
from guiguan.core.votes.rule import BallotRule

CAMPAIGN = "bench"
CASES = tuple(f"c{i:03}" for i in range(300))
PATH = f"/api/v1/campaigns/{CAMPAIGN}/ballots"
_FAR = 1 << 44
STAGE: dict[str, Any] = {
    "id": "vote",
    "kind": "ballots",
    "voter": ["wechat"],
    "choices": {"exactly": 10},
    "repeated": "refuse_ballot",
    "unknown": "refuse_ballot",
    "limits": [{"per": ["voter", "entry", "day"], "max": 1, "over": "refuse_ballot"}],
    "counts": "shown",
    # one machine sends everything: the brakes by network are asked, and let it through
    "guard": {
        "rates": {
            "voter": {"burst": 100, "per_minute": 6000},
            "network": {"burst": 100_000, "per_minute": 60_000_000},
        }
    },
}


def stage(**more: Any) -> Ballots:
    return Ballots.model_validate(STAGE | more)


def poll_document(own: Ballots) -> str:
    """The document of a vote for these cases that is always open."""
    always, cases = Window(Instant(0), Instant(_FAR)), frozenset(CASES)
    return poll_text(
        PollDocument(CAMPAIGN, "00" * 32, BallotRule(own, ZoneInfo("Asia/Shanghai"), always, cases, cases))
    )


def make_tables(url: str, own: Ballots | None = None) -> None:
    """The tables of votes, empty, and one open vote. Whatever was in the database under these names is gone."""
    migration = importlib.import_module("guiguan.apps.votes.migrations.0006_batch_size")
    text = poll_document(own or stage())
    columns = "(campaign, stage, state, version, document, paused_reason)"
    values = (CAMPAIGN, "vote", "open", 1, text, "")
    if url.startswith("sqlite://"):
        file = Path(url.removeprefix("sqlite://"))
        for end in ("", "-wal", "-shm"):
            Path(f"{file}{end}").unlink(missing_ok=True)
        with sqlite3.connect(file) as connection:
            for statement in migration.SQLITE:
                connection.execute(statement)
            connection.execute(f"INSERT INTO votes_poll {columns} VALUES (?, ?, ?, ?, ?, ?)", values)
        connection.close()
        return
    import psycopg

    with psycopg.connect(url, autocommit=True) as connected:
        names = "votes_poll, votes_ballot, votes_right, votes_signal, votes_refusal"
        connected.execute(f"DROP TABLE IF EXISTS {names}; DROP FUNCTION IF EXISTS votes_refuse".encode())
        for statement in migration.POSTGRESQL:
            connected.execute(statement.encode())
        insert = f"INSERT INTO votes_poll {columns} VALUES (%s, %s, %s, %s, %s, %s)"
        connected.execute(insert.encode(), values)


def count_of(url: str, table: str = "votes_ballot") -> int:
    """How many rows are in the table."""
    statement = f"SELECT count(*) FROM {table}"
    if url.startswith("sqlite://"):
        connection = sqlite3.connect(url.removeprefix("sqlite://"))
        try:
            return int(connection.execute(statement).fetchone()[0])
        finally:
            connection.close()
    import psycopg

    with psycopg.connect(url) as connected:
        found = connected.execute(statement.encode()).fetchone()
        return int(found[0]) if found else 0


def write_tokens(keys: Path, file: Path, voters: int) -> None:
    """So many voters nobody saw before, a token a line."""
    Keys(keys).make(CAMPAIGN)
    key = Keys(keys).token
    kinds = frozenset({"wechat"})
    with file.open("w", encoding="ascii") as out:
        for _ in range(voters):
            out.write(issue(key, CAMPAIGN, secrets.token_bytes(32), kinds, _FAR) + "\n")


LUA = r"""
local requests, bodies, at = {}, {}, 0
function init()  -- before the clock runs: every request is written out, so that the client costs the cores little
  local start = "POST " .. wrk.path .. " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAuthorization: Bearer "
  for body in io.lines(os.getenv("INGEST_BODIES")) do
    bodies[#bodies + 1] = "\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
  end
  for token in io.lines(os.getenv("INGEST_TOKENS")) do
    local n = #requests + 1
    requests[n] = start .. token .. "\r\nIdempotency-Key: k" .. n .. bodies[n % #bodies + 1]
  end
  collectgarbage("collect")
  collectgarbage("stop")  -- collecting among so many would stop the client for milliseconds
end
function request()
  at = at % #requests + 1
  return requests[at]
end
"""
DONE = r"""
function done(summary, latency)
  io.stderr:write(string.format('{"requests":%d,"refused":%d,"broken":%d,"p50":%f,"p99":%f,"us":%d}',
    summary.requests, summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.timeout, latency:percentile(50) / 1000, latency:percentile(99) / 1000, summary.duration))
end
"""
"""What wrk tells in the end, on its standard error."""


def write_script(folder: Path, tokens: Path) -> tuple[Path, dict[str, str]]:
    """wrk's script, and the environment in which it is to run."""
    script, bodies = folder / "cast.lua", folder / "bodies.txt"
    script.write_text(LUA + DONE, encoding="utf-8")
    bodies.write_text("".join(body + "\n" for body in some_bodies(1000)), encoding="ascii")
    names = {"INGEST_TOKENS": str(tokens), "INGEST_BODIES": str(bodies)}
    return script, os.environ | names


def some_bodies(count: int) -> Sequence[str]:
    """Ballots of ten of the 300 cases."""
    chance = secrets.SystemRandom()
    return [json.dumps({"choices": chance.sample(CASES, 10)}) for _ in range(count)]
