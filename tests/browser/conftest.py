"""A real site in a process of its own, and a real Chromium that visits it on a phone and at a desk."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from chromium import usable_chromium
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

SCREENSHOTS = Path(__file__).parents[2] / "var" / "screenshots"
expect.set_options(timeout=15_000)  # both cores may have other work
SIZES: dict[str, ViewportSize] = {
    "phone": {"width": 360, "height": 740},
    "desk": {"width": 1440, "height": 900},
}


@dataclass
class Site:
    """A running site. `fill` runs a function of `browser/filling.py` in the site's own database."""

    address: str
    data: Path
    process: subprocess.Popen[bytes]

    def fill(self, name: str, *arguments: str) -> dict[str, Any]:
        """What the function returned, as JSON."""
        return filled(self.data, name, *arguments)

    def stop(self) -> None:
        """The site ended, in order where it can."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """The site and all that it started are gone at once, as in a power cut."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def filled(data: Path, name: str, *arguments: str) -> dict[str, Any]:
    """A function of `browser/filling.py` ran in the database of the data folder; what it returned, as JSON."""
    script = Path(__file__).with_name("filling.py")
    done = subprocess.run(
        [sys.executable, str(script), name, *arguments],
        env=environment_of(data),
        stdout=subprocess.PIPE,
        check=True,
        timeout=120,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@dataclass(frozen=True)
class Demo:
    """A running demo and the folder in which its data lies."""

    address: str
    data: Path


def environment_of(data: Path) -> dict[str, str]:
    """The settings of the site under test: a demo on SQLite, without SMS or mail going anywhere."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GUIGUAN_") and k != "DATABASE_URL"}
    kept.setdefault("GUIGUAN_LOG_LEVEL", "WARNING")
    # The test process has set its own settings; the site has those of the product.
    kept["DJANGO_SETTINGS_MODULE"] = "guiguan.conf.settings"
    return kept | {"GUIGUAN_DATA": str(data), "GUIGUAN_DEMO": "true", "DATABASE_URL": ""}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def started(data: Path, port: int) -> Site:
    """The site, once it answers."""
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "guiguan", "serve", "--only", "site", "--port", str(port)],
        env=environment_of(data),
        start_new_session=True,  # so that `kill` ends its workers as well
    )
    site = Site(address, data, process)
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):
                return site
        except OSError:
            if process.poll() is not None:
                raise RuntimeError(f"the site ended with {process.returncode}") from None
            time.sleep(0.1)
    site.kill()
    raise RuntimeError("the site does not answer")


def shared_by_all(tmp_path_factory: pytest.TempPathFactory, name: str) -> Path:
    """A folder that all processes that test have in common."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site without anything in it. Its tables are made once; every module begins with a copy."""
    folder = shared_by_all(tmp_path_factory, "empty")
    empty = folder / "site"
    with _alone(folder):
        if not empty.exists():
            making = folder / "making"
            started(making, free_port()).stop()
            making.rename(empty)
    data = tmp_path_factory.mktemp("site") / "data"
    shutil.copytree(empty, data)
    running = started(data, free_port())
    yield running
    running.stop()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo site with its sample campaigns and its worker, one for all processes that test; tests use different accounts of it."""
    folder = shared_by_all(tmp_path_factory, "demo")
    users = folder / "users.json"
    with _alone(folder):
        found = json.loads(users.read_text()) if users.exists() else {"count": 0}
        if not found["count"]:
            found |= start_demo(folder / "site")
        users.write_text(json.dumps(found | {"count": found["count"] + 1}))
    yield Demo(str(found["address"]), folder / "site")
    with _alone(folder):
        left = json.loads(users.read_text())
        users.write_text(json.dumps(left | {"count": left["count"] - 1}))
        if left["count"] == 1:
            os.killpg(left["pid"], signal.SIGTERM)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """No other process is at the demo meanwhile."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def start_demo(data: Path) -> dict[str, Any]:
    """Address and process of the demo once it answers. Its parent ends at once, so that it belongs to no process that tests."""
    port = free_port()
    command = [sys.executable, "-m", "guiguan", "demo", "--data", str(data), "--port", str(port)]
    said = data.with_suffix(".log")
    shell = subprocess.run(
        ["sh", "-c", '"$@" >"$0" 2>&1 & echo $!', str(said), *command],
        env=environment_of(data),
        start_new_session=True,
        stdout=subprocess.PIPE,
        check=True,
    )
    pid = int(shell.stdout)
    address = f"http://127.0.0.1:{port}"
    for _ in range(1800):
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):
                return {"address": address, "pid": os.getpgid(pid)}
        except OSError:
            time.sleep(0.1)
            if not Path(f"/proc/{pid}").exists():
                break
    with suppress(ProcessLookupError):
        os.killpg(os.getpgid(pid), signal.SIGKILL)
    raise RuntimeError(f"the demo did not start: {said.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = usable_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """A page at `path`, signed in by a session from `filling.py`, on a "phone" or at a "desk".

    An error of a script or of the content policy fails the test.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def do(path: str, session: str = "", size: str = "desk") -> Page:
        context = chromium.new_context(
            base_url=site.address,
            viewport=SIZES[size],
            locale="zh-CN",
            has_touch=size == "phone",
        )
        contexts.append(context)
        if session:
            context.add_cookies([{"name": "sessionid", "value": session, "url": site.address}])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None,
        )
        page.goto(path)
        return page

    yield do
    for context in contexts:
        context.close()
    assert faults == []


def photograph(page: Page, name: str) -> None:
    """The page as it looks, kept for people to judge where GUIGUAN_SCREENSHOTS asks for it: drawing it whole takes as long as opening it."""
    if not os.environ.get("GUIGUAN_SCREENSHOTS"):
        return
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
