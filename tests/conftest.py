"""Settings of all tests: properties are tried on the same examples every time, and never fail for a slow machine."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Tests that commit may be cleaned up after: emptying every table lifts the guard of the audit trail for that moment."""
    from django.db import connection

    def emptied(statements: list[str]) -> None:
        flush(_without_guard(connection, statements))

    operations: Any = connection.ops
    flush = operations.execute_sql_flush
    operations.execute_sql_flush = emptied


def _without_guard(connection: Any, statements: list[str]) -> list[str]:
    if connection.vendor == "postgresql":
        guard = "ALTER TABLE audit_record {} TRIGGER USER"
        return [guard.format("DISABLE"), *statements, guard.format("ENABLE")]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_record'"
        )
        triggers = cursor.fetchall()
    return [*(f"DROP TRIGGER {name}" for name, _ in triggers), *statements, *(sql for _, sql in triggers)]
