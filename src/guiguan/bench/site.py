"""3,000 entries in one campaign, 300 people at their browsers, the whole site in its own processes: how long a page takes.

A person asks for a page about every ten seconds: 30 requests a second together. `python -m guiguan.bench.site` prints the figures;
GUIGUAN_BENCH_DATABASE names a PostgreSQL database (an empty one) to measure on, else it is the embedded SQLite.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from guiguan.bench.figure import Figure
from guiguan.bench.serving import served_site
from guiguan.bench.site_users import Seen, everybody, visit

ENTRIES, USERS, STAFF = 3_000, 270, 30
PAUSE, WARMING, COUNTED = 10.0, 20.0, 120.0
AT_ONCE, SATURATED = 16, 20.0
REQUIRED = ("queue", "portal_list", "my_entries", "form")
"""The list pages and the form, which must come within 200 ms at the 95th percentile."""


def measure() -> list[Figure]:
    """The 95th percentile and the median of each kind of page, then what the site does when nobody pauses."""
    with tempfile.TemporaryDirectory() as folder:
        settings = _settings(Path(folder))
        command = [sys.executable, "-m", "guiguan.bench.site_scene", *map(str, (ENTRIES, USERS, STAFF))]
        scene = json.loads(subprocess.run(command, env=settings, check=True, stdout=subprocess.PIPE).stdout)
        with served_site(settings) as (_, port):
            calm = visit(everybody(port, scene), PAUSE, WARMING, COUNTED)
            rush = visit(everybody(port, scene)[:AT_ONCE], 0, 2, SATURATED)
    return [*_pages(calm), *_rush(rush)]


def _pages(seen: Seen) -> Iterator[Figure]:
    for what in (*REQUIRED, *sorted(set(seen.seconds) - set(REQUIRED))):
        taken = sorted(1000 * s for s in seen.seconds[what])
        required = 200.0 if what in REQUIRED else None
        yield Figure(
            f"{what}_p95", "ms", _percentile(taken, 95), required=required, goal=100.0 if required else None
        )
        yield Figure(f"{what}_median", "ms", statistics.median(taken))
    yield Figure("users", "people", USERS + STAFF, "higher")
    yield Figure("requests_per_second", "1/s", sum(map(len, seen.seconds.values())) / COUNTED, "higher")


def _rush(seen: Seen) -> Iterator[Figure]:
    everything = sorted(1000 * s for taken in seen.seconds.values() for s in taken)
    yield Figure("saturated_requests_per_second", "1/s", len(everything) / SATURATED, "higher")
    yield Figure("saturated_p95", "ms", _percentile(everything, 95))


def _percentile(ordered: list[float], percent: int) -> float:
    """The smallest value that so many of a hundred do not exceed."""
    return ordered[-(-len(ordered) * percent // 100) - 1]


def _settings(data: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GUIGUAN_")}
    return kept | {
        "DATABASE_URL": os.environ.get("GUIGUAN_BENCH_DATABASE", ""),
        "GUIGUAN_DATA": str(data),
        "GUIGUAN_DEMO": "true",  # staff need no second factor to sign in
        "GUIGUAN_LOG_LEVEL": "ERROR",
    }


if __name__ == "__main__":
    for figure in measure():
        print(f"{figure.id}: {figure.value:.1f} {figure.unit}")
