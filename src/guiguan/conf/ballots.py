"""`guiguan serve --only ballots`: the ballot box on a server of its own, configured as the site is. Loads no Django.

Python uses one core a process, so there may be several at one port. The first of them keeps the others, which end with it.
"""

from __future__ import annotations

import logging.config
import sys

from guiguan.box.beside import Beside
from guiguan.box.box import BoxSettings
from guiguan.box.guarded import GuardedGate
from guiguan.box.held import lost_finding
from guiguan.box.keys import LostKeys
from guiguan.box.open import open_box, open_line
from guiguan.box.receipt_keys import receipt_keys
from guiguan.box.server import serve
from guiguan.box.store import NotStored, Unavailable, Unsafe
from guiguan.conf.ballots_database import ballots_url
from guiguan.conf.environment import environment
from guiguan.conf.kept import Kept, stop_all
from guiguan.conf.leash import on_leash
from guiguan.conf.logs import logging_of
from guiguan.conf.port import check_free
from guiguan.core.values.finding import Finding, InputError


def serve_ballots(host: str, port: int, *, leashed: bool = False) -> int:
    """Serves until it is stopped; returns the exit code. InputError where commits could be lost, the site has not made the tables, or the
    keys are not those with which the votes began. `leashed`: one of the others."""
    settings = environment()
    logging.config.dictConfig(logging_of(settings.log_level))
    data = settings.data.absolute()
    url = ballots_url(settings.database_url, settings.ballots_url, data)
    processes = settings.ballot_processes
    if processes > 1 and url.startswith("sqlite://"):
        raise InputError(
            Finding(
                "ballots.one-process",
                "选票数据库是 SQLite，只能用一个进程：请把 GUIGUAN_BALLOT_PROCESSES 设为 1，或改用 PostgreSQL",
                "SQLite takes one process: set GUIGUAN_BALLOT_PROCESSES to 1, or use PostgreSQL",
            )
        )
    if not leashed:
        check_free(host, port)
    made = BoxSettings(trusted_proxies=settings.trusted_proxies, lingers=processes > 1)
    try:
        spent = data / "spent.sqlite3"
        box = open_box(url, data / "keys" / "ballots", made, lambda held: GuardedGate(held.token, spent))
    except LostKeys as error:
        raise InputError(lost_finding(error.names)) from error
    except Unsafe as error:
        raise InputError(
            Finding(
                "ballots.unsafe",
                f"选票数据库可能丢失已确认的选票，不予启动：{error}",
                f"the ballots' database could lose acknowledged ballots; it is not started: {error}",
            )
        ) from error
    except (Unavailable, NotStored) as error:
        raise InputError(
            Finding(
                "ballots.no-database",
                f"选票数据库不可用，或者还没有建表（先启动一次网站）：{error}",
                f"the ballots' database cannot be used, or has no tables yet (start the site once first): {error}",
            )
        ) from error
    logs = (settings.logs or data / "log").absolute()
    beside = Beside(url, logs, [key.hex() for key in receipt_keys(box.keys)], box.keys)
    others: list[Kept] = []

    def bring_others() -> None:
        command = [sys.executable, "-m", "guiguan.conf.ballots", host, str(port)]
        others.extend(Kept(command, leash=True) for _ in range(0 if leashed else processes - 1))

    try:
        serve(
            box,
            beside,
            host,
            port,
            settings.address,
            bring_others,
            shared=processes > 1,
            line=lambda loop: open_line(url, loop),
        )
    finally:
        stop_all(others)
    return 1 if any(other.gave_up for other in others) else 0


if __name__ == "__main__":
    on_leash()
    sys.exit(serve_ballots(sys.argv[1], int(sys.argv[2]), leashed=True))
