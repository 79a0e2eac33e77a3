"""Times: inside their window to the second, on a clock that exists."""

from __future__ import annotations

from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from guiguan.core.blueprint.base import window
from guiguan.core.values.moment import parse_instant
from guiguan.replay.rehearse.clock import Times, wall_text
from guiguan.replay.rehearse.stream import Stream

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("zone", "span"),
    [
        ("Asia/Shanghai", ("2021-06-10", "2021-06-16")),
        ("Asia/Shanghai", ("2021-06-10 09:00", "2021-06-10 09:30")),
        ("America/New_York", ("2024-03-09", "2024-03-11")),
        ("Asia/Shanghai", ("2021-06-10 09:00:00", "2021-06-10 09:00:01")),
    ],
)
def test_every_time_lies_in_the_window_and_can_be_read_back(zone: str, span: tuple[str, str]) -> None:
    place = ZoneInfo(zone)
    inside = window(span, place)
    times, s = Times(inside, place, "evening", 6), Stream("t")
    for _ in range(400):
        at = times.draw(s)
        assert inside.contains(at)
        assert parse_instant(wall_text(at, place), place) == at


def test_offices_sleep_at_night_and_the_last_day_is_busy() -> None:
    times, s = Times(window(("2021-05-07", "2021-06-06"), SHANGHAI), SHANGHAI, "office", 28), Stream("t")
    drawn = [wall_text(times.draw(s), SHANGHAI) for _ in range(2000)]
    hours = Counter(text[11:13] for text in drawn)
    assert hours["10"] > 10 * (hours["03"] + 1)
    assert 500 < sum(text.startswith("2021-06-06") for text in drawn) < 720
