"""Where a storm of ballots is cast: the ballots' server alone, or a whole site with the process that puts ballots into the log."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from box.live import start, wait
from box.scene import CASES, END, GX, MIGRATION, add_poll, ask, rule_of
from faults.postgresql import crashes, own_cluster, own_database
from faults.site import Site, free_port

from guiguan.adapters.signing import Ed25519
from guiguan.bench.voters_scene import SLUG
from guiguan.box.keys import Keys
from guiguan.box.logfiles import LogFiles
from guiguan.box.verify import PublicLog, Unproven, prove_receipt
from guiguan.core.integrity.checkpoint import read_checkpoint
from guiguan.core.integrity.note import read_note
from guiguan.core.integrity.receipt import Receipt, read_receipt
from guiguan.core.values.moment import Instant, Window
from guiguan.core.votes.rule import BallotRule

RATES = {"voter": {"burst": 9999, "per_minute": 9999}, "network": {"burst": 9999999, "per_minute": 9999999}}
PROMISED = 20.0
"""Seconds after which a receipt can be proven (docs/spec/log.md L4.2)."""


class Booth(Protocol):
    """`url` is the database of the ballots; `pause` the seconds that a voter rests between two."""

    campaign: str
    kinds: frozenset[str]
    cases: Sequence[str]
    url: str
    keys: Keys
    port: int
    pause: float

    def start(self) -> None:
        """It answers."""

    def restart(self) -> None:
        """Every process of it is dead by SIGKILL, and it has been started again."""

    def end(self) -> None:
        """It is there no more."""

    def broken(self, receipts: Sequence[str]) -> list[str]:
        """What else was promised to those who have these receipts, and is not so; asked before the end."""


class BoxAlone:
    """`guiguan serve --only ballots` on tables that are there."""

    campaign, kinds, cases, pause = "gx-demo", frozenset({"wechat"}), CASES, 0.0

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder, self.port = url, folder, free_port()
        self.keys = Keys(folder / "keys" / "ballots")
        self.keys.make(self.campaign)
        self._server: subprocess.Popen[bytes] | None = None
        now = rule_of(GX | {"guard": {"rates": RATES}})
        always = Window(Instant(0), Instant(END * 2))
        add_poll(url, rule=BallotRule(now.stage, now.zone, always, now.votable, now.known))

    def start(self) -> None:
        self._server = start(self.url, self.folder, self.port)
        wait(self._server, self.port)

    def restart(self) -> None:
        assert self._server is not None
        self._server.kill()
        self._server.wait()
        self.start()

    def end(self) -> None:
        assert self._server is not None
        self._server.send_signal(signal.SIGTERM)
        self._server.wait(60)

    def broken(self, receipts: Sequence[str]) -> list[str]:
        return []


class WholeSite:
    """`guiguan serve` with an open vote of fifteen cases; what its log shows is watched from outside."""

    campaign, kinds, pause = SLUG, frozenset({"device"}), 0.05

    def __init__(self, data: Path, database: str) -> None:
        self.site = Site(data, database)
        self.url = database or f"sqlite://{data}/ballots.sqlite3"
        self.port, self.keys = self.site.port, Keys(data / "keys" / "ballots")
        scene = [sys.executable, "-m", "guiguan.bench.voters_scene", "15"]
        subprocess.run(scene, env=self.site.settings, check=True, stdout=subprocess.DEVNULL)
        rows = ask(self.url, "SELECT document FROM votes_poll WHERE campaign = %s", SLUG)
        self.cases: Sequence[str] = sorted(json.loads(rows[0][0])["votable"])
        self.log = LogFiles(data / "log" / SLUG)
        self.sizes: list[tuple[float, int]] = []
        self._over = threading.Event()

    def start(self) -> None:
        self.site.start()
        if not self.sizes:
            self.sizes.append((0.0, 0))
            threading.Thread(target=self._watch, daemon=True).start()

    def restart(self) -> None:
        self.site.kill()
        self.start()

    def end(self) -> None:
        self._over.set()
        self.site.kill()

    def _watch(self) -> None:
        """Notes when the published checkpoint grew."""
        while not self._over.wait(0.05):
            content = self.log.checkpoint()
            size = read_checkpoint(read_note(content).text).size if content else 0
            if size > self.sizes[-1][1]:
                self.sizes.append((time.time(), size))

    def broken(self, receipts: Sequence[str]) -> list[str]:
        """Every receipt is proven from the public files alone, under a checkpoint that was there in time; and fsck finds nothing."""
        found = [f"no proof: {error}" for error in self._unproven([read_receipt(r) for r in receipts])]
        checked = subprocess.run(
            [sys.executable, "-m", "guiguan", "fsck"],
            env=self.site.settings,
            capture_output=True,
            text=True,
            check=False,
        )
        return found + ([] if checked.returncode == 0 else [f"fsck: {checked.stderr}"])

    def _unproven(self, receipts: Sequence[Receipt]) -> Iterator[str]:
        self._wait_for(max(receipts, key=lambda r: r.t))
        log = PublicLog(self._fetch)
        keys = [bytes.fromhex(key) for key in json.loads(self._fetch("receipt-keys"))["keys"]]
        for receipt in receipts:
            try:
                index, _ = prove_receipt(receipt, log, keys)
            except Unproven as error:
                yield str(error)
                continue
            seen = next(at for at, size in self.sizes if size > index)
            if seen - receipt.t / 1000 > PROMISED:
                yield f"entry {index} stood under a checkpoint {seen - receipt.t / 1000:.1f} s after its receipt"

    def _wait_for(self, last: Receipt) -> None:
        """Until the newest of them stands in the log, or should."""
        while time.time() < last.t / 1000 + PROMISED + 1:
            with suppress(Unproven):
                prove_receipt(last, PublicLog(self._fetch), [Ed25519(self.keys.receipt).public])
                return
            time.sleep(0.2)

    def _fetch(self, name: str) -> bytes:
        address = f"http://127.0.0.1:{self.port}/log/{SLUG}/{name}"
        with urllib.request.urlopen(address, timeout=30) as answer:
            return bytes(answer.read())


@contextmanager
def own_crashing(seed: int = 1) -> Iterator[tuple[str, Callable[[], None]]]:
    """The address of an empty database on a PostgreSQL of one's own, and what makes that crash."""
    with own_cluster() as server, own_database(server) as url:
        yield url, crashes(url, seed)


def make_tables(url: str) -> str:
    """The votes' tables are in the PostgreSQL database; its address."""
    for statement in MIGRATION.POSTGRESQL:
        ask(url, statement)
    return url
