"""A whole vote of honest and brushed ballots, as the detectors read it, with the truth beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from guiguan.bench.traffic.attacks import ATTACKS
from guiguan.bench.traffic.crowd import DAYS, ENTRIES, PICKS, Crowd, together
from guiguan.bench.traffic.honest import honest
from guiguan.detect.log_table import COLUMNS

START = 1_623_254_400_000  # 2021-06-10 in China
DAY_MS = 86_400_000


@dataclass(frozen=True)
class Traffic:
    """`rows` as `guiguan.detect.log_table` reads them, in storing order; `attack[i]` 0 for an honest ballot, else the attack's number from 1."""

    rows: pa.Table
    attack: NDArray[np.int64]


def traffic(seed: int, ballots: int, attack_size: int | None = None) -> Traffic:
    """About `ballots` ballots of a week; each of the six attacks has `attack_size` of them (default 0.35 %)."""
    random = np.random.Generator(np.random.PCG64([20210610, seed]))
    size = attack_size if attack_size is not None else ballots * 35 // 10_000
    targets = random.choice(np.arange(60, ENTRIES - 30), len(ATTACKS), replace=False)
    crowds = [
        honest(random, ballots - size * len(ATTACKS)),
        *(make(random, size, int(t)) for make, t in zip(ATTACKS.values(), targets, strict=True)),
    ]
    attack = np.repeat(np.arange(len(crowds)), [len(c) for c in crowds])
    everything = together(crowds)
    order = np.lexsort((random.random(len(everything)), everything.day * 86_400 + everything.second))
    return Traffic(_rows(everything.rows(order), random), attack[order])


def _rows(c: Crowd, random: np.random.Generator) -> pa.Table:
    n = len(c)
    time = START + (c.day * 86_400 + c.second) * 1000 + random.integers(0, 1000, n)
    days = [f"2021-06-{10 + d}" for d in range(DAYS)]
    fill = pa.ListArray.from_arrays(
        pa.array(np.arange(n + 1) * PICKS, pa.int32()),
        _texts([f"GX-{i + 1:04}" for i in range(ENTRIES)], c.choices.reshape(-1)),
    )
    columns = {
        "index": pa.array(np.arange(n)),
        "time": pa.array(time),
        "minute": pa.array((c.second // 60).astype(np.int32)),
        "day": _texts(days, c.day),
        "voter": _named("v", c.voter),
        "nym": _named("n", c.voter * DAYS + c.day),
        "net": _named("a", c.net),
        "asn": _named("AS", c.asn),
        "device": _named("d", c.device),
        "agent": _named("u", c.agent),
        "channel": _named("c", c.voter % 5),
        "solve_ms": pa.array(np.maximum(c.solve_ms, 1)),
        "choices": fill,
    }
    return pa.table(columns).select(COLUMNS.names).cast(COLUMNS)


def _named(letter: str, numbers: NDArray[np.int64]) -> pa.Array:
    found, codes = np.unique(numbers, return_inverse=True)
    return _texts([f"{letter}{i:07}" for i in found.tolist()], codes)


def _texts(names: list[str], codes: NDArray[np.int64]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(names)).cast(pa.string())
