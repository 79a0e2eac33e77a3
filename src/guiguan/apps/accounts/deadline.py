"""Until when a registration is to be decided: two working days by the Chinese calendar."""

from __future__ import annotations

import datetime
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings

from guiguan.core.values.finding import InputError
from guiguan.core.values.workdays import Workdays
from guiguan.replay.workdays_file import read_workdays

SHANGHAI = ZoneInfo("Asia/Shanghai")
WITHIN = 2


@cache
def calendar() -> Workdays:
    """The installation's calendar: the official one, with the years that its own file gives."""
    return read_workdays(settings.GUIGUAN.workdays)


def day_of(at: int) -> datetime.date:
    """The day in China on which the moment (ms) lies."""
    return datetime.datetime.fromtimestamp(at / 1000, SHANGHAI).date()


def decide_until(at: int) -> datetime.date | None:
    """The last day for deciding on what was handed in at `at`; None where the calendar does not reach so far:
    a registration is not turned away because next year's holidays are not out yet, the queue says so instead."""
    try:
        return calendar().add_workdays(day_of(at), WITHIN)
    except InputError:
        return None
