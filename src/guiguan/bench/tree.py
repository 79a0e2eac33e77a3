"""The tree over 10 million ballots built anew from their bytes, entries appended as they come, and proofs read from tiles.

The rebuild reads whole entries of the size of a real ballot with ten choices and hashes each again: two processes take segments of
65,536, whose roots are then joined. Nothing is kept from an earlier run.
"""

from __future__ import annotations

import json
import mmap
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from guiguan.bench.figure import Figure
from guiguan.bench.process import run_python
from guiguan.core.integrity.merkle import (
    Span,
    consistency_spans,
    folded,
    inclusion_spans,
    is_consistent,
    is_included,
    leaf_hash,
    leaf_hashes,
    levels,
    proof,
    root,
    whole_subtrees,
)
from guiguan.core.integrity.tiles import Tile, digests_of, edge_root, new_tiles, subtree_in

LEAVES = 10_000_000
SEGMENT = 1 << 16
ROUNDS = 5
APPENDED, COMMIT = 500_000, 250
PROVEN, PROOFS = 1_000_000, 2_000

ENTRY = (
    b'{"c":"bench-tree","choices":["101","102","103","104","105","106","107","108","109","110"],"day":"2021-06-10",'
    b'"k":"ballot","nym":"5f990af95079a8d8dcb0ee48cfe2435a","salt":"%032x","t":%013d,"v":1}'
)
WIDTH = len(ENTRY % (0, 0))


def measure() -> list[Figure]:
    """Seconds of the rebuild (median), cost of appending, time of a proof, and peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "entries"
        run_python("guiguan.bench.tree", ["make", str(path)])
        runs = [run_python("guiguan.bench.tree", ["rebuild", str(path)]) for _ in range(ROUNDS)]
        told = [json.loads(run.output) for run in runs]
        if len({t["root"] for t in told}) != 1:
            raise RuntimeError(f"the rebuilds differ: {told}")
    appended = json.loads(run_python("guiguan.bench.tree", ["append", ""]).output)
    proven = json.loads(run_python("guiguan.bench.tree", ["prove", ""]).output)
    return [
        Figure("rebuild_seconds", "s", statistics.median(t["seconds"] for t in told), required=20, goal=10),
        Figure("rebuild_peak_memory", "MiB", max(t["mib"] for t in told), required=1024),
        Figure("append_per_second", "leaves/s", appended["per_second"], "higher", goal=500_000),
        Figure("append_microseconds", "µs", 1e6 / appended["per_second"]),
        Figure("inclusion_microseconds", "µs", proven["inclusion"], goal=50),
        Figure("consistency_microseconds", "µs", proven["consistency"]),
    ]


def entries(first: int, last: int) -> Iterator[bytes]:
    """The made-up entries of one span; no two are alike."""
    for i in range(first, last):
        yield ENTRY % (i * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128, 1_623_283_200_000 + i)


def _make(path: str) -> dict[str, int]:
    with open(path, "wb") as file:
        for first in range(0, LEAVES, SEGMENT):
            file.write(b"".join(entries(first, min(first + SEGMENT, LEAVES))))
    return {"bytes": LEAVES * WIDTH}


def _segment(task: tuple[str, int, int]) -> bytes:
    """The root over the leaves of one segment of the file."""
    path, first, last = task
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        leaves = leaf_hashes(content[i * WIDTH : (i + 1) * WIDTH] for i in range(first, last))
    return root(leaves)


def _rebuild(path: str) -> dict[str, float | str]:
    import resource

    began = time.perf_counter()
    tasks = [(path, first, min(first + SEGMENT, LEAVES)) for first in range(0, LEAVES, SEGMENT)]
    with ProcessPoolExecutor(2, get_context("fork")) as pool:
        roots = list(pool.map(_segment, tasks))
    parts = [root(roots[first:last]) for first, last in whole_subtrees((0, LEAVES // SEGMENT))]
    total = folded([*parts, *roots[LEAVES // SEGMENT :]])
    seconds = time.perf_counter() - began
    peak = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {"seconds": seconds, "root": total.hex(), "mib": (peak[0] + 2 * peak[1]) / 1024}


def _append(_: str) -> dict[str, float]:
    """Leaves hashed and brought into tiles, a commit of the ballot box at a time."""
    made = list(entries(0, APPENDED))
    kept: dict[Tile, bytes] = {}
    began = time.perf_counter()
    for first in range(0, APPENDED, COMMIT):
        leaves = leaf_hashes(made[first : first + COMMIT])
        kept.update(new_tiles(first, leaves, kept.__getitem__))
    edge_root(APPENDED, kept.__getitem__)
    return {"per_second": APPENDED / (time.perf_counter() - began)}


def _prove(_: str) -> dict[str, float]:
    """Microseconds of one proof from tiles that were read before; every proof is checked afterwards."""
    leaves = [leaf_hash(i.to_bytes(4, "big")) for i in range(PROVEN)]
    tiles = dict(new_tiles(0, leaves, lambda tile: b""))
    rows = {tile: levels(digests_of(content, tile.width)) for tile, content in tiles.items()}

    def subtree(span: Span) -> bytes:
        return subtree_in(span, PROVEN, rows.__getitem__)

    top = edge_root(PROVEN, tiles.__getitem__)
    places = [i * 7919 % PROVEN for i in range(PROOFS)]
    began = time.perf_counter()
    inclusions = [proof(inclusion_spans(i, PROVEN), subtree) for i in places]
    middle = time.perf_counter()
    consistencies = [proof(consistency_spans(i + 1, PROVEN), subtree) for i in places]
    ended = time.perf_counter()
    for i, path in zip(places, inclusions, strict=True):
        if not is_included(leaves[i], i, PROVEN, path, top):
            raise RuntimeError(f"leaf {i} is not proven")
    for i, path in list(zip(places, consistencies, strict=True))[:20]:
        if not is_consistent(i + 1, root(leaves[: i + 1]), PROVEN, top, path):
            raise RuntimeError(f"size {i + 1} is not proven")
    return {"inclusion": (middle - began) / PROOFS * 1e6, "consistency": (ended - middle) / PROOFS * 1e6}


if __name__ == "__main__":
    acts = {"make": _make, "rebuild": _rebuild, "append": _append, "prove": _prove}
    print(json.dumps(acts[sys.argv[1]](sys.argv[2])))
