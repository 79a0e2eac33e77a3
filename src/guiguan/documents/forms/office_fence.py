"""Starts LibreOffice behind a fence: bounded memory, time and file size; the kernel refuses every socket but local ones."""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
import sys

MEMORY = 4 * 2**30
CPU_SECONDS = 60
LARGEST_FILE = 256 * 2**20
_MACHINES = {
    "x86_64": (0xC000003E, 41),
    "aarch64": (0xC00000B7, 198),
}  # audit architecture, number of socket()
_LOCAL = 1  # AF_UNIX: the office speaks to itself through it
_RINGS, _OTHER_TABLE = 425, 0x40000000
"""io_uring_setup, by which sockets are made without socket(); and where the numbers of x32, a second table of calls, begin."""
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | 13, 0x80000000
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2


def run(command: list[str]) -> None:
    """This process becomes the program; its children inherit the fence."""
    for what, bound in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (bound, bound))
    refuse_network()
    os.execv(command[0], command)  # noqa: S606  (a program of the machine, found by `office`)


def refuse_network() -> bool:
    """No socket but a local one can be made from here on; true where the kernel holds that."""
    machine = _MACHINES.get(platform.machine()) if sys.platform == "linux" else None
    if machine is None:
        return False
    architecture, socket_call = machine
    steps = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),
        (_AT_LEAST, 4, 0, _OTHER_TABLE),
        (_EQUAL, 3, 0, _RINGS),
        (_EQUAL, 0, 3, socket_call),
        (_LOAD, 0, 0, 16),
        (_EQUAL, 1, 0, _LOCAL),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]
    program = b"".join(struct.pack("=HBBI", *step) for step in steps)
    code = ctypes.create_string_buffer(program, len(program))

    class Program(ctypes.Structure):
        _fields_ = (("count", ctypes.c_ushort), ("code", ctypes.c_void_p))

    libc = ctypes.CDLL(None, use_errno=True)
    filtering = Program(len(steps), ctypes.addressof(code))
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(filtering), 0, 0) == 0)
