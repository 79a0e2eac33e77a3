"""The long run: `python tests/faults/soak.py [--sqlite N] [--postgresql N] [--ballots N] [--crashes N] [--proofs N] [--out FILE]`; exits 0
only where every promise was kept. `--ballots N` kills the ballots' server so often on each database instead of the whole site,
`--crashes N` the PostgreSQL under it; `--proofs N` kills a whole site on SQLite and crashes the PostgreSQL under another, and proves
every receipt.

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
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from box.scene import own_tables
from faults.ballots import BallotStorm
from faults.ballots import Told as BallotTold
from faults.booths import BoxAlone, WholeSite, make_tables, own_crashing
from faults.postgresql import own_database
from faults.storm import CLIENTS, Storm, Told

from guiguan.bench.figure import Figure, as_json


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sqlite", type=int, default=100)
    parser.add_argument("--postgresql", type=int, default=30)
    parser.add_argument("--ballots", type=int, default=0)
    parser.add_argument("--crashes", type=int, default=0)
    parser.add_argument("--proofs", type=int, default=0)
    parser.add_argument("--seed", type=int, default=time.time_ns() // 1_000_000_000)
    parser.add_argument("--out", type=Path)
    wanted = parser.parse_args()
    server = os.environ.get("GUIGUAN_TEST_DATABASE", "")
    figures: list[Figure] = [Figure("clients", "", CLIENTS, "higher")]
    broken: list[str] = []
    if wanted.ballots or wanted.crashes or wanted.proofs:
        return report("ballot-kills", *ballots(wanted, server), wanted)
    for name, kills in (("sqlite", wanted.sqlite), ("postgresql", wanted.postgresql)):
        if not kills or (name == "postgresql" and not server):
            print(f"{name}: left out")
            continue
        told = run(name, kills, server, wanted.seed)
        broken += told.broken
        figures += figures_of(name, kills, told)
    return report("site-kills", figures, broken, wanted)


def report(name: str, figures: list[Figure], broken: list[str], wanted: argparse.Namespace) -> int:
    """Printed, and written where it is wanted; the exit code."""
    found = as_json(name, figures) | {"seed": wanted.seed, "broken": broken}
    text = json.dumps(found, ensure_ascii=False, indent=1)
    if wanted.out:
        wanted.out.write_text(text + "\n", encoding="utf-8")
    print(text)
    return 1 if broken else 0


def ballots(wanted: argparse.Namespace, server: str) -> tuple[list[Figure], list[str]]:
    """The ballots' server killed on each database, and PostgreSQL under it, and what became of the ballots."""
    figures: list[Figure] = []
    broken: list[str] = []
    for name in ("sqlite", "postgresql") if wanted.ballots else ():
        if name == "postgresql" and not server:
            print(f"{name}: left out")
            continue
        with tempfile.TemporaryDirectory() as folder, own_tables(name, Path(folder)) as url:
            told = BallotStorm(BoxAlone(url, Path(folder)), wanted.seed).run(wanted.ballots, ballot_line)
        broken += told.broken
        figures += ballot_figures(name, wanted.ballots, told)
    if wanted.crashes:
        with tempfile.TemporaryDirectory() as folder, own_crashing(wanted.seed) as (url, crash):
            storm = BallotStorm(BoxAlone(make_tables(url), Path(folder)), wanted.seed, hurt=crash)
            told = storm.run(wanted.crashes, ballot_line)
        broken += told.broken
        figures += ballot_figures("postgresql_crashes", wanted.crashes, told)
    for name in ("site_kills_proven", "site_crashes_proven") if wanted.proofs else ():
        told = proven(name == "site_crashes_proven", wanted.proofs, wanted.seed)
        broken += told.broken
        figures += ballot_figures(name, wanted.proofs, told)
    return figures, broken


def proven(crashing: bool, kills: int, seed: int) -> BallotTold:
    """A whole site whose receipts are all proven: killed, or with a PostgreSQL that crashes."""
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "data"
        data.mkdir()
        url, hurt = stack.enter_context(own_crashing(seed)) if crashing else ("", None)
        return BallotStorm(WholeSite(data, url), seed, hurt).run(kills, ballot_line)


def ballot_figures(name: str, kills: int, told: BallotTold) -> list[Figure]:
    return [
        Figure(f"{name}_kills", "", told.kills, "higher", required=kills),
        Figure(f"{name}_broken_promises", "", len(told.broken), required=0),
        Figure(f"{name}_acknowledged", "", told.seen["stored"], "higher"),
        Figure(f"{name}_refused", "", told.seen["refused"], "higher"),
        Figure(f"{name}_unknown", "", told.seen["unknown"], "higher"),
        Figure(f"{name}_stored", "", told.stored, "higher"),
        Figure(f"{name}_restart_median", "s", statistics.median(told.restart_seconds)),
        Figure(f"{name}_back_median", "s", statistics.median(told.back_seconds)),
        Figure(f"{name}_back_longest", "s", max(told.back_seconds)),
    ]


def ballot_line(told: BallotTold) -> None:
    if told.kills % 10 == 0:
        print(f"kill {told.kills}", flush=True)


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
