"""The site in several processes: how many, and how they count together for the operations port."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

COUNTED_IN = "PROMETHEUS_MULTIPROC_DIR"
"""The library's own variable: the folder in which each process keeps its counters, so that whichever is asked tells those of all."""


def site_processes() -> int:
    """A demo has one: its stand-in for WeChat lives in the process."""
    return 1 if settings.GUIGUAN.demo else settings.GUIGUAN.site_processes


@contextmanager
def counting_together(processes: int) -> Iterator[None]:
    """Several processes that are started inside count in one folder, on this machine, from nought; it is gone afterwards."""
    if processes == 1:
        yield
        return
    folder = tempfile.mkdtemp(prefix="guiguan-metrics-")
    os.environ[COUNTED_IN] = folder
    try:
        yield
    finally:
        del os.environ[COUNTED_IN]
        shutil.rmtree(folder, ignore_errors=True)
