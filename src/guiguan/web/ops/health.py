"""Whether the process lives, and whether it can work."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from guiguan.web.common.door import door


@door("portal.read")
def live(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@door("portal.read")
def ready(request: HttpRequest) -> JsonResponse:
    """200 where the database answers and has every migration; else 503 with the reason, which names nothing secret."""
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "reason": "database"}, status=503)
    if waiting:
        return JsonResponse({"status": "unavailable", "reason": "migrations"}, status=503)
    return JsonResponse({"status": "ok"})
