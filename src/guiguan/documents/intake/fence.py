"""This process can reach nothing but the files that it was given: limits, a system-call filter and an audit hook.

Linux on x86_64 and aarch64: `seccomp` lets through only the calls listed here, so no new file can be opened, no
socket made, no program started, no other process touched; the kernel holds that for C code as well.
Elsewhere only the limits and the audit hook hold, and the hook holds only for what goes through Python.
"""

from __future__ import annotations

import ctypes
import platform
import resource
import signal
import struct
import sys

MEMORY = 512 * 2**20
SECONDS = 20
LARGEST_FILE = 64 * 2**20

_X86_64 = {
    "read": 0,
    "write": 1,
    "close": 3,
    "fstat": 5,
    "lseek": 8,
    "mmap": 9,
    "mprotect": 10,
    "munmap": 11,
    "brk": 12,
    "rt_sigaction": 13,
    "rt_sigprocmask": 14,
    "rt_sigreturn": 15,
    "pread64": 17,
    "writev": 20,
    "sched_yield": 24,
    "mremap": 25,
    "madvise": 28,
    "getpid": 39,
    "exit": 60,
    "ftruncate": 77,
    "sigaltstack": 131,
    "futex": 202,
    "clock_gettime": 228,
    "clock_nanosleep": 230,
    "exit_group": 231,
    "newfstatat": 262,
    "getrandom": 318,
}
_AARCH64 = {
    "ftruncate": 46,
    "close": 57,
    "lseek": 62,
    "read": 63,
    "write": 64,
    "writev": 66,
    "pread64": 67,
    "newfstatat": 79,
    "fstat": 80,
    "exit": 93,
    "exit_group": 94,
    "futex": 98,
    "clock_gettime": 113,
    "clock_nanosleep": 115,
    "sched_yield": 124,
    "sigaltstack": 132,
    "rt_sigaction": 134,
    "rt_sigprocmask": 135,
    "rt_sigreturn": 139,
    "getpid": 172,
    "brk": 214,
    "munmap": 215,
    "mremap": 216,
    "mmap": 222,
    "mprotect": 226,
    "madvise": 233,
    "getrandom": 278,
}
_MACHINES = {"x86_64": (0xC000003E, _X86_64), "aarch64": (0xC00000B7, _AARCH64)}
# From linux/bpf_common.h, seccomp.h and prctl.h.
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | 1, 0x80000000
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_REFUSED_EVENTS = (
    "open",
    "os.",
    "socket.",
    "subprocess.",
    "shutil.",
    "tempfile.",
    "ctypes.",
    "signal.",
    "pty.",
    "syslog.",
)


def set_limits() -> None:
    """Memory, time, file size and processes are bounded; none can be raised again."""
    for what, bound in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),  # not heeded for root; the filter refuses new processes there as well
    ):
        resource.setrlimit(what, (bound, bound))
    signal.alarm(2 * SECONDS)  # the end also where the server that would have ended it is gone


def close() -> bool:
    """The fence is shut for good; true where the kernel holds it. All imports must have been done before."""
    held = _filter_system_calls()
    sys.addaudithook(_refuse)
    return held


def _refuse(event: str, _: object) -> None:
    if event.startswith(_REFUSED_EVENTS):
        raise PermissionError(f"{event} is not allowed while a file is checked")


def _filter_system_calls() -> bool:
    machine = _MACHINES.get(platform.machine()) if sys.platform == "linux" else None
    if machine is None:
        return False
    architecture, allowed = machine
    program = _program(architecture, list(allowed.values()))
    count = len(program) // 8
    code = ctypes.create_string_buffer(program, len(program))

    class Program(ctypes.Structure):
        _fields_ = (("count", ctypes.c_ushort), ("code", ctypes.c_void_p))

    libc = ctypes.CDLL(None, use_errno=True)
    filtering = Program(count, ctypes.addressof(code))
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(filtering), 0, 0) == 0)


def _program(architecture: int, allowed: list[int]) -> bytes:
    """BPF: another architecture's calls kill, calls that are not listed fail with EPERM."""
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    for i, number in enumerate(allowed):
        steps.append((_EQUAL, len(allowed) - i, 0, number))
    steps += [(_RETURN, 0, 0, _REFUSE), (_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
