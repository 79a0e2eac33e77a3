"""The night in China, and what it does to a moment."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiguan.apps.messages.quiet import after_quiet

MIDNIGHT = 1_774_972_800_000  # 2026-04-01 00:00 in China
HOUR = 3_600_000


@pytest.mark.parametrize(
    ("at", "then"),
    [
        (0, 8),
        (8 * HOUR - 1, 8),
        (8 * HOUR, None),
        (22 * HOUR - 1, None),
        (22 * HOUR, 32),
        (24 * HOUR - 1, 32),
    ],
)
def test_edges_to_the_millisecond(at: int, then: int | None) -> None:
    wanted = MIDNIGHT + (at if then is None else then * HOUR)
    assert after_quiet(MIDNIGHT + at) == wanted


@given(st.integers(0, 4_000_000_000_000))
def test_never_earlier_never_by_night_never_more_than_ten_hours(at: int) -> None:
    then = after_quiet(at)
    assert at <= then <= at + 10 * HOUR
    assert 8 * HOUR <= (then + 8 * HOUR) % (24 * HOUR) < 22 * HOUR
    assert after_quiet(then) == then
