"""Which texts may be alike, out of very many: MinHash by rensa with a fixed seed, in 32 bands of 4.

Two texts with Jaccard J share a band with probability 1 - (1 - J⁴)³²: 0.9999999 at 0.8, 0.87 at 0.5. What the index names
is then counted exactly; what it does not name is not found. The keys are stored, so seed, bands and hash stay as they are.
Method: Broder 1997; Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, 3.3–3.4.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
import rensa
from numpy.typing import NDArray

from guiguan.core.entries.likeness.shingles import LENGTH, Likeness
from guiguan.core.entries.likeness.text import BREAK

SEED = 20_210_507
BANDS, ROWS = 32, 4
_HASHES = BANDS * ROWS
_CHUNK = 200
"""Texts hashed at once: what is at work stays in the processor's cache."""
_STEP = np.uint64(0x9E37_79B9_7F4A_7C15)
_MIX = np.uint64(0xBF58_476D_1CE4_E5B9)
_CROWD = 64
"""A band shared by more texts than this gives each with the next only, not every pair."""
_SLACK = 26
"""Of 128 hashes: an estimate lower than what is asked by more than this (0.2, over four standard deviations) is not counted."""

Hashes = NDArray[np.uint64]


def hashed(texts: Sequence[str]) -> tuple[Hashes, NDArray[np.int64]]:
    """The hash of every shingle of every normal text, one text after the other, and where each text begins (one more: the end)."""
    joined = "".join(t + BREAK for t in texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    windows = max(len(codes) - LENGTH + 1, 0)
    held = codes[:windows].astype(np.uint64)
    for i in range(1, LENGTH):
        held *= _STEP
        held += codes[i : i + windows]
    held ^= held >> np.uint64(32)
    held *= _MIX
    held ^= held >> np.uint64(29)
    whole = np.ones(windows, dtype=bool)
    for i in range(LENGTH):
        across = np.flatnonzero(codes == ord(BREAK)) - i
        whole[across[(across >= 0) & (across < windows)]] = False
    starts = np.minimum(np.cumsum([0, *(len(t) + 1 for t in texts)]), windows)
    return held[whole], starts - np.searchsorted(np.flatnonzero(~whole), starts)


def signatures(texts: Sequence[str]) -> NDArray[np.uint32]:
    """128 minima for each normal text. A text without a shingle has the largest value everywhere."""
    made: list[NDArray[np.uint32]] = []
    for first in range(0, len(texts), _CHUNK):
        tokens, offsets = hashed(texts[first : first + _CHUNK])
        matrix = rensa.RMinHash.digest_matrix_from_flat_token_hashes(tokens, offsets.tolist(), _HASHES, SEED)
        made.append(np.array(matrix.to_rows(), dtype=np.uint32).reshape(-1, _HASHES))
    return np.concatenate(made) if made else np.empty((0, _HASHES), dtype=np.uint32)


def bands(signed: NDArray[np.uint32]) -> NDArray[np.int64]:
    """32 keys for each signature; two texts that share one may be alike. Keys of different bands do not meet."""
    parts = signed.reshape(-1, BANDS, ROWS).astype(np.uint64)
    keys = np.broadcast_to(np.arange(1, BANDS + 1, dtype=np.uint64) * _STEP, parts.shape[:2]).copy()
    for row in range(ROWS):
        keys ^= parts[:, :, row]
        keys *= _MIX
        keys ^= keys >> np.uint64(29)
    return keys.view(np.int64)


def keys_of(text: str) -> tuple[int, ...]:
    """The keys under which one normal text is kept and looked up; none where it has no shingle."""
    if not len(hashed([text])[0]):
        return ()
    return tuple(int(k) for k in bands(signatures([text]))[0])


def similar_pairs(texts: Sequence[str], at_least: Fraction) -> list[tuple[int, int, Likeness]]:
    """Pairs of places in `texts` that the index names and whose exact Jaccard is `at_least`, in order."""
    signed = signatures(texts)
    pairs = _candidates(signed)
    agreeing = np.concatenate(
        [
            (signed[p[:, 0]] == signed[p[:, 1]]).sum(axis=1)
            for p in np.array_split(pairs, len(pairs) // 50_000 + 1)
        ]
    )
    pairs = pairs[agreeing >= at_least * _HASHES - _SLACK]
    found = []
    for a, b, counted in _counted(texts, pairs):
        if counted.jaccard >= at_least:
            found.append((a, b, counted))
    return found


def _candidates(signed: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Every pair that shares a band, once, the smaller place first."""
    empty = (signed == np.uint32(0xFFFF_FFFF)).all(axis=1)
    keys = bands(signed)
    pairs: set[tuple[int, int]] = set()
    for band in range(BANDS):
        order = np.argsort(keys[:, band], kind="stable")
        order = order[~empty[order]]
        ranked = keys[order, band]
        same = np.flatnonzero(ranked[1:] == ranked[:-1])
        if not len(same):
            continue
        breaks = np.flatnonzero(np.diff(same) > 1)
        firsts = same[np.concatenate(([0], breaks + 1))]
        lasts = same[np.concatenate((breaks, [len(same) - 1]))] + 1
        for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
            pairs.update(_of_group(order[first : last + 1].tolist()))
    return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)


def _of_group(places: list[int]) -> Iterator[tuple[int, int]]:
    """Places come in ascending order."""
    far = len(places) if len(places) <= _CROWD else 1
    for i, a in enumerate(places):
        for b in places[i + 1 : i + 1 + far]:
            yield a, b


def _counted(texts: Sequence[str], pairs: NDArray[np.int64]) -> Iterator[tuple[int, int, Likeness]]:
    """Each pair with what its texts share, by the hashes of their shingles (64 bits: two of a pair's never meet by chance)."""
    sets: dict[int, Hashes] = {}
    last = {int(p): i for i, pair in enumerate(pairs.tolist()) for p in pair}
    for i, (a, b) in enumerate(pairs.tolist()):
        for place in (a, b):
            if place not in sets:
                sets[place] = np.unique(hashed([texts[place]])[0])
        one, other = sets[a], sets[b]
        common = len(np.intersect1d(one, other, assume_unique=True))
        yield a, b, Likeness(common, len(one) + len(other) - common)
        for place in (a, b):
            if last[place] == i:
                sets.pop(place, None)
