"""A filled Word form, read. The confined process looks into the file; what it says is believed only where it fits the form."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from guiguan.core.blueprint.form import FormField
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.answers import Value, fits
from guiguan.documents.forms.layout import Layout
from guiguan.documents.forms.sought import wish_of
from guiguan.documents.intake.confined import run_confined
from guiguan.documents.intake.verdict import Refused, refused

MOST_JSON = 8_000_000
WHYS = (
    "not-found",
    "different",
    "twice",
    "split",
    "marks-unclear",
    "several-ticked",
    "words-without-tick",
    "not-an-option",
    "list-unclear",
    "heading-changed",
    "table-inside",
    "pattern",
    "unfit",
)


@dataclass(frozen=True)
class ReadField:
    """What was read of one field: `read` with its value, `empty`, or `unread` with the reason and what stood there."""

    state: Literal["read", "empty", "unread"]
    value: Value = ""
    why: str = ""
    texts: tuple[str, ...] = ()


def read_back(
    path: Path, blueprint: Blueprint, layout: Layout | None, work: Path | None = None
) -> dict[str, ReadField] | Refused:
    """field → what the form says of it, for every field on the form; or why the file cannot be read at all."""
    wish = wish_of(blueprint, layout)
    with tempfile.TemporaryFile(dir=work) as output:
        outcome = run_confined("form", path, wish, output)
        if isinstance(outcome, Refused):
            return outcome
        output.seek(0)
        said = _json(output)
    if said is None:
        return refused("broken")
    known = fields(blueprint)
    return {name: _judged(known[name], said.get(name)) for name in wish["fields"]}


def _json(output: io.BufferedIOBase | Any) -> Mapping[str, Any] | None:
    content = output.read(MOST_JSON + 1)
    if len(content) > MOST_JSON:
        return None
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _judged(field: FormField, said: Any) -> ReadField:
    """What the confined process said of one field, where it is of the form that such an answer has."""
    if not isinstance(said, dict):
        return ReadField("unread", why="not-found")
    state, value, why = said.get("state"), said.get("value"), said.get("why")
    texts = said.get("texts")
    shown = tuple(t[:2000] for t in texts[:20] if isinstance(t, str)) if isinstance(texts, list) else ()
    if state == "empty":
        return ReadField("empty")
    if state == "read" and fits(field, value):
        return ReadField("read", value)
    return ReadField("unread", why=why if why in WHYS else "unfit", texts=shown)
