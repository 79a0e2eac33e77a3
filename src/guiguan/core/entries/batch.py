"""The batch that a moment belongs to: 2025-H1, 2025-Q3, 2025."""

from __future__ import annotations

from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from guiguan.core.values.moment import Instant, day_of, day_start

Every = Literal["half_year", "quarter", "year"]


def batch_of(every: Every, at: int, zone: ZoneInfo) -> str:
    """The batch's name, by the day in the campaign's zone."""
    day = day_of(Instant(at), zone)
    if every == "half_year":
        return f"{day.year}-H{1 if day.month <= 6 else 2}"
    if every == "quarter":
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return str(day.year)


def batch_end(batch: str, zone: ZoneInfo) -> int:
    """The first instant after the batch. ValueError for what is no batch."""
    year, _, part = batch.partition("-")
    months = {"": 12, "H1": 6, "H2": 12, "Q1": 3, "Q2": 6, "Q3": 9, "Q4": 12}
    if part not in months or not (year.isascii() and year.isdigit() and len(year) == 4):
        raise ValueError(f"{batch!r} is no batch")
    month = months[part]
    return day_start(date(int(year) + month // 12, month % 12 + 1, 1), zone)


def is_batch(every: Every, text: str, at: int, zone: ZoneInfo) -> bool:
    """Whether the text names a batch of such length that has begun by the moment."""
    try:
        last = batch_end(text, zone) - 1
    except ValueError:
        return False
    # names of one length of batch stand in the order of time
    return batch_of(every, last, zone) == text <= batch_of(every, at, zone)
