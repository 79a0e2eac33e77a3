"""The scene of `scene.py`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from apps.screening.scene import Scene, make_scene


@pytest.fixture
def scene(db: None) -> Scene:
    return make_scene()


@pytest.fixture
def scenes(db: None) -> Callable[..., Scene]:
    return make_scene
