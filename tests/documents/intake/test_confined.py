"""The fence, tried by a check that misbehaves: nothing gets out, and the server always has an answer."""

from __future__ import annotations

import logging
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from guiguan.documents.intake import confined
from guiguan.documents.intake.confined import Found, run_confined
from guiguan.documents.intake.misbehave import FORBIDDEN, FORBIDDEN_TO_C
from guiguan.documents.intake.self_test import misbehaved, tried_fence
from guiguan.documents.intake.verdict import Refused

KERNEL = sys.platform == "linux" and platform.machine() in ("x86_64", "aarch64")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no resource limits on Windows")


@pytest.mark.parametrize("deed", [*FORBIDDEN, "limit"])
def test_what_python_must_not_do(deed: str) -> None:
    assert misbehaved(deed) == Found({"done": False}, KERNEL)


@pytest.mark.skipif(not KERNEL, reason="no system-call filter on this system")
@pytest.mark.parametrize("deed", FORBIDDEN_TO_C)
def test_what_a_taken_over_parser_must_not_do(deed: str) -> None:
    assert misbehaved(deed) == Found({"done": False}, fenced=True)
    assert not Path("/tmp/guiguan-fence").exists()


@pytest.mark.parametrize(
    ("deed", "reason"),
    [("memory", "bomb"), ("die", "broken"), ("nonsense", "broken"), ("forge", "broken"), ("flood", "broken")],
)
def test_the_server_gets_a_refusal(deed: str, reason: str) -> None:
    outcome = misbehaved(deed)
    assert isinstance(outcome, Refused)
    assert outcome.reason == reason


@pytest.mark.parametrize("deed", ["loop", "sleep"])
def test_a_check_that_does_not_end_is_ended(deed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "WALL_SECONDS", 1.5)
    outcome = misbehaved(deed)
    assert isinstance(outcome, Refused)
    assert outcome.reason == "timeout"


def test_a_check_that_cannot_start_blames_nobody(caplog: pytest.LogCaptureFixture) -> None:
    with tempfile.TemporaryFile() as output, caplog.at_level(logging.ERROR, "guiguan.intake"):
        outcome = run_confined("no-such-task", Path("/dev/null"), {}, output)
    assert isinstance(outcome, Refused)
    assert outcome.reason == "unchecked"
    assert "no-such-task is no task" in caplog.text


def test_a_death_is_logged_with_what_it_said(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "guiguan.intake"):
        misbehaved("flood")
    assert "File too large" in caplog.text


@pytest.mark.skipif(not KERNEL, reason="no system-call filter on this system")
def test_the_self_test_finds_the_fence_whole() -> None:
    assert tried_fence().whole


def test_the_self_test_takes_a_dead_check_for_a_leak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guiguan.documents.intake.self_test.misbehaved", lambda deed: misbehaved("die"))
    found = tried_fence()
    assert found.leaks == (*FORBIDDEN, *FORBIDDEN_TO_C)
    assert not found.whole


def test_nothing_of_the_server_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, object] = {}
    real = subprocess.Popen

    def noted(command: list[str], **settings: object) -> object:
        seen.update(settings)
        return real(command, **settings)  # type: ignore[call-overload]  # passed on as it came

    monkeypatch.setattr(subprocess, "Popen", noted)
    misbehaved("read")
    assert seen["env"] == {}
    assert seen["cwd"] == "/"
    assert "close_fds" not in seen
