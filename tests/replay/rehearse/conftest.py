"""Blueprints to rehearse, and one rehearsal of Guangxi 2021 that several tests look at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from guiguan.core.blueprint.load import Loaded, load_blueprint
from guiguan.replay.rehearse.run import Rehearsed, rehearse
from guiguan.replay.rehearse.sizes import Size

BLUEPRINTS = Path(__file__).parents[3] / "blueprints"
Load = Callable[[str], Loaded]


def load(name: str) -> Loaded:
    return load_blueprint((BLUEPRINTS / f"{name}.yaml").read_bytes(), name)


@pytest.fixture(scope="session")
def shipped() -> Load:
    """A shipped blueprint by name."""
    return load


@pytest.fixture(scope="session")
def guangxi(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rehearsed, Path]:
    """Guangxi 2021 with all its entries and few voters, and the folder that holds it."""
    out = tmp_path_factory.mktemp("rehearse") / "gx"
    return rehearse(load("guangxi-2021"), out, Size(300, 400)), out
