"""The site in several processes: how many, and how they count together for the operations port."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from django.conf import settings


def site_processes() -> int:
    """A demo has one: its stand-in for WeChat lives in the process."""
    return 1 if settings.GUIGUAN.demo else settings.GUIGUAN.site_processes


def counted_in() -> Path:
    """Where each process keeps its counters, so that whichever is asked tells those of all."""
    return Path(settings.GUIGUAN_DATA / "metrics")


def begin_counting() -> None:
    """Counting begins at nought. Called before there are processes."""
    shutil.rmtree(counted_in(), ignore_errors=True)
    counted_in().mkdir(parents=True)


def count_together() -> None:
    """This process's counters are kept there. Called before anything is counted: the library looks once, when it is imported."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(counted_in())
