"""The lines of `guiguan blueprint timetable`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from guiguan.cli.say import lang, one_line, tell
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.facts import Facts
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.publishing import Event
from guiguan.core.blueprint.timetable import Dates, Term

_MOMENT = len("2021-06-10 09:00:00")


def lines(b: Blueprint, timetable: Sequence[Dates]) -> Iterator[str]:
    """A heading, then one line for each: begin, end, what it is, and what its working days are counted from."""
    begin, end = tell("开始", "begins"), tell("结束", "ends")
    width = max((len(m) for d in timetable for m in (d.begins, d.ends)), default=0)
    width = min(max(width, len("2021-06-10")), _MOMENT)
    # A Chinese character is two cells wide.
    heads = [text + " " * (width - sum(1 + (not c.isascii()) for c in text)) for text in (begin, end)]
    yield "  ".join([*heads, tell("事项", "what")])
    facts = Facts(b, lang())
    for d in timetable:
        cells = [text.ljust(width) for text in (d.begins, d.ends)]
        yield one_line("  ".join([*cells, _what(facts, d) + _term(facts, d)]))


def _what(facts: Facts, d: Dates) -> str:
    if d.of is None:
        return tell("整个活动", "the whole campaign")
    if isinstance(d.of, Event):
        return tell(f"{say(d.of.title)}（{d.of.id}）", f"{say(d.of.title, 'en')} ({d.of.id})")
    name = _name(facts, d.of.id)
    if d.correction:
        return tell(f"{name}：退回补正", f"{name}: correction")
    if d.of.rolling:
        return name + tell("：", ": ") + facts.when(d.of)
    if d.begins or d.ends or d.term:
        return name
    return name + tell("：", ": ") + (facts.when(d.of) or tell("没有日期", "no dates"))


def _name(facts: Facts, stage: str) -> str:
    return tell(f"{facts.title(stage)}（{stage}）", f"{facts.title(stage)} ({stage})")


def _term(facts: Facts, d: Dates) -> str:
    if d.term is None:
        return ""
    days = d.term.working_days
    zh, en = f"，{days} 个工作日", f", {days} working day{'s' if days > 1 else ''}"
    return tell(zh + _since(facts, d, d.term)[0], en + _since(facts, d, d.term)[1])


def _since(facts: Facts, d: Dates, term: Term) -> tuple[str, str]:
    """From what the days are counted, in Chinese and in English."""
    if term.since is None:
        if d.correction:
            return (
                "，从退回的次日起算，蓝图没有审查的日期",
                " from the day after the return; screening has no dates",
            )
        return "，蓝图没有可以起算的日期", "; the blueprint has no date to count from"
    after = _name(facts, term.after)
    if d.correction:
        return (
            f"，按“{after}”最后一天（{term.since}）退回，从次日起算",
            f" from the day after a return on the last day of {after}, {term.since}",
        )
    zh, en = (
        f"，从“{after}”结束（{term.since}）的次日起算",
        f" from the day after {after} ends ({term.since})",
    )
    if term.between:
        names = facts.join([_name(facts, s) for s in term.between])
        zh, en = (
            f"{zh}；其间{names}没有日期，所以这是最早的日子",
            f"{en}; the earliest, since {names} has no dates",
        )
    return zh, en
