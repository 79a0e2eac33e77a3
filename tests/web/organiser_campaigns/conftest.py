"""Organisers signed in on a demo site, which asks no second factor of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import time_machine

GX = (Path(__file__).parents[3] / "blueprints" / "guangxi-2021.yaml").read_text(encoding="utf-8")


@pytest.fixture
def gx() -> str:
    return GX


@pytest.fixture(autouse=True)
def _demo(settings: Any) -> None:
    settings.GUIGUAN = settings.GUIGUAN.model_copy(update={"demo": True})


@pytest.fixture(autouse=True)
def clock() -> Any:
    """The clock stands at noon of 2021-05-03 in Nanning."""
    with time_machine.travel("2021-05-03T04:00:00Z", tick=False) as traveller:
        yield traveller
