"""The database: SQLite in WAL mode where nothing is set, PostgreSQL by its address."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from guiguan.box.watched import WATCHED

_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000; PRAGMA foreign_keys=ON"
)


def database(url: str, data: Path) -> dict[str, Any]:
    """Django's entry for the address. ValueError where it is neither sqlite nor postgresql."""
    if not url:
        data.mkdir(parents=True, exist_ok=True)
        return sqlite(data / "guiguan.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path)))
    if parts.scheme not in ("postgresql", "postgres"):
        raise ValueError("DATABASE_URL：应为 postgresql:// 或 sqlite:/// (postgresql:// or sqlite:///)")
    try:
        port = parts.port
    except ValueError:
        raise ValueError(
            "DATABASE_URL：端口应为 1 到 65535 的整数 (the port must be from 1 to 65535)"
        ) from None
    options: dict[str, Any] = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or parts.hostname or "",
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": WATCHED | options | {"pool": {"min_size": 1, "max_size": 12, "timeout": 20}},
    }


def sqlite(file: Path) -> dict[str, Any]:
    """An embedded database whose commit is on the disk when it returns, and where a writer waits instead of failing."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": _PRAGMAS},
    }
