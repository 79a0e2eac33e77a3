"""A PostgreSQL of a benchmark's own, with the settings that docs/operate/scale.md asks for, and gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "on",
    "synchronous_commit": "on",
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
}


def programs() -> Path | None:
    """The folder with initdb, postgres and pgbench; None where none is installed."""
    found = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return Path(found).parent if found else debian[-1].parent if debian else None


@contextmanager
def own_cluster() -> Iterator[str]:
    """The address of its database; RuntimeError where PostgreSQL is not installed."""
    given = os.environ.get("GUIGUAN_BENCH_DATABASE", "")
    if given:
        yield given
        return
    found = programs()
    if found is None:
        raise RuntimeError("no PostgreSQL: install it, or name an empty database in GUIGUAN_BENCH_DATABASE")
    with tempfile.TemporaryDirectory(prefix="guiguan-bench-") as folder:
        yield from _cluster(found, Path(folder))


def warm(server: str) -> None:
    """The server has used all of the memory that it shares: on a virtual machine the first touch of each page costs many times what
    it costs later, and a server that runs for more than minutes has that behind it."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connected:
        connected.execute(
            "CREATE TABLE bench_warm AS SELECT repeat(md5(i::text), 30) AS text FROM generate_series(1, 1000000) AS i"
        )
        connected.execute("SELECT count(text) FROM bench_warm")
        connected.execute("DROP TABLE bench_warm")


def _cluster(programs: Path, place: Path) -> Iterator[str]:
    owner = None if os.getuid() else "postgres"  # PostgreSQL never runs as root
    if owner:
        shutil.chown(place, owner)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    do = partial(subprocess.run, check=True, user=owner, stdout=subprocess.DEVNULL, cwd="/")
    do([programs / "initdb", "-D", place, "-U", "guiguan", "-A", "trust", "-E", "UTF8"])
    options = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
    do([programs / "pg_ctl", "-D", place, "-w", "-l", place / "log", "-o", f"-p {port} {options}", "start"])
    try:
        yield f"postgresql://guiguan@127.0.0.1:{port}/postgres"
    finally:
        do([programs / "pg_ctl", "-D", place, "-w", "-m", "immediate", "stop"])
