"""A port that somebody else has is told in words, before anything is made."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from guiguan.conf.port import check_free
from guiguan.core.values.finding import InputError


@pytest.fixture(params=[False, True], ids=["alone", "shared"])
def taken(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """Somebody listens; `shared` as web servers do, which lets others listen beside."""
    monkeypatch.setattr("guiguan.conf.port.GIVEN_BACK_WITHIN", 0.0)
    with socket.create_server(("127.0.0.1", 0), reuse_port=request.param) as listener:
        yield listener


def codes(host: str, port: int) -> list[str]:
    with pytest.raises(InputError) as found:
        check_free(host, port)
    return [f.rule for f in found.value.findings]


def test_a_taken_port_is_refused_however_it_is_held(taken: socket.socket) -> None:
    assert codes("127.0.0.1", taken.getsockname()[1]) == ["site.port-taken"]


def test_a_free_port_and_one_that_is_given_back_are_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guiguan.conf.port.GIVEN_BACK_WITHIN", 30.0)
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    threading.Timer(0.3, listener.close).start()
    check_free("127.0.0.1", port)
    check_free("127.0.0.1", port)


@pytest.mark.parametrize(("host", "port"), [("192.0.2.1", 8000), ("127.0.0.1", 70_000), ("no host", 8000)])
def test_where_nobody_may_listen_that_is_said(host: str, port: int) -> None:
    assert codes(host, port) == ["site.address"]


@pytest.mark.parametrize("command", [("demo", "--data", "site"), ("serve",), ("serve", "--only", "ballots")])
def test_a_command_says_so_before_it_makes_anything(command: tuple[str, ...], tmp_path: Path) -> None:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GUIGUAN_") and k != "DATABASE_URL"}
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as listener:
        port = str(listener.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "guiguan", *command, "--port", port],
            env=kept | {"GUIGUAN_DATA": str(tmp_path / "data"), "GUIGUAN_LANG": "en"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith(f"[site.port-taken] port {port} is taken")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.rglob("*.sqlite3")) == []
