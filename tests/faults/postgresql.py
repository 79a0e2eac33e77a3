"""PostgreSQL for the tests that kill: a database of one's own on the server that is named, and a cluster of one's own."""

from __future__ import annotations

import itertools
import os
import pwd
import random
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from faults.site import free_port


@contextmanager
def own_database(server: str) -> Iterator[str]:
    """The address of an empty database on the server, gone afterwards. `server`: postgresql://… with any database of it."""
    name = f"guiguan_faults_{uuid.uuid4().hex[:8]}"
    parts = urlsplit(server)
    main = urlunsplit(parts._replace(path="/postgres"))
    _do(main, f'CREATE DATABASE "{name}"')
    try:
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        _do(main, f'DROP DATABASE "{name}" WITH (FORCE)')


def _do(address: str, statement: str) -> None:
    # a connection for each: in between the server may have crashed
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())


def programs() -> Path | None:
    """The folder with initdb and postgres, or None."""
    found = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return Path(found).parent if found else debian[-1].parent if debian else None


@contextmanager
def own_cluster() -> Iterator[str]:
    """The address of a server that runs here alone and keeps every promise of a commit; it ends with the block."""
    with tempfile.TemporaryDirectory(prefix="guiguan-cluster-") as folder:
        yield from _cluster(Path(folder))


def _cluster(place: Path) -> Iterator[str]:
    bin, owner, port = programs(), _owner(), free_port()
    assert bin is not None
    if owner:  # PostgreSQL never runs as root
        shutil.chown(place, owner)
    do = partial(subprocess.run, check=True, user=owner, stdout=subprocess.DEVNULL, cwd="/")
    do([bin / "initdb", "-D", place, "-U", "guiguan", "-A", "trust", "-E", "UTF8"])
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=40"
    do([bin / "pg_ctl", "-D", place, "-w", "-l", place / "log", "-o", options, "start"])
    try:
        yield f"postgresql://guiguan@127.0.0.1:{port}/postgres"
    finally:
        do([bin / "pg_ctl", "-D", place, "-w", "-m", "immediate", "stop"])


def _owner() -> str | None:
    """Under whose name a cluster runs: one's own, or for root that of the package."""
    if os.getuid():
        return None
    pwd.getpwnam("postgres")
    return "postgres"


def kill_backend(address: str, chance: random.Random) -> None:
    """One process that serves a client of this database is dead by SIGKILL; PostgreSQL then ends all others and recovers."""
    with psycopg.connect(urlunsplit(urlsplit(address)._replace(path="/postgres"))) as connection:
        found = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'",
            [urlsplit(address).path.lstrip("/")],
        ).fetchall()
    os.kill(int(chance.choice(found)[0]), signal.SIGKILL)


def kill_server(address: str, chance: random.Random) -> None:
    """The first process of the server is dead by SIGKILL, as in a power cut, and it is started again as it was. The server must be one
    of `own_cluster`."""
    with psycopg.connect(address) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    assert row is not None
    place = Path(row[0])
    first = int((place / "postmaster.pid").read_text().split()[0])
    command = shlex.split((place / "postmaster.opts").read_text())
    os.kill(first, signal.SIGKILL)
    until = time.monotonic() + 30
    while True:  # those that it had started end by themselves; as long as one is there, no other begins
        start = [Path(command[0]).with_name("pg_ctl"), "-D", place, "-w", "-l", place / "log"]
        done = subprocess.run(
            [*start, "-o", shlex.join(command[3:]), "start"],
            user=_owner(),
            capture_output=True,
            cwd="/",
            check=False,
        )
        if done.returncode == 0:
            return
        assert time.monotonic() < until, (place / "log").read_text()[-2000:]
        time.sleep(0.1)


def crashes(address: str, seed: int) -> Callable[[], None]:
    """What, called again and again, makes the server crash, in one way and the other in turn, and waits until it serves again."""
    chance, ways = random.Random(seed), itertools.cycle((kill_backend, kill_server))

    def crash() -> None:
        next(ways)(address, chance)
        _recovered(address)

    return crash


def _recovered(address: str) -> None:
    """PostgreSQL has ended all its processes after the death of one, and serves a question of a third of a second to its end again."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with psycopg.connect(address) as connected:
                connected.execute("SELECT pg_sleep(0.3)")
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("PostgreSQL did not recover")
