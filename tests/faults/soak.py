"""The long run: `python tests/faults/soak.py [--sqlite N] [--postgresql N] [--out FILE]`; exits 0 only where every promise was kept.

PostgreSQL is the server that GUIGUAN_TEST_DATABASE names; without it that part is left out. The report has the form of the benchmarks.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from faults.postgresql import own_database
from faults.storm import CLIENTS, Storm, Told

from guiguan.bench.figure import Figure, as_json


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sqlite", type=int, default=100)
    parser.add_argument("--postgresql", type=int, default=30)
    parser.add_argument("--seed", type=int, default=time.time_ns() // 1_000_000_000)
    parser.add_argument("--out", type=Path)
    wanted = parser.parse_args()
    server = os.environ.get("GUIGUAN_TEST_DATABASE", "")
    figures: list[Figure] = [Figure("clients", "", CLIENTS, "higher")]
    broken: list[str] = []
    for name, kills in (("sqlite", wanted.sqlite), ("postgresql", wanted.postgresql)):
        if not kills or (name == "postgresql" and not server):
            print(f"{name}: left out")
            continue
        told = run(name, kills, server, wanted.seed)
        broken += told.broken
        figures += figures_of(name, kills, told)
    report = as_json("site-kills", figures) | {"seed": wanted.seed, "broken": broken}
    text = json.dumps(report, ensure_ascii=False, indent=1)
    if wanted.out:
        wanted.out.write_text(text + "\n", encoding="utf-8")
    print(text)
    return 1 if broken else 0


def run(name: str, kills: int, server: str, seed: int) -> Told:
    """So many kills on a database of its own, and a line for each."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        if name == "sqlite":
            return Storm(data, "", seed=seed).run(kills, line)
        with own_database(server) as address:
            return Storm(data, address, seed=seed).run(kills, line)


def line(told: Told) -> None:
    print(
        f"kill {told.kills}: {told.saves} saves, {told.uploads} files, {told.handed_in} handed in, "
        f"{told.sent} messages sent, {told.answers['unanswered']} unanswered; broken: {told.broken or 'nothing'}",
        flush=True,
    )


def figures_of(name: str, kills: int, told: Told) -> list[Figure]:
    return [
        Figure(f"{name}_kills", "", told.kills, "higher", required=kills),
        Figure(f"{name}_broken_promises", "", len(told.broken), required=0),
        Figure(f"{name}_saves", "", told.saves, "higher"),
        Figure(f"{name}_files", "", told.uploads, "higher"),
        Figure(f"{name}_handed_in", "", told.handed_in, "higher"),
        Figure(f"{name}_messages_sent", "", told.sent, "higher"),
        Figure(f"{name}_unanswered", "", told.answers["unanswered"], "higher"),
        Figure(f"{name}_restart_median", "s", statistics.median(told.restart_seconds)),
    ]


if __name__ == "__main__":
    sys.exit(main())
