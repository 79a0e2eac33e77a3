"""Counts every request by page, status and duration: for the operations port, never who it was or what it was about."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

REQUESTS = Counter("guiguan_requests_total", "Requests answered", ("view", "method", "status"))
SECONDS = Histogram(
    "guiguan_request_seconds",
    "Seconds until the answer",
    ("view",),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

Answer = Callable[[HttpRequest], HttpResponse]


def measured(answer: Answer) -> Answer:
    """The answer, counted. Put it first: then it sees what the other middleware answer too."""

    def wrapped(request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        response = answer(request)
        match = request.resolver_match
        # the name of the address pattern, never the address: it would hold ids, and strangers could make labels without end
        view = (match.view_name or "unnamed") if match else "none"
        method = request.method if request.method in _METHODS else "other"
        REQUESTS.labels(view, method, str(response.status_code)).inc()
        SECONDS.labels(view).observe(time.monotonic() - began)
        return response

    return wrapped
