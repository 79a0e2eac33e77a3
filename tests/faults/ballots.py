"""People cast ballots while the server or its database is killed again and again; every attempt is noted for the checker."""

from __future__ import annotations

import hashlib
import json
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from box.live import Talk, post, start, wait
from box.scene import CASES, END, GX, MIGRATION, add_poll, ask, rule_of
from faults.history import Attempt, Kept, Seen, broken
from faults.postgresql import crashes, own_cluster, own_database
from faults.site import free_port

from guiguan.adapters.signing import Ed25519, check_ed25519
from guiguan.box.keys import Keys
from guiguan.box.token import issue, voter_id
from guiguan.core.integrity.receipt import holds, read_receipt
from guiguan.core.values.moment import Instant, Window
from guiguan.core.votes.rule import BallotRule

PATH = "/api/v1/campaigns/gx-demo/ballots"
CLIENTS = 12
RATES = {"voter": {"burst": 9999, "per_minute": 9999}, "network": {"burst": 9999999, "per_minute": 9999999}}


@dataclass
class Told:
    """What a storm showed."""

    kills: int = 0
    broken: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    stored: int = 0
    restart_seconds: list[float] = field(default_factory=list)
    back_seconds: list[float] = field(default_factory=list)
    """Until so many ballots as make a next kill worth while were stored after each."""


class BallotStorm:
    """`hurt` breaks something else than the server: then that goes on and must get over it."""

    def __init__(self, url: str, folder: Path, seed: int = 1, hurt: Callable[[], None] | None = None) -> None:
        self.url, self.folder, self.hurt = url, folder, hurt
        self.chance = random.Random(seed)
        self.keys = Keys(folder / "keys" / "ballots")
        self.keys.make("gx-demo")
        self.port = free_port()
        self.attempts: list[Attempt] = []
        self.receipts: list[str] = []
        self.voters = 20
        self.names: dict[str, str] = {}
        self.over = threading.Event()
        now = rule_of(GX | {"guard": {"rates": RATES}})
        always = Window(Instant(0), Instant(END * 2))
        add_poll(url, rule=BallotRule(now.stage, now.zone, always, now.votable, now.known))

    def run(self, kills: int, line: Callable[[Told], None] = lambda told: None) -> Told:
        """So many kills under load, then the whole history checked."""
        told = Told()
        server = self._start()
        clients = [threading.Thread(target=self._client, args=(n,), daemon=True) for n in range(CLIENTS)]
        for client in clients:
            client.start()
        try:
            self._some_ballots()
            for _ in range(kills):
                time.sleep(self.chance.uniform(0, 0.25))
                server = self._kill(server, told)
                told.kills += 1
                line(told)
                before = time.monotonic()
                self._some_ballots()
                told.back_seconds.append(time.monotonic() - before)
        finally:
            self.over.set()
            for client in clients:
                client.join(60)
            server.send_signal(signal.SIGTERM)
            server.wait(60)
        told.seen = Counter(a.seen for a in self.attempts)
        told.broken = self.verdict()
        told.stored = len(self.kept())
        return told

    def verdict(self) -> list[str]:
        """All broken promises, receipts that do not hold among them."""
        public = [Ed25519(self.keys.receipt).public]
        bad = [r for r in self.receipts if not holds(read_receipt(r), public, check_ed25519)]
        return broken(self.attempts, self.kept()) + [f"a receipt that does not hold: {r[:40]}" for r in bad]

    def kept(self) -> list[Kept]:
        rows = ask(self.url, "SELECT voter, asked, day, entry, leaf FROM votes_ballot WHERE kind = 'ballot'")
        return [
            Kept(
                self.names.get(bytes(voter).hex(), bytes(voter).hex()),
                bytes(asked)[:16].hex(),
                tuple(json.loads(bytes(entry))["choices"]),
                day,
                bytes(leaf).hex(),
            )
            for voter, asked, day, entry, leaf in rows
        ]

    def _start(self) -> subprocess.Popen[bytes]:
        server = start(self.url, self.folder, self.port)
        wait(server, self.port)
        return server

    def _some_ballots(self) -> None:
        """Something is at stake before the next kill. AssertionError where hardly anybody is served."""
        before = len(self.receipts)
        wanted, end = before + 3 * CLIENTS, time.monotonic() + 60
        while len(self.receipts) < wanted:
            assert time.monotonic() < end, f"{len(self.receipts) - before} ballots were stored in a minute"
            time.sleep(0.01)

    def _kill(self, server: subprocess.Popen[bytes], told: Told) -> subprocess.Popen[bytes]:
        before = time.monotonic()
        if self.hurt is not None:
            self.hurt()
        else:
            server.kill()
            server.wait()
            server = self._start()
        told.restart_seconds.append(time.monotonic() - before)
        return server

    def _client(self, number: int) -> None:
        """Casts ballots, of voters whom others use too; what got no answer is sent again until it has one."""
        chance = random.Random(f"{number}/{self.chance.random()}")
        talk: Talk | None = None
        waiting: tuple[str, str, tuple[str, ...]] | None = None
        sent = 0
        while not self.over.is_set():
            if waiting is None:
                sent += 1
                self.voters += chance.random() < 0.3
                subject = f"voter{chance.randrange(max(0, self.voters - 20), self.voters)}"
                waiting = subject, f"{number}-{sent}", tuple(chance.sample(CASES, 10))
            try:
                talk = talk or Talk(self.port, timeout=20)
                if self._cast(talk, *waiting):
                    waiting = None
            except OSError:
                self._note(*waiting, "unknown")
                if talk is not None:
                    talk.close()
                talk = None
                time.sleep(0.1)
        if talk is not None:
            talk.close()

    def _cast(self, talk: Talk, subject: str, key: str, choices: tuple[str, ...]) -> bool:
        """Whether the answer was a last one."""
        talk.send(post(PATH, self._token(subject), key, list(choices)))
        status, _, body = talk.answer()
        if status == 201:
            said = json.loads(body)
            self.receipts.append(said["receipt"])
            self._note(subject, key, choices, "stored", said["leaf"])
        elif status in (409, 422):
            self._note(subject, key, choices, "refused")
        else:
            self._note(subject, key, choices, "unknown")
            time.sleep(0.05)
            return False
        return True

    def _note(self, subject: str, key: str, choices: tuple[str, ...], seen: Seen, leaf: str = "") -> None:
        digest = hashlib.sha256(key.encode()).digest()[:16].hex()
        self.attempts.append(Attempt(subject, digest, choices, seen, leaf))

    def _token(self, subject: str) -> str:
        voter = voter_id(self.keys.identity("gx-demo"), {"wechat": subject})
        self.names[voter[:16].hex()] = subject
        return issue(self.keys.token, "gx-demo", voter, frozenset({"wechat"}), END * 2)


@contextmanager
def own_crashing(seed: int = 1) -> Iterator[tuple[str, Callable[[], None]]]:
    """The address of the votes' tables on a PostgreSQL of one's own, and what makes that crash."""
    with own_cluster() as server, own_database(server) as url:
        for statement in MIGRATION.POSTGRESQL:
            ask(url, statement)
        yield url, crashes(url, seed)
