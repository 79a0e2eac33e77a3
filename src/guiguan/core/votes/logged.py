"""The ballots of a log as columns: what recounts a vote from nothing but its entries."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from guiguan.core.votes.columns import BallotColumns


@dataclass
class LoggedBallots:
    """Gathers the ballots of one vote in the order of the log. `entries`: the ids that may stand on a ballot."""

    entries: Sequence[str]
    _codes: dict[str, dict[str, int]] = field(
        init=False, default_factory=lambda: {"voter": {}, "ip": {}, "channel": {}, "day": {}, "stranger": {}}
    )
    _time: array[int] = field(init=False, default_factory=lambda: array("q"))
    _index: array[int] = field(init=False, default_factory=lambda: array("q"))
    _columns: dict[str, array[int]] = field(
        init=False,
        default_factory=lambda: {name: array("i") for name in ("voter", "ip", "channel", "day", "choice")},
    )
    _length: array[int] = field(init=False, default_factory=lambda: array("i"))

    def __post_init__(self) -> None:
        self._place = {entry: i for i, entry in enumerate(self.entries)}

    def add(
        self,
        index: int,
        time: int,
        day: str,
        voter: str,
        choices: Sequence[str],
        *,
        ip: str = "",
        channel: str = "",
    ) -> None:
        """One ballot; `index` is its place in the log."""
        self._index.append(index)
        self._time.append(time)
        for name, text in (("voter", voter), ("ip", ip), ("channel", channel), ("day", day)):
            known = self._codes[name]
            self._columns[name].append(known.setdefault(text, len(known)) if text else -1)
        place, strangers = self._place, self._codes["stranger"]
        self._columns["choice"].extend(
            [place[c] if c in place else -1 - strangers.setdefault(c, len(strangers)) for c in choices]
        )
        self._length.append(len(choices))

    def columns(self, void: Collection[int] = ()) -> BallotColumns:
        """The ballots in canonical order: by time, then by their place in the log. `void`: indexes that do not count."""
        time, index = (np.frombuffer(a, np.int64) for a in (self._time, self._index))
        order = np.lexsort((index, time))
        length = np.frombuffer(self._length, np.int32).astype(np.int64)
        first = np.cumsum(length) - length
        taken = length[order]
        start = np.concatenate([[0], np.cumsum(taken)]).astype(np.int64)
        within = np.arange(int(start[-1])) - np.repeat(start[:-1], taken)
        choice = np.frombuffer(self._columns["choice"], np.int32)[np.repeat(first[order], taken) + within]
        gone = np.flatnonzero(np.isin(index[order], np.fromiter(void, np.int64)))
        column = {
            n: np.frombuffer(self._columns[n], np.int32)[order] for n in ("voter", "ip", "channel", "day")
        }
        return BallotColumns(
            time=time[order],
            day=column["day"],
            voter=column["voter"],
            choice=choice,
            start=start,
            days=tuple(self._codes["day"]),
            entries=tuple(self.entries),
            strangers=tuple(self._codes["stranger"]),
            ip=column["ip"],
            channel=column["channel"],
            channels=tuple(self._codes["channel"]),
            void=frozenset(gone.tolist()),
        )
