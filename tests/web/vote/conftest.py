"""The box is let go after each test that used it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from guiguan.apps.votes.casting import close_box


@pytest.fixture
def box(transactional_db: None) -> Iterator[None]:
    """Ballots can be cast: the box sees what was committed."""
    yield
    close_box()
