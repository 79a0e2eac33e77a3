"""The coverage table against the blueprints: each key that it names holds something there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from guiguan.core.blueprint.load import load_blueprint

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "blueprint" / "coverage.md").read_text("utf-8")
VERDICTS = ("是", "未能表达", "未写入")


def rows() -> list[tuple[str, str, str, str]]:
    """(blueprint file, rule, keys, verdict) of each row of each table."""
    found: list[tuple[str, str, str, str]] = []
    file = ""
    for line in PAGE.splitlines():
        heading = re.match(r"^## .*（([a-z0-9-]+)\.yaml）$", line)
        if heading:
            file = heading[1]
        cells = [c.strip() for c in line.strip("|").split("|")] if line.startswith("| ") else []
        if file and cells and cells[1] != "规则":
            assert len(cells) == 4, line
            found.append((file, cells[1], cells[2], cells[3]))
    return found


def value_at(item: Any, path: str) -> Any:
    """What a key such as stages[vote].limits holds."""
    for name, chosen in re.findall(r"([a-z_]+)(?:\[([a-z_]+)\])?", path):
        item = getattr(item, name)
        if chosen:
            item = next((x for x in item if x.id == chosen), None)
    return item


def is_empty(key: str, value: Any) -> bool:
    """Whether a key holds nothing; `false` says something only where it stands for 可不."""
    return value in (None, (), {}, "") or (value is False and not key.endswith((".required", ".needed")))


FILES = sorted({file for file, *_ in rows()})


def test_every_shipped_blueprint_has_its_table() -> None:
    assert sorted(p.stem for p in (ROOT / "blueprints").glob("*.yaml")) == FILES


@pytest.mark.parametrize("file", FILES)
def test_each_key_of_the_table_holds_something(file: str) -> None:
    b = load_blueprint((ROOT / "blueprints" / f"{file}.yaml").read_bytes(), file).blueprint
    empty = [
        key
        for name, _, keys, _ in rows()
        if name == file
        for key in re.findall(r"`([^`]+)`", keys)
        if is_empty(key, value_at(b, key))
    ]
    assert empty == []


def test_each_row_says_whether_the_rule_is_held_and_by_what() -> None:
    for file, rule, keys, verdict in rows():
        assert verdict.partition("：")[0] in VERDICTS, (file, rule)
        assert bool(keys) == verdict.startswith("是"), (file, rule)
        assert verdict.startswith("是") or "：" in verdict, (file, rule)
