"""A command as a whole process: its time and its peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """One finished run: wall and CPU seconds, peak memory in MiB, and what it printed."""

    seconds: float
    cpu: float
    peak_mib: float
    output: str


def run_python(module: str, arguments: Sequence[str]) -> Run:
    """`python -m module arguments` to its end. RuntimeError with its output where it fails."""
    return run_command([sys.executable, "-m", module, *arguments])


def run_command(command: Sequence[str]) -> Run:
    """The same for any command."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {output[-2000:]}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output)
