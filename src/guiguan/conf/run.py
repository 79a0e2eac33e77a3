"""Starts the site: the database made ready, the web server, and the worker that does what is due."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Literal

from guiguan.conf.kept import PATIENCE, Kept, stop_all
from guiguan.conf.leash import leash_children
from guiguan.core.values.finding import Finding, InputError

Part = Literal["site", "worker", "sequencer"]


def start_django() -> None:
    """Django is ready to be asked. InputError where a setting cannot be used."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guiguan.conf.settings")
    import django
    from django.conf import settings

    try:
        _ = settings.DATABASES  # reads the settings, which Django does not do before it is asked for one
    except ValueError as error:
        raise InputError(Finding("settings.unusable", str(error), str(error))) from error
    django.setup()


def open_site() -> None:
    """Django is ready to be asked of a site that is there. InputError where none is, or its tables are not those of this version."""
    start_django()
    if fault := no_site():
        raise InputError(fault)


def prepare() -> None:
    """The database has every table, and cannot lose what it acknowledged. InputError where it could, or is a demo's."""
    start_django()
    left = demo_left()
    if left:
        raise InputError(left)
    from django.conf import settings
    from django.core.management import call_command

    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # whitenoise warns where it is missing
    for alias in settings.DATABASES:
        call_command("migrate", database=alias, verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    fault = unsafe() or other_key()
    if fault:
        raise InputError(fault)


def no_site() -> Finding | None:
    """Why there is nothing to be asked, or None: no database, none that answers, or one whose tables are of another version."""
    from django.db import OperationalError, connections
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.recorder import MigrationRecorder

    wanted = MigrationLoader(None).disk_migrations
    for connection in connections.all():
        if connection.vendor == "sqlite" and not _is_there(connection.settings_dict["NAME"]):
            return _nothing(str(connection.settings_dict["NAME"]))
        try:
            applied = MigrationRecorder(connection).applied_migrations()
        except OperationalError as error:
            why = str(error).strip().splitlines()[-1]
            return Finding(
                "site.no-database",
                f"连不上数据库，请核对 DATABASE_URL 或数据目录的权限：{why}",
                f"the database cannot be reached; check DATABASE_URL, or the rights of the data folder: {why}",
            )
        if not applied:
            return _nothing(str(connection.settings_dict["NAME"]))
        if wanted.keys() - applied.keys():
            return Finding(
                "site.older-tables",
                "数据库的表是旧版本的：请先启动一次网站（guiguan serve），由它更新",
                "the tables are of an earlier version: start the site once (guiguan serve), which brings them up to date",
            )
    return None


def _is_there(name: object) -> bool:
    """Whether a database file exists; one that is asked of would be made, and lie there empty."""
    return "mode=memory" in str(name) or Path(str(name)).exists()


def _nothing(name: str) -> Finding:
    return Finding(
        "site.none-here",
        f"{name} 里没有网站的数据：请把 GUIGUAN_DATA（或 DATABASE_URL）设为网站所用的，或先启动一次网站（guiguan serve）",
        f"{name} holds no site: set GUIGUAN_DATA (or DATABASE_URL) to what the site uses, or start the site once (guiguan serve)",
    )


def unsafe() -> Finding | None:
    """Why a commit might be lost in a crash, or None."""
    from django.db import connections

    for connection in connections.all():
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA synchronous")
                kept = cursor.fetchone()[0] >= 2
                name = "PRAGMA synchronous=FULL"
            else:
                cursor.execute("SHOW synchronous_commit")
                kept = cursor.fetchone()[0] != "off"
                name = "synchronous_commit=on"
        if not kept:
            return Finding(
                "site.unsafe",
                f"数据库可能丢失已确认的数据，请设 {name}",
                f"commits could be lost; set {name}",
            )
    return None


def other_key() -> Finding | None:
    """Why what is sealed in the database cannot be opened, or None: a restore that forgot the key would otherwise run with a new one, and
    nobody's name could be read any more."""
    from guiguan.adapters.crypto import Unsealable
    from guiguan.apps.accounts.models import Person
    from guiguan.apps.accounts.sealing import NAME, sealer

    sealed = Person.objects.exclude(name=b"").order_by("-pk").values_list("name", flat=True).first()
    try:
        if sealed is not None:
            sealer().unseal(bytes(sealed), NAME)
    except Unsealable:
        return Finding(
            "site.data-key",
            "个人信息的加密密钥不是封存这个数据库时用的那一把（恢复备份时可能漏了 keys/data_key）："
            "请把原来的 keys/data_key 放回数据目录，或设 GUIGUAN_DATA_KEY",
            "the key of personal data is not the one with which this database was sealed (a restore may have left keys/data_key out): "
            "put the former keys/data_key back into the data folder, or set GUIGUAN_DATA_KEY",
        )
    return None


def demo_left() -> Finding | None:
    """Why the data folder is not for a real site: a demo filled it, and everybody knows its passwords. None where it is."""
    from django.conf import settings

    if settings.GUIGUAN.demo or not (settings.GUIGUAN_DATA / "demo.json").exists():
        return None
    return Finding(
        "site.demo-data",
        "数据目录里是演示数据，其账号的密码是公开的；正式站请把 GUIGUAN_DATA 设为另一个目录",
        "the data folder was filled by a demo, whose passwords everybody knows; set GUIGUAN_DATA to another folder",
    )


def keys_lost() -> Finding | None:
    """Why this site may take no ballots, or None: its keys are those with which the votes began, or no vote has begun."""
    from guiguan.apps.votes.voters import lost
    from guiguan.box.held import lost_finding

    names = lost()
    return lost_finding(names) if names else None


def serve(host: str, port: int, only: Part | None, patience: float = PATIENCE) -> int:
    """Serves until it is stopped; returns the exit code. Without `only`, site, worker and sequencer run as one group and end together,
    worker and sequencer within `patience` seconds. InputError where the site's keys of the ballots are not those with which the votes began."""
    if only == "worker":
        from guiguan.conf.worker import work

        return work()
    if only == "sequencer":
        from guiguan.conf.sequencer import put_in_order

        return put_in_order()
    if fault := keys_lost():
        raise InputError(fault)
    beside = () if only == "site" else ("worker", "sequencer")
    command = [sys.executable, "-m", "guiguan", "serve", "--leashed", "--only"]
    parts = [Kept([*command, part], leash=True) for part in beside]
    try:
        code = _web(host, port)
    finally:
        stop_all(parts, patience)
    return 1 if any(part.gave_up for part in parts) else code


def _let_go() -> None:
    """This process holds no connection: the server forks, and a pool whose threads stayed behind could never grow again."""
    from django.db import connections

    for connection in connections.all():
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's own


def _web(host: str, port: int) -> int:
    """One of several processes that dies is started anew; one that dies again at once, or the only one, ends the site."""
    from granian.constants import Interfaces
    from granian.server import Server

    from guiguan.conf.processes import counting_together, site_processes

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    processes = site_processes()
    _let_go()
    leash_children()
    with counting_together(processes):
        Server(
            "guiguan.conf.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=processes,
            blocking_threads=8,
            respawn_failed_workers=processes > 1,
            workers_kill_timeout=5,
            websockets=False,
            log_access=False,
        ).serve()
    return 0
