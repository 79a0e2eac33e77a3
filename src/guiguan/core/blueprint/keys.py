"""Every key of the language: for suggestions, for the schema and for the reference page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo

from guiguan.core.blueprint.base import Item
from guiguan.core.blueprint.model import Blueprint


def models_in(annotation: Any) -> Iterator[type[Item]]:
    """The models that a type mentions, at any depth."""
    if isinstance(annotation, type) and issubclass(annotation, Item):
        yield annotation
    for inner in get_args(annotation):
        yield from models_in(inner)


@cache
def all_models() -> tuple[type[Item], ...]:
    """Every model of the language, each once, in the order in which a reader meets them."""
    found: list[type[Item]] = []
    waiting: list[type[Item]] = [Blueprint]
    while waiting:
        model = waiting.pop(0)
        if model in found:
            continue
        found.append(model)
        for field in model.model_fields.values():
            waiting.extend(m for m in models_in(field.annotation) if m not in found)
    return tuple(found)


@cache
def known_keys() -> tuple[str, ...]:
    """Every key, as written in a file."""
    return tuple(sorted({key_of(name, f) for m in all_models() for name, f in m.model_fields.items()}))


def key_of(name: str, field: FieldInfo) -> str:
    """The key as written in a file: `from`, where the model has to say `source`."""
    return field.alias or name


@cache
def hints_of(model: type[Item]) -> dict[str, Any]:
    """Each field's type as declared, with the names of the language's own types still to be seen in it."""
    return get_type_hints(model, include_extras=True)


def mentions(hint: Any, wanted: Any) -> bool:
    """Whether the declared type is `wanted`, or offers it beside others (`Money | None`)."""
    if get_origin(hint) in (Union, UnionType) and hint != wanted:
        return any(mentions(member, wanted) for member in get_args(hint))
    return bool(hint == wanted)


def short(description: str) -> str:
    """The first few words of a description, before it goes into detail: 起止日期（含最后一天）→ 起止日期."""
    return re.split(r"[，；：（(]", description, maxsplit=1)[0]


def kinds_of(model: type[Item]) -> tuple[str, ...]:
    """The values of `kind` that choose this model among others; empty where nothing needs to be chosen."""
    kind = model.model_fields.get("kind")
    if kind is None or get_origin(kind.annotation) is not Literal or not _stands_in_a_union(model):
        return ()
    return tuple(get_args(kind.annotation))


@cache
def _stands_in_a_union(model: type[Item]) -> bool:
    fields = (f for m in all_models() for f in m.model_fields.values())
    return any(model in (found := list(models_in(f.annotation))) and len(found) > 1 for f in fields)


@cache
def homes() -> dict[type[Item], tuple[str, ...]]:
    """Where each model stands in a file: `stages[].criteria[]`; several where it serves several keys."""
    found: dict[type[Item], list[str]] = {Blueprint: [""]}
    for model in all_models():
        for name, field in model.model_fields.items():
            for part in models_in(field.annotation):
                listed = "[]" if "tuple" in str(field.annotation) else ""
                for home in (
                    found[model][:1] if kinds_of(model) == () else _with_kind(model, found[model][:1])
                ):
                    path = f"{home}.{key_of(name, field)}{listed}".lstrip(".")
                    found.setdefault(part, [])
                    if path not in found[part]:
                        found[part].append(path)
    return {m: tuple(paths) for m, paths in found.items()}


def _with_kind(model: type[Item], paths: list[str]) -> list[str]:
    return [f"{p.removesuffix('[]')}[{'|'.join(kinds_of(model))}]" for p in paths]


@cache
def title_of_model(model: type[Item]) -> str:
    """What the model is called in Chinese: by its own kind, else by the key that holds it."""
    if model is Blueprint:
        return "活动蓝图"
    if kinds_of(model):
        return model.model_fields["kind"].description or model.__name__
    for holder in all_models():
        for field in holder.model_fields.values():
            if model in models_in(field.annotation):
                return short(field.description or "") or model.__name__
    return model.__name__
