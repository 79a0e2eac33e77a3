"""Ballots of ten choices over HTTP, each acknowledged only when it is durably stored; the load generator on the same cores.

In one run, in turn: our server on PostgreSQL, for 64 clients; pgbench with one INSERT a ballot, for 64 clients, and for 32 and 16, which suit
it as well; ours for 256, and on SQLite; an ordinary Django view with the same checks, rows and durability; the same rows put into the same databases
without HTTP. wrk sends; every request is another voter's. Every round begins with empty tables on a server that has had its memory for a
while. A ratio is the median of those of the rounds: each is of two measurements that stand beside each other, since a machine that others
share is another one some minutes later. The required one to pgbench is with 64 clients on both sides; its least and its most stand beside
it, and the one of what each of the two can do: ours and pgbench with as many clients as suit them best.

GUIGUAN_BENCH_SECONDS (4) is the length of a round, GUIGUAN_BENCH_ROUNDS (7) how many; GUIGUAN_BENCH_FILL (0) puts so many ballots into
the databases before a last round, to see whether it stays as fast (GUIGUAN_BENCH_STORE, postgresql or sqlite: into that one alone).
GUIGUAN_BENCH_DATABASE names an empty PostgreSQL, else one is made.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from guiguan.bench.cluster import own_cluster, programs, warm
from guiguan.bench.cpu import seconds_of
from guiguan.bench.figure import Figure
from guiguan.bench.ingest_scene import PATH, count_of, make_tables, write_script, write_tokens

SECONDS = float(os.environ.get("GUIGUAN_BENCH_SECONDS", "4"))
ROUNDS = int(os.environ.get("GUIGUAN_BENCH_ROUNDS", "7"))
FILL = int(os.environ.get("GUIGUAN_BENCH_FILL", "0"))
STORE = os.environ.get("GUIGUAN_BENCH_STORE", "")
CLIENTS = 64
OVER_HTTP = ("postgresql", "postgresql_256", "sqlite", "django")
PAIR, PAIRS = ("postgresql", "pgbench"), 2
OURS, THEIRS = ("postgresql", "postgresql_256"), ("pgbench", "pgbench_32", "pgbench_16")
MOST_A_SECOND = 40_000  # voters made ready for a second of load
DJANGO = ("2", "4")  # workers and threads of each: the best of those tried
INSERT = """
\\set a random(0, 4611686018427387903)
\\set b random(0, 4611686018427387903)
INSERT INTO bench_insert VALUES (1, int8send(:a::bigint) || int8send(:b::bigint), 'ballot', '2026-06-10', 1750000000000,
 int8send(:a::bigint) || int8send(:b::bigint) || int8send(:a::bigint) || int8send(:b::bigint), convert_to(repeat('x', 330), 'UTF8'),
 int8send(:a::bigint) || int8send(:b::bigint) || int8send(:a::bigint) || int8send(:b::bigint)) ON CONFLICT DO NOTHING;
"""
TABLE = """
DROP TABLE IF EXISTS bench_insert;
CREATE TABLE bench_insert (poll integer NOT NULL, voter bytea NOT NULL, kind varchar(8) NOT NULL, day varchar(10) NOT NULL,
 time bigint NOT NULL, asked bytea NOT NULL, entry bytea NOT NULL, leaf bytea NOT NULL, PRIMARY KEY (poll, day, voter))
"""


@dataclass(frozen=True)
class Round:
    """What one round showed: ballots a second, percentiles in ms, processor seconds of server and database a ballot."""

    rate: float
    p50: float
    p99: float
    cpu: float
    broken: int = 0


def measure() -> list[Figure]:
    """Rates, medians of the ratios of alternating rounds, percentiles, processor time."""
    missing = missing_programs()
    if missing:
        raise RuntimeError(f"missing: {', '.join(missing)} (Debian: wrk, postgresql)")
    with tempfile.TemporaryDirectory() as folder, own_cluster() as server:
        return list(_measured(Path(folder), server))


def missing_programs() -> list[str]:
    """What is not installed and has to be."""
    missing = [name for name in ("wrk", "pgbench") if shutil.which(name) is None]
    return missing if programs() else [*missing, "initdb"]


def _measured(folder: Path, server: str) -> Iterator[Figure]:
    sqlite = f"sqlite://{folder}/ballots.sqlite3"
    keys = folder / "keys" / "ballots"
    postmaster = postmaster_of(server)
    ways: dict[str, Callable[[], Round]] = {
        "postgresql": lambda: _ours(folder, server, postmaster),
        "pgbench": lambda: _pgbench(folder, server, CLIENTS),
        "pgbench_32": lambda: _pgbench(folder, server, 32),
        "pgbench_16": lambda: _pgbench(folder, server, 16),
        "postgresql_256": lambda: _ours(folder, server, postmaster, 256),
        "django": lambda: _django(folder, keys, server, postmaster),
        "sqlite": lambda: _ours(folder, sqlite, 0),
        "postgresql_batches": lambda: _batches(server),
        "sqlite_batches": lambda: _batches(sqlite),
    }
    seen: dict[str, list[Round]] = {name: [] for name in ways}
    warm(server)
    order = [*PAIR * PAIRS, *(name for name in ways if name not in PAIR)]
    for name in order * ROUNDS:
        begin_anew(server, sqlite)
        seen[name].append(ways[name]())
        _say(name, seen[name][-1])
    yield from figures(seen)
    if FILL:
        stores = {"postgresql": server, "sqlite": sqlite}
        for name, url in stores.items() if not STORE else [(STORE, stores[STORE])]:
            yield from _filled(name, url, statistics.median(r.rate for r in seen[name]), ways[name])


def begin_anew(server: str, sqlite: str) -> None:
    """Every round begins alike: the tables are empty, and nothing that the one before wrote has still to go to the disk."""
    import psycopg

    make_tables(server)
    make_tables(sqlite)
    with psycopg.connect(server, autocommit=True) as connected:
        connected.execute("DROP TABLE IF EXISTS bench_insert")
        connected.execute("CHECKPOINT")
    os.sync()


def figures(seen: dict[str, list[Round]]) -> Iterator[Figure]:
    """What the rounds of each way show, in the order in which they were taken; all ways have as many, or those of the pair twice as many."""
    rate = {name: statistics.median(r.rate for r in rounds) for name, rounds in seen.items()}
    goals = {"postgresql": 20_000.0, "sqlite": 30_000.0}
    for name, rounds in seen.items():
        yield Figure(f"{name}_rate", "ballots/s", rate[name], "higher", goal=goals.get(name))
        if name in OVER_HTTP:
            p99 = statistics.median(r.p99 for r in rounds)
            yield Figure(f"{name}_p50", "ms", statistics.median(r.p50 for r in rounds))
            yield Figure(f"{name}_p99", "ms", p99, required=40.0 if name == "postgresql" else None)
            yield Figure(f"{name}_cpu_a_ballot", "µs", statistics.median(r.cpu for r in rounds) * 1e6)
            yield Figure(f"{name}_broken", "requests", sum(r.broken for r in rounds), required=0)
    ours, theirs = max(OURS, key=rate.__getitem__), max(THEIRS, key=rate.__getitem__)
    beside = _ratios(seen, "postgresql", "pgbench")
    yield Figure("ratio_to_pgbench", "×", _ratio(seen, ours, theirs), "higher")
    yield Figure("ratio_to_pgbench_64", "×", statistics.median(beside), "higher", required=1.2)
    yield Figure("ratio_to_pgbench_64_least", "×", min(beside), "higher")
    yield Figure("ratio_to_pgbench_64_most", "×", max(beside), "higher")
    yield Figure("ratio_to_django", "×", _ratio(seen, "postgresql", "django"), "higher", required=30, goal=60)
    yield Figure(
        "share_of_postgresql_batches", "×", _ratio(seen, "postgresql", "postgresql_batches"), "higher"
    )
    yield Figure("share_of_sqlite_batches", "×", _ratio(seen, "sqlite", "sqlite_batches"), "higher")


def _ratios(seen: dict[str, list[Round]], ours: str, theirs: str) -> list[float]:
    """One of each round; of a way that was taken more than once in each, the mean."""
    count = min(len(seen[ours]), len(seen[theirs]))
    return [a / b for a, b in zip(_rates(seen[ours], count), _rates(seen[theirs], count), strict=True)]


def _rates(rounds: Sequence[Round], count: int) -> list[float]:
    """So many, each the mean of as many measurements that follow each other."""
    each = len(rounds) // count
    return [statistics.mean(r.rate for r in rounds[i : i + each]) for i in range(0, len(rounds), each)]


def _ratio(seen: dict[str, list[Round]], ours: str, theirs: str) -> float:
    """Their median."""
    return statistics.median(_ratios(seen, ours, theirs))


def _filled(name: str, url: str, before: float, way: Callable[[], Round]) -> Iterator[Figure]:
    """The rate when many ballots are there already, beside the rate before."""
    _run([sys.executable, "-m", "guiguan.bench.ingest_store", url, "fill", str(FILL)])
    rounds = [way() for _ in range(ROUNDS)]
    after = statistics.median(r.rate for r in rounds)
    yield Figure(f"{name}_ballots_there", "ballots", count_of(url), "higher")
    yield Figure(f"{name}_rate_when_full", "ballots/s", after, "higher")
    yield Figure(f"{name}_rate_when_full_to_before", "×", after / before, "higher", goal=0.9)
    yield Figure(f"{name}_p99_when_full", "ms", statistics.median(r.p99 for r in rounds))


def _ours(folder: Path, url: str, postmaster: int, clients: int = CLIENTS) -> Round:
    command = [sys.executable, "-m", "guiguan", "serve", "--only", "ballots", "--port"]
    settings = {"GUIGUAN_DATA": str(folder), "GUIGUAN_BALLOTS_URL": url, "GUIGUAN_LOG_LEVEL": "WARNING"}
    settings["GUIGUAN_BALLOT_PROCESSES"] = str(processes_for(url))
    with served(command, settings, listeners=processes_for(url)) as (process, port):
        return _loaded(folder, url, port, [process.pid, postmaster], clients)


def processes_for(url: str) -> int:
    """As docs/operate/scale.md says: one for each core; SQLite takes one."""
    return 1 if url.startswith("sqlite://") else min(os.cpu_count() or 1, 4)


def _django(folder: Path, keys: Path, url: str, postmaster: int) -> Round:
    settings = {"INGEST_URL": url, "INGEST_KEYS": str(keys)}
    command = [sys.executable, "-m", "guiguan.bench.ingest_django"]
    with served(command, settings, DJANGO) as (process, port):
        return _loaded(folder, url, port, [process.pid, postmaster])


def _loaded(folder: Path, url: str, port: int, processes: Sequence[int], clients: int = CLIENTS) -> Round:
    """wrk's round against the port. RuntimeError where what was acknowledged is not what is stored."""
    keys, tokens = folder / "keys" / "ballots", folder / "tokens.txt"
    write_tokens(keys, tokens, int(MOST_A_SECOND * SECONDS))
    script, environment = write_script(folder, tokens)
    before, cpu = count_of(url), sum(map(seconds_of, filter(None, processes)))
    told = wrk(port, script, environment, SECONDS, clients)
    cpu = sum(map(seconds_of, filter(None, processes))) - cpu
    time.sleep(0.3)  # what wrk hung up on is stored, too
    stored, acknowledged = count_of(url) - before, told["requests"] - told["refused"]
    if told["refused"]:
        raise RuntimeError(f"{told['refused']} of {told['requests']} refused")
    if not stored:
        raise RuntimeError(
            f"no ballot in {SECONDS:g} s: set GUIGUAN_BENCH_SECONDS higher, or wait for a quieter machine"
        )
    if not acknowledged <= stored <= acknowledged + clients:
        raise RuntimeError(f"{acknowledged} acknowledged, {stored} stored")
    seconds = told["us"] / 1e6
    return Round(acknowledged / seconds, told["p50"], told["p99"], cpu / stored, int(told["broken"]))


def wrk(
    port: int, script: Path, environment: dict[str, str], seconds: float, clients: int = CLIENTS
) -> dict[str, float]:
    """What wrk told in the end, as `DONE` writes it."""
    command = ["wrk", "-t", "1", "-c", str(clients), "-d", f"{max(1, round(seconds))}s", "--latency"]
    command += ["--timeout", "10s", "-s", str(script), f"http://127.0.0.1:{port}{PATH}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found = re.search(r"\{.*\}", done.stderr)
    if found is None:
        raise RuntimeError(done.stdout + done.stderr)
    told: dict[str, float] = json.loads(found[0])
    return told


def _batches(url: str) -> Round:
    """The database's own limit for the same rows, 64 a commit."""
    told = json.loads(_run([sys.executable, "-m", "guiguan.bench.ingest_store", url, str(SECONDS), "64"]))
    return Round(told["rate"], 0, 0, 0)


def _pgbench(folder: Path, server: str, clients: int) -> Round:
    """One INSERT a ballot, prepared, each client on a connection of its own."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connected:
        connected.execute(TABLE.encode())
    script = folder / "insert.sql"
    lines = INSERT.strip().split("\n")
    script.write_text("\n".join(lines[:2]) + "\n" + " ".join(lines[2:]) + "\n", encoding="ascii")
    command = ["pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", "1"]
    told = _run([*command, "-T", str(max(2, round(SECONDS))), "-f", str(script), server])
    rate = re.search(r"tps = ([0-9.]+)", told)
    if rate is None or not float(rate[1]):
        raise RuntimeError("pgbench inserted nothing: the machine is too busy to compare anything")
    return Round(float(rate[1]), 0, 0, 0)


@contextmanager
def served(
    command: Sequence[str], settings: dict[str, str], more: Sequence[str] = (), listeners: int = 1
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server that answers, its process and port, when as many processes listen there; ended with the block."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GUIGUAN_", "DATABASE_URL"))}
    with subprocess.Popen(
        [*command, str(port), *more],
        env=kept | settings,
        start_new_session=True,
        stdout=sys.stderr,  # what servers say must not stand in the report
    ) as process:
        try:
            _wait(process, port, listeners)
            yield process, port
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def _wait(process: subprocess.Popen[bytes], port: int, listeners: int) -> None:
    """Twenty requests have been answered, so that every worker is warm."""
    answered = 0
    for _ in range(600):
        if _listening(port) >= listeners or process.poll() is not None:
            break
        time.sleep(0.05)
    for _ in range(600):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", "/healthz")
            answered += connection.getresponse().status > 0
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
        if answered >= 20:
            return
        if process.poll() is not None:
            break
    raise RuntimeError(f"no server came up on port {port}")


def _listening(port: int) -> int:
    """How many sockets listen at the port (proc(5): state 0A)."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[3] == "0A" and row[1].endswith(f":{port:04X}") for row in rows)


def postmaster_of(server: str) -> int:
    """The process of a server on this machine, 0 where it is elsewhere."""
    import psycopg

    with psycopg.connect(server) as connected:
        found = connected.execute("SELECT pg_backend_pid()").fetchone()
        assert found is not None
        try:
            stat = Path(f"/proc/{found[0]}/stat").read_text()
        except OSError:
            return 0
    return int(stat.rpartition(")")[2].split()[1])


def _run(command: Sequence[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _say(name: str, seen: Round) -> None:
    if sys.stderr.isatty() or "GUIGUAN_BENCH_SECONDS" in os.environ:
        cpu = f" cpu {seen.cpu * 1e6:.0f} µs" if seen.cpu else ""
        print(f"{name}: {seen.rate:.0f}/s p50 {seen.p50:.1f} p99 {seen.p99:.1f} ms{cpu}", file=sys.stderr)


if __name__ == "__main__":
    for figure in measure():
        print(f"{figure.id}: {figure.value:.2f} {figure.unit}")
