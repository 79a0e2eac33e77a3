"""Whether one may listen at an address: asked before anything is made or filled, and told in words."""

from __future__ import annotations

import errno
import socket
import time

from guiguan.core.values.finding import Finding, InputError

GIVEN_BACK_WITHIN = 3.0
"""Seconds that a site which was killed a moment ago may still hold its port."""


def check_free(host: str, port: int) -> None:
    """InputError where somebody else listens there, or nobody may. A web server that shares its port would start beside another."""
    until = time.monotonic() + GIVEN_BACK_WITHIN
    while error := _fault(host, port):
        if error.errno != errno.EADDRINUSE:
            raise InputError(
                Finding(
                    "site.address",
                    f"不能在 {host}:{port} 监听（{error.strerror or error}）：请用 --host、--port 换一个地址或端口",
                    f"cannot listen at {host}:{port} ({error.strerror or error}): name another by --host and --port",
                )
            )
        if time.monotonic() > until:
            raise InputError(
                Finding(
                    "site.port-taken",
                    f"端口 {port} 已被占用，可能是另一个桂冠还在运行：请先停掉它，或用 --port 换一个端口",
                    f"port {port} is taken, perhaps by another site that still runs: stop that, or name another port by --port",
                )
            )
        time.sleep(0.2)


def _fault(host: str, port: int) -> OSError | None:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address[0], port, *address[2:]))
    except (OSError, OverflowError) as error:
        return error if isinstance(error, OSError) else OSError(errno.EINVAL, str(error))
    return None
