"""Times as a page shows them: always China's, whatever zone the machine or the reader is in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

_CHINA = timezone(timedelta(hours=8))


def moment(at: int) -> str:
    """2026-04-01 12:00, of milliseconds since 1970-01-01T00:00Z."""
    return _local(at).strftime("%Y-%m-%d %H:%M")


def second(at: int) -> str:
    """2026-04-01 12:00:00, where the order within a minute matters."""
    return _local(at).strftime("%Y-%m-%d %H:%M:%S")


def day_bounds(day: str) -> tuple[int, int] | None:
    """First millisecond of a day in China written YYYY-MM-DD, and of the day after; None where it is no day."""
    try:
        first = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=_CHINA)
        after = first + timedelta(days=1)
    except (ValueError, OverflowError):
        return None
    return int(first.timestamp()) * 1000, int(after.timestamp()) * 1000


def _local(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(_CHINA)
