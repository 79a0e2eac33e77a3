"""docs/rules.md holds every rule id that the program gives, as the code says it."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

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
    families = {rule.partition(".")[0] for rule in listed}
    used = {
        rule
        for file in (ROOT / "src" / "guiguan").rglob("*.py")
        for rule in re.findall(r'"([a-z][a-z-]*\.[a-z][a-z0-9-]*)"', file.read_text(encoding="utf-8"))
        if rule.partition(".")[0] in families
        and not rule.endswith((".tar", ".jsonl", ".json", ".py", ".csv"))
    }
    assert sorted(used - listed) == []
    assert sorted(rule for rule in listed - used if not rule.startswith("blueprint.")) == []
    assert len(listed) > 150


def test_no_id_stands_twice_and_none_lacks_a_text() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| (.*) \| (.*) \|$", page, re.MULTILINE)
    names = [rule for rule, _, _ in rows]
    assert [n for n in names if names.count(n) > 1] == []
    assert [n for n, zh, en in rows if zh.strip("… ") == "" or en.strip("… ") == ""] == []
