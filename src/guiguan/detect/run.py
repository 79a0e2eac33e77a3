"""All detectors over a log, and which ballots people are to look at, case by case."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from guiguan.core.blueprint.guard import Detectors
from guiguan.detect.choices import lockstep, same_ballots
from guiguan.detect.engine import Engine, on_duckdb
from guiguan.detect.flags import DETECTORS, MACHINE, Detector, Found
from guiguan.detect.identity import fresh_identities
from guiguan.detect.log_table import LogTable
from guiguan.detect.origin import concentrated_networks, shared_devices
from guiguan.detect.timing import bursts, regular_gaps, solving_times

RUNS: Mapping[Detector, Callable[[Engine, Detectors], Found]] = {
    "D1": concentrated_networks,
    "D2": bursts,
    "D3": regular_gaps,
    "D4": fresh_identities,
    "D5": lockstep,
    "D6": shared_devices,
    "D7": solving_times,
    "D8": same_ballots,
}


@dataclass(frozen=True)
class Case:
    """Ballots that people are to look at together: of one day, and of one entry that they have in common and nobody is shown.

    `subject` is that entry's code, `day` the day's; `ballots` are indices in order.
    """

    day: int
    subject: int
    ballots: tuple[int, ...]


@dataclass(frozen=True)
class Suspicion:
    """What the detectors found. `flagged[d]` says for each row of the log whether detector d points at it."""

    found: Mapping[Detector, Found]
    flagged: Mapping[Detector, NDArray[np.bool_]]
    cases: tuple[Case, ...]


def detect(log: LogTable, limits: Detectors, kinds: int, engine: Engine | None = None) -> Suspicion:
    """Everything found, the same on every run: at least `kinds` detectors point at a ballot of a case, one of them at a trace
    that people do not leave (`MACHINE`). A crowd that somebody mobilised leaves none."""
    engine = engine or on_duckdb(log)
    index = np.asarray(log.ballots["index"])
    found = {d: RUNS[d](engine, limits) for d in DETECTORS}
    flagged = {d: np.isin(index, f.ballot) for d, f in found.items()}
    count = np.sum([flagged[d] for d in DETECTORS], axis=0)
    machine = np.any([flagged[d] for d in sorted(MACHINE)], axis=0)
    return Suspicion(found, flagged, _cases(log, (count >= kinds) & machine))


def _cases(log: LogTable, suspect: NDArray[np.bool_]) -> tuple[Case, ...]:
    """The suspected ballots by day and by what they have in common: the chosen entry that is most over-represented among them."""
    if not suspect.any():
        return ()
    ballots = log.ballots
    start = np.concatenate(([0], np.cumsum(np.asarray(ballots["size"]))))
    entry = np.asarray(log.picks["entry"])
    overall = np.bincount(entry[entry >= 0], minlength=len(log.names["entry"]))
    rows = np.flatnonzero(suspect)
    among = np.zeros_like(overall)
    for row in rows.tolist():
        among[entry[start[row] : start[row + 1]]] += 1
    # Many of the suspected and few of the others: among² ÷ overall; at equal weight the smaller code.
    weight = {c: int(among[c]) ** 2 * 1000 // int(overall[c]) for c in np.flatnonzero(among).tolist()}
    place = {c: i for i, c in enumerate(sorted(weight, key=lambda c: (-weight[c], c)))}
    day, index = np.asarray(ballots["day"]), np.asarray(ballots["index"])
    cases: dict[tuple[int, int], list[int]] = {}
    for row in rows.tolist():
        subject = min(entry[start[row] : start[row + 1]].tolist(), key=place.__getitem__)
        cases.setdefault((int(day[row]), subject), []).append(int(index[row]))
    return tuple(Case(d, s, tuple(b)) for (d, s), b in sorted(cases.items()))


def fingerprint(suspicion: Suspicion) -> str:
    """SHA-256 over every group, every flagged ballot and every case: two runs that agree on it agree on all."""
    sha = hashlib.sha256()
    for name, found in suspicion.found.items():
        sha.update(name.encode())
        sha.update(repr(found.groups).encode())
        sha.update(found.group.astype("<i8").tobytes() + found.ballot.astype("<i8").tobytes())
    sha.update(repr(suspicion.cases).encode())
    return sha.hexdigest()
