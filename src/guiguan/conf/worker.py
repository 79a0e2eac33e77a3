"""The worker: does again and again what is due. State lies in rows alone, so a killed worker loses nothing."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from django.conf import settings
from django.db import close_old_connections

from guiguan.apps.accounts.forgetting import forget_identities, forget_old_traces
from guiguan.apps.accounts.people import forget_unverified
from guiguan.apps.accounts.reminders import remind_units_due
from guiguan.apps.endorsing.reminders import remind_endorsements
from guiguan.apps.entries.reminders import remind_closing, remind_paper
from guiguan.apps.files.unattached import forget_unattached
from guiguan.apps.files.uploads import remove_stale_uploads
from guiguan.apps.likeness.printing import compare_declarations
from guiguan.apps.messages.delivery import deliver_due
from guiguan.apps.messages.runs import note_run
from guiguan.apps.screening.duties import expire_corrections, remind_corrections
from guiguan.apps.screening.tries import forget_tries
from guiguan.apps.votes import duties as votes
from guiguan.apps.votes.brushing import duties as brushing
from guiguan.apps.votes.forgetting import forget_signals

Duty = Callable[[int], int]
"""Does what is due at the time given (ms) and returns how many things it did; each thing in a transaction of its own."""

NOTED_EVERY = (
    15_000  # ms: an idle worker writes its mark no more often, so that a small machine's disk may rest
)
NICE = 10
"""Where the cores are few, people at their pages come before what can wait: a page has nine parts of a core and the worker one."""

_log = logging.getLogger(__name__)


def duties() -> dict[str, Duty]:
    """Every duty by name. A new one is one line here and one function in the app that owns the rows.

    Reminders are such functions too: each finds what is due, and queues a message whose `once` names the thing and its deadline,
    so that asking every second sends one.
    """
    return {
        # reminders stand before the delivery: what they queue goes out in the same round
        "accounts.due": remind_units_due,
        "entries.closing": remind_closing,
        "entries.paper": remind_paper,
        "endorsing.due": remind_endorsements,
        "screening.corrections": remind_corrections,
        "screening.expire": expire_corrections,
        "likeness.compare": compare_declarations,
        "progress.forget": forget_tries,
        "votes.open": votes.open_due,
        "votes.close": votes.close_due,
        "votes.leave": votes.leave_due,
        "votes.acts": votes.record_acts,
        "votes.counts": votes.take_pictures,
        "votes.pictures": votes.draw_pictures,
        "votes.signals": forget_signals,
        "brushing.run": brushing.run_due,
        "brushing.acts": brushing.record_late,
        "brushing.log": brushing.log_due,
        "messages.deliver": deliver_due,
        "files.uploads": remove_stale_uploads,
        "files.unattached": forget_unattached,
        "accounts.unverified": forget_unverified,
        "accounts.traces": forget_old_traces,
        "accounts.identities": forget_identities,
    }


@dataclass
class Rounds:
    """Does each duty once a round, and keeps in mind what has not been noted yet."""

    noted: dict[str, int] = field(default_factory=dict)
    owed: dict[str, int] = field(default_factory=dict)

    def once(self, at: int, stops: Callable[[], bool] = lambda: False) -> int:
        """Every duty has been done, or those before the worker was to stop; one that fails is logged and noted, and does not keep the
        others from running."""
        return sum(self._do(name, duty, at) for name, duty in duties().items() if not stops())

    def _do(self, name: str, duty: Duty, at: int) -> int:
        done, fault = 0, ""
        try:
            done = duty(at)
        except Exception as error:
            _log.exception("duty %s", name)
            fault = type(error).__name__
        try:
            self._note(name, at, done, fault)
        except Exception:  # the mark is for those who watch; without it the work goes on
            _log.exception("mark of duty %s", name)
        close_old_connections()
        return done

    def _note(self, name: str, at: int, done: int, fault: str) -> None:
        self.owed[name] = self.owed.get(name, 0) + done
        if fault or done or at - self.noted.get(name, 0) >= NOTED_EVERY:
            note_run(name, at, self.owed[name], fault)
            self.noted[name], self.owed[name] = at, 0


def work(pause: float = 1.0) -> int:
    """Works until SIGTERM or SIGINT; returns the exit code."""
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    if hasattr(os, "nice"):  # Windows has none
        os.nice(NICE)
    if settings.GUIGUAN.operations_port:
        from guiguan.web.ops.metrics import serve_metrics

        serve_metrics(settings.GUIGUAN.operations_port + 1)
    rounds = Rounds()
    while not stop.is_set():
        began = time.process_time()
        done = rounds.once(time.time_ns() // 1_000_000, stop.is_set)
        worked = time.process_time() - began
        stop.wait(min(worked, pause) if done else pause)  # a backlog takes half a core at most
    return 0
