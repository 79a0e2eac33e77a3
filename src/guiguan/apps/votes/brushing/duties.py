"""What the worker does against brushing: has runs done while a vote goes on, in a process whose memory ends with it."""

from __future__ import annotations

import subprocess
import sys

from guiguan.apps.votes.brushing.acts import tell_late
from guiguan.apps.votes.brushing.running import ask_due
from guiguan.apps.votes.brushing.written import write_due
from guiguan.apps.votes.models import Run

_child: list[subprocess.Popen[bytes]] = []


def run_due(at: int) -> int:
    """Runs that are due are asked for, and a process does what was asked for, one at a time; how many were begun."""
    ask_due(at)
    if _child and _child[0].poll() is not None:
        _child.pop()
    if _child or not Run.objects.filter(state="asked").exists():
        return 0
    _child.append(subprocess.Popen([sys.executable, "-m", "guiguan", "detect"]))
    return 1


def record_late(at: int) -> int:
    """Acts that a crash left out of the audit trail stand in it; how many."""
    return tell_late(at)


def log_due(at: int) -> int:
    """What was decided about ballots and is not in the log yet comes there, some at a time; how many cases."""
    return write_due(at)
