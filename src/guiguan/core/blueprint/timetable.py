"""The dates of a blueprint: every window, and every term of working days worked out to the day it ends."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from guiguan.core.blueprint.lookup import input_of, stage_of
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.publishing import Event
from guiguan.core.blueprint.stages import Notice, Paper, Screening, Stage
from guiguan.core.values.finding import Finding, InputError
from guiguan.core.values.workdays import Workdays


@dataclass(frozen=True)
class Term:
    """So many working days after `since`, the last day of stage `after`; None where the blueprint gives no such day.

    `between` are stages without dates that come in between: the term begins no earlier than counted here.
    """

    working_days: int
    since: datetime.date | None = None
    after: str = ""
    between: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dates:
    """When something begins and ends, as the blueprint writes it or as worked out from `term`; empty where it does not say.

    `of` is a stage, an event, or None for the campaign; `correction` marks the term after a return for correction.
    """

    of: Stage | Event | None
    begins: str = ""
    ends: str = ""
    term: Term | None = None
    correction: bool = False


def timetable(b: Blueprint, workdays: Workdays) -> tuple[Dates, ...]:
    """The campaign's period, its stages in order, then its events. InputError where a year has no working days known."""
    found: list[Dates] = []
    ends: dict[str, datetime.date] = {}
    faults: list[Finding] = []
    if b.period:
        found.append(Dates(None, *b.period))
    for stage in b.stages:
        try:
            found += _dates_of(b, stage, ends, workdays)
        except InputError as error:
            faults += error.findings
    if faults:
        raise InputError(*dict.fromkeys(faults))
    return (*found, *(Dates(event, *(event.window or ())) for event in b.events))


def _dates_of(
    b: Blueprint, stage: Stage, ends: dict[str, datetime.date], workdays: Workdays
) -> Iterator[Dates]:
    """The stage's own span, which leaves its last day in `ends`, and that of a correction."""
    begins, last = _written(stage)
    term = None
    if isinstance(stage, Notice) and stage.working_days and not stage.window:
        term = _after_what_comes(b, stage, stage.working_days, ends)
        last = _end_of(term, workdays)
    if last:
        ends[stage.id] = _day(last)
    elif isinstance(stage, Screening) and stage.during in ends:
        ends[stage.id] = ends[stage.during]
    yield Dates(stage, begins, last, term)
    if isinstance(stage, Screening) and stage.correction is not None:
        term = _after_return(b, stage, stage.correction.working_days)
        yield Dates(stage, "", _end_of(term, workdays), term, correction=True)


def _written(stage: Stage) -> tuple[str, str]:
    """The first and the last moment that the blueprint itself gives."""
    if isinstance(stage, Paper):
        return stage.window[0] if stage.window else "", stage.until
    return stage.window or (stage.opens or "", "")


def _after_what_comes(b: Blueprint, stage: Stage, days: int, ends: dict[str, datetime.date]) -> Term:
    """Counted from the last day of the nearest stage before it that has one."""
    between: list[str] = []
    source = input_of(b, stage.id)
    while source is not None and source not in ends and not stage_of(b, source).rolling:
        between.append(source)
        source = input_of(b, source)
    if source is None or source not in ends:
        return Term(days)
    return Term(days, ends[source], source, tuple(reversed(between)))


def _after_return(b: Blueprint, stage: Screening, days: int) -> Term:
    """Counted from the last day on which something can be returned: that of the screening, or of what it runs beside."""
    runs = stage if stage.window or stage.during is None else stage_of(b, stage.during)
    return Term(days, _day(runs.window[1]), runs.id) if runs.window else Term(days)


def _end_of(term: Term, workdays: Workdays) -> str:
    return "" if term.since is None else workdays.add_workdays(term.since, term.working_days).isoformat()


def _day(moment: str) -> datetime.date:
    return datetime.date.fromisoformat(moment[:10])
