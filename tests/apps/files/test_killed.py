"""Killed with -9 between two parts or within one: every part that was acknowledged is there, byte for byte."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from apps.files.upload_process import SIZE, content

SCRIPT = Path(__file__).with_name("upload_process.py")


def process(data: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "guiguan.conf.settings",
        "GUIGUAN_DATA": str(data),
        "GUIGUAN_LOG_LEVEL": "ERROR",
        "DATABASE_URL": "",
    }
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), *arguments], env=environment, stdout=subprocess.PIPE, text=True
    )


def said(data: Path, *arguments: str) -> str:
    running = process(data, *arguments)
    told, _ = running.communicate(timeout=120)
    assert running.returncode == 0
    return told


@pytest.mark.parametrize("parts", [1, 7, 40])
def test_what_was_acknowledged_is_there_after_a_kill(tmp_path: Path, parts: int) -> None:
    said(tmp_path, "prepare")
    sender = process(tmp_path, "send", str(parts))
    assert sender.stdout is not None
    upload = uuid.UUID(sender.stdout.readline().strip())
    acknowledged = 0
    for _ in range(parts):
        acknowledged = int(sender.stdout.readline())
    sender.kill()
    rest, _ = sender.communicate(timeout=60)
    assert sender.returncode == -9
    # what it had told before it died, but for a line that broke off
    acknowledged = max([acknowledged, *map(int, rest.split("\n")[:-1])])
    assert 0 < acknowledged < SIZE

    size, received = map(int, said(tmp_path, "show", str(upload)).split())
    assert size == SIZE
    assert received >= acknowledged
    assert (tmp_path / "uploads" / upload.hex).read_bytes()[:received] == content(str(parts))[:received]
