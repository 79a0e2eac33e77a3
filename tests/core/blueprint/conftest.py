"""The Guangxi 2021 blueprint to change, and its findings told as (where, rule, message)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from guiguan.core.blueprint.load import load_blueprint
from guiguan.core.values.finding import Finding, InputError

Told = list[tuple[str, str, str]]

SHIPPED = Path(__file__).parents[3] / "blueprints"
OWN = "blueprint.paper-same-day"
"""What the notice itself causes: paper copies are due on the last day of declaring."""


@pytest.fixture(scope="session")
def gx() -> str:
    return (SHIPPED / "guangxi-2021.yaml").read_text(encoding="utf-8")


def findings_of(text: str) -> tuple[Finding, ...]:
    try:
        return load_blueprint(text.encode(), "gx.yaml").findings
    except InputError as error:
        return error.findings


@pytest.fixture(scope="session")
def faults(gx: str) -> Callable[[str, str, int], Told]:
    """Findings of the blueprint with one text replaced: (the `width` characters they point at, rule, Chinese)."""

    def told(old: str, new: str, width: int = 12) -> Told:
        assert gx.count(old) == 1, f"{old!r} stands {gx.count(old)} times"
        text = gx.replace(old, new)
        lines = text.split("\n")
        found: Told = []
        for f in findings_of(text):
            assert f.place.file == "gx.yaml"
            if f.rule != OWN:
                found.append(
                    (lines[f.place.line - 1][f.place.column - 1 :][:width], f"{f.severity} {f.rule}", f.zh)
                )
        return found

    return told
