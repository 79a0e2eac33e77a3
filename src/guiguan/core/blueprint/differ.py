"""What changed between two blueprints, key by key, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from pydantic.fields import FieldInfo

from guiguan.core.blueprint.base import Item, Money, Span, Text
from guiguan.core.blueprint.keys import hints_of, key_of, mentions, short
from guiguan.core.blueprint.model import Blueprint

MAX_SHOWN = 80
_IDENTITY = ("id", "source", "topic", "kind", "per", "label")
"""What tells the items of a list apart, best first: the first that every item has, and no two share."""


@dataclass(frozen=True)
class Change:
    """One difference. `path` is where: `stages[vote].window`; `meaning` is the key's Chinese name, empty for an item."""

    path: str
    meaning: str
    zh: str
    en: str

    def text(self, lang: str = "zh") -> str:
        if lang == "en":
            return f"{self.path}: {self.en}"
        return f"{self.path}{f'（{self.meaning}）' if self.meaning else ''}：{self.zh}"


class _Key(NamedTuple):
    path: str
    meaning: str
    hint: Any


def differences(old: Blueprint, new: Blueprint) -> tuple[Change, ...]:
    """Every difference, in the order of the language's keys; items of a list are matched by their id, not by place."""
    return tuple(_items(old, new, ""))


def _items(old: Item, new: Item, path: str) -> Iterator[Change]:
    hints = hints_of(type(old))
    for name, field in type(old).model_fields.items():
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            key = _Key(f"{path}.{key_of(name, field)}".lstrip("."), _meaning(field), hints[name])
            yield from _values(key, before, after)


def _meaning(field: FieldInfo) -> str:
    return short(field.description or "")


def _values(key: _Key, before: Any, after: Any) -> Iterator[Change]:
    if isinstance(before, Item) and isinstance(after, Item) and type(before) is type(after):
        yield from _items(before, after, key.path)
    elif _lists_items(before) or _lists_items(after):
        yield from _lists(key, before or (), after or ())
    elif isinstance(before, tuple) and isinstance(after, tuple) and not mentions(key.hint, Span):
        yield from _words(key, before, after)
    elif isinstance(before, dict) and isinstance(after, dict) and not mentions(key.hint, Text):
        yield from _maps(key, before, after)
    else:
        yield _changed(key, before, after)


def _lists_items(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and all(isinstance(v, Item) for v in value)


def _lists(key: _Key, before: tuple[Item, ...], after: tuple[Item, ...]) -> Iterator[Change]:
    name_of = _naming(before, after)
    olds = {name_of(item, i): item for i, item in enumerate(before)}
    news = {name_of(item, i): item for i, item in enumerate(after)}
    for name, item in olds.items():
        if name not in news:
            yield _gone(key._replace(path=f"{key.path}[{name}]"), item)
    for name, item in news.items():
        place = key._replace(path=f"{key.path}[{name}]")
        if name not in olds:
            yield _added(place, item)
        elif type(item) is not type(olds[name]):
            yield _gone(place, olds[name])
            yield _added(place, item)
        else:
            yield from _items(olds[name], item, place.path)
    yield from _moved(key, [n for n in olds if n in news], [n for n in news if n in olds])


def _naming(*lists: tuple[Item, ...]) -> Callable[[Item, int], str]:
    """How to name the items of these lists: by the first key that tells them apart, else by place, counted from 1."""
    for key in _IDENTITY:
        names = [[getattr(item, key, None) for item in items] for items in lists]
        if all(None not in row and len({_shown(n) for n in row}) == len(row) for row in names):
            # A lambda with a default is beyond the checker.
            return lambda item, _, key=key: _plain(getattr(item, key)).strip("[]")  # type: ignore[misc]  # a lambda with a default
    return lambda _, place: str(place + 1)


def _moved(key: _Key, before: list[str], after: list[str]) -> Iterator[Change]:
    if before != after:
        zh = f"次序由 {'、'.join(before)} 改为 {'、'.join(after)}"
        yield Change(key.path, key.meaning, zh, f"order was {', '.join(before)}, is {', '.join(after)}")


def _words(key: _Key, before: tuple[Any, ...], after: tuple[Any, ...]) -> Iterator[Change]:
    gone = [_plain(v) for v in before if v not in after]
    added = [_plain(v) for v in after if v not in before]
    if gone or added:
        parts = [(gone, "删去 ", "without "), (added, "增加 ", "with ")]
        zh = "；".join(word + "、".join(words) for words, word, _ in parts if words)
        en = "; ".join(word + ", ".join(words) for words, _, word in parts if words)
        yield Change(key.path, key.meaning, zh, en)
    kept_before, kept_after = (
        [_plain(v) for v in before if v in after],
        [_plain(v) for v in after if v in before],
    )
    yield from _moved(key, kept_before, kept_after)


def _maps(key: _Key, before: dict[Any, Any], after: dict[Any, Any]) -> Iterator[Change]:
    for name in dict.fromkeys([*before, *after]):
        place = key._replace(path=f"{key.path}.{name}")
        if before.get(name) != after.get(name):
            yield _changed(place, before.get(name), after.get(name))


def _changed(key: _Key, before: Any, after: Any) -> Change:
    if before is None:
        return _added(key, after)
    if after is None:
        return _gone(key, before)
    zh = " → ".join(_around_change(_full(before, key.hint), _full(after, key.hint)))
    en = " → ".join(_around_change(_full(before, key.hint, "en"), _full(after, key.hint, "en")))
    return Change(key.path, key.meaning, zh, en)


def _around_change(before: str, after: str) -> tuple[str, str]:
    """Both texts, cut so that long ones still show where they differ."""
    if max(len(before), len(after)) <= MAX_SHOWN:
        return before, after
    same = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    start = max(0, same - MAX_SHOWN // 4)
    lead = "…" if start else ""
    return lead + _cut(before[start:]), lead + _cut(after[start:])


def _added(key: _Key, value: Any) -> Change:
    return Change(
        key.path, key.meaning, f"新增 {_shown(value, key.hint)}", f"added {_shown(value, key.hint, 'en')}"
    )


def _gone(key: _Key, value: Any) -> Change:
    return Change(
        key.path, key.meaning, f"删去 {_shown(value, key.hint)}", f"removed {_shown(value, key.hint, 'en')}"
    )


def _shown(value: Any, hint: Any = None, lang: str = "zh") -> str:
    """The value as an author would write it, cut to `MAX_SHOWN` characters."""
    return _cut(_full(value, hint, lang))


def _cut(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


def _full(value: Any, hint: Any = None, lang: str = "zh") -> str:
    if mentions(hint, Money) and isinstance(value, int):
        return f"{Decimal(value) / 100:f}元"
    if mentions(hint, Span) and isinstance(value, tuple) and len(value) == 2:
        return f"{value[0]} {'to' if lang == 'en' else '至'} {value[1]}"
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, Item):
        return _plain(_said(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, tuple):
        return f"[{', '.join(_plain(v) for v in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{k}: {_plain(v)}' for k, v in value.items())}}}"
    return " ".join(str(value).split())


def _said(item: Item) -> dict[str, Any]:
    """What the author wrote of an item: its keys that differ from their defaults."""
    fields = type(item).model_fields
    said: dict[str, Any] = {}
    for name, field in fields.items():
        value = getattr(item, name)
        if field.is_required() or value != field.get_default(call_default_factory=True):
            shown = _shown(value, hints_of(type(item))[name]) if not isinstance(value, Item) else value
            said[key_of(name, field)] = shown
    return said
