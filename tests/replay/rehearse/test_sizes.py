"""Sizes: as many entries as such a campaign receives."""

from __future__ import annotations

from pathlib import Path

import pytest

from guiguan.core.blueprint.load import load_blueprint
from guiguan.replay.rehearse.sizes import Size, size_of

BLUEPRINTS = Path(__file__).parents[3] / "blueprints"


@pytest.mark.parametrize(
    ("name", "entries", "voters"),
    [
        ("guangxi-2021", 300, 20_000),
        ("qingdao-2020", 250, 30_000),
        ("ceprei-xinchuang-2022", 600, 20_000),
        ("open-data-contest-2023", 200, 20_000),
        ("guangxi-scenarios-government", 120, 20_000),
        ("guangxi-scenarios-social", 120, 20_000),
        ("big-data-society-membership", 150, 20_000),
    ],
)
def test_the_shipped_blueprints(name: str, entries: int, voters: int) -> None:
    b = load_blueprint((BLUEPRINTS / f"{name}.yaml").read_bytes(), name).blueprint
    assert size_of(b) == Size(entries, voters)
    assert size_of(b, entries=7) == Size(7, voters)
    assert size_of(b, voters=9) == Size(entries, 9)
