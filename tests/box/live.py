"""The ballots' server running in a process of its own, and plain sockets to speak to it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from faults.site import free_port


def start(url: str, folder: Path, port: int, **settings: str) -> subprocess.Popen[bytes]:
    """`guiguan serve --only ballots` has been started; whether it answers, `wait` says."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GUIGUAN_")}
    own = {"GUIGUAN_DATA": str(folder), "GUIGUAN_BALLOTS_URL": url, "GUIGUAN_LOG_LEVEL": "ERROR"}
    command = [sys.executable, "-m", "guiguan", "serve", "--only", "ballots", "--port", str(port)]
    return subprocess.Popen(command, env=kept | own | settings, stderr=subprocess.DEVNULL)


def wait(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, "the server ended"
        time.sleep(0.05)
    raise AssertionError("the server did not come up")


@contextmanager
def served(url: str, folder: Path, **settings: str) -> Iterator[int]:
    """The port of a server that answers; it ends with the block, in peace and with exit code 0."""
    port = free_port()
    process = start(url, folder, port, **settings)
    try:
        wait(process, port)
        yield port
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()


def post(path: str, token: str, key: str, choices: list[str], more: str = "", channel: str = "") -> bytes:
    """The bytes of a ballot's request."""
    body = json.dumps({"choices": choices} | ({"channel": channel} if channel else {})).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}\r\n"
        f"Idempotency-Key: {key}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    )
    return head.encode() + body


class Talk:
    """A connection on which answers are read one by one."""

    def __init__(self, port: int, timeout: float = 30.0) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.left = b""

    def send(self, content: bytes) -> None:
        self.socket.sendall(content)

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """Status, headers in small letters, body. ConnectionError where it was closed."""
        while b"\r\n\r\n" not in self.left:
            self._more()
        head, _, self.left = self.left.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", "0"))
        while len(self.left) < length:
            self._more()
        body, self.left = self.left[:length], self.left[length:]
        return int(first.split()[1]), headers, body

    def _more(self) -> None:
        found = self.socket.recv(65536)
        if not found:
            raise ConnectionError("closed")
        self.left += found

    def close(self) -> None:
        self.socket.close()
