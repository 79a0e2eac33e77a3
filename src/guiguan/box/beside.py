"""What the ballots' server answers besides ballots: whether it is ready, and the files and proofs of the logs.

All of it is read in threads of its own, over connections of its own, so that no ballot ever waits for it: there are few such threads,
what too many ask for is refused, and a database that hangs makes the answer "not ready" and nothing else.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from urllib.parse import parse_qsl

from guiguan.box.answer import answer
from guiguan.box.answers import JSON, Answer, refusal
from guiguan.box.held import lost_keys
from guiguan.box.keys import Keys
from guiguan.box.reader import reading
from guiguan.box.refusals import REASONS
from guiguan.box.store import Unavailable

READERS = 2
MOST_ASKED = 64
"""Questions about logs that may wait for a reader."""
READY_WITHIN = 3.0
"""Seconds within which the database must answer."""
READY_FOR = 1.0
"""Seconds for which one look at the database serves everybody who asks."""

ALIVE = Answer(200, b'{"status":"ok"}', JSON)
NOT_READY = Answer(503, b'{"status":"unavailable","reason":"database"}', JSON, 1)
NO_KEYS = Answer(503, b'{"status":"unavailable","reason":"keys"}', JSON, 1)
_log = logging.getLogger(__name__)

Then = Callable[[Answer], None]
"""Takes the answer, in any thread."""


class Beside:
    """`logs`: the public folder of all logs. `receipt_keys`: the public keys of the ballot box, in hex. `keys`: those by which it takes
    ballots; without them nobody is told whether they are right."""

    def __init__(self, url: str, logs: Path, receipt_keys: Sequence[str], keys: Keys | None = None) -> None:
        self._keys = keys
        self._url, self._logs, self._receipt_keys = url, logs, tuple(receipt_keys)
        self._asked: SimpleQueue[tuple[str, bytes, Then]] = SimpleQueue()
        for n in range(READERS):
            threading.Thread(target=self._read, name=f"logs-{n}", daemon=True).start()
        self._looking: Look | None = None
        self._lock = threading.Lock()

    def log(self, path: bytes, query: bytes, then: Then) -> None:
        """The answer to GET /log/… goes to `then`, at once where too many wait."""
        if self._asked.qsize() >= MOST_ASKED:
            then(refusal(REASONS["log.busy"]))
        else:
            self._asked.put((path.decode("latin-1"), query, then))

    def ready(self, then: Then) -> None:
        """Whether the database answers goes to `then`, within READY_WITHIN. One look at a time, however many ask."""
        with self._lock:
            look = self._looking
            if look is None or look.is_old:
                look = self._looking = Look(self._url, self._keys)
        look.tell(then)

    def _read(self) -> None:
        while True:
            path, query, then = self._asked.get()
            try:
                then(self._answer(path, query))
            except Exception:  # this reader serves the next one
                _log.exception("a question about a log could not be answered")
                then(refusal(REASONS["ballots.broken"]))

    def _answer(self, path: str, query: bytes) -> Answer:
        campaign, _, rest = path.removeprefix("/log/").partition("/")
        asked = dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True))
        try:
            with ExitStack() as stack:
                found = answer(
                    self._logs,
                    lambda: stack.enter_context(reading(self._url)),
                    campaign,
                    rest,
                    asked,
                    self._receipt_keys,
                )
        except Unavailable as error:
            _log.error("a proof could not be made: %s", error)
            return refusal(REASONS["log.busy"])
        keep = found.headers.get("Cache-Control", "no-store")
        return Answer(found.status, found.content, found.type, keep=keep, anybody=True)


class Look:
    """One look at the database, in a thread of its own; who asks meanwhile waits for the same."""

    def __init__(self, url: str, keys: Keys | None = None) -> None:
        self._url, self._keys = url, keys
        self._lock = threading.Lock()
        self._waiting: list[Then] = []
        self._found: Answer | None = None
        self._began = time.monotonic()
        self._over = False
        self._limit = threading.Timer(READY_WITHIN, self._tell, (NOT_READY,))
        self._limit.daemon = True
        self._limit.start()
        threading.Thread(target=self._look, name="ready", daemon=True).start()

    @property
    def is_old(self) -> bool:
        """Whether the next one who asks must have a new look. One that hangs is not begun again while it does."""
        return self._over and time.monotonic() - self._began >= READY_FOR

    def tell(self, then: Then) -> None:
        with self._lock:
            if self._found is None:
                self._waiting.append(then)
                return
        then(self._found)

    def _look(self) -> None:
        found = NOT_READY
        try:
            with reading(self._url) as ask:
                ask("SELECT 1 FROM votes_poll LIMIT 1", [])
                lost = lost_keys(ask, self._keys) if self._keys else []
                found = NO_KEYS if lost else ALIVE
            if lost:
                _log.error(
                    "not ready: keys missing, or other than those the votes began with: %s", ", ".join(lost)
                )
        except Unavailable as error:
            _log.error("not ready: %s", error)
        except Exception:
            _log.exception("not ready")
        self._limit.cancel()
        self._over = True
        self._tell(found)

    def _tell(self, found: Answer) -> None:
        with self._lock:
            if self._found is None or found is ALIVE:
                self._found = found
            waiting, self._waiting = self._waiting, []
        for then in waiting:
            then(self._found)
