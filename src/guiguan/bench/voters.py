"""What voters ask of the site beside their ballots: the page with 300 cases, the counts on it, the page of their receipt.

PostgreSQL, a vote of Guangxi's kind, wrk on the same cores; the site in one process and in one for each core, in turn. A voter is
one request of each of the three. The ballot itself is the benchmark `ingest`. GUIGUAN_BENCH_SECONDS (8) is the length of a round,
GUIGUAN_BENCH_ROUNDS (3) how many; GUIGUAN_BENCH_DATABASE names an empty PostgreSQL, else one is made.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from guiguan.bench.cluster import own_cluster, programs
from guiguan.bench.cpu import seconds_of
from guiguan.bench.figure import Figure
from guiguan.bench.ingest import Round, postmaster_of, wrk
from guiguan.bench.ingest_scene import DONE
from guiguan.bench.serving import served_site
from guiguan.bench.voters_scene import SLUG, TOKEN

CASES, BALLOTS, CLIENTS = 300, 40, 16
SECONDS = float(os.environ.get("GUIGUAN_BENCH_SECONDS", "8"))
ROUNDS = int(os.environ.get("GUIGUAN_BENCH_ROUNDS", "3"))
PAGES = ("page", "counts", "receipt")
LUA = r"""
local asked = {}
for line in io.lines(os.getenv("VOTERS_ASKED")) do asked[#asked + 1] = line end
local at = 0
local hex = function(n) return string.format("%032x", n) end
function request()
  at = at + 1
  local headers = {["Accept-Encoding"] = "gzip", ["Cookie"] = "viewer=" .. hex(at) .. "; device=" .. hex(at + 1000000)}
  return wrk.format("GET", asked[(at - 1) % #asked + 1], headers)
end
"""


def measure() -> list[Figure]:
    """Voters a second in one process and in several; what each kind of page costs."""
    missing = [] if shutil.which("wrk") else ["wrk"]
    missing += [] if programs() else ["initdb"]
    if missing:
        raise RuntimeError(f"missing: {', '.join(missing)} (Debian: wrk, postgresql)")
    with tempfile.TemporaryDirectory() as folder, own_cluster() as server:
        return list(_measured(Path(folder), server))


def _measured(folder: Path, server: str) -> Iterator[Figure]:
    settings = _settings(folder, server)
    subprocess.run(
        [sys.executable, "-m", "guiguan.bench.voters_scene", str(CASES)],
        env=settings,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    several = max(2, os.cpu_count() or 1)
    seen: dict[tuple[int, str], list[Round]] = {}
    for _ in range(ROUNDS):
        for processes in (1, several):
            own = settings | {"GUIGUAN_SITE_PROCESSES": str(processes)}
            with served_site(own, ("--only", "site")) as (process, port):
                receipts = _cast(folder, port)
                roots = [process.pid, postmaster_of(server)]
                for what in (*PAGES, "voters") if processes == 1 else ("voters",):
                    seen.setdefault((processes, what), []).append(
                        _loaded(folder, port, roots, what, receipts)
                    )
    yield from _figures(seen, several)


def _figures(seen: dict[tuple[int, str], list[Round]], several: int) -> Iterator[Figure]:
    def median(of: str, processes: int, what: str) -> float:
        return float(statistics.median(getattr(r, of) for r in seen[processes, what]))

    for processes in (1, several):
        name = f"voters_{processes}"
        yield Figure(f"{name}_rate", "voters/s", median("rate", processes, "voters") / len(PAGES), "higher")
        yield Figure(f"{name}_p50", "ms", median("p50", processes, "voters"))
        yield Figure(f"{name}_p99", "ms", median("p99", processes, "voters"))
        yield Figure(f"{name}_cpu", "ms a voter", median("cpu", processes, "voters") * len(PAGES) * 1000)
    for what in PAGES:
        yield Figure(f"{what}_rate", "pages/s", median("rate", 1, what), "higher")
        yield Figure(f"{what}_cpu", "ms", median("cpu", 1, what) * 1000)
    ratio = median("rate", several, "voters") / median("rate", 1, "voters")
    yield Figure("several_to_one", "×", ratio, "higher")


def _settings(data: Path, server: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GUIGUAN_")}
    return kept | {"DATABASE_URL": server, "GUIGUAN_DATA": str(data / "site"), "GUIGUAN_LOG_LEVEL": "ERROR"}


def _cast(folder: Path, port: int) -> list[str]:
    """Some ballots are stored; the addresses of their receipts' pages. RuntimeError where one is refused."""
    from guiguan.box.keys import Keys
    from guiguan.box.token import issue

    key = Keys(folder / "site" / "keys" / "ballots").token
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", f"/api/v1/campaigns/{SLUG}/entries")
    with connection.getresponse() as answer:
        numbers = [case["entry"] for case in json.loads(answer.read())["items"]]
    found = []
    for _ in range(BALLOTS):
        token = issue(key, SLUG, secrets.token_bytes(32), TOKEN, time.time_ns() // 1_000_000 + 600_000)
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {token}",
            "Idempotency-Key": secrets.token_hex(16),
        }
        body = json.dumps({"choices": secrets.SystemRandom().sample(numbers, 10)})
        connection.request("POST", f"/api/v1/campaigns/{SLUG}/ballots", body, headers)
        with connection.getresponse() as answer:
            said = json.loads(answer.read())
            if answer.status != 201:
                raise RuntimeError(f"a ballot was refused: {said}")
            found.append(f"/campaigns/{SLUG}/receipts/{said['receipt']}")
    connection.close()
    return found


def _loaded(folder: Path, port: int, roots: list[int], what: str, receipts: list[str]) -> Round:
    """wrk's round. RuntimeError where a page was not given."""
    page, counts = f"/campaigns/{SLUG}/vote/", f"/api/v1/campaigns/{SLUG}/counts"
    asked = {
        "page": [page],
        "counts": [counts],
        "receipt": receipts,
        "voters": [way for receipt in receipts for way in (page, counts, receipt)],
    }[what]
    script, list_ = folder / "voters.lua", folder / "asked.txt"
    script.write_text(LUA + DONE, encoding="ascii")
    list_.write_text("".join(f"{address}\n" for address in asked), encoding="ascii")
    environment = os.environ | {"VOTERS_ASKED": str(list_)}
    wrk(port, script, environment, 3, CLIENTS)  # every process has made what it makes once for all
    before = sum(map(seconds_of, filter(None, roots)))
    told = wrk(port, script, environment, SECONDS, CLIENTS)
    cpu = sum(map(seconds_of, filter(None, roots))) - before
    if told["refused"] or told["broken"]:
        raise RuntimeError(f"{what}: {told}")
    return Round(told["requests"] / told["us"] * 1e6, told["p50"], told["p99"], cpu / told["requests"])


if __name__ == "__main__":
    for figure in measure():
        print(f"{figure.id}: {figure.value:.1f} {figure.unit}")
