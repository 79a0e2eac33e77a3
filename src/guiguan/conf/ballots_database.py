"""Where votes and ballots lie: on SQLite in a file of their own, so that pages never wait for ballots nor ballots for pages; on
PostgreSQL in the site's database, unless GUIGUAN_BALLOTS_URL names another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from guiguan.conf.databases import database, sqlite

APP = "votes"


def ballots_url(database_url: str, own_url: str, data: Path) -> str:
    """The address of the database with the ballots: postgresql://… or sqlite:///file."""
    if own_url:
        return own_url
    if not database_url.startswith(("postgresql:", "postgres:")):
        return f"sqlite://{(data / 'ballots.sqlite3').absolute()}"
    return database_url


def ballots_alias(database_url: str, own_url: str, data: Path) -> str:
    """The name under which Django knows it: `default` where it is the site's own database."""
    return "default" if ballots_url(database_url, own_url, data) == database_url else "ballots"


def databases(database_url: str, own_url: str, data: Path) -> dict[str, Any]:
    """Django's databases: the site's, and the ballots' where that is another. ValueError where an address is neither PostgreSQL's nor
    SQLite's."""
    if own_url and not own_url.startswith(("postgresql:", "postgres:", "sqlite://")):
        raise ValueError(
            "GUIGUAN_BALLOTS_URL：应为 postgresql:// 或 sqlite:/// (postgresql:// or sqlite:///)"
        )
    found = {"default": database(database_url, data)}
    if ballots_alias(database_url, own_url, data) == "ballots":
        url = ballots_url(database_url, own_url, data)
        found["ballots"] = (
            database(url, data)
            if "postgres" in url.split(":")[0]
            else sqlite(Path(url.removeprefix("sqlite://")))
        )
    return found


class Router:
    """Models of votes lie in the ballots' database, all others in the site's."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return _place(model._meta.app_label)

    def db_for_write(self, model: Any, **hints: Any) -> str | None:
        return _place(model._meta.app_label)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return db == _place(app_label)


def _place(label: str) -> str:
    from django.conf import settings

    return str(settings.BALLOTS_ALIAS) if label == APP else "default"
