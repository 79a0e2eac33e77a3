"""Settings of all tests: properties are tried on the same examples every time, and never fail for a slow machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from guiguan.apps.votes.memo import forget

settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")


GUARDED = ("audit_record", "gazette_entry", "votes_ballot")
"""Tables whose rows the database itself refuses to change or delete."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test with a database has all of them: where the ballots lie in a file of their own, pages read both. `server` marks what a
    PostgreSQL server is wanted for without Django."""
    for item in items:
        marks = [m for m in item.iter_markers("django_db") if "databases" not in m.kwargs]
        for mark in marks[:1]:
            item.add_marker(
                pytest.mark.django_db(*mark.args, **mark.kwargs, databases="__all__"), append=False
            )
        if not marks and {"db", "transactional_db"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.django_db(databases="__all__"))
        if any("GUIGUAN_TEST_DATABASE" in m.kwargs.get("reason", "") for m in item.iter_markers("skipif")):
            item.add_marker(pytest.mark.server)


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """Every test has a database of its own, under the same names as the one before."""
    forget()


@pytest.fixture
def own_logs(tmp_path: Path) -> Iterator[None]:
    """The signer's keys and the public files of logs lie in folders of this test's own."""
    with override_settings(GUIGUAN_SIGNER=tmp_path / "signer", GUIGUAN_LOGS=tmp_path / "log"):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Tests that commit may be cleaned up after: emptying every table lifts the guards for that moment. On a server with Citus the ballots
    are distributed."""
    from box.scene import distribute
    from django.db import connections

    connection: Any
    for connection in connections.all():
        if connection.vendor == "postgresql":
            with django_db_blocker.unblock(), connection.cursor() as cursor:
                if distribute(cursor.connection):
                    connection.close_pool()  # its connections are from before
        operations = connection.ops
        operations.execute_sql_flush = _unguarded(connection, operations.execute_sql_flush)


def _unguarded(connection: Any, flush: Any) -> Any:
    def emptied(statements: list[str]) -> None:
        flush(_without_guard(connection, statements))

    return emptied


def _without_guard(connection: Any, statements: list[str]) -> list[str]:
    there = [table for table in GUARDED if table in connection.introspection.table_names()]
    if connection.vendor == "postgresql":
        return [
            *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in there),
            *statements,
            *(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in there),
        ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'")
        triggers = [row for row in cursor.fetchall() if row[2] in there]
    return [*(f"DROP TRIGGER {t[0]}" for t in triggers), *statements, *(t[1] for t in triggers)]
