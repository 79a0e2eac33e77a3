"""Every test of the box runs on SQLite, and on PostgreSQL where GUIGUAN_TEST_DATABASE names a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from box.scene import Scene, emptied, needs_postgres, own_tables

KINDS = [
    "sqlite",
    pytest.param("postgresql", marks=needs_postgres),
]


@pytest.fixture(scope="session")
def server_tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One PostgreSQL database for all tests: making one takes longer than most of them."""
    with own_tables("postgresql", tmp_path_factory.mktemp("none")) as found:
        yield found


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with empty tables."""
    if request.param == "sqlite":
        with own_tables("sqlite", tmp_path) as found:
            yield found
    else:
        found = request.getfixturevalue("server_tables")
        emptied(found)
        yield found


@pytest.fixture(params=["batcher", "line"])
def scene(request: pytest.FixtureRequest, url: str, tmp_path: Path) -> Iterator[Callable[..., Scene]]:
    """Makes boxes on that database, and closes them: such as the site has, and such as the ballots' own server has. A store that a test
    made stores everything."""
    made: list[Scene] = []

    def open_scene(**more: Any) -> Scene:
        hasty = request.param == "line" and "store" not in more
        made.append(Scene(url, tmp_path, hasty=hasty, **more))
        return made[-1]

    yield open_scene
    for one in made:
        one.close()
