"""Every rule id that the language can tell is the expectation of some test here."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import guiguan.core.blueprint

RULE = re.compile(r"(?:blueprint|yaml)\.[a-z]+(?:-[a-z]+)*")


def rules_in_source() -> set[str]:
    found: set[str] = set()
    for file in Path(guiguan.core.blueprint.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and RULE.fullmatch(node.value):
                found.add(node.value)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "wrong":
                kind = node.args[0]
                assert isinstance(kind, ast.Constant), "a rule id is written out"
                found.add(f"blueprint.{kind.value}")
    return found


def rules_expected() -> set[str]:
    tests = (f for f in Path(__file__).parent.glob("test_*.py") if f.name != Path(__file__).name)
    return {rule for f in tests for rule in RULE.findall(f.read_text(encoding="utf-8"))}


def test_every_rule_of_the_language_is_tested():
    assert len(rules_in_source()) > 50
    assert sorted(rules_in_source() - rules_expected()) == []
