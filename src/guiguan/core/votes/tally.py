"""Votes counted by entry, by day and by channel, with every refusal."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from guiguan.core.votes.columns import BallotColumns, Judged, chunks_of, judge_columns
from guiguan.core.votes.rule import BallotRule


@dataclass(frozen=True)
class Tally:
    """The count of one vote. `votes` has every votable entry (0 included); `ballots` counts ballots of which something
    counts; `by_day` and `by_channel` hold (entry, day or channel) pairs with at least one vote."""

    stage: str
    votes: dict[str, int]
    by_day: dict[tuple[str, str], int]
    by_channel: dict[tuple[str, str], int]
    ballots: int
    refused_ballots: int
    judged: Judged


def tally(rule: BallotRule, ballots: BallotColumns) -> Tally:
    """Every ballot judged and counted. Adding a vote never lowers an entry's count; a refused choice never counts."""
    judged = judge_columns(rule, ballots)
    by_day = _add_up(ballots, judged, ballots.day, len(ballots.days))
    if ballots.channel is not None and ballots.channels:
        by_channel = _add_up(ballots, judged, ballots.channel + 1, len(ballots.channels) + 1)
    else:
        by_channel = by_day.sum(axis=0, keepdims=True)
    per_entry = by_day.sum(axis=0)
    entries = ballots.entries
    counted = int(judged.plain.sum()) + len(judged.partly)
    votes = dict.fromkeys(sorted(rule.votable), 0)
    votes |= {e: int(per_entry[i]) for i, e in enumerate(entries) if e in rule.votable}
    return Tally(
        stage=rule.stage.id,
        votes=votes,
        by_day=_pairs(by_day, entries, ballots.days),
        by_channel=_pairs(by_channel, entries, ("", *ballots.channels)),
        ballots=counted,
        refused_ballots=len(ballots) - counted,
        judged=judged,
    )


def cells(rule: BallotRule, ballots: BallotColumns) -> dict[tuple[str, str, str], int]:
    """The votes of each (day, entry, channel) that has one; no channel is the empty text."""
    width = len(ballots.channels) + 1
    channel = np.zeros(len(ballots), np.int32) if ballots.channel is None else ballots.channel + 1
    label = (ballots.day * width + channel).astype(np.int32)
    table = _add_up(ballots, judge_columns(rule, ballots), label, len(ballots.days) * width)
    names = ("", *ballots.channels)
    rows, columns = np.nonzero(table)
    return {
        (ballots.days[r // width], ballots.entries[c], names[r % width]): int(table[r, c])
        for r, c in zip(rows.tolist(), columns.tolist(), strict=True)
    }


def _add_up(b: BallotColumns, judged: Judged, label: NDArray[np.int32], labels: int) -> NDArray[np.int64]:
    """Counts of shape (labels, entries)."""
    width = len(b.entries)
    total = np.zeros(labels * width, dtype=np.int64)
    lengths = np.diff(b.start)
    for rows in chunks_of(judged.plain):
        if not len(rows):
            continue
        first, last = int(b.start[rows[0]]), int(b.start[rows[-1] + 1])
        chosen = b.choice[first:last]
        long = lengths[rows]
        if last - first != int(long.sum()):
            chosen = chosen[np.repeat(judged.plain[rows[0] : rows[-1] + 1], lengths[rows[0] : rows[-1] + 1])]
        cell = np.repeat(label[rows].astype(np.int32) * width, long)
        cell += chosen
        total += np.bincount(cell, minlength=labels * width)
    place = {e: i for i, e in enumerate(b.entries)}
    extra = Counter(int(label[i]) * width + place[c] for i, counted in judged.partly.items() for c in counted)
    for key, count in extra.items():
        total[key] += count
    return total.reshape(labels, width)


def _pairs(
    table: NDArray[np.int64], entries: tuple[str, ...], labels: tuple[str, ...]
) -> dict[tuple[str, str], int]:
    rows, columns = np.nonzero(table)
    pairs = {
        (entries[c], labels[r]): int(table[r, c])
        for r, c in zip(rows.tolist(), columns.tolist(), strict=True)
    }
    return dict(sorted(pairs.items()))
