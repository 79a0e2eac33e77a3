"""A receipt proves itself in a real browser, with the browser's own Ed25519 and with the library; and every forgery is seen."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page

import guiguan
from guiguan.adapters.signing import Ed25519
from guiguan.box.answer import answer
from guiguan.box.checkpointer import Checkpointer
from guiguan.box.logfiles import LogFiles
from guiguan.box.signed import Signed
from guiguan.core.integrity.merkle import leaf_hash, levels, path_in
from guiguan.core.integrity.note import NoteKey
from guiguan.core.values.canonical import encode

STATIC = Path(guiguan.__file__).parent / "web" / "static"
LOG_KEY, BOX_KEY = Ed25519(bytes(range(32))), Ed25519(bytes(range(1, 33)))
ORIGIN = "votes.example/log/gx-demo"
TIME = 1_623_283_200_000
TYPES = {".js": "text/javascript", ".css": "text/css"}
POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; connect-src 'self'"


def entries(mark: str, count: int) -> list[bytes]:
    return [f"{mark} {i}".encode() for i in range(count)]


@dataclass
class World:
    """A log of some batches behind an address; a batch is all that was stored at one moment."""

    folder: Path
    address: str = ""
    page: str = ""
    batches: list[list[bytes]] = field(default_factory=list)
    log_key: Ed25519 = LOG_KEY

    def sign(self) -> None:
        """Everything stored stands under a checkpoint."""
        files = LogFiles(self.folder / "log" / "gx-demo")
        key = NoteKey(ORIGIN, self.log_key.public)
        Checkpointer(ORIGIN, key, self.log_key.sign, files, Signed(self.folder / "signed")).checkpoint(
            self, 1
        )

    def size(self) -> int:
        return sum(map(len, self.batches))

    def read(self, first: int, last: int) -> Iterator[tuple[int, bytes, bytes]]:
        every = [entry for batch in self.batches for entry in batch]
        return ((i, every[i], leaf_hash(every[i])) for i in range(first, last))

    def ask(self, statement: str, parameters: Any) -> list[tuple[Any, ...]]:
        if "votes_logged" not in statement:
            return [(1, "gx-demo", 1, ORIGIN, 0)]
        number = parameters[1] - TIME
        return [(sum(map(len, self.batches[:number])), len(self.batches[number]))]

    def receipt(self, number: int, place: int, **changed: Any) -> str:
        """The receipt of one entry of a batch; `changed` forges fields after signing."""
        rows = levels([leaf_hash(e) for e in self.batches[number]])
        about = {"c": "gx-demo", "day": "2021-06-10", "n": len(self.batches[number]), "t": TIME + number}
        signed = b"gg/receipt/v1\0" + encode({**about, "root": rows[-1][0].hex(), "v": 1})
        value = {
            **about,
            "i": place,
            "key": BOX_KEY.public.hex(),
            "leaf": rows[0][place].hex(),
            "path": [p.hex() for p in path_in(rows, place)],
            "sig": BOX_KEY.sign(signed).hex(),
        }
        return base64.urlsafe_b64encode(encode(value | changed)).decode().rstrip("=")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/page":
                self.give(200, made.page.encode(), "text/html; charset=utf-8")
            elif parts.path.startswith("/static/"):
                file = STATIC / parts.path.removeprefix("/static/")
                self.give(200, file.read_bytes(), TYPES[file.suffix])
            elif parts.path.startswith("/log/gx-demo/"):
                rest, query = parts.path.removeprefix("/log/gx-demo/"), dict(parse_qsl(parts.query))
                given = answer(
                    tmp_path / "log", lambda: made.ask, "gx-demo", rest, query, [BOX_KEY.public.hex()]
                )
                self.give(given.status, given.content, given.type)
            else:
                self.give(404, b"", "text/plain")

        def give(self, status: int, content: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", POLICY)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.address = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.new_context(viewport={"width": 360, "height": 740}) as context:
        yield context.new_page()


def proven(world: World, page: Page, receipt: str) -> tuple[str, dict[str, str]]:
    """What the page says in the end, and the state of each step."""
    part = render_to_string("vote/receipt_proof.html", {"receipt": receipt, "campaign": "gx-demo"})
    top = "<p data-until-proven>promised</p><p data-once-proven hidden>there</p>"
    world.page = f"<!doctype html><meta charset=utf-8><title>x</title><main>{top}{part}</main>"
    page.goto(f"{world.address}/page")
    page.wait_for_selector("[data-again]:visible")
    result = page.locator("[data-receipt-proof]").get_attribute("data-result")
    steps = {
        step: page.locator(f"[data-step={step}] [data-state]:visible").get_attribute("data-state") or ""
        for step in ("form", "promise", "inclusion", "checkpoint", "history")
    }
    assert page.locator("[data-once-proven]").is_visible() is (result == "ok")
    assert page.locator("[data-until-proven]").is_visible() is (result != "ok")
    return result or "", steps


ALL = dict.fromkeys(("form", "promise", "inclusion", "checkpoint", "history"), "ok")


def test_receipts_prove_themselves_and_the_log_is_seen_to_grow(world: World, page: Page) -> None:
    world.batches = [entries("a", 1), entries("b", 7), entries("c", 300)]
    world.sign()
    for number, place in ((0, 0), (1, 6), (2, 0), (2, 299)):
        assert proven(world, page, world.receipt(number, place)) == ("ok", ALL)
    assert page.locator("[data-fact=size]").inner_text() == "308"
    assert page.locator("[data-fact=key]").inner_text() == NoteKey(ORIGIN, LOG_KEY.public).vkey
    for grown in (1, 4, 203):
        world.batches.append(entries(f"more {grown}", grown))
        world.sign()
        assert proven(world, page, world.receipt(1, 3)) == ("ok", ALL)


def test_a_browser_without_ed25519_uses_the_library(world: World, page: Page) -> None:
    world.batches = [entries("a", 3)]
    world.sign()
    page.add_init_script(
        "crypto.subtle.importKey = () => Promise.reject(new DOMException('no', 'NotSupportedError'))"
    )
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(urlsplit(request.url).path))
    assert proven(world, page, world.receipt(0, 1)) == ("ok", ALL)
    assert "/static/vendor/noble-ed25519-3.2.0/index.js" in loaded
    assert proven(world, page, world.receipt(0, 1, sig="00" * 64))[0] == "bad"


def test_a_browser_that_can_do_neither_says_so(world: World, page: Page) -> None:
    world.batches = [entries("a", 3)]
    world.sign()
    page.add_init_script("Object.defineProperty(crypto, 'subtle', {value: undefined})")
    assert proven(world, page, world.receipt(0, 1))[0] == "unknown"
    assert page.get_by_text("这个浏览器不能核对签名").is_visible()


@pytest.mark.parametrize(
    ("changed", "step"),
    [
        ({"sig": "00" * 64}, "promise"),
        ({"key": Ed25519(bytes(32)).public.hex()}, "promise"),
        ({"leaf": "00" * 32}, "promise"),
        ({"i": 2}, "promise"),
        ({"n": 4}, "promise"),
        ({"t": TIME + 1}, "promise"),
        ({"day": "2021-06-11"}, "promise"),
        ({"c": "qd-demo"}, "promise"),
        ({"path": []}, "promise"),
        ({"path": ["00"]}, "form"),
        ({"leaf": "AB" * 32}, "form"),
        ({"more": 1}, "form"),
    ],
)
def test_a_forged_receipt_is_told(world: World, page: Page, changed: dict[str, Any], step: str) -> None:
    world.batches = [entries("a", 3)]
    world.sign()
    result, steps = proven(world, page, world.receipt(0, 1, **changed))
    assert (result, steps[step]) == ("bad", "bad")
    assert page.get_by_text("有一步不符").is_visible()


def test_a_receipt_of_a_ballot_that_is_not_in_the_log(world: World, page: Page) -> None:
    """The box signed a promise and the log does not keep it: after twenty seconds the page says so."""
    world.batches = [entries("a", 3)]
    kept = world.receipt(0, 1)
    world.batches = [entries("another", 3)]
    world.sign()
    page.clock.install()
    part = render_to_string("vote/receipt_proof.html", {"receipt": kept, "campaign": "gx-demo"})
    world.page = f"<!doctype html><meta charset=utf-8><title>x</title><main>{part}</main>"
    page.goto(f"{world.address}/page")
    page.wait_for_selector("[data-say=waiting]:visible")
    page.clock.run_for(4_000)
    page.wait_for_selector("[data-say=late]:visible")


def test_a_log_that_was_rewritten_is_told_by_the_device_that_saw_the_old_one(
    world: World, page: Page
) -> None:
    world.batches = [entries("a", 5), entries("b", 4)]
    world.sign()
    assert proven(world, page, world.receipt(0, 2)) == ("ok", ALL)
    for path in sorted((world.folder / "log").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    (world.folder / "signed").unlink()
    world.batches = [entries("a", 5), entries("other", 4), entries("c", 4)]
    world.sign()
    result, steps = proven(world, page, world.receipt(0, 2))
    assert (result, steps) == ("bad", ALL | {"history": "bad"})


def test_a_checkpoint_of_another_key_is_told(world: World, page: Page) -> None:
    world.batches = [entries("a", 5)]
    world.sign()
    checkpoint = world.folder / "log" / "gx-demo" / "checkpoint"
    content = checkpoint.read_text()
    checkpoint.write_text(content.replace("\n5\n", "\n6\n"))
    result, steps = proven(world, page, world.receipt(0, 2))
    assert result in ("bad", "network")
    assert steps["checkpoint"] != "ok"
    checkpoint.write_text(content[:-20] + "A" * 18 + "=\n")
    result, steps = proven(world, page, world.receipt(0, 2))
    assert (result, steps["checkpoint"]) == ("bad", "bad")
