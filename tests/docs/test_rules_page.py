"""docs/rules.md holds every rule id that the program gives, as the code says it."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from guiguan.core.entries.answers import FORM_RULES
from guiguan.core.values.exclusion import RULES

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def rules_page() -> ModuleType:
    spec = importlib.util.spec_from_file_location("rules_page", Path(__file__).with_name("rules_page.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_code_says(rules_page: ModuleType) -> None:
    written = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert written == rules_page.page(), "run: python tests/docs/rules_page.py > docs/rules.md"


def test_every_id_in_the_source_stands_on_the_page() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE))
    sources = [f.read_text(encoding="utf-8") for f in (ROOT / "src" / "guiguan").rglob("*.py")]
    given = {rule for text in sources for rule in _given(ast.parse(text))} | set(RULES) | set(FORM_RULES)
    assert sorted(given - listed) == []
    literal = "\n".join(sources)
    assert sorted(r for r in listed if not r.startswith("blueprint.") and f'"{r}"' not in literal) == []
    assert len(listed) > 150


def _given(tree: ast.Module) -> Iterator[str]:
    """The ids with which findings and reasons are made."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("Finding", "Reason")
        ):
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def test_no_id_stands_twice_and_none_lacks_a_text() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| (.*) \| (.*) \|$", page, re.MULTILINE)
    names = [rule for rule, _, _ in rows]
    assert [n for n in names if names.count(n) > 1] == []
    assert [n for n, zh, en in rows if zh.strip("… ") == "" or en.strip("… ") == ""] == []
