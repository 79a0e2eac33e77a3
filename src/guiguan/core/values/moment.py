"""Instants, days and windows: what a clock in the campaign's zone shows, and the instant it means.

An instant is a whole number of milliseconds since 1970-01-01T00:00Z; what is finer is cut off downwards.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NewType
from zoneinfo import ZoneInfo

from guiguan.core.values.chinese import half_width

Instant = NewType("Instant", int)

SECOND = 1000
DAY = 86_400 * SECOND

_EPOCH_DAY = datetime.date(1970, 1, 1).toordinal()
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MILLISECOND = datetime.timedelta(milliseconds=1)
_FRACTION = r"(?:[.,](?P<fraction>[0-9]{1,12}))?"
_OFFSET = r"\s*(?P<offset>[Zz]|[+-][0-9]{2}(?::?[0-9]{2}(?::?[0-9]{2})?)?)?"
_CLOCK = r"(?:[Tt]|\s+)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
_TAIL = re.compile(_FRACTION + _OFFSET)
_TIME = re.compile(
    r"(?P<year>[0-9]{4})(?P<mark>[-/])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})"
    rf"(?:{_CLOCK}(?::(?P<second>[0-9]{{2}}){_FRACTION})?{_OFFSET})?"
)


class NoSuchTime(ValueError):
    """The text is no time, or one that no clock shows; `zh` and `en` say why and what to write instead."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh = zh
        self.en = en


@dataclass(frozen=True)
class Window:
    """The instants from `start`, which is inside, to `end`, which is not."""

    start: Instant
    end: Instant

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("a window ends before it starts")

    def contains(self, at: int) -> bool:
        return self.start <= at < self.end


def parse_instant(text: str, zone: ZoneInfo) -> Instant:
    """The instant that the text means; without an offset or Z it is a wall-clock time in `zone`.

    Reads ISO 8601 (`2021-06-10T08:05:00`, also with a blank for T or without seconds) and `2021/6/10 8:05` as
    Excel writes it. A date alone is the start of that day; a wall-clock time that comes twice is the earlier.
    NoSuchTime for anything else.
    """
    # The usual shape goes past the regular expression: files have millions of these.
    if not _looks_usual(text):
        return _parse_slowly(text, zone)
    try:
        wall = datetime.datetime.fromisoformat(text[:19])
    except ValueError:
        return _parse_slowly(text, zone)
    tail = _tail(text[19:]) if len(text) > 19 else (0, None)
    return _parse_slowly(text, zone) if tail is None else _instant_of(wall, tail[0], tail[1], zone)


def _looks_usual(text: str) -> bool:
    """Whether it has the outline of 2021-06-10T08:05:00; hour 24 goes the slow way, which refuses it."""
    return (
        len(text) >= 19
        and text[13] == text[16] == ":"
        and text[4] == text[7] == "-"
        and text[10] in "T "
        and text[11:13] != "24"
    )


def _instant_of(wall: datetime.datetime, ms: int, offset: int | None, zone: ZoneInfo) -> Instant:
    ordinal = wall.toordinal()
    if offset is None:
        offset = _fixed_offset(ordinal, zone)
        if offset is None:
            offset = _offset_on_a_day_of_change(wall, zone)
    clock = (wall.hour * 60 + wall.minute) * 60 + wall.second
    return Instant((ordinal - _EPOCH_DAY) * DAY + clock * SECOND + ms - offset)


@lru_cache(maxsize=4096)
def _tail(text: str) -> tuple[int, int | None] | None:
    """What follows the seconds: milliseconds, and the offset (ms) if one is given; None: unreadable."""
    match = _TAIL.fullmatch(text)
    if not match:
        return None
    ms = _milliseconds(match["fraction"])
    if not match["offset"]:
        return ms, None
    offset = _offset(match["offset"])
    return None if offset is None else (ms, offset)


def _milliseconds(fraction: str | None) -> int:
    return int(((fraction or "") + "000")[:3])


def _offset(text: str) -> int | None:
    if text in "Zz":
        return 0
    digits = text[1:].replace(":", "").ljust(6, "0")
    hours, minutes, seconds = (int(digits[i : i + 2]) for i in (0, 2, 4))
    if hours > 23 or minutes > 59 or seconds > 59:
        return None
    size = ((hours * 60 + minutes) * 60 + seconds) * SECOND
    return -size if text[0] == "-" else size


def _parse_slowly(text: str, zone: ZoneInfo) -> Instant:
    match = _TIME.fullmatch(half_width(text).strip())
    if not match:
        raise _not_a_time(text)
    try:
        day = datetime.date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        raise NoSuchTime(
            f"“{text}”中的日期不存在，请核对年、月、日。",
            f"“{text}” names a day that no calendar has; check it",
        ) from None
    if match["hour"] is None:
        return day_start(day, zone)
    clock = _clock(text, int(match["hour"]), int(match["minute"]), int(match["second"] or 0))
    offset = _offset(match["offset"]) if match["offset"] else None
    if match["offset"] and offset is None:
        raise NoSuchTime(
            f"“{text}”末尾的时差不成立，请写成 +08:00 这样的形式，或不写。",
            f"“{text}” ends in an offset that cannot be; write it like +08:00, or leave it out",
        )
    return _instant_of(datetime.datetime.combine(day, clock), _milliseconds(match["fraction"]), offset, zone)


def _clock(text: str, hour: int, minute: int, second: int) -> datetime.time:
    if (hour, minute, second) == (24, 0, 0):
        raise NoSuchTime(
            f"“{text}”中的 24:00 请写成次日 00:00。", f"“{text}”: write 24:00 as 00:00 of the next day"
        )
    if hour > 23 or minute > 59 or second > 59:
        raise NoSuchTime(
            f"“{text}”中的钟点不存在，小时应为 0 至 23，分、秒应为 0 至 59。",
            f"“{text}” is a time that no clock shows; hours go to 23, minutes and seconds to 59",
        )
    return datetime.time(hour, minute, second)


def _not_a_time(text: str) -> NoSuchTime:
    shown = text if len(text) <= 40 else text[:40] + "…"
    return NoSuchTime(
        f"“{shown}”不是可识别的时间，请写成 2021-06-10 08:05:00 这样的形式。",
        f"“{shown}” is not a time that can be read; write it like 2021-06-10 08:05:00",
    )


@lru_cache(maxsize=4096)
def _fixed_offset(ordinal: int, zone: ZoneInfo) -> int | None:
    """The zone's offset in milliseconds on that day, or None where the clocks are changed on it."""
    midnight = datetime.datetime.fromordinal(ordinal).replace(tzinfo=zone)
    last = midnight.replace(hour=23, minute=59, second=59)
    walls = [last, *(midnight.replace(hour=hour) for hour in range(24))]
    offsets = {wall.replace(fold=fold).utcoffset() for wall in walls for fold in (0, 1)}
    return _offset_of(midnight) if len(offsets) == 1 else None


def _offset_on_a_day_of_change(wall: datetime.datetime, zone: ZoneInfo) -> int:
    before, after = _offsets_around(wall, zone)
    if before < after:
        shown = f"{wall:%Y-%m-%d %H:%M:%S}"
        raise NoSuchTime(
            f"{zone.key} 的钟表在 {shown} 前后拨快，没有这个时刻，请核对。",
            f"no clock in {zone.key} showed {shown}: clocks were put forward over it",
        )
    return before


def _offsets_around(wall: datetime.datetime, zone: ZoneInfo) -> tuple[int, int]:
    """The wall time's offsets (ms) before and after a change of clocks; equal away from one (PEP 495)."""
    local = wall.replace(tzinfo=zone)
    return _offset_of(local), _offset_of(local.replace(fold=1))


def _offset_of(local: datetime.datetime) -> int:
    offset = local.utcoffset()
    assert offset is not None  # its tzinfo is a ZoneInfo
    return offset // _MILLISECOND


def day_start(day: datetime.date, zone: ZoneInfo) -> Instant:
    """The first instant of that day in the zone: midnight, or the moment clocks were put forward over it."""
    midnight = datetime.datetime.combine(day, datetime.time())
    before, after = _offsets_around(midnight, zone)
    wall = (day.toordinal() - _EPOCH_DAY) * DAY
    if before >= after:
        return Instant(wall - before)
    # The change lies between these two; up to it the zone has the offset `before`.
    low, high = wall - after, wall - before
    while low < high:
        middle = (low + high) // 2
        if _offset_of(_local(middle, zone)) == before:
            low = middle + 1
        else:
            high = middle
    return Instant(low)


def day_of(instant: int, zone: ZoneInfo) -> datetime.date:
    """The date that a calendar on the wall shows at that instant."""
    return _local(instant, zone).date()


def window_of_dates(first: datetime.date, last: datetime.date, zone: ZoneInfo) -> Window:
    """From 00:00 of the first day to 24:00 of the last, exclusive; ValueError where last is before first."""
    return Window(day_start(first, zone), day_start(last + datetime.timedelta(days=1), zone))


def instant_text(instant: int, zone: ZoneInfo) -> str:
    """ISO 8601 with milliseconds and offset, `2021-06-10T00:00:00.000+08:00`; `parse_instant` reads it."""
    return _local(instant, zone).isoformat(timespec="milliseconds")


def _local(instant: int, zone: ZoneInfo) -> datetime.datetime:
    return (_EPOCH + datetime.timedelta(milliseconds=instant)).astimezone(zone)
