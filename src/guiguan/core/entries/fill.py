"""One form field and what was filled in: the findings that keep an entry out. The same rules serve form and file."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from zoneinfo import ZoneInfo

from guiguan.core.blueprint.base import ends_at, say, starts_at
from guiguan.core.blueprint.form import ChoiceField, DateField, FormField, NumberField, Option, TextField
from guiguan.core.blueprint.lookup import option_labels
from guiguan.core.values.chinese import count_characters, same_text
from guiguan.core.values.moment import NoSuchTime, day_of, parse_instant
from guiguan.core.values.rounding import exact

NONE = "无"
_CHINESE_DATE = re.compile(r"^(\d{4})[年./-](\d{1,2})(?:[月./-](\d{1,2})日?|月)?$")


@dataclass(frozen=True)
class Fault:
    """One fault: its rule, what was found (Chinese, with the field's name), and the same in English without the name."""

    rule: str
    detail: str
    english: str = ""


def faults(field: FormField, text: str, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """(rule id, what was found) for each fault, as the entries table reports it."""
    for fault in told_faults(field, text, zone):
        yield fault.rule, fault.detail


def told_faults(field: FormField, text: str, zone: ZoneInfo) -> Iterator[Fault]:
    """Each fault of the answer. Advisory limits give none; 无 is an answer where the field accepts it."""
    label = say(field.label)
    if not text.strip():
        if field.required and field.shown_when is None:
            yield Fault("form.required", label)
        return
    if text.strip() == NONE and field.none_accepted:
        return
    if isinstance(field, TextField):
        length = count_characters(text)
        if field.max is not None and field.limit == "hard" and length > field.max:
            yield Fault(
                "form.too-long",
                f"{label}：{length} 字，限 {field.max} 字",
                f"{length} characters, at most {field.max}",
            )
    elif isinstance(field, DateField):
        yield from _date_faults(field, label, text, zone)
    elif isinstance(field, NumberField):
        yield from _number_faults(field, label, text)
    elif isinstance(field, ChoiceField):
        yield from _choice_faults(field, label, text)


def read_day(text: str, zone: ZoneInfo) -> tuple[dt.date, dt.date] | None:
    """The first and last day that a date means: 2020-05-31, 2020年5月31日, or a whole month such as 2020年5月."""
    found = _CHINESE_DATE.match(same_text(text))
    try:
        if found and found[3] is None:
            first = dt.date(int(found[1]), int(found[2]), 1)
            return first, (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
        if found:
            day = dt.date(int(found[1]), int(found[2]), int(found[3]))
        else:
            day = day_of(parse_instant(text, zone), zone)
        return day, day
    except (ValueError, NoSuchTime):
        return None


def _date_faults(field: DateField, label: str, text: str, zone: ZoneInfo) -> Iterator[Fault]:
    days = read_day(text, zone)
    if days is None:
        yield Fault(
            "form.unreadable", f"{label}：{text}，应如 2020-05-31", f"{text}, to be written as 2020-05-31"
        )
        return
    first, last = (starts_at(d.isoformat(), zone) for d in days)
    if field.within is not None:
        low, high = starts_at(field.within[0], zone), ends_at(field.within[1], zone)
        # A month overlaps the term where any of its days does: what is not known does not count against an entry.
        if last < low or first >= high:
            yield Fault(
                "form.outside-term",
                f"{label}：{text}，应在 {field.within[0]} 至 {field.within[1]}",
                f"{text}, wanted from {field.within[0]} to {field.within[1]}",
            )
    if field.until is not None and first >= ends_at(field.until, zone):
        yield Fault(
            "form.outside-term",
            f"{label}：{text}，应不晚于 {field.until}",
            f"{text}, wanted not after {field.until}",
        )


def _number_faults(field: NumberField, label: str, text: str) -> Iterator[Fault]:
    value = read_number(text)
    if value is None:
        yield Fault("form.unreadable", f"{label}：{text}，应为数字", f"{text}, wanted is a number")
        return
    if (field.min is not None and value < field.min) or (field.max is not None and value > field.max):
        yield Fault("form.out-of-range", f"{label}：{text}", f"{text}, {_range(field)}")
    elif (value * 10**field.digits).denominator != 1:
        yield Fault(
            "form.unreadable",
            f"{label}：{text}，小数不超过 {field.digits} 位",
            f"{text}, at most {field.digits} decimal places",
        )


def _range(field: NumberField) -> str:
    ends = [f"at least {field.min}"] if field.min is not None else []
    return " and ".join([*ends, f"at most {field.max}"] if field.max is not None else ends)


def read_number(text: str) -> Fraction | None:
    """The exact number, or None where the text is none."""
    try:
        return exact(text.strip())
    except ValueError:
        return None


def _choice_faults(field: ChoiceField, label: str, text: str) -> Iterator[Fault]:
    if field.eligible and same_text(text) not in {same_text(o) for o in field.eligible}:
        yield Fault(
            "form.not-eligible",
            f"{label}：{text}，应为{'、'.join(field.eligible)}",
            f"{text}, wanted is {' or '.join(field.eligible)}",
        )
    if field.other:
        return
    known = {same_text(o) for o in option_labels(field)}
    with_text = {same_text(o.label) for o in field.options if isinstance(o, Option) and o.text}
    given = re.split(r"[;；]", text) if field.kind == "choices" else [text]
    for answer in given:
        if same_text(answer) not in known and same_text(re.split("[:：]", answer)[0]) not in with_text:
            yield Fault("form.not-an-option", f"{label}：{answer}", answer)
