"""What a taken-over check would try, one wish at a time: for the tests and for the self-test of a server."""

from __future__ import annotations

import ctypes
import os
import resource
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

_libc = ctypes.CDLL(None, use_errno=True)
# Looked up now: behind the fence the audit hook refuses to look anything up.
_c_socket, _c_open, _c_fork = _libc.socket, _libc.open, _libc.fork
_c_execv, _c_kill, _c_unlink = _libc.execv, _libc.kill, _libc.unlink
_true = (ctypes.c_char_p * 2)(b"/bin/true", None)
_PATH = b"/tmp/guiguan-fence"  # must never come into being


def _memory() -> object:
    return bytearray(2 * 2**30)


def _loop() -> object:
    while True:
        pass


def _sleep() -> object:
    time.sleep(3600)
    return None


def _die() -> object:
    os.abort()


def _nonsense() -> object:
    os.write(1, b'{"found": ')
    os._exit(0)


def _flood() -> object:
    while True:
        os.write(1, b" " * 2**20)


def _forge() -> object:
    os.write(1, b'{"refused": "no such sentence", "facts": [], "fenced": true}')
    os._exit(0)


def _passwords() -> object:
    return Path("/etc/passwd").read_bytes()


def _program() -> object:
    return subprocess.run(["/bin/true"], check=True)


def _raised_limit() -> object:
    resource.setrlimit(resource.RLIMIT_CPU, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return None


# Through the C library, as a parser that was taken over would: the audit hook sees none of these. O_CREAT|O_WRONLY is 0o101.
_CALLS: dict[str, Callable[[], int]] = {
    "c-socket": lambda: _c_socket(2, 1, 0),
    "c-read": lambda: _c_open(b"/etc/passwd", 0),
    "c-write": lambda: _c_open(_PATH, 0o101, 0o600),
    "c-fork": lambda: _c_fork(),
    "c-exec": lambda: _c_execv(b"/bin/true", _true),
    "c-kill": lambda: _c_kill(os.getppid(), 0),
    "c-remove": lambda: _c_unlink(_PATH),
}
_DEEDS: dict[str, Callable[[], object]] = {
    "memory": _memory,
    "loop": _loop,
    "sleep": _sleep,
    "die": _die,
    "nonsense": _nonsense,
    "flood": _flood,
    "forge": _forge,
    "read": _passwords,
    "write": lambda: Path(os.fsdecode(_PATH)).write_bytes(b""),
    "socket": lambda: socket.socket(),
    "program": _program,
    "fork": lambda: os.fork(),
    "limit": _raised_limit,
}
FORBIDDEN = ("read", "write", "socket", "program", "fork")
FORBIDDEN_TO_C = tuple(_CALLS)


def look(source: BinaryIO, output: BinaryIO, wish: dict[str, Any]) -> dict[str, Any]:
    """Whether the deed was `done`. Some end the process, or raise what a crafted file might set off."""
    deed = wish["deed"]
    if deed in _CALLS:
        return {"done": _CALLS[deed]() >= 0}
    try:
        _DEEDS[deed]()
    except (PermissionError, ValueError):
        return {"done": False}
    return {"done": True}
