"""What LibreOffice runs behind: nothing reaches the network, by whatever number it is called."""

from __future__ import annotations

import json
import platform
import subprocess
import sys

import pytest

SOCKET = {"x86_64": 41, "aarch64": 198}
REFUSED = 13
ASKS = """
import ctypes, json, sys
from guiguan.documents.forms.office_fence import refuse_network
assert refuse_network()
libc = ctypes.CDLL(None, use_errno=True)
def called(*numbers):
    made = libc.syscall(*map(ctypes.c_long, numbers))
    return 0 if made >= 0 else ctypes.get_errno()
print(json.dumps([called(*numbers) for numbers in json.loads(sys.argv[1])]))
"""


@pytest.mark.skipif(platform.machine() not in SOCKET or sys.platform != "linux", reason="no filter elsewhere")
def test_no_socket_but_a_local_one_is_made() -> None:
    number = SOCKET[platform.machine()]
    local, internet, netlink = (number, 1, 1, 0), (number, 2, 1, 0), (number, 16, 3, 0)
    by_another_table, by_a_ring = (0x40000000 + number, 2, 1, 0), (425, 1, 0)
    asked = [local, internet, netlink, by_another_table, by_a_ring]
    command = [sys.executable, "-c", ASKS, json.dumps(asked)]
    said = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout
    assert json.loads(said) == [0, *[REFUSED] * 4]
