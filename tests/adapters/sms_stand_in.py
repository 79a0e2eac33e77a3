"""A gateway on loopback that does what docs/operate/messages.md asks of one, written from that page and not from our code."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "0123456789abcdef0123456789abcdef"


def sign(secret: str, time: str, body: bytes) -> str:
    return hmac.new(
        secret.encode(), b"guiguan/v1\n" + time.encode() + b"\n" + body, hashlib.sha256
    ).hexdigest()


@dataclass
class StandIn:
    """Takes each key once. `answer` (status, body) replaces its own answer; "hang" never answers."""

    address: str = ""
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: int = 0
    answer: tuple[int, bytes] | str | None = None

    def reply(self, time: str, given: str, body: bytes) -> tuple[int, bytes]:
        self.asked += 1
        if not hmac.compare_digest(sign(SECRET, time, body), given):
            return 401, b'{"reason": "signature"}'
        if isinstance(self.answer, tuple):
            return self.answer
        message = json.loads(body)
        if message["id"] in self.sent:
            return 409, json.dumps({"id": f"g-{message['id']}"}).encode()
        self.sent[message["id"]] = message
        if self.answer == "lose":  # taken, but the answer is lost
            raise ConnectionResetError
        return 202, json.dumps({"id": f"g-{message['id']}"}).encode()


@contextmanager
def stand_in() -> Iterator[StandIn]:
    gateway = StandIn()

    class Page(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                status, answer = gateway.reply(
                    self.headers["Guiguan-Time"], self.headers["Guiguan-Signature"], body
                )
            except ConnectionResetError:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            if 300 <= status < 400:
                self.send_header("Location", gateway.address)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    gateway.address = f"http://127.0.0.1:{server.server_address[1]}/send?v=1"
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
