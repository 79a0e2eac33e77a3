"""Half an hour at half the rate that the ballots' server can take: no error, and no memory that grows.

Every ballot is another address's (a vote by address needs no tokens made ready), told by a proxy that is trusted; the store is PostgreSQL,
or SQLite with GUIGUAN_BENCH_STORE=sqlite. GUIGUAN_BENCH_STEADY (1800) is how many seconds.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

from guiguan.bench.cluster import own_cluster
from guiguan.bench.cpu import resident_of
from guiguan.bench.figure import Figure
from guiguan.bench.ingest import CLIENTS, processes_for, served, wrk
from guiguan.bench.ingest_scene import count_of, make_tables, some_bodies, stage

SECONDS = float(os.environ.get("GUIGUAN_BENCH_STEADY", "1800"))
FULL_FOR = 5.0
LUA = """
local bodies, at = {}, tonumber(os.getenv("INGEST_FIRST"))
local pause = tonumber(os.getenv("INGEST_PAUSE"))
for line in io.lines(os.getenv("INGEST_BODIES")) do bodies[#bodies + 1] = line end
local head = { ["Content-Type"] = "application/json" }
function request()
  at = at + 1
  head["X-Forwarded-For"] = string.format("%d.%d.%d.%d", math.floor(at / 16777216) % 200 + 1, math.floor(at / 65536) % 256,
    math.floor(at / 256) % 256, at % 256)
  return wrk.format("POST", nil, head, bodies[at % #bodies + 1])
end
function delay() return pause end
function done(summary, latency)
  io.stderr:write(string.format('{"requests":%d,"refused":%d,"broken":%d,"p50":%f,"p99":%f,"us":%d}',
    summary.requests, summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.timeout, latency:percentile(50) / 1000, latency:percentile(99) / 1000, summary.duration))
end
"""


def measure() -> list[Figure]:
    """Rate, errors, percentiles, and how the server's memory grew after its first fifth."""
    sqlite = os.environ.get("GUIGUAN_BENCH_STORE") == "sqlite"
    with tempfile.TemporaryDirectory() as folder:
        file = nullcontext(f"sqlite://{folder}/ballots.sqlite3")
        with file if sqlite else own_cluster() as url:
            return list(_measured(Path(folder), url))


def _measured(folder: Path, url: str) -> Iterator[Figure]:
    # the brakes by network count addresses one by one, as always; none sends twice
    make_tables(url, stage(voter=["ip"], limits=[{"per": ["ip", "day"], "max": 1, "over": "refuse_ballot"}]))
    (folder / "bodies.txt").write_text("".join(b + "\n" for b in some_bodies(1000)), encoding="ascii")
    script = folder / "steady.lua"
    script.write_text(LUA, encoding="utf-8")
    command = [sys.executable, "-m", "guiguan", "serve", "--only", "ballots", "--port"]
    settings = {
        "GUIGUAN_DATA": str(folder),
        "GUIGUAN_BALLOTS_URL": url,
        "GUIGUAN_LOG_LEVEL": "WARNING",
        "GUIGUAN_TRUSTED_PROXIES": "1",
        "GUIGUAN_BALLOT_PROCESSES": str(processes_for(url)),
    }
    with served(command, settings, listeners=processes_for(url)) as (process, port):
        full = wrk(port, script, _environment(folder, 0, 0), FULL_FOR)
        rate = full["requests"] / (full["us"] / 1e6)
        memory: list[int] = []
        over = threading.Event()
        watch = threading.Thread(target=_watch, args=(process.pid, memory, over))
        watch.start()
        there = count_of(url)
        told = wrk(port, script, _environment(folder, 1_000_000_000, round(1000 * CLIENTS / rate)), SECONDS)
        over.set()
        watch.join()
    stored = count_of(url) - there
    if stored < told["requests"] - told["refused"]:
        raise RuntimeError(f"{told['requests'] - told['refused']} acknowledged, {stored} stored")
    part = max(1, len(memory) // 10)
    before, after = statistics.median(memory[part : 2 * part] or memory), statistics.median(memory[-part:])
    yield Figure("seconds", "s", told["us"] / 1e6, "higher")
    yield Figure("full_rate", "ballots/s", rate, "higher")
    yield Figure("rate", "ballots/s", told["requests"] / (told["us"] / 1e6), "higher")
    yield Figure("errors", "requests", told["refused"] + told["broken"], required=0)
    yield Figure("p50", "ms", told["p50"])
    yield Figure("p99", "ms", told["p99"])
    yield Figure("memory_before", "MiB", before / 2**20)
    yield Figure("memory_growth", "%", 100 * (after / before - 1), required=5)
    yield Figure("ballots", "ballots", stored, "higher")


def _environment(folder: Path, first: int, pause: int) -> dict[str, str]:
    names = {
        "INGEST_BODIES": str(folder / "bodies.txt"),
        "INGEST_FIRST": str(first),
        "INGEST_PAUSE": str(pause),
    }
    return os.environ | names


def _watch(pid: int, memory: list[int], over: threading.Event) -> None:
    """The memory of the server's processes, some hundred times during the run."""
    while not over.wait(max(0.2, SECONDS / 500)):
        memory.append(resident_of(pid))


if __name__ == "__main__":
    for figure in measure():
        print(f"{figure.id}: {figure.value:.2f} {figure.unit}")
