"""What one sees of the running site from outside its business: sizes, states, versions."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count
from django.db.models.query import QuerySet

from guiguan.apps.entries.models import Entry
from guiguan.apps.messages.models import DutyRun, Message
from guiguan.apps.messages.queries import STATES
from guiguan.core.lifecycle.moves import ENTRY


def counts_by_state() -> dict[str, dict[str, int]]:
    """messages and entries by state; a state that nothing is in has a nought."""
    return {
        "messages": dict.fromkeys(STATES, 0) | _states(Message.objects.exclude(channel="site")),
        "entries": dict.fromkeys(ENTRY.states, 0) | _states(Entry.objects.all()),
    }


def _states(rows: QuerySet[Any]) -> dict[str, int]:
    return dict(rows.order_by().values_list("state").annotate(n=Count("pk")))


def duty_runs() -> list[DutyRun]:
    """When the worker last noted each duty."""
    return list(DutyRun.objects.order_by("name"))


def waiting_migrations() -> int:
    """How many changes of the database's shape this version of the program still needs."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def oldest_due(at: int) -> int | None:
    """Since when (ms) the message has been due that should have gone out first; None where none is late."""
    late = Message.objects.filter(state="waiting", due_at__lte=at).order_by("due_at")
    return late.values_list("due_at", flat=True).first()


def database_version() -> str:
    """Kind and version of the database, as it says itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        return f"{connection.display_name} {cursor.fetchone()[0]}"


@dataclass(frozen=True)
class Disk:
    """Bytes on the disk that holds the data folder."""

    total: int
    free: int

    @property
    def tight(self) -> bool:
        """Whether less than a tenth, or less than 2 GB, is left."""
        return self.free < max(self.total // 10, 2_000_000_000)


def disk() -> Disk:
    """The disk under the data folder."""
    found = shutil.disk_usage(settings.GUIGUAN_DATA)
    return Disk(found.total, found.free)
