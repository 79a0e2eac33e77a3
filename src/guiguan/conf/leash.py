"""A process that another one keeps ends with it, however that came: else pages and duties would go on that nobody watches, and hold the
port against whoever starts anew."""

from __future__ import annotations

import os
import signal
import sys
import threading


def on_leash() -> None:
    """From now on this process gets SIGTERM when whoever started it, and holds the other end of its standard input, is gone. See `Kept`."""
    _end_with(sys.stdin.fileno())


def leash_children() -> None:
    """Every process that this one forks from now on gets SIGTERM when this one is gone; what those fork is their own affair."""
    end, held = os.pipe()
    mine = [held]

    def bound() -> None:
        if mine:
            os.close(mine.pop())  # else it would hold itself
            _end_with(end)

    os.register_at_fork(after_in_child=bound)


def _end_with(end: int) -> None:
    def wait() -> None:
        while os.read(end, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="leash", daemon=True).start()
