"""A bundle of a million ballots of 10 choices, verified by the `verify.py` inside it with nothing but the standard library.

The ballots are those of `tally`: 300 cases, 400,000 voters, 2 % a second ballot of a voter's day. The product's own check of
the same bundle stands beside it.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from pathlib import Path

from guiguan.bench.figure import Figure
from guiguan.bench.process import run_command, run_python
from guiguan.bench.tally import BLUEPRINT, CASES, make_ballots
from guiguan.core.blueprint.load import load_blueprint
from guiguan.replay.inputs import Files
from guiguan.replay.run import replay
from guiguan.replay.write import explaining_texts

BALLOTS = 1_000_000
KEY = bytes(range(32))


def measure() -> list[Figure]:
    """Seconds and peak memory of the verifier, started as a stranger would: alone, in a plain interpreter."""
    with tempfile.TemporaryDirectory() as folder:
        # In a process of its own: a child's peak memory is counted from its parent's at the fork.
        run_python("guiguan.bench.verify", [folder])
        bundle = Path(folder) / "out" / "evidence.tar"
        verifier = Path(folder) / "verify.py"
        verifier.write_bytes(explaining_texts()["verify.py"])
        alone = run_command([sys.executable, "-I", "-S", str(verifier), str(bundle)])
        if "FAIL" in alone.output or "PASS" not in alone.output:
            raise RuntimeError(f"the bundle was not accepted: {alone.output[-2000:]}")
        ours = run_python("guiguan", ["verify", str(bundle)])
        size = bundle.stat().st_size
    return [
        Figure("seconds", "s", alone.seconds, required=60),
        Figure("peak_memory", "MiB", alone.peak_mib, required=1024),
        Figure("own_check_seconds", "s", ours.seconds),
        Figure("own_check_peak_memory", "MiB", ours.peak_mib),
        Figure("bundle", "MiB", size / 2**20),
    ]


def make_bundle(folder: Path, ballots: int) -> Path:
    """`evidence.tar` of a replay of so many ballots, the same bytes every time."""
    make_ballots(folder / "ballots.parquet", ballots)
    with (folder / "entries.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["entry", "title", "applicant"])
        rows.writerows([f"c{i:03}", f"案例{i}", f"单位{i}"] for i in range(CASES))
    loaded = load_blueprint(BLUEPRINT.encode(), "bench")
    files = Files(folder / "entries.csv", ballots=folder / "ballots.parquet")
    replay(loaded, files, folder / "out", key=KEY)
    return folder / "out" / "evidence.tar"


if __name__ == "__main__":
    make_bundle(Path(sys.argv[1]), BALLOTS)
