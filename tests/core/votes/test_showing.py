"""Counts are seen as declared and never a moment earlier."""

from __future__ import annotations

from typing import Any

import pytest

from guiguan.core.votes.showing import MINUTE, counted_until, shows_all

AT = 1_623_300_000_000


def test_shown_counts_are_those_of_now(make_rule: Any) -> None:
    stage = make_rule(counts="shown").stage
    assert counted_until(stage, AT, None) == AT + 1


@pytest.mark.parametrize("closed", [None, AT + 1])
def test_hidden_counts_are_not_there_before_the_recorded_close(make_rule: Any, closed: int | None) -> None:
    """Not at the end of the window either: until the close is on record a ballot may still be on its way."""
    stage = make_rule(counts="hidden").stage
    assert counted_until(stage, AT, closed) is None


def test_hidden_counts_are_there_at_the_close(make_rule: Any) -> None:
    stage = make_rule(counts="hidden").stage
    assert counted_until(stage, AT, AT) == AT + 1


@pytest.mark.parametrize("closed", [None, AT - 1, AT - 60 * MINUTE])
def test_delayed_counts_are_always_as_late_as_declared(make_rule: Any, closed: int | None) -> None:
    """The close does not tell the last minutes any earlier."""
    stage = make_rule(counts="delayed", delay_minutes=30).stage
    assert counted_until(stage, AT, closed) == AT - 30 * MINUTE


def test_nothing_is_kept_back_where_counts_are_shown_or_hidden_ones_are_out(make_rule: Any) -> None:
    assert shows_all(make_rule(counts="shown").stage, AT, None)
    hidden = make_rule(counts="hidden").stage
    assert [shows_all(hidden, AT, closed) for closed in (None, AT + 1, AT)] == [False, False, True]


def test_delayed_counts_keep_ballots_back_until_the_last_is_as_old_as_declared(make_rule: Any) -> None:
    stage = make_rule(counts="delayed", delay_minutes=30).stage
    late = AT - 30 * MINUTE
    assert [shows_all(stage, AT, closed) for closed in (None, AT, late, late - 1)] == [
        False,
        False,
        False,
        True,
    ]
