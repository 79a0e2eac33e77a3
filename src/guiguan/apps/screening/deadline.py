"""Until when a returned entry may be corrected: working days of the Chinese calendar, to 24:00 of the last one."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from guiguan.apps.accounts.deadline import calendar
from guiguan.core.values.finding import Finding, InputError
from guiguan.core.values.moment import day_of, day_start, instant_text


def correction_until(at: int, working_days: int, zone: str) -> int:
    """The first instant that is too late. The day of the return does not count. InputError where no calendar reaches so far."""
    place = ZoneInfo(zone)
    try:
        last = calendar().add_workdays(day_of(at, place), working_days)
    except InputError as error:
        raise InputError(
            Finding(
                "screening.no-calendar",
                "工作日表还没有期限所在的年份，算不出补正期限。请系统管理员补上工作日表（GUIGUAN_WORKDAYS）后再退回",
                "the calendar of working days does not reach so far; have the administrator add the year (GUIGUAN_WORKDAYS)",
            )
        ) from error
    return day_start(last + timedelta(days=1), place)


def reminder_from(until: int, zone: str) -> int | None:
    """The start of the last working day before the one on which the term ends; None where no calendar says which it is."""
    place = ZoneInfo(zone)
    day = day_of(until - 1, place) - timedelta(days=1)
    try:
        while not calendar().is_workday(day):
            day -= timedelta(days=1)
    except InputError:
        return None
    return day_start(day, place)


def until_text(until: int, zone: str) -> str:
    """An exclusive end as people write it: 2026-10-09 24:00."""
    place = ZoneInfo(zone)
    text = instant_text(until, place)[:16]
    if text.endswith("T00:00"):
        return f"{instant_text(until - 1, place)[:10]} 24:00"
    return text.replace("T", " ")
