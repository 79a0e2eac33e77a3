"""When things are handed in: busy hours, quiet nights, and a rush on the last day."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from guiguan.core.blueprint.base import starts_at, window
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Stage
from guiguan.core.values.moment import SECOND, Window, day_of, day_start, instant_text
from guiguan.replay.rehearse.stream import Stream, Weighted

MONTHS_ROLLING = 18
# How much of a day's work falls into each hour, 0 to 23.
_OFFICE = (1, 0, 0, 0, 0, 0, 1, 3, 14, 22, 24, 16, 5, 7, 18, 22, 22, 16, 8, 6, 6, 6, 4, 2)
_EVENING = (6, 3, 1, 1, 1, 2, 6, 14, 20, 22, 22, 20, 24, 20, 18, 18, 18, 20, 24, 28, 32, 32, 24, 12)
_HOURS = {"office": Weighted(range(24), _OFFICE), "evening": Weighted(range(24), _EVENING)}


class Times:
    """Moments inside one window. `rush` of a hundred fall on the last day, the others evenly."""

    def __init__(self, span: Window, zone: ZoneInfo, hours: str, rush: int) -> None:
        self.span, self.zone = span, zone
        self.hours, self.rush = _HOURS[hours], rush
        first, last = day_of(span.start, zone), day_of(span.end - 1, zone)
        self.days = [first + dt.timedelta(days=i) for i in range((last - first).days + 1)]
        self.starts = [day_start(d, zone) for d in self.days]

    def draw(self, stream: Stream) -> int:
        """An instant, in ms."""
        last = len(self.days) - 1
        day = last if stream.chance(self.rush) else stream.below(last + 1)
        return self.on(stream, day)

    def on(self, stream: Stream, day: int) -> int:
        """An instant on the day of that number, inside the window."""
        at = self.starts[day] + (self.hours.draw(stream) * 3600 + stream.below(3600)) * SECOND
        if self.span.contains(at):
            return at
        inside = (self.span.end - self.span.start) // SECOND
        return self.span.start + stream.below(max(1, inside)) * SECOND


def span_of(b: Blueprint, stage: Stage) -> Window:
    """The window of a stage; one that is open all year runs for eighteen months from when the rule is in force."""
    zone = ZoneInfo(b.zone)
    if stage.window is not None:
        return window(stage.window, zone)
    if b.directory is not None:
        last = dt.date.fromisoformat(b.directory.as_of[:10])
        return _months(_earlier(last, MONTHS_ROLLING), zone)
    begins = (b.basis.in_force or b.basis.issued) if b.basis is not None else None
    dated = [s.window[0] for s in b.stages if s.window is not None]
    first = begins or min(dated, default="2025-01-01")
    return _months(day_of(starts_at(first, zone), zone), zone)


def _months(first: dt.date, zone: ZoneInfo) -> Window:
    return Window(day_start(first, zone), day_start(_earlier(first, -MONTHS_ROLLING), zone))


def _earlier(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, min(day.day, 28))


def wall_text(at: int, zone: ZoneInfo) -> str:
    """What a clock in the zone shows: 2021-06-10 08:05:00."""
    return instant_text(at, zone)[:19].replace("T", " ")
