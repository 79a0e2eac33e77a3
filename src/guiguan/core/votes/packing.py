"""The ballots of a log packed as they are read, and their votes by day, entry and channel: ten million of them in some hundred bytes each.

The judgement is core's: `packed` adds up what is plainly valid and hands back the rest. A property test holds it equal to `tally.cells`.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guiguan.core.votes.columns import BallotColumns
from guiguan.core.votes.packed import NONE, PackedBallots, can_pack, recount
from guiguan.core.votes.rule import BallotRule
from guiguan.core.votes.tally import cells

MOST_CHOICES = 64
MOST_LABELS = 4096
"""Pairs of day and channel: beyond it the table of the count itself would be large."""
_CHUNK = 1 << 15
_NYM = re.compile("[0-9a-f]{32}")


class DoesNotFit(ValueError):
    """A ballot that has no place in columns of fixed width; `tally` counts it."""


def packs(rule: BallotRule) -> bool:
    """Whether the ballots of this rule can be packed."""
    return can_pack(rule) and rule.high <= MOST_CHOICES


class PackedLog:
    """Ballots of one vote, added in the order of their log. `most`: no more than so many are added."""

    def __init__(self, rule: BallotRule, most: int) -> None:
        self._rule = rule
        self._entries = sorted(rule.known)
        self._place = {entry: i for i, entry in enumerate(self._entries)}
        # one column more than may be filled: a ballot with too many choices still has too many
        self._width = rule.high + 1
        self._choice = np.empty((self._width, most), np.uint16)
        kinds = {
            "time": np.int64,
            "voter": np.uint64,
            "rest": np.uint64,
            "day": np.uint16,
            "label": np.uint16,
        }
        self._kept: dict[str, NDArray[Any]] = {name: np.empty(most, kind) for name, kind in kinds.items()}
        self._days: dict[str, int] = {}
        self._labels: dict[tuple[str, str], int] = {}
        self._fresh = {"time": array("q"), "day": array("H"), "label": array("H"), "choice": array("H")}
        self._names: list[bytes] = []
        self._filled = 0

    def add(self, time: int, day: str, nym: str, choices: Sequence[str], channel: str = "") -> None:
        """One ballot. Raises DoesNotFit."""
        label = self._labels.setdefault((day, channel), len(self._labels))
        if not _NYM.fullmatch(nym) or label >= MOST_LABELS:
            raise DoesNotFit(nym)
        place, stranger = self._place, len(self._entries)
        codes = [place.get(choice, stranger) for choice in choices[: self._width]]
        fresh = self._fresh
        fresh["choice"].extend(codes + [NONE] * (self._width - len(codes)))
        fresh["time"].append(time)
        fresh["day"].append(self._days.setdefault(day, len(self._days)))
        fresh["label"].append(label)
        self._names.append(bytes.fromhex(nym))
        if len(self._names) == _CHUNK:
            self._settle()

    def cells(self) -> dict[tuple[str, str, str], int]:
        """The votes of each (day, entry, channel) that has one, as `tally.cells` gives them."""
        self._settle()
        ballots = self._packed()
        votable = np.isin(self._entries, sorted(self._rule.votable))
        counted = recount(self._rule, ballots, len(self._labels), votable)
        labels = list(self._labels)
        rows, columns = np.nonzero(counted.votes)
        found = {
            (labels[r][0], self._entries[c], labels[r][1]): int(counted.votes[r, c])
            for r, c in zip(rows.tolist(), columns.tolist(), strict=True)
        }
        for cell, n in cells(self._rule, self._columns(ballots, counted.others)).items():
            found[cell] = found.get(cell, 0) + n
        return found

    def _settle(self) -> None:
        """What came lately stands in the columns."""
        here = slice(self._filled, self._filled + len(self._names))
        for name in ("time", "day", "label"):
            self._kept[name][here] = self._fresh[name]
            del self._fresh[name][:]
        names = np.frombuffer(b"".join(self._names), ">u8").reshape(-1, 2)
        self._kept["voter"][here], self._kept["rest"][here] = names[:, 0], names[:, 1]
        self._choice[:, here] = np.array(self._fresh["choice"], np.uint16).reshape(-1, self._width).T
        del self._fresh["choice"][:]
        self._filled += len(self._names)
        self._names.clear()

    def _packed(self) -> PackedBallots:
        kept = {name: column[: self._filled] for name, column in self._kept.items()}
        return PackedBallots(
            time=kept["time"],
            day=kept["day"],
            voter=kept["voter"],
            choice=self._choice[:, : self._filled],
            rest=kept["rest"],
            label=kept["label"],
        )

    def _columns(self, ballots: PackedBallots, others: NDArray[np.int64]) -> BallotColumns:
        """The ballots that are to be judged, in canonical order: by time, then by their place in the log."""
        rows = others[np.lexsort((others, ballots.time[others]))]
        assert ballots.rest is not None
        names = np.stack([ballots.voter[rows], ballots.rest[rows]])
        _, voter = np.unique(names, axis=1, return_inverse=True)
        channels = sorted({channel for _, channel in self._labels} - {""})
        code = {channel: i for i, channel in enumerate(channels)} | {"": -1}
        channel_of = np.array([code[channel] for _, channel in self._labels], np.int32)
        choice = ballots.choice[:, rows].T
        there = choice != NONE
        chosen = choice[there].astype(np.int32)
        chosen[chosen == len(self._entries)] = -1  # the one stranger
        return BallotColumns(
            time=ballots.time[rows],
            day=ballots.day[rows].astype(np.int32),
            voter=np.ravel(voter).astype(np.int32),
            choice=chosen,
            start=np.concatenate([[0], np.cumsum(there.sum(axis=1))]).astype(np.int64),
            days=tuple(self._days),
            entries=tuple(self._entries),
            strangers=("",),
            channel=channel_of[ballots.row[rows]] if len(rows) else np.zeros(0, np.int32),
            channels=tuple(channels),
        )
