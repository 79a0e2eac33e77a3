"""Nobody who reads the trail meets a code where a word could stand."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import guiguan
from guiguan.web.supervisor.words import action_title

APPS = Path(guiguan.__file__).parent / "apps"


def recorded() -> Iterator[str]:
    """Every act that is written out where it is recorded."""
    for path in APPS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id in ("record", "_record", "record_opinion") and len(node.args) > 2:
                yield from _texts(node.args[2])


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def test_every_act_of_the_trail_has_a_name() -> None:
    acts = {*recorded(), "import.command", "export.command"}  # those two are put together in by_command
    assert {
        "release.publish",
        "recommendation.change",
        "file.take",
        "endorsement.give",
        "endorsement.note",
    } <= acts
    assert sorted(act for act in acts if action_title(act) == act) == []
