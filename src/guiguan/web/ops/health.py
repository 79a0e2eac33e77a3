"""Whether the process lives, and whether it can work."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from guiguan.apps.votes.voters import lost
from guiguan.web.common.door import door


@door("portal.read")
def live(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@door("portal.read")
def ready(request: HttpRequest) -> JsonResponse:
    """200 where the database answers and has every migration, and the ballots' keys are those that the votes began with; else 503 with the
    reason, which names nothing secret."""
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return _not("database")
    if waiting:
        return _not("migrations")
    try:
        if lost():
            return _not("keys")
    except DatabaseError:
        return _not("database")
    return JsonResponse({"status": "ok"})


def _not(reason: str) -> JsonResponse:
    return JsonResponse({"status": "unavailable", "reason": reason}, status=503)
