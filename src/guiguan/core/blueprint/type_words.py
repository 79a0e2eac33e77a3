"""The type of a key in Chinese words, and an example of what may be written there."""

from __future__ import annotations

from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le
from pydantic.fields import FieldInfo

from guiguan.core.blueprint.base import (
    Id,
    Item,
    Label,
    MomentText,
    Money,
    Natural,
    Percent,
    Positive,
    Span,
    Text,
)
from guiguan.core.blueprint.keys import kinds_of
from guiguan.core.blueprint.people import RegionCode

_ANY_TEXT = "文字"
_NAMED: tuple[tuple[Any, str, Any], ...] = (
    (Text, "文字（可按语言分写）", _ANY_TEXT),
    (Label, "文字（1–200 字）", _ANY_TEXT),
    (Id, "代号", "a1"),
    (Money, "金额（带单位）", "300万元"),
    (Span, "起止 [首, 末]", ("2021-06-10", "2021-06-16")),
    (MomentText, "日期或时刻", "2021-06-10"),
    (Percent, "百分数（0–100，至多 6 位小数）", 50),
    (Positive, "整数（≥ 1）", 1),
    (Natural, "整数（≥ 0）", 0),
    (RegionCode, "六位区划代码", "450000"),
    (bool, "true 或 false", True),
    (int, "整数", 1),
    (Decimal, "数字", 1),
    (str, "文字", _ANY_TEXT),
)


def words(hint: Any) -> str:
    """The type in words, without `None`: what a key may hold when it is written at all."""
    for named, name, _ in _NAMED:
        if hint == named:
            return name
    origin, inner = get_origin(hint), _parts(hint)
    if origin is Annotated:
        return _bounded(hint)
    if origin in (Union, UnionType):
        return _choice(inner)
    if origin is Literal:
        return " / ".join(f"`{_written(v)}`" for v in inner)
    if origin is tuple:
        return f"列表：{words(inner[0])}"
    if origin is dict:
        return f"映射：{words(inner[0])} → {words(inner[1])}"
    if isinstance(hint, type) and issubclass(hint, Item):
        return model_link(hint)
    raise TypeError(f"no words for {hint!r}")


def model_link(model: type[Item]) -> str:
    """A link to the model's own section."""
    label = f"kind: {'、'.join(kinds_of(model))}" if kinds_of(model) else "见下"
    return f"[{label}](#{anchor(model)})"


def anchor(model: type[Item]) -> str:
    return model.__name__.lower()


def example(hint: Any, word: str) -> Any:
    """What an author may write, as it follows from the type; `word` stands for a text. None for a model."""
    for named, _, given in _NAMED:
        if hint == named:
            return word if given == _ANY_TEXT else given
    origin, inner = get_origin(hint), _parts(hint)
    if origin is Literal:
        return inner[0]
    if origin is Annotated:
        bounds = _bounds(hint)
        return bounds[0] if bounds and bounds[0] is not None else example(inner[0], word)
    if origin in (Union, UnionType):
        return example(inner[0], word)
    if origin is tuple:
        first = example(inner[0], word)
        return None if first is None else [first]
    if origin is dict:
        return {example(inner[0], word): example(inner[1], word)}
    return None


def yaml_flow(value: Any) -> str:
    """The value as one would write it in a blueprint, on one line; quoted where YAML needs it."""
    if isinstance(value, Item):
        return yaml_flow(
            {k: v for k, v in value.model_dump(by_alias=True).items() if v not in (None, (), [], {})}
        )
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(yaml_flow(v) for v in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{yaml_flow(k)}: {yaml_flow(v)}' for k, v in value.items())}}}"
    return _quoted(_written(value))


def _quoted(text: str) -> str:
    needs = (
        not text
        or text[0] in "&*!|>%@`\"'#{}[],?- "
        or any(mark in text for mark in (": ", " #", "{", "}", "[", "]", ","))
    )
    return f'"{text}"' if needs else text


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parts(hint: Any) -> list[Any]:
    return [a for a in get_args(hint) if a is not type(None) and a is not Ellipsis]


def _choice(members: list[Any]) -> str:
    models = [m for m in members if isinstance(m, type) and issubclass(m, Item)]
    if len(models) > 1:
        return "其一：" + "、".join(model_link(m) for m in models)
    return " 或 ".join(words(m) for m in members)


def _bounds(hint: Any) -> tuple[Any, Any] | None:
    limits: list[Any] = [None, None]
    for mark in get_args(hint)[1:]:
        for limit in [*(mark.metadata if isinstance(mark, FieldInfo) else []), mark]:
            if isinstance(limit, Ge):
                limits[0] = limit.ge
            if isinstance(limit, Le):
                limits[1] = limit.le
    return (limits[0], limits[1]) if limits != [None, None] else None


def _bounded(hint: Any) -> str:
    base, bounds = words(get_args(hint)[0]), _bounds(hint)
    if bounds is None:
        return base
    low, high = bounds
    if low == high:
        return f"{base}（只能是 {low}）"
    return (
        f"{base}（{low}–{high}）"
        if None not in bounds
        else f"{base}（≥ {low}）"
        if high is None
        else f"{base}（≤ {high}）"
    )


def bound_words(field: FieldInfo) -> str:
    """What the field itself adds to its type: `，> 0`, `，至少一项`; empty where nothing."""
    for limit in field.metadata:
        if isinstance(limit, Gt):
            return f"，> {limit.gt}"
        if getattr(limit, "min_length", 0) and get_origin(field.annotation) is tuple:
            return f"，至少 {limit.min_length} 项"
    return ""
