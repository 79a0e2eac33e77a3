"""`ballots.jsonl` read back into columns, stage by stage."""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from guiguan.core.blueprint.lookup import ballot_stages
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.evidence.bundle import BallotNames
from guiguan.core.values.finding import Finding, InputError
from guiguan.core.values.moment import day_of, day_start
from guiguan.core.votes.columns import BallotColumns
from guiguan.replay.bundle_files import BundleFiles
from guiguan.replay.rows_back import MOST_FINDINGS, Row

NAME = "ballots.jsonl"
_NAME = re.compile(r"[0-9a-f]{32}")
_LATEST = 253_370_764_800_000  # 9999-01-01, which every calendar of a zone still has
Votes = dict[str, tuple[BallotColumns, BallotNames]]


def read_ballots_back(
    files: BundleFiles,
    blueprint: Blueprint,
    entries: Sequence[str],
    void: Iterable[int],
    twice: Collection[int],
    held: Collection[str],
) -> Votes:
    """The ballots of every vote in `held` or with a ballot; `void` and `twice` are ballot numbers.

    InputError with the first findings. What is not checked here shows when the lines are written again.
    """
    votes = {s.id: _Vote(entries, ZoneInfo(blueprint.zone)) for s in ballot_stages(blueprint)}
    faults: list[Finding] = []
    for number, line in enumerate(files.lines(NAME), 1):
        try:
            row = Row(NAME, number, json.loads(line))
            vote = votes.get(row.text("stage"))
            if vote is None:
                row.wrong("没有这个投票环节", "no such vote")
            vote.take(row, number)
        except InputError as error:
            faults += error.findings
        except (ValueError, RecursionError) as error:
            faults.append(Row(NAME, number, {}).fault(f"不是 JSON：{error}", f"not JSON: {error}"))
        if len(faults) >= MOST_FINDINGS:
            break
    if faults:
        raise InputError(*faults)
    out = frozenset(void) - frozenset(twice)
    return {
        name: vote.finish(out, frozenset(twice))
        for name, vote in votes.items()
        if name in held or len(vote.time)
    }


class _Codes:
    """Texts to codes in order of appearance."""

    def __init__(self) -> None:
        self.place: dict[str, int] = {}
        self.codes = array("i")

    def add(self, text: str) -> None:
        self.codes.append(self.place.setdefault(text, len(self.place)) if text else -1)


class _Vote:
    def __init__(self, entries: Sequence[str], zone: ZoneInfo) -> None:
        self.entries, self.zone = tuple(entries), zone
        self.place = {e: i for i, e in enumerate(entries)} | {"?": -1}
        self.voters, self.addresses, self.channels = _Codes(), _Codes(), _Codes()
        self.time, self.number = array("q"), array("q")
        self.day, self.choice, self.lengths = array("i"), array("i"), array("q")
        self.days: list[str] = []
        self.midnight = -1

    def take(self, row: Row, number: int) -> None:
        at = row.number("t")
        if not (self.time[-1] if self.time else 0) <= at < _LATEST:
            row.wrong("时间早于前一张选票，或不可能", "the time is before the last ballot's, or none at all")
        choices = row.value.get("choices")
        if not isinstance(choices, list) or not all(isinstance(c, str) and c in self.place for c in choices):
            row.wrong("“choices”只能是申报件编号或“?”", "choices may only name entries, or ?")
        if "channel" in row.value and not row.text("channel"):
            row.wrong("“channel”不能为空", "channel must not be empty")
        self.voters.add(row.text("nym", "", _NAME))
        self.addresses.add(row.text("net", "", _NAME))
        self.channels.add(row.text("channel", ""))
        self.time.append(at)
        self.number.append(number)
        self.day.append(self._day(at))
        self.choice.extend(self.place[c] for c in choices)
        self.lengths.append(len(choices))

    def _day(self, at: int) -> int:
        if at >= self.midnight:
            day = day_of(at, self.zone)
            self.days.append(day.isoformat())
            self.midnight = day_start(day.fromordinal(day.toordinal() + 1), self.zone)
        return len(self.days) - 1

    def finish(self, void: frozenset[int], twice: frozenset[int]) -> tuple[BallotColumns, BallotNames]:
        numbers = self.number.tolist() if void or twice else []
        start = np.zeros(len(self.lengths) + 1, dtype=np.int64)
        np.cumsum(_ints(self.lengths, np.int64), out=start[1:])
        columns = BallotColumns(
            time=_ints(self.time, np.int64),
            day=_ints(self.day, np.int32),
            voter=_ints(self.voters.codes, np.int32),
            choice=_ints(self.choice, np.int32),
            start=start,
            days=tuple(self.days),
            entries=self.entries,
            strangers=("?",),
            ip=_ints(self.addresses.codes, np.int32),
            channel=_ints(self.channels.codes, np.int32),
            channels=tuple(self.channels.place),
            void=frozenset(i for i, n in enumerate(numbers) if n in void),
            twice=frozenset(i for i, n in enumerate(numbers) if n in twice),
        )
        ids = tuple(map(str, numbers)) if void or twice else ()
        return columns, BallotNames(tuple(self.voters.place), tuple(self.addresses.place), ids)


def _ints(values: array[int], kind: Any) -> NDArray[Any]:
    return np.frombuffer(values, dtype=kind) if len(values) else np.zeros(0, dtype=kind)
