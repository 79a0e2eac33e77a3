"""Building blocks of the language: ids, texts by language, percentages, money, windows."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from guiguan.core.values.moment import Instant, Window, day_start, parse_instant
from guiguan.core.values.money import Fen, parse_money


def wrong(kind: str, zh: str, en: str) -> PydanticCustomError:
    """A value error that carries both languages; `load` turns it into a finding with its place."""
    return PydanticCustomError(kind, "{zh}", {"zh": zh, "en": en})


class Item(BaseModel):
    """A part of a blueprint. It never changes once read, and takes no key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    clause: str | None = Field(
        default=None, description="出处：通知的条款号，页面与拒绝理由会引用", examples=["四（二）"]
    )


Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Label = Annotated[str, StringConstraints(min_length=1, max_length=200)]


def _text(value: Any) -> Any:
    if isinstance(value, dict):
        if "zh" not in value:
            raise wrong("text", "按语言分写的文字必须有 zh（中文）", "a text by language needs zh (Chinese)")
        bad = sorted(k for k in value if not re.fullmatch(r"[a-z]{2}", str(k)))
        if bad:
            raise wrong(
                "text",
                f"语言代码应为两个小写字母，收到：{'、'.join(bad)}",
                f"a language is two small letters, found: {', '.join(bad)}",
            )
    return value


Text = Annotated[str | dict[str, str], BeforeValidator(_text)]


def say(text: Text, lang: str = "zh") -> str:
    """The text in `lang`, or in Chinese where that language is not given."""
    return text if isinstance(text, str) else text.get(lang, text["zh"])


Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=9, decimal_places=6)]
Positive = Annotated[int, Field(ge=1)]
Natural = Annotated[int, Field(ge=0)]
RoundingMode = Literal["half_up", "half_even", "floor", "ceil", "down"]


def _money(value: Any) -> Any:
    if isinstance(value, int):
        return value
    if not re.search(r"(元|分)$", str(value)):
        raise wrong(
            "money",
            f"金额要写单位，如 300万元，收到：{value}",
            f"an amount needs its unit, such as 300万元, found: {value}",
        )
    try:
        return parse_money(str(value), "元")
    except ValueError as error:
        raise wrong("money", str(error), f"not an amount of money: {value}") from error


Money = Annotated[Fen, BeforeValidator(_money)]

_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_TIME = re.compile(r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?$")


def _moment_text(value: str) -> str:
    if not (_DATE.match(value) or _TIME.match(value)):
        raise wrong(
            "moment",
            f"日期写作 2021-06-10，时刻写作 2021-06-10 09:00（活动时区），收到：{value}",
            f"write a date as 2021-06-10, a time as 2021-06-10 09:00 (campaign's zone), found: {value}",
        )
    try:
        dt.datetime.fromisoformat(value)
    except ValueError:
        raise wrong(
            "moment", f"日历上没有这一天或这一刻：{value}", f"no calendar has this moment: {value}"
        ) from None
    return value


MomentText = Annotated[str, AfterValidator(_moment_text)]


def starts_at(text: str, zone: ZoneInfo) -> Instant:
    """The instant at which a moment of the blueprint begins (a date: 00:00)."""
    return parse_instant(text, zone)


def ends_at(text: str, zone: ZoneInfo) -> Instant:
    """The exclusive end named by a moment: a date ends at its 24:00, a time at itself."""
    if _DATE.match(text):
        return day_start(dt.date.fromisoformat(text) + dt.timedelta(days=1), zone)
    return parse_instant(text, zone)


def _span(value: tuple[str, str]) -> tuple[str, str]:
    utc = ZoneInfo("UTC")
    if starts_at(value[0], utc) >= ends_at(value[1], utc):
        raise wrong(
            "window",
            f"结束（{value[1]}）不能早于开始（{value[0]}）",
            f"the end ({value[1]}) lies before the start ({value[0]})",
        )
    return value


Span = Annotated[tuple[MomentText, MomentText], AfterValidator(_span)]
"""[first, last]: a window of dates includes its last day, which ends at 24:00, exclusive."""


def window(span: tuple[str, str], zone: ZoneInfo) -> Window:
    """The half-open window of instants that a span means in the campaign's zone."""
    return Window(start=parse_instant(span[0], zone), end=ends_at(span[1], zone))


class Rounding(Item):
    """Where and how a figure is rounded; what is not named here stays exact."""

    digits: Annotated[int, Field(ge=0, le=6, description="保留几位小数", examples=[2])]
    mode: RoundingMode = Field(
        description="舍入方式：half_up 四舍五入，half_even 五取偶，floor 舍去，ceil 进一，down 向零",
        examples=["half_up"],
    )


def no_repeats(what: str, values: list[str]) -> None:
    """Raises where a name stands twice."""
    twice = sorted({v for v in values if values.count(v) > 1})
    if twice:
        raise wrong("repeated", f"{what}重复：{'、'.join(twice)}", f"given twice: {', '.join(twice)}")
