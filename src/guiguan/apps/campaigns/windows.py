"""The timetable of a campaign as a clock sees it: what is over, what is on, what comes, and the next deadline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from django.conf import settings

from guiguan.core.blueprint.base import ends_at, starts_at
from guiguan.core.blueprint.lookup import stage_of
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.publishing import Event
from guiguan.core.blueprint.stages import Screening, Stage
from guiguan.core.blueprint.timetable import Dates, timetable
from guiguan.core.values.finding import InputError
from guiguan.core.values.moment import day_of
from guiguan.core.values.workdays import Workdays
from guiguan.replay.workdays_file import read_workdays

State = Literal["past", "now", "next", "undated"]


@dataclass(frozen=True)
class StageWindow:
    """A stage or event with its instants: `end` is exclusive. `undated` where the blueprint gives no day."""

    of: Stage | Event
    start: int | None
    end: int | None
    state: State
    correction: bool = False


@dataclass(frozen=True)
class Deadline:
    """What comes next that people must know: something ends, or something begins."""

    of: Stage | Event
    at: int
    begins: bool
    days: int  # calendar days from today in the campaign's zone; 0 is today


def stage_windows(b: Blueprint, at: int) -> tuple[StageWindow, ...]:
    """Every stage in order, then the events, as they stand at the instant `at`."""
    zone = ZoneInfo(b.zone)
    return tuple(_window(_beside(b, d), d.of, zone, at) for d in dates_of(b) if d.of is not None)


def next_deadline(b: Blueprint, at: int) -> Deadline | None:
    """The next end of something under way, else the next beginning; None where nothing dated is left."""
    zone = ZoneInfo(b.zone)
    windows = [w for w in stage_windows(b, at) if not (isinstance(w.of, Screening) and w.of.during)]
    ends = [(w.end - 1, False, w.of) for w in windows if w.state == "now" and w.end is not None]
    begins = [(w.start, True, w.of) for w in windows if w.state == "next" and w.start is not None]
    due = [(w.end - 1, False, w.of) for w in windows if w.state == "next" and w.start is None and w.end]
    found = min([*ends] or [*begins, *due], key=lambda f: f[0], default=None)
    if found is None:
        return None
    days = (day_of(found[0], zone) - day_of(at, zone)).days
    return Deadline(found[2], found[0], found[1], days)


def dates_of(b: Blueprint) -> tuple[Dates, ...]:
    """The blueprint's timetable; where the working days of a year are not published yet, without the terms of that year."""
    try:
        return timetable(b, _workdays(settings.GUIGUAN.workdays))
    except (
        InputError
    ):  # the State Council publishes a year's calendar in the autumn before; until then no day is claimed
        written = [Dates(s, *(s.window or (s.opens or "", getattr(s, "until", "")))) for s in b.stages]
        return (*written, *(Dates(e, *(e.window or ())) for e in b.events))


@lru_cache(maxsize=2)
def _workdays(path: Path | None) -> Workdays:
    return read_workdays(path)


def _beside(b: Blueprint, dates: Dates) -> Dates:
    """A screening that goes along with another stage has that stage's dates."""
    of = dates.of
    if isinstance(of, Screening) and of.during and not dates.correction and not (dates.begins or dates.ends):
        other = stage_of(b, of.during)
        begins, ends = other.window or (other.opens or "", "")
        return replace(dates, begins=begins, ends=ends)
    return dates


def _window(dates: Dates, of: Stage | Event, zone: ZoneInfo, at: int) -> StageWindow:
    start = starts_at(dates.begins, zone) if dates.begins else None
    end = ends_at(dates.ends, zone) if dates.ends else None
    return StageWindow(of, start, end, _state(start, end, at), dates.correction)


def _state(start: int | None, end: int | None, at: int) -> State:
    if start is None and end is None:
        return "undated"
    if end is not None and end <= at:
        return "past"
    if start is None:
        return "next"  # only the last day is known, such as that of a term or of paper copies
    return "now" if start <= at else "next"
