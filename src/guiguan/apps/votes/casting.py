"""The ballot box inside the site's own process: one for the process, opened when the first ballot comes, after the server has forked."""

from __future__ import annotations

import atexit
import logging
import threading
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connections

from guiguan.apps.votes.voters import keys
from guiguan.box.answers import Answer, refusal
from guiguan.box.box import Box, BoxSettings, Request, Waiting
from guiguan.box.guarded import GuardedGate
from guiguan.box.keys import LostKeys
from guiguan.box.open import open_box
from guiguan.box.refusals import REASONS
from guiguan.box.store import Unavailable

_WAIT = 30.0  # seconds; a commit that takes longer is told as not confirmed
_log = logging.getLogger(__name__)
_lock = threading.Lock()
_opened: dict[str, Box] = {}


class _One(Waiting):
    """A thread that waits for one answer."""

    def __init__(self) -> None:
        self.site = settings.GUIGUAN.address
        self.answer: Answer | None = None
        self.arrived = threading.Event()

    def answered(self, answers: Sequence[tuple[Any, Answer]]) -> None:
        self.answer = answers[0][1]
        self.arrived.set()


def cast(path: str, headers: dict[bytes, bytes], body: bytes, peer: str, method: bytes = b"POST") -> Answer:
    """The answer to a POST to /api/v1/campaigns/{slug}/ballots, when the ballot is stored or refused, or to a GET of …/challenge.
    `headers`: names in small letters. Call it outside of a transaction: the box has a connection of its own, and sees what was committed."""
    one = _One()
    try:
        answer = ballot_box().take(Request(method, path.encode(), headers, body, peer), one, None)
    except Unavailable:
        return refusal(REASONS["ballots.not-stored"])
    except LostKeys as error:
        _log.critical("no ballots are taken: %s", error)
        return refusal(REASONS["ballots.not-stored"])
    if answer is None and one.arrived.wait(_WAIT):
        answer = one.answer
    return answer or refusal(REASONS["ballots.not-stored"])


def ballot_box() -> Box:
    """This process's box. Raises Unavailable, Unsafe and LostKeys."""
    url = address()
    with _lock:
        if url not in _opened:
            made = BoxSettings(trusted_proxies=settings.GUIGUAN.trusted_proxies)
            spent = settings.GUIGUAN_DATA / "spent.sqlite3"
            _opened[url] = open_box(url, keys().folder, made, lambda held: GuardedGate(held.token, spent))
            atexit.register(close_box)
        return _opened[url]


def close_box() -> None:
    """What waits is answered, and the box is let go; the next ballot opens one again."""
    with _lock:
        while _opened:
            _opened.popitem()[1].close()


def address() -> str:
    """The address of the database that Django has open under the ballots' alias: in tests that of the test."""
    found = connections[settings.BALLOTS_ALIAS].settings_dict
    if "sqlite" in found["ENGINE"]:
        return f"sqlite://{found['NAME']}"
    user = quote(found["USER"], safe="") + (
        f":{quote(found['PASSWORD'], safe='')}" if found["PASSWORD"] else ""
    )
    options = "&".join(f"{k}={quote(str(v), safe='')}" for k, v in found["OPTIONS"].items() if k != "pool")
    host, port = quote(found["HOST"], safe=""), found["PORT"]
    return f"postgresql://{user}@{host}{f':{port}' if port else ''}/{quote(found['NAME'], safe='')}?{options}"
