"""Quiet hours: nobody is woken by a message that can wait."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, timezone

# Fixed, not a setting: 22:00 to 08:00 is the night in GB 3096 and in what the operators' own rules allow for notices.
BEGINS, ENDS = time(22), time(8)
_CHINA = timezone(timedelta(hours=8))  # the whole country has one time and no summer time


def after_quiet(at: int) -> int:
    """`at` itself by day; by night the next 08:00 in China (ms)."""
    local = datetime.fromtimestamp(at / 1000, UTC).astimezone(_CHINA)
    if ENDS <= local.time() < BEGINS:
        return at
    day = local.date() + timedelta(days=1 if local.time() >= BEGINS else 0)
    return int(datetime.combine(day, ENDS, _CHINA).timestamp()) * 1000
