"""The way out for text messages. A real gateway is one more class with `send`; the console needs nothing installed."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Protocol

_log = logging.getLogger(__name__)


class NotDelivered(Exception):
    """The gateway did not take the message. `final`: trying again is useless (the number does not exist)."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


class Gateway(Protocol):
    """`key` is the same for every try of one message. `idempotent`: the gateway knows its keys, and never sends one twice."""

    idempotent: ClassVar[bool]

    def send(self, phone: str, text: str, key: str) -> str:
        """The gateway's own id of the message. Raises NotDelivered; any other error leaves open whether it went out."""
        ...


@dataclass
class Console:
    """Writes each message into a folder, for one machine without a gateway. The log says only that there was one."""

    folder: Path
    idempotent: ClassVar[bool] = True  # the key is the file's name

    def send(self, phone: str, text: str, key: str) -> str:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        place = self.folder / f"sms-{key}.json"
        fresh = place.with_suffix(".new")
        fresh.write_text(json.dumps({"to": phone, "text": text}, ensure_ascii=False), encoding="utf-8")
        fresh.replace(place)
        _log.info("sms %s to ***%s", key, phone[-4:])
        return key


@dataclass
class Memory:
    """Keeps messages for a test to read."""

    sent: list[tuple[str, str, str]] = field(default_factory=list)
    idempotent: ClassVar[bool] = False

    def send(self, phone: str, text: str, key: str) -> str:
        self.sent.append((phone, text, key))
        return key
