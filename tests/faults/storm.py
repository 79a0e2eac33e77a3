"""Fifty applicants at work while the site is killed again and again; after each kill every promise is checked."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from faults.client import Client
from faults.oracle import Oracle, Promised, broken_as_a_whole
from faults.site import Inside, Site

CLIENTS = 50
SHORTEST, LONGEST = 0.8, 5.0
"""Seconds between the site's being up and its death."""
LEAST = 10
"""Saves promised in one life, however slow the machine: where nothing is at stake, a kill shows nothing."""


@dataclass
class Told:
    """What came of a storm: how often the site was killed, what clients were answered, every broken promise."""

    kills: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    saves: int = 0
    uploads: int = 0
    handed_in: int = 0
    sent: int = 0
    restart_seconds: list[float] = field(default_factory=list)


class Storm:
    """The scene and its clients. `hurt` breaks something under the living site, in the middle of each of its lives;
    what the site answers meanwhile with 500 is no promise, and it must go on by itself."""

    def __init__(
        self, data: Path, database: str, *, seed: int = 1, hurt: Callable[[], None] | None = None
    ) -> None:
        self.hurt = hurt
        self.site = Site(data, database)
        self.inside = Inside(self.site)
        self.chance = random.Random(seed)
        self.up = threading.Event()
        self.told = Told()
        made = self.inside.ask(f"make {CLIENTS}")
        self.clients = []
        for number, one in enumerate(made):
            oracle = Oracle(one["entry"], {"title": Promised(one["title"], one["revision"])})
            oracle.revisions.add(("title", one["revision"]))
            client = Client(
                number, self.site.port, one["session"], oracle, seed, self.up, patient=hurt is not None
            )
            self.clients.append(client)
        self.threads = [threading.Thread(target=c.run, daemon=True) for c in self.clients]

    def run(self, kills: int, each: Callable[[Told], None] = lambda told: None) -> Told:
        """So many lives of the site, each ended by SIGKILL at a moment of chance; stops at the first broken promise."""
        for thread in self.threads:
            thread.start()
        try:
            for number in range(1, kills + 1):
                self._live(last=number == kills)
                self.site.kill()
                self.up.clear()  # only now: clients were sending when it died
                self.told.kills += 1
                self.check()
                each(self.told)
                if self.told.broken:
                    break
        finally:
            self.end()
        return self.told

    def _live(self, last: bool) -> None:
        self.inside.ask("queue 10")
        began = time.monotonic()
        self.site.start()
        self.told.restart_seconds.append(time.monotonic() - began)
        before = self._promises()
        self.up.set()
        time.sleep(self.chance.uniform(SHORTEST, LONGEST))
        self._until(lambda: self._promises() >= before + LEAST, f"{LEAST} saves")
        if last:
            self._until(lambda: any(c.answers["files finished"] for c in self.clients), "a file")
            self._until(lambda: any(c.oracle.handed_in for c in self.clients), "an entry handed in")
        if self.hurt is not None:
            self.hurt()
            hurt = self._promises()
            self._until(lambda: self._promises() >= hurt + LEAST, f"{LEAST} saves after the fault under it")

    def _until(self, holds: Callable[[], bool], what: str) -> None:
        """The site has promised this. Notes it as broken where ninety seconds do not bring it."""
        until = time.monotonic() + 90
        while not holds():
            if time.monotonic() > until:
                self.told.broken.append(f"ninety seconds did not bring {what}")
                return
            time.sleep(0.05)

    def _promises(self) -> int:
        return sum(len(c.oracle.revisions) for c in self.clients)

    def check(self) -> None:
        """Looks inside once no request is on its way, and notes every promise that is broken."""
        for client in self.clients:
            client.busy.acquire()
        try:
            look = self.inside.ask("look")
            self.told.broken += broken_as_a_whole(look, self.told.kills)
            for client in self.clients:
                found = client.oracle.faults + client.oracle.broken(look)
                self.told.broken += [f"client {client.number}: {text}" for text in found]
            self._count(look["sent"])
            if self.told.broken:
                self.told.broken.append(self._last_error())
        finally:
            for client in self.clients:
                client.busy.release()

    def _last_error(self) -> str:
        errors = [line for line in self.site.log.read_text().splitlines() if '"ERROR"' in line]
        return f"the log's last error: {errors[-1][-2000:] if errors else 'none'}"

    def _count(self, sent: int) -> None:
        told, oracles = self.told, [c.oracle for c in self.clients]
        told.answers = sum((c.answers for c in self.clients), Counter())
        told.saves = sum(len(o.revisions) for o in oracles) - CLIENTS
        told.uploads = told.answers["files finished"]
        told.handed_in = sum(o.handed_in for o in oracles)
        told.sent = sent

    def end(self) -> None:
        """Nothing of it runs any more."""
        for client in self.clients:
            client.stopped.set()
        self.up.set()
        for thread in self.threads:
            thread.join(60)
        if self.site.process is not None:
            self.site.kill()
        self.inside.end()
