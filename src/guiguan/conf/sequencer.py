"""The sequencer: puts stored ballots in order and signs, again and again, in a process of its own that alone holds the log key."""

from __future__ import annotations

import gc
import logging
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

from django.db import close_old_connections

from guiguan.apps.messages.runs import note_run
from guiguan.apps.votes.checking import check_due
from guiguan.apps.votes.embedding import embed_due
from guiguan.apps.votes.nightly import check_whole_due, stop_checking
from guiguan.apps.votes.sequencing import sequence_due, sign_due
from guiguan.box.checkpointer import Hashed
from guiguan.box.sequencer import MOST_JUDGED

NOTED_EVERY = 15_000  # ms
PAUSE = 1.0
"""Seconds between two rounds where little is to be done. A round signs what it has read, so a ballot is provable a second later or two."""

_log = logging.getLogger(__name__)


def settle_in() -> None:
    """What is loaded by now stays until the end, so the collector never looks at it again: it would do so for every few thousand rows
    that are read, and that took a third of all that the log costs."""
    gc.collect()
    gc.freeze()


def put_in_order(pause: float = PAUSE) -> int:
    """Works until SIGTERM or SIGINT; returns the exit code. State lies in rows and files alone: killed, it loses nothing."""
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    settle_in()
    noted: dict[str, int] = {}
    while not stop.is_set():
        if one_round(time.time_ns() // 1_000_000, noted) < MOST_JUDGED:
            stop.wait(pause)
    stop_checking()
    return 0


def one_round(at: int, noted: dict[str, int]) -> int:
    """Each duty was done once; how many entries were put in order. One that fails is logged and noted, and tried again next time."""
    ordered, hashed = 0, dict[int, Hashed]()
    duties: dict[str, Callable[[int], int]] = {
        "log.sequence": lambda at: sequence_due(at, hashed=hashed),
        "log.sign": lambda at: sign_due(at, hashed),
        "log.embed": embed_due,
        "log.check": check_due,
        "log.night": check_whole_due,
    }
    for name, duty in duties.items():
        done, fault = 0, ""
        try:
            done = duty(at)
        except Exception as error:
            _log.exception("duty %s", name)
            fault = type(error).__name__
        if name == "log.sequence":
            ordered = done
        if fault or at - noted.get(name, 0) >= NOTED_EVERY:
            _note(name, at, done, fault)
            noted[name] = at
        close_old_connections()
    return ordered


def _note(name: str, at: int, done: int, fault: str) -> None:
    try:
        note_run(name, at, done, fault)
    except Exception:  # the mark is for those who watch; without it the work goes on
        _log.exception("mark of duty %s", name)
