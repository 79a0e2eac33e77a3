"""Ballots as columns while they are made up, and what all makers share: popularity, clocks, browsers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Random = np.random.Generator

ENTRIES, PICKS, DAYS = 300, 10, 7
AGENTS, MODELS = 400, 60
"""asn 0 to 7 are the large providers of homes and telephones, 8 to 19 of offices and schools, 20 to 23 of computing centres."""


@dataclass(frozen=True)
class Crowd:
    """n ballots. `day` from 0, `second` of the day; all others are numbers that become names; `choices` has n × PICKS."""

    voter: Ints
    day: Ints
    second: Ints
    net: Ints
    asn: Ints
    device: Ints
    agent: Ints
    solve_ms: Ints
    choices: Ints

    def __len__(self) -> int:
        return len(self.voter)

    def rows(self, kept: NDArray[np.bool_] | Ints) -> Crowd:
        return Crowd(**{f.name: getattr(self, f.name)[kept] for f in fields(self)})

    def shifted(self, voter: int, net: int, device: int) -> Crowd:
        """With names of its own: numbers moved up, but for the look-alike devices (below MODELS)."""
        return replace(
            self,
            voter=self.voter + voter,
            net=self.net + net,
            device=np.where(self.device < MODELS, self.device, self.device + device),
        )


def together(crowds: Sequence[Crowd]) -> Crowd:
    """All of them one after another; voters, networks and devices of different crowds are different ones."""
    voter = net = 0
    device = 0
    moved = []
    for c in crowds:
        moved.append(c.shifted(voter, net, device))
        if len(c):
            voter, net = voter + int(c.voter.max()) + 1, net + int(c.net.max()) + 1
            device += int(c.device.max()) + 1
    return Crowd(**{f.name: np.concatenate([getattr(c, f.name) for c in moved]) for f in fields(Crowd)})


def popularity() -> NDArray[np.float64]:
    """How liked each entry is: few that many know, many that few know."""
    weight = 1.0 / (np.arange(ENTRIES) + 3.0)
    shares: NDArray[np.float64] = weight / weight.sum()
    return shares


def filled(random: Random, wanted: Ints, weight: NDArray[np.float64] | None = None) -> Ints:
    """Ballots of PICKS different entries that begin with the columns of `wanted`; the rest by popularity, or evenly."""
    n = len(wanted)
    found = np.full((n, PICKS), -1, dtype=np.int64)
    found[:, : wanted.shape[1]] = wanted
    steps = np.cumsum(weight) if weight is not None else None
    for column in range(wanted.shape[1], PICKS):
        open_rows = np.arange(n)
        while len(open_rows):
            if steps is None:
                drawn = random.integers(0, ENTRIES, len(open_rows))
            else:
                drawn = np.minimum(np.searchsorted(steps, random.random(len(open_rows))), ENTRIES - 1)
            found[open_rows, column] = drawn
            again = (found[open_rows, :column] == drawn[:, None]).any(axis=1)
            open_rows = open_rows[again]
    return found


def agents(random: Random, n: int) -> Ints:
    """Browsers: a few that nearly all have, a long tail."""
    weight = 1.0 / (np.arange(AGENTS) + 2.0)
    return np.searchsorted(np.cumsum(weight / weight.sum()), random.random(n)).clip(0, AGENTS - 1)


def devices(random: Random, n: int) -> Ints:
    """Most devices are told apart; of common models many look alike (numbers below MODELS)."""
    own = MODELS + np.arange(n)
    weight = 1.0 / (np.arange(MODELS) + 2.0)
    alike = np.searchsorted(np.cumsum(weight / weight.sum()), random.random(n)).clip(0, MODELS - 1)
    devices: Ints = np.where(random.random(n) < 0.15, alike, own)
    return devices


def seconds(random: Random, minute: NDArray[np.float64]) -> Ints:
    """Seconds of the day about the minutes given, kept within the day."""
    second: Ints = np.clip((minute * 60).astype(np.int64) + random.integers(0, 60, len(minute)), 0, 86_399)
    return second


def pondered(random: Random, n: int, middle: float = 45.0, spread: float = 0.8) -> Ints:
    """Milliseconds from the challenge to the ballot of people who look and choose."""
    return (1000 * middle * np.exp(spread * random.standard_normal(n))).astype(np.int64)
