"""What the log costs beside a whole ingest: ballots cast over HTTP on PostgreSQL, then put in order, counted and signed, CPU against CPU.

The ingest is that of `ingest`: server, database and client together, on the same machine; the log is the sequencer and what it makes the database do.
Required: at most a tenth. GUIGUAN_BENCH_SECONDS (4) is the length of a round, GUIGUAN_BENCH_ROUNDS (7) how many.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from guiguan.bench.cluster import own_cluster
from guiguan.bench.cpu import seconds_of
from guiguan.bench.figure import Figure
from guiguan.bench.ingest import (
    ROUNDS,
    SECONDS,
    missing_programs,
    postmaster_of,
    processes_for,
    served,
    wrk,
)
from guiguan.bench.ingest_scene import CAMPAIGN, count_of, poll_document, stage, write_script, write_tokens
from guiguan.bench.process import run_command

MOST_A_SECOND = 30_000


def measure() -> list[Figure]:
    """Medians of microseconds of CPU a ballot, and their ratio."""
    missing = missing_programs()
    if missing:
        raise RuntimeError(f"missing: {', '.join(missing)} (Debian: wrk, postgresql)")
    told = []
    with tempfile.TemporaryDirectory() as folder, own_cluster() as server:
        for number in range(ROUNDS):
            place = Path(folder, f"{number}")
            place.mkdir()
            told.append(_round(place, _empty_database(server, number)))
    median = {key: statistics.median(t[key] for t in told) for key in told[0]}
    return [
        Figure("share_of_ingest", "%", 100 * median["log"] / median["ingest"], required=10, goal=5),
        Figure("ingest_cpu", "µs/ballot", median["ingest"]),
        Figure("log_cpu", "µs/ballot", median["log"]),
        Figure("order_cpu", "µs/ballot", median["order"]),
        Figure("sign_cpu", "µs/ballot", median["sign"]),
        Figure("ballots", "", median["ballots"]),
    ]


def _empty_database(server: str, number: int) -> str:
    """One more database of the server. Nothing of the round before is deleted: for minutes ext4 would look at every place that was freed
    before it makes a file, and the tiles of the log would cost twice what they do."""
    import psycopg

    name = f"guiguan_append_{number}"
    with psycopg.connect(server, autocommit=True) as connected:
        connected.execute(f"DROP DATABASE IF EXISTS {name}".encode())
        connected.execute(f"CREATE DATABASE {name}".encode())
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def _round(folder: Path, server: str) -> dict[str, float]:
    """CPU of one round (µs a ballot), on an empty database. RuntimeError where a ballot was refused or has no index."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GUIGUAN_")}
    settings = {"GUIGUAN_DATA": str(folder), "GUIGUAN_LOG_LEVEL": "ERROR", "DATABASE_URL": server}
    run = [sys.executable, "-m", "guiguan.bench.append"]
    command = ["env", "-i", *(f"{k}={v}" for k, v in (kept | settings).items()), *run]
    run_command([*command, "make"])
    keys, tokens = folder / "keys" / "ballots", folder / "tokens.txt"
    write_tokens(keys, tokens, int(MOST_A_SECOND * SECONDS))
    script, environment = write_script(folder, tokens)
    postmaster = postmaster_of(server)
    serving = [sys.executable, "-m", "guiguan", "serve", "--only", "ballots", "--port"]
    processes = processes_for(server)
    with served(serving, settings | {"GUIGUAN_BALLOT_PROCESSES": str(processes)}, listeners=processes) as (
        process,
        port,
    ):
        before = seconds_of(process.pid) + seconds_of(postmaster)
        client = resource.getrusage(resource.RUSAGE_CHILDREN)
        answered = wrk(port, script, environment, SECONDS)
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        time.sleep(0.3)  # what wrk hung up on is stored, too
        spent = seconds_of(process.pid) + seconds_of(postmaster) - before
        spent += ended.ru_utime + ended.ru_stime - client.ru_utime - client.ru_stime
    if answered["refused"]:
        raise RuntimeError(f"{answered['refused']} refused")
    ballots = count_of(server)
    database = seconds_of(postmaster)
    told = json.loads(run_command([*command, "order", str(ballots)]).output)
    database = seconds_of(postmaster) - database
    each = 1e6 / ballots
    log = told["order"] + told["sign"] + database
    return {
        "ballots": ballots,
        "ingest": spent * each,
        "log": log * each,
        "order": told["order"] * each,
        "sign": told["sign"] * each,
    }


def _make() -> None:
    """The site's tables, and one open vote."""
    from guiguan.conf import run

    run.prepare()
    from guiguan.apps.votes.models import Poll

    Poll.objects.create(campaign=CAMPAIGN, stage="vote", state="open", document=poll_document(stage()))


def _order(ballots: int) -> None:
    """Everything stored has its index and stands under a checkpoint; the seconds of CPU that this took here."""
    from guiguan.conf import run

    run.start_django()
    from guiguan.apps.votes.sequencing import sequence_due, sign_due
    from guiguan.box.checkpointer import Hashed
    from guiguan.conf.sequencer import settle_in

    settle_in()
    now, ordered, order, sign = time.time_ns() // 1_000_000, 0, 0.0, 0.0
    while ordered < ballots:
        hashed: dict[int, Hashed] = {}
        began = time.process_time()
        done = sequence_due(now, hashed=hashed)
        counted = time.process_time()
        sign_due(now, hashed)
        order, sign = order + counted - began, sign + time.process_time() - counted
        if not done:
            raise RuntimeError(f"{ordered} of {ballots} were put in order")
        ordered += done
    print(json.dumps({"order": order, "sign": sign}))


if __name__ == "__main__":
    _order(int(sys.argv[2])) if sys.argv[1] == "order" else _make()
