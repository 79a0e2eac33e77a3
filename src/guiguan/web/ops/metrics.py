"""What the operations port says, in Prometheus' format. It listens on this machine alone and knows no business data."""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from wsgiref.simple_server import WSGIServer

from django.db import DatabaseError, close_old_connections
from prometheus_client import REGISTRY, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector, CollectorRegistry

from guiguan.apps.votes.alarm import alarms_standing
from guiguan.web.common import metrics as _requests  # noqa: F401  (registers the counters of requests)
from guiguan.web.ops.figures import counts_by_state, duty_runs

_log = logging.getLogger(__name__)


class Stored(Collector):
    """Figures read from the database at each question. Where it does not answer, `guiguan_database_up` says so and the rest is left out."""

    def describe(self) -> list[Metric]:
        """Nothing: asked at registration, when the database may not be there."""
        return []

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("guiguan_database_up", "Whether the database answers")
        try:
            found = list(_families())
        except DatabaseError:
            _log.exception("metrics")
            found = []
        finally:
            close_old_connections()
        up.add_metric([], 1 if found else 0)
        yield up
        yield from found


def _families() -> Iterator[Metric]:
    for kind, counts in counts_by_state().items():
        states = GaugeMetricFamily(f"guiguan_{kind}", f"{kind.capitalize()} by state", labels=["state"])
        for state, many in counts.items():
            states.add_metric([state], many)
        yield states
    last = GaugeMetricFamily(
        "guiguan_duty_last_run_timestamp_seconds", "When the worker last noted the duty", labels=["duty"]
    )
    done = GaugeMetricFamily("guiguan_duty_done", "Things the duty has done", labels=["duty"])
    failed = GaugeMetricFamily(
        "guiguan_duty_last_failure_timestamp_seconds", "When the duty last failed", labels=["duty"]
    )
    for run in duty_runs():
        last.add_metric([run.name], run.at / 1000)
        done.add_metric([run.name], run.done)
        if run.failed_at is not None:
            failed.add_metric([run.name], run.failed_at / 1000)
    alarms = GaugeMetricFamily("guiguan_log_alarms", "Alarms of the logs that are not dealt with")
    alarms.add_metric([], alarms_standing())
    yield from (last, done, failed, alarms)


def serve_metrics(port: int, registry: CollectorRegistry = REGISTRY) -> tuple[WSGIServer, Thread]:
    """The port answers on 127.0.0.1. OSError where it is taken."""
    registry.register(Stored())
    server, thread = start_http_server(port, addr="127.0.0.1", registry=registry)
    return server, thread


def serve_shared(port: int, folder: Path) -> bool:
    """The port answers for all processes that count in the folder; False where another of them does that already. When that one dies, the one
    started in its place takes over. OSError where the port is taken by somebody else."""
    lock = os.open(folder / "port.lock", os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # held until this process ends
    except BlockingIOError:
        os.close(lock)
        return False
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]  # it has no types
    serve_metrics(port, registry)
    return True
