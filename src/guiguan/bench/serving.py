"""The whole site in its own processes, for as long as a benchmark asks it."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager


@contextmanager
def served_site(
    settings: Mapping[str, str], only: Sequence[str] = ()
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The site runs: its process, and its port; it ends with the block. Web server, worker and sequencer, or `only` ("--only", part)."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    command = [sys.executable, "-m", "guiguan", "serve", "--host", "127.0.0.1", "--port", str(port), *only]
    with subprocess.Popen(
        command, env=settings, stdout=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            _wait(process, port)
            yield process, port
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(600):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            with connection.getresponse() as answer:
                if answer.status == 200:
                    return
        except OSError:
            if process.poll() is not None:
                break
        finally:
            connection.close()
        time.sleep(0.1)
    raise RuntimeError(f"the site did not come up on port {port}")
