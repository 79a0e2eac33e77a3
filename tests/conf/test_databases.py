"""A database by its address: what the address says goes before what is set for everybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from guiguan.conf.databases import database


def test_every_connection_is_watched_and_the_address_may_say_otherwise(tmp_path: Path) -> None:
    plain = database("postgresql://a:b%40c@db.example:5433/site", tmp_path)
    assert (plain["HOST"], plain["PORT"], plain["PASSWORD"]) == ("db.example", "5433", "b@c")
    assert plain["OPTIONS"]["tcp_user_timeout"] == 20_000
    assert plain["OPTIONS"]["keepalives_idle"] == 10
    own = database("postgresql://db.example/site?connect_timeout=60&sslmode=require", tmp_path)["OPTIONS"]
    assert (own["connect_timeout"], own["sslmode"], own["keepalives_count"]) == ("60", "require", 2)


def test_a_wrong_address_says_what_is_right(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^DATABASE_URL：应为 postgresql:// 或 sqlite:///"):
        database("mysql://db.example/site", tmp_path)


@pytest.mark.django_db
def test_the_site_itself_gives_a_lost_server_up() -> None:
    connection: Any = connections["default"]
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no connection to lose")
    with connection.cursor():
        said = connection.connection.info.get_parameters()
    assert (said["tcp_user_timeout"], said["keepalives_idle"]) == ("20000", "10")
