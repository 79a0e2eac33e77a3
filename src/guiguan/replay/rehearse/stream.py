"""Chance that is the same everywhere: numbers from SHA-256 over a seed and a counter.

Not Python's `random`, whose methods may change with the version; what is drawn here is fixed by this file alone.
"""

from __future__ import annotations

import hashlib
import struct
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")

_WORD = 1 << 64


class Stream:
    """A run of whole numbers fixed by its seed and its name. Streams of different names have nothing in common."""

    def __init__(self, seed: str, *name: str) -> None:
        self.seed, self.name = seed, name
        # Each part goes in as its digest, so that ("ab", "c") and ("a", "bc") never are one stream.
        parts = [hashlib.sha256(part.encode()).digest() for part in (seed, *name)]
        self._head = hashlib.sha256(b"gg/rehearse/v1\0" + b"".join(parts)).digest()
        self._counter = 0
        self._words: list[int] = []

    def called(self, *name: str) -> Stream:
        """The stream of a further name: what it gives does not depend on what was drawn here."""
        return Stream(self.seed, *self.name, *name)

    def below(self, n: int) -> int:
        """One of 0 … n - 1, each exactly as likely. ValueError where n < 1 or above 2^64."""
        if not 1 <= n <= _WORD:
            raise ValueError(f"no number below {n} can be drawn")
        edge = _WORD - _WORD % n
        while True:
            word = self._word()
            if word < edge:
                return word % n

    def between(self, low: int, high: int) -> int:
        """One of low … high, both included."""
        return low + self.below(high - low + 1)

    def chance(self, times: int, of: int = 100) -> bool:
        """Whether something happens that happens `times` in `of`."""
        return self.below(of) < times

    def one(self, things: Sequence[T]) -> T:
        """One of the things, each as likely."""
        return things[self.below(len(things))]

    def some(self, things: Sequence[T], count: int) -> list[T]:
        """`count` different ones of the things (all, where there are fewer), in the order drawn."""
        return self.shuffled(things)[:count]

    def shuffled(self, things: Iterable[T]) -> list[T]:
        """The things in an order of which each is as likely (Fisher and Yates)."""
        out = list(things)
        for i in range(len(out) - 1, 0, -1):
            k = self.below(i + 1)
            out[i], out[k] = out[k], out[i]
        return out

    def bell(self, middle: int, spread: int) -> int:
        """A number near `middle`, roughly normal with standard deviation `spread`, never further off than six of them."""
        # Twelve uniform numbers sum to a deviation of one of their widths (Irwin–Hall).
        width = 1_000_000
        deviation = sum(self.below(width) for _ in range(12)) - 6 * width
        return middle + (deviation * spread + width // 2) // width

    def _word(self) -> int:
        if not self._words:
            for _ in range(16):
                block = hashlib.sha256(self._head + self._counter.to_bytes(8, "big")).digest()
                self._words.extend(struct.unpack(">4Q", block))
                self._counter += 1
            self._words.reverse()
        return self._words.pop()


class Weighted(Generic[T]):
    """Things drawn in proportion to whole weights; one of weight 0 never comes."""

    def __init__(self, things: Sequence[T], weights: Sequence[int]) -> None:
        if len(things) != len(weights) or min(weights, default=0) < 0 or sum(weights) == 0:
            raise ValueError("as many weights as things are wanted, none negative, one above 0")
        self.things = things
        self._edges = list(accumulate(weights))

    def draw(self, stream: Stream) -> T:
        return self.things[bisect_right(self._edges, stream.below(self._edges[-1]))]

    def draw_different(self, stream: Stream, count: int) -> list[T]:
        """`count` different things, in the order drawn; all of them, shuffled, where there are no more."""
        possible = sum(b > a for a, b in zip([0, *self._edges], self._edges, strict=False))
        if count >= possible:
            edges = zip([0, *self._edges], self._edges, self.things, strict=False)
            return stream.shuffled([thing for a, b, thing in edges if b > a])
        found: dict[int, None] = {}
        while len(found) < count:
            found[bisect_right(self._edges, stream.below(self._edges[-1]))] = None
        return [self.things[i] for i in found]
