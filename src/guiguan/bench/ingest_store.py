"""What the database itself takes: the same rows, by the store's own statements, without HTTP. `python -m … URL SECONDS AT_ONCE`, or
`… URL fill BALLOTS` to put so many ballots into it."""

from __future__ import annotations

import json
import os
import sys
import time

from guiguan.bench.ingest_scene import CASES
from guiguan.box.open import open_store
from guiguan.box.rows import Stored
from guiguan.box.store import Batch, Store
from guiguan.core.integrity.merkle import leaf_hash

DAY = "2026-06-10"


def put(store: Store, at_once: int, day: str = DAY) -> None:
    """One commit of ballots of voters nobody saw before."""
    writer, batch = store.next_batch()
    voters = sorted(os.urandom(16) for _ in range(at_once))
    choices = ",".join(f'"{case}"' for case in CASES[:10])
    rows = []
    for place, voter in enumerate(voters):
        entry = (
            f'{{"c":"bench","choices":[{choices}],"day":"{day}","k":"ballot","nym":"{voter.hex()}"'
            f',"salt":"{voter.hex()}","t":1750000000000,"v":1}}'
        ).encode()
        asked = voter + voter
        rows.append(
            Stored(
                writer,
                batch,
                place,
                voter,
                1,
                "ballot",
                day,
                1_750_000_000_000,
                asked,
                entry,
                leaf_hash(entry),
            )
        )
    store.put_first(Batch(1, 1, rows, b"x" * 80 * at_once))


def main() -> None:
    url, what, at_once = sys.argv[1], sys.argv[2], int(sys.argv[3])
    store = open_store(url)
    if what == "fill":
        for _ in range(at_once // 512):
            put(store, 512)
        return
    start, ballots = time.perf_counter(), 0
    while time.perf_counter() - start < float(what):
        put(store, at_once)
        ballots += at_once
    print(json.dumps({"rate": ballots / (time.perf_counter() - start)}))


if __name__ == "__main__":
    main()
