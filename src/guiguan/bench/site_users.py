"""People at their browsers, for the benchmark `site`: each asks for a page, reads for a while, and asks for the next."""

from __future__ import annotations

import http.client
import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

TOKEN = "b" * 32
Wish = tuple[str, str, str, str]
"""(what the figure is called, method, path, body)."""


@dataclass
class Seen:
    """How long each kind of page took, and what was answered with anything but 200."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    counting: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, what: str, seconds: float, wrong: str) -> None:
        with self.lock:
            if self.counting:
                self.seconds.setdefault(what, []).append(seconds)
            if wrong:
                self.wrong.append(wrong)


class Visitor:
    """One signed-in person with one connection."""

    def __init__(self, port: int, session: str, seed: str) -> None:
        self.chance = random.Random(seed)  # noqa: S311  (reproducible, not secret)
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {
            "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def wish(self) -> Wish:
        raise NotImplementedError

    def ask(self, seen: Seen) -> None:
        """One page, from the first byte sent to the last received."""
        what, method, path, body = self.wish()
        began = time.perf_counter()
        try:
            status, said = self._answer(method, path, body)
        except ConnectionError:  # the server hung up on a connection that lay idle: a browser takes a new one
            self.connection.close()
            status, said = self._answer(method, path, body)
        wrong = "" if status == 200 else f"{method} {path}: {status} {said[:200]!r}"
        seen.add(what, time.perf_counter() - began, wrong)

    def _answer(self, method: str, path: str, body: str) -> tuple[int, bytes]:
        self.connection.request(method, quote(path, safe="/?=&~"), body or None, self.headers)
        with self.connection.getresponse() as answer:
            return answer.status, answer.read()

    def live(self, seen: Seen, pause: float, stopped: threading.Event) -> None:
        """Asks until it is stopped, about every `pause` seconds, the first time at some moment of the first pause."""
        rest = self.chance.uniform(0, pause)
        while not stopped.wait(rest):
            self.ask(seen)
            rest = self.chance.expovariate(1 / pause) if pause else 0
        self.connection.close()


class Applicant(Visitor):
    """Fills in a draft: mostly the form and its autosave, between them the lists."""

    def __init__(self, port: int, session: str, entry: str, campaign: str, steps: int, seed: str) -> None:
        super().__init__(port, session, seed)
        self.entry, self.campaign, self.steps, self.revision = entry, campaign, steps, 1_000

    def wish(self) -> Wish:
        kind = self.chance.choices(
            ("form", "autosave", "my_entries", "portal_list", "campaign", "overview"), (35, 20, 18, 12, 10, 5)
        )[0]
        if kind == "autosave":
            text = f"基准{self.chance.randrange(10**9)}"
            seen = {"title": text, "title~seen": str(10**9)}
            return kind, "POST", f"/entries/{self.entry}/answers/title", urlencode(seen)
        return kind, "GET", self._place(kind), ""

    def _place(self, kind: str) -> str:
        return {
            "form": f"/entries/{self.entry}/form/{self.chance.randint(1, self.steps)}/",
            "my_entries": "/entries/",
            "portal_list": "/campaigns/",
            "campaign": f"/campaigns/{self.campaign}/",
            "overview": f"/entries/{self.entry}/",
        }[kind]


class Screener(Visitor):
    """Goes through the queue and opens entries."""

    def __init__(self, port: int, session: str, campaign: str, entries: list[str], seed: str) -> None:
        super().__init__(port, session, seed)
        self.queue, self.entries = f"/organiser/screening/{campaign}/", entries

    def wish(self) -> Wish:
        if self.chance.random() < 0.6:
            return "queue", "GET", f"{self.queue}?page={self.chance.randint(1, 40)}", ""
        return "review", "GET", f"{self.queue}entries/{self.chance.choice(self.entries)}/", ""


def everybody(port: int, scene: dict[str, Any]) -> list[Visitor]:
    """A visitor for each person of the scene, in an order without chance."""
    campaign, steps = scene["campaign"], scene["steps"]
    found: list[Visitor] = [
        Applicant(port, a["session"], a["entry"], campaign, steps, f"a{n}")
        for n, a in enumerate(scene["applicants"])
    ]
    found += [
        Screener(port, s["session"], campaign, scene["handed_in"], f"s{n}")
        for n, s in enumerate(scene["staff"])
    ]
    random.Random("bench").shuffle(found)  # noqa: S311  (reproducible, not secret)
    return found


def visit(visitors: list[Visitor], pause: float, warming: float, counted: float) -> Seen:
    """Everybody at once for so many seconds; those of `warming` are not counted. RuntimeError where a page failed."""
    seen, stopped = Seen(), threading.Event()
    threads = [threading.Thread(target=v.live, args=(seen, pause, stopped)) for v in visitors]
    for thread in threads:
        thread.start()
    time.sleep(warming)
    seen.counting = True
    time.sleep(counted)
    seen.counting = False
    stopped.set()
    for thread in threads:
        thread.join()
    if seen.wrong:
        raise RuntimeError(f"{len(seen.wrong)} pages failed, the first: {seen.wrong[0]}")
    return seen
