from __future__ import annotations

import re
from pathlib import Path

import guiguan.tables
from guiguan.tables.rules import RULES


def test_the_rules_listed_are_those_that_the_code_names() -> None:
    folder = Path(guiguan.tables.__file__).parent
    sources = [path for path in folder.glob("*.py") if path.name != "rules.py"]
    named = {
        rule for path in sources for rule in re.findall(r'"(table\.[a-z0-9-]+)"', path.read_text("utf-8"))
    }
    assert named == set(RULES)


def test_every_rule_has_a_short_title_in_both_languages() -> None:
    for zh, en in RULES.values():
        assert 0 < len(zh) <= 20
        assert 0 < len(en) <= 50
        assert en.isascii()
        assert not zh.isascii()
