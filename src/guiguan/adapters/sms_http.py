"""Text messages by a gateway that speaks HTTP: one signed JSON a message. docs/operate/messages.md describes the exchange."""

from __future__ import annotations

import http.client
import json
import ssl
import time
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import SplitResult, urlsplit

from guiguan.adapters.signed import signature
from guiguan.adapters.sms import NotDelivered

_MOST_ANSWER = 10_000
_FINAL = (400, 404, 410, 413, 422)
"""Answers after which the same message will never be taken: the number or the text is at fault, not the moment."""


@dataclass(frozen=True)
class HttpGateway:
    """Hands each message over once; the gateway answers a key that it knows with 200 or 409, and does not send again."""

    address: str
    account: str
    secret: str
    timeout: float = 10
    idempotent: ClassVar[bool] = True

    def __repr__(self) -> str:
        return f"HttpGateway({self.address})"

    def send(self, phone: str, text: str, key: str) -> str:
        """The gateway's id of the message. NotDelivered otherwise: since it knows the key, asking again is always safe."""
        body = json.dumps(
            {"id": key, "account": self.account, "phone": phone, "text": text}, ensure_ascii=False
        ).encode()
        now = int(time.time())
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Guiguan-Time": str(now),
            "Guiguan-Signature": signature(self.secret, now, body),
        }
        try:
            status, answer = self._posted(body, headers)
        except (OSError, http.client.HTTPException) as error:
            raise NotDelivered(f"no connection: {type(error).__name__}") from error
        if status in (200, 201, 202, 409):
            return _id_in(answer) or key
        raise NotDelivered(f"refused: {status} {_reason_in(answer)}".strip(), final=status in _FINAL)

    def _posted(self, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """Status and answer. No redirect is followed and no proxy of the environment is used."""
        way = urlsplit(self.address)
        connection = self._connection(way)
        try:
            path = (way.path or "/") + (f"?{way.query}" if way.query else "")
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(_MOST_ANSWER)
        finally:
            connection.close()

    def _connection(self, way: SplitResult) -> http.client.HTTPConnection:
        host = way.hostname or ""
        if way.scheme == "https":
            return http.client.HTTPSConnection(
                host, way.port, timeout=self.timeout, context=ssl.create_default_context()
            )
        return http.client.HTTPConnection(host, way.port, timeout=self.timeout)


def _told(answer: bytes, name: str) -> str:
    try:
        found = json.loads(answer)
    except ValueError:
        return ""
    text = found.get(name) if isinstance(found, dict) else None
    return str(text)[:100] if isinstance(text, str | int) else ""


def _id_in(answer: bytes) -> str:
    return _told(answer, "id")


def _reason_in(answer: bytes) -> str:
    """The gateway's own word, without what could be a number of somebody."""
    return "".join("*" if c.isdigit() else c for c in _told(answer, "reason") if c.isprintable())
