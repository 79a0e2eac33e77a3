"""What a detector says: which ballots, why, with which figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Detector = Literal["D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8"]
DETECTORS: tuple[Detector, ...] = ("D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8")

MACHINE: frozenset[Detector] = frozenset({"D3", "D6", "D7"})
"""Traces that people do not leave. The others also follow a school, an office or a published list that mobilises rightfully."""


@dataclass(frozen=True, order=True)
class Group:
    """One finding of one detector. `by` is the column that was compared (net, asn, device, agent, entry, …), `value` its code;
    `entry` the code of the entry that the finding is about or -1; `figures` whole numbers by name."""

    detector: Detector
    by: str
    value: tuple[int, ...]
    entry: int
    figures: tuple[tuple[str, int], ...]

    @property
    def numbers(self) -> Mapping[str, int]:
        return dict(self.figures)


@dataclass(frozen=True)
class Found:
    """The findings of one detector, and pairs (place in `groups`, index of a ballot), in order."""

    groups: tuple[Group, ...]
    group: NDArray[np.int64]
    ballot: NDArray[np.int64]


NOTHING = Found((), np.zeros(0, np.int64), np.zeros(0, np.int64))
