"""Which ballots' counts may be seen now: one rule for page, API, cache and export (V7)."""

from __future__ import annotations

from guiguan.core.blueprint.stages import Ballots

MINUTE = 60_000


def counted_until(stage: Ballots, at: int, closed_at: int | None) -> int | None:
    """The instant (ms, exclusive) up to which ballots may be seen counted; None where no count may be seen at all.

    shown: up to now · hidden: nothing until the vote is closed for good, then all · delayed: always as many minutes behind as
    the blueprint says, after the close too, so that the last hour is not told any earlier than the others were.
    """
    if stage.counts == "hidden":
        return None if closed_at is None or at < closed_at else at + 1
    if stage.counts == "delayed":
        assert stage.delay_minutes is not None  # the blueprint's own check
        return at - stage.delay_minutes * MINUTE
    return at + 1


def shows_all(stage: Ballots, at: int, closed_at: int | None) -> bool:
    """Whether no ballot's count is kept back now, so that what lets counts be worked out (entries of the log, votes before and after a
    void) may be seen too."""
    until = counted_until(stage, at, closed_at)
    return until is not None and (until > at or (closed_at is not None and until > closed_at))
