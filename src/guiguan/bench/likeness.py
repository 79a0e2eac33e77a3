"""100,000 entries of 800 characters held beside each other, and a new one beside all of them: how long, and how many pairs are found.

90,000 texts are put together from clauses (a pool of 20,000) with 12 % of their characters changed; 10,000 are copies of
these, edited lightly or heavily. What the index should have found is counted exactly, by a join that leaves no pair out.
"""

from __future__ import annotations

import random
import statistics
import time
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from guiguan.bench.figure import Figure
from guiguan.core.entries.likeness.index import BANDS, bands, hashed, keys_of, signatures, similar_pairs
from guiguan.core.entries.likeness.shingles import SAME, likeness, shingles
from guiguan.core.entries.likeness.text import normal, without

ENTRIES, COPIES, LENGTH = 90_000, 10_000, 800
CLAUSES, CHANGED = 20_000, 96
NEW = 200
FORM = (
    "重点说明案例是什么、能干什么、什么效果",
    "阐明重要性并阐明具体需求子项",
    "请勿填报任何敏感或涉密内容",
)


def measure() -> list[Figure]:
    """One comparison of all, from raw text to pairs; the median of 200 new entries; recall against every pair there is."""
    raw, new = made_up()
    pieces = sorted(map(normal, FORM), key=len, reverse=True)
    start = time.perf_counter()
    texts = [without(normal(t), pieces) for t in raw]
    prepared = time.perf_counter()
    found = similar_pairs(texts, SAME)
    done = time.perf_counter()
    wanted = every_pair(texts, SAME)
    got = {(a, b) for a, b, _ in found}
    if got - wanted:
        raise RuntimeError(f"{len(got - wanted)} pairs were named that are none")
    one = _one_by_one(texts, [without(normal(t), pieces) for t in new])
    return [
        Figure("compare_100k", "s", done - start, required=60, goal=5),
        Figure("of_it_normal_form", "s", prepared - start),
        Figure("recall", "", len(got & wanted) / len(wanted), better="higher", required=0.99),
        Figure("pairs", "", len(wanted), better="higher"),
        Figure("one_new_entry", "ms", 1000 * one, required=20, goal=5),
    ]


def made_up() -> tuple[list[str], list[str]]:
    """The texts and the new ones, the same in every run."""
    chance = random.Random(20_210_507)  # noqa: S311  (made-up text)
    letters = [chr(0x4E00 + i) for i in range(3_000)]
    pool = ["".join(chance.choices(letters, k=chance.randint(12, 30))) for _ in range(CLAUSES)]
    texts: list[str] = []
    for _ in range(ENTRIES):
        text = ""
        while len(text) < LENGTH:
            text += chance.choice(pool) + "，"
        texts.append(_edited(text[:LENGTH], CHANGED, letters, chance) + FORM[len(texts) % len(FORM)])
    copies = [
        _edited(texts[chance.randrange(ENTRIES)], chance.randint(1, 30), letters, chance)
        for _ in range(COPIES + NEW)
    ]
    return texts + copies[:COPIES], copies[COPIES:]


def _edited(text: str, changes: int, letters: Sequence[str], chance: random.Random) -> str:
    out = list(text)
    for _ in range(changes):
        out[chance.randrange(len(out))] = chance.choice(letters)
    return "".join(out)


def every_pair(texts: Sequence[str], at_least: Fraction) -> set[tuple[int, int]]:
    """Every pair with that Jaccard, exactly: two such texts share one of the rarest shingles of each (prefix filter, Chaudhuri 2006)."""
    counts = np.zeros(1 << 24, dtype=np.uint32)
    for first in range(0, len(texts), 1_000):
        tokens, _ = hashed(texts[first : first + 1_000])
        counts += np.bincount((tokens >> np.uint64(40)).astype(np.int64), minlength=1 << 24).astype(np.uint32)
    kept: list[np.ndarray] = []
    owners: list[np.ndarray] = []
    for place, text in enumerate(texts):
        tokens = np.unique(hashed([text])[0])
        order = np.lexsort((tokens, counts[(tokens >> np.uint64(40)).astype(np.int64)]))
        prefix = tokens[
            order[: len(tokens) - -(-at_least.numerator * len(tokens) // at_least.denominator) + 1]
        ]
        kept.append(prefix)
        owners.append(np.full(len(prefix), place, dtype=np.int32))
    tokens, places = np.concatenate(kept), np.concatenate(owners)
    order = np.argsort(tokens, kind="stable")
    tokens, places = tokens[order], places[order]
    seen: set[tuple[int, int]] = set()
    ends = np.flatnonzero(np.diff(tokens)) + 1
    for group in np.split(places, ends):
        if len(group) > 1:
            members = group.tolist()
            seen.update((a, b) for i, a in enumerate(members) for b in members[i + 1 :])
    sets: dict[int, frozenset[str]] = {}

    def of(place: int) -> frozenset[str]:
        if place not in sets:
            sets[place] = shingles(texts[place])
        return sets[place]

    return {(a, b) for a, b in seen if likeness(of(a), of(b)).jaccard >= at_least}


def _one_by_one(texts: Sequence[str], new: Sequence[str]) -> float:
    """Seconds (median) from the normal text of a new entry to its exact matches among all."""
    under: dict[int, list[int]] = defaultdict(list)
    for first in range(0, len(texts), 10_000):
        for place, keys in enumerate(bands(signatures(texts[first : first + 10_000])).tolist(), first):
            for key in keys:
                under[key].append(place)
    if len(under) < BANDS:
        raise RuntimeError("the index is not whole")
    seconds = []
    for text in new:
        start = time.perf_counter()
        named = {place for key in keys_of(text) for place in under.get(key, ())}
        mine = shingles(text)
        alike = [p for p in named if likeness(mine, shingles(texts[p])).is_near]
        seconds.append(time.perf_counter() - start)
        if not alike:
            raise RuntimeError("an edited copy was not recognised")
    return statistics.median(seconds)
