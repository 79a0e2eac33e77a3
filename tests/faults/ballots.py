"""People cast ballots while the server or its database is killed again and again; every attempt is noted for the checker."""

from __future__ import annotations

import hashlib
import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from box.scene import END, ask
from faults.booths import Booth
from faults.history import Attempt, Kept, Seen, broken

from guiguan.adapters.signing import Ed25519, check_ed25519
from guiguan.box.token import issue
from guiguan.core.integrity.receipt import holds, read_receipt

CLIENTS = 12


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
    """`hurt` breaks something else than the booth, which then goes on and must get over it; without it the booth is killed."""

    def __init__(self, booth: Booth, seed: int = 1, hurt: Callable[[], None] | None = None) -> None:
        self.booth, self.hurt = booth, hurt or booth.restart
        self.chance = random.Random(seed)
        self.attempts: list[Attempt] = []
        self.receipts: list[str] = []
        self.voters = 20
        self.names: dict[str, str] = {}
        self.over = threading.Event()

    def run(self, kills: int, line: Callable[[Told], None] = lambda told: None) -> Told:
        """So many kills under load, then the whole history checked."""
        told = Told()
        self.booth.start()
        clients = [threading.Thread(target=self._client, args=(n,), daemon=True) for n in range(CLIENTS)]
        for client in clients:
            client.start()
        try:
            self._some_ballots()
            for _ in range(kills):
                time.sleep(self.chance.uniform(0, 0.25))
                before = time.monotonic()
                self.hurt()
                told.restart_seconds.append(time.monotonic() - before)
                told.kills += 1
                line(told)
                before = time.monotonic()
                self._some_ballots()
                told.back_seconds.append(time.monotonic() - before)
            self.over.set()
            for client in clients:
                client.join(60)
            told.broken = self.verdict()
        finally:
            self.over.set()
            self.booth.end()
        told.seen = Counter(a.seen for a in self.attempts)
        told.stored = len(self.kept())
        return told

    def verdict(self) -> list[str]:
        """All broken promises, receipts that do not hold among them."""
        public = [Ed25519(self.booth.keys.receipt).public]
        bad = [r for r in self.receipts if not holds(read_receipt(r), public, check_ed25519)]
        return [
            *broken(self.attempts, self.kept()),
            *(f"a receipt that does not hold: {r[:40]}" for r in bad),
            *self.booth.broken(self.receipts),
        ]

    def kept(self) -> list[Kept]:
        rows = ask(
            self.booth.url, "SELECT voter, asked, day, entry, leaf FROM votes_ballot WHERE kind = 'ballot'"
        )
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

    def _some_ballots(self) -> None:
        """Something is at stake before the next kill. AssertionError where hardly anybody is served."""
        before = len(self.receipts)
        wanted, end = before + 3 * CLIENTS, time.monotonic() + 60
        while len(self.receipts) < wanted:
            assert time.monotonic() < end, f"{len(self.receipts) - before} ballots were stored in a minute"
            time.sleep(0.01)

    def _client(self, number: int) -> None:
        """Casts ballots, of voters whom others use too; what got no answer is sent again until it has one."""
        chance = random.Random(f"{number}/{self.chance.random()}")
        talk: http.client.HTTPConnection | None = None
        waiting: tuple[str, str, tuple[str, ...]] | None = None
        sent = 0
        while not self.over.is_set():
            if waiting is None:
                sent += 1
                self.voters += chance.random() < 0.3
                subject = f"voter{chance.randrange(max(0, self.voters - 20), self.voters)}"
                waiting = subject, f"{number}-{sent}", tuple(chance.sample(self.booth.cases, 10))
            try:
                talk = talk or http.client.HTTPConnection("127.0.0.1", self.booth.port, timeout=20)
                if self._cast(talk, *waiting):
                    waiting = None
                    time.sleep(self.booth.pause)
            except (OSError, http.client.HTTPException):
                self._note(*waiting, "unknown")
                if talk is not None:
                    talk.close()
                talk = None
                time.sleep(0.1)
        if talk is not None:
            talk.close()

    def _cast(
        self, talk: http.client.HTTPConnection, subject: str, key: str, choices: tuple[str, ...]
    ) -> bool:
        """Whether the answer was a last one."""
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self._token(subject)}",
            "Idempotency-Key": key,
        }
        path = f"/api/v1/campaigns/{self.booth.campaign}/ballots"
        talk.request("POST", path, json.dumps({"choices": choices}), headers)
        with talk.getresponse() as answer:
            status, body = answer.status, answer.read()
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
        voter = hashlib.sha256(subject.encode()).digest()
        self.names[voter[:16].hex()] = subject
        return issue(self.booth.keys.token, self.booth.campaign, voter, self.booth.kinds, END * 2)
