"""What the log costs beside the ballot box: ballots stored by a real box, then put in order, counted and signed, CPU against CPU.

The box is asked in its own process, without HTTP and client, so the share is against less than a whole ingest costs: the true share is
smaller. Required: at most a tenth. Then the time from a stored ballot to its proof, while others keep coming.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from guiguan.bench.figure import Figure
from guiguan.bench.process import run_command
from guiguan.box.box import Waiting

BALLOTS, CASES, CHOICES = 60_000, 300, 10
ROUNDS = 5


def measure() -> list[Figure]:
    """Medians of microseconds of CPU a ballot, and their ratio."""
    told = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            kept = {
                k: v for k, v in os.environ.items() if not k.startswith("GUIGUAN_") and k != "DATABASE_URL"
            }
            settings = kept | {"GUIGUAN_DATA": folder, "GUIGUAN_LOG_LEVEL": "ERROR"}
            command = ["env", "-i", *(f"{k}={v}" for k, v in settings.items())]
            run = run_command([*command, sys.executable, "-m", "guiguan.bench.append"])
            told.append(json.loads(run.output))
    median = {key: statistics.median(t[key] for t in told) for key in told[0]}
    return [
        Figure("share_of_the_box", "%", 100 * median["log"] / median["box"], required=10, goal=5),
        Figure("box_cpu", "µs/ballot", median["box"]),
        Figure("log_cpu", "µs/ballot", median["log"]),
        Figure("order_cpu", "µs/ballot", median["order"]),
        Figure("sign_cpu", "µs/ballot", median["sign"]),
    ]


def _run() -> dict[str, float]:
    from guiguan.conf import run

    run.prepare()
    from django.conf import settings

    from guiguan.apps.votes.models import Poll
    from guiguan.apps.votes.sequencing import sequence_due, sign_due
    from guiguan.box.box import BoxSettings
    from guiguan.box.open import open_box
    from guiguan.core.votes.document import PollDocument, poll_text

    rule = _rule()
    Poll.objects.create(
        campaign="bench",
        stage="vote",
        state="open",
        document=poll_text(PollDocument("bench", "0" * 64, rule)),
    )
    keys = Path(settings.GUIGUAN_DATA) / "keys" / "ballots"
    box = open_box(settings.BALLOTS_URL, keys, BoxSettings(most_waiting=2 * BALLOTS))
    requests = _requests(keys)
    heard = _Heard()
    began = time.process_time()
    for at in range(0, BALLOTS, 64):  # as many as wait at 64 clients
        for ticket, request in enumerate(requests[at : at + 64], at):
            if (refused := box.take(request, heard, ticket)) is not None:
                raise RuntimeError(f"refused: {refused}")
        heard.wait_for(min(at + 64, BALLOTS))
    stored = time.process_time()
    box.close()
    now = time.time_ns() // 1_000_000
    if heard.stored != BALLOTS:
        raise RuntimeError(f"{heard.stored} of {BALLOTS} were stored")
    middle = time.process_time()
    ordered = 0
    while done := sequence_due(now):
        ordered += done
    counted = time.process_time()
    sign_due(now)
    ended = time.process_time()
    if ordered != BALLOTS:
        raise RuntimeError(f"{ordered} of {BALLOTS} were put in order")
    each = 1e6 / BALLOTS
    return {
        "box": (stored - began) * each,
        "log": (ended - middle) * each,
        "order": (counted - middle) * each,
        "sign": (ended - counted) * each,
    }


def _rule() -> Any:
    import datetime as dt
    from zoneinfo import ZoneInfo

    from guiguan.core.blueprint.stages import Ballots
    from guiguan.core.values.moment import window_of_dates
    from guiguan.core.votes.rule import BallotRule

    stage: dict[str, Any] = {
        "id": "vote",
        "kind": "ballots",
        "voter": ["wechat"],
        "choices": {"exactly": CHOICES},
    }
    stage |= {"repeated": "refuse_ballot", "unknown": "refuse_ballot", "counts": "shown"}
    stage |= {"limits": [{"per": ["voter", "entry", "day"], "max": 1, "over": "refuse_ballot"}]}
    zone = ZoneInfo("Asia/Shanghai")
    today = dt.datetime.now(zone).date()
    window = window_of_dates(today - dt.timedelta(1), today + dt.timedelta(1), zone)
    names = frozenset(str(n) for n in range(1, CASES + 1))
    return BallotRule(Ballots.model_validate(stage), zone, window, names, names)


def _requests(folder: Path) -> list[Any]:
    from guiguan.box.box import Request
    from guiguan.box.keys import Keys
    from guiguan.box.token import issue

    keys = Keys(folder)
    path = b"/api/v1/campaigns/bench/ballots"
    made = []
    for i in range(BALLOTS):
        voter = sha256(i.to_bytes(4)).digest()
        token = issue(keys.token, "bench", voter, frozenset({"wechat"}), 1 << 45)
        headers = {
            b"content-type": b"application/json",
            b"idempotency-key": b"k%d" % i,
            b"authorization": f"Bearer {token}".encode(),
        }
        body = json.dumps({"choices": [str(1 + (i + 7 * k) % CASES) for k in range(CHOICES)]}).encode()
        made.append(Request(b"POST", path, headers, body, "192.0.2.1"))
    return made


class _Heard(Waiting):
    """Counts the answers as they come."""

    def __init__(self) -> None:
        self.site = ""
        self.stored = 0
        self._count = 0
        self._more = threading.Condition()

    def answered(self, answers: Sequence[tuple[Any, Any]]) -> None:
        with self._more:
            self.stored += sum(answer.status == 201 for _, answer in answers)
            self._count += len(answers)
            self._more.notify()

    def wait_for(self, count: int) -> None:
        with self._more:
            if not self._more.wait_for(lambda: self._count >= count, 60):
                raise RuntimeError(f"{self._count} answers, {count} are wanted")


if __name__ == "__main__":
    print(json.dumps(_run()))
