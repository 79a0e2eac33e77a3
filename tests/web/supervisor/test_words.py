"""Nobody who reads the trail meets a code where a word could stand."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

import guiguan
from guiguan.apps.screening.judgement import OUTCOMES
from guiguan.core.lifecycle.moves import APPEAL, SUSPICION, Lifecycle
from guiguan.web.supervisor.words import action_title

APPS = Path(guiguan.__file__).parent / "apps"


def _acts(cycle: Lifecycle, *but: str) -> set[str]:
    return {act for moves in cycle.moves.values() for act in moves} - set(but)


PUT_TOGETHER = {
    "screening.{screening.outcome}": {f"screening.{o}" for o in OUTCOMES},
    "organisation.{act}": {f"organisation.{a}" for a in ("approve", "refuse", "suspend", "restore")},
    "poll.{act.act}": {
        f"poll.{a}" for a in ("open", "pause", "resume", "close", "propose", "decline", "remove")
    },
    "{act}.command": {"import.command", "export.command"},
    "brushing.{act.action}": {
        *(f"brushing.{a}" for a in ("run", "done", "raise", "appeal", *_acts(SUSPICION, "restore", "annul"))),
        *(f"brushing.appeal-{a}" for a in _acts(APPEAL)),
    },
}
"""Acts whose names are put together where they are recorded."""


def _named() -> Iterator[ast.expr]:
    """Where an act is recorded, the expression that names it; also one that a variable was given before."""
    for path in APPS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                yield from _of_function(node)


def _of_function(function: ast.FunctionDef) -> Iterator[ast.expr]:
    given: dict[str, ast.expr] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            given |= _given(node.targets[0], node.value)
    for node in ast.walk(function):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id in ("record", "_record", "record_opinion") and len(node.args) > 2:
            name = node.args[2]
            yield given.get(name.id, name) if isinstance(name, ast.Name) else name


def _given(target: ast.expr, value: ast.expr) -> dict[str, ast.expr]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return {t.id: v for t, v in zip(target.elts, value.elts, strict=True) if isinstance(t, ast.Name)}
    return {target.id: value} if isinstance(target, ast.Name) else {}


def recorded() -> Iterator[str]:
    """Every act that is written out where it is recorded."""
    for name in _named():
        yield from _texts(name)


def put_together() -> set[str]:
    """The names with blanks, as the code writes them."""
    return {ast.unparse(name)[2:-1] for name in _named() if isinstance(name, ast.JoinedStr)}


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def test_every_name_that_is_put_together_is_known_here() -> None:
    assert put_together() == set(PUT_TOGETHER)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_act_of_the_trail_has_a_name(language: str) -> None:
    acts = {*recorded(), *(act for found in PUT_TOGETHER.values() for act in found)}
    assert {
        "release.publish",
        "recommendation.change",
        "file.take",
        "endorsement.give",
        "endorsement.note",
        "screening.accept",
        "screening.refuse",
    } <= acts
    with translation.override(language):
        assert sorted(act for act in acts if action_title(act) == act) == []
