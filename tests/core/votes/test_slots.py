"""Slots in which nothing was stand on a time axis too, and there are never too many."""

from __future__ import annotations

from guiguan.core.votes.slots import HOUR, MOST, filled, in_steps

CHINA = 8 * HOUR
MIDNIGHT = 1_623_254_400_000  # 2021-06-10 00:00 in China


def test_slots_between_the_first_and_the_last_hold_nothing_and_those_outside_are_left_out() -> None:
    assert filled({20: 3, 50: 1}, range(0, 100, 10)) == [(20, 3), (30, 0), (40, 0), (50, 1)]
    assert filled({}, range(10)) == []


def test_hours_without_ballots_stand_between_and_up_to_the_end() -> None:
    hours = {MIDNIGHT + 2 * HOUR: 5, MIDNIGHT + 4 * HOUR: 1}
    step, slots = in_steps(hours, MIDNIGHT + 5 * HOUR + 1, CHINA)
    assert (step, [n for _start, n in slots]) == (1, [5, 0, 1, 0])
    assert [start for start, _n in slots] == [MIDNIGHT + n * HOUR for n in (2, 3, 4, 5)]
    assert in_steps({}, MIDNIGHT, CHINA) == (1, ())


def test_a_long_vote_is_shown_by_longer_steps_that_begin_with_the_day() -> None:
    hours = {MIDNIGHT + 2 * HOUR: 5, MIDNIGHT + 3 * HOUR: 7, MIDNIGHT + 29 * 24 * HOUR: 1}
    step, slots = in_steps(hours, 0, CHINA)
    assert (step, len(slots), slots[:3]) == (
        3,
        29 * 8 + 1,
        ((MIDNIGHT, 5), (MIDNIGHT + 3 * HOUR, 7), (MIDNIGHT + 6 * HOUR, 0)),
    )
    step, slots = in_steps(hours, MIDNIGHT + 200 * 24 * HOUR, CHINA)
    assert (step, slots[:2]) == (24, ((MIDNIGHT, 12), (MIDNIGHT + 24 * HOUR, 0)))
    assert len(slots) == 201 <= MOST


def test_the_first_hour_may_be_the_last_slot() -> None:
    assert in_steps({MIDNIGHT: 2}, 0, CHINA) == (1, ((MIDNIGHT, 2),))
