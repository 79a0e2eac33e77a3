"""`guiguan log verify`: a receipt proven from a copy of the public files, and every way in which it must fail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from guiguan.adapters.signing import Ed25519
from guiguan.box.checkpointer import Checkpointer
from guiguan.box.logfiles import LogFiles
from guiguan.box.signed import Signed
from guiguan.cli.main import main
from guiguan.core.integrity.merkle import leaf_hash
from guiguan.core.integrity.note import NoteKey
from guiguan.core.integrity.receipt import read_receipt, receipts

LOG, BOX, OTHER = Ed25519(bytes(range(32))), Ed25519(bytes(range(1, 33))), Ed25519(bytes(32))
ORIGIN = "votes.example/log/gx-demo"
ENTRIES = [b"entry %d" % i for i in range(300)]


class Listed:
    def size(self) -> int:
        return len(ENTRIES)

    def read(self, first: int, last: int) -> Iterator[tuple[int, bytes, bytes]]:
        return ((i, ENTRIES[i], leaf_hash(ENTRIES[i])) for i in range(first, last))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = LogFiles(tmp_path / "log")
    key = NoteKey(ORIGIN, LOG.public)
    Checkpointer(ORIGIN, key, LOG.sign, files, Signed(tmp_path / "signed")).checkpoint(Listed(), 1)
    (files.folder / "receipt-keys").write_text(json.dumps({"keys": [BOX.public.hex()]}))
    return files.folder


def receipt_of(entries: list[bytes], place: int) -> str:
    leaves = [leaf_hash(entry) for entry in entries]
    return list(receipts("gx-demo", "2021-06-10", 1_623_283_200_000, leaves, BOX.sign, BOX.public))[place]


def verify(folder: Path, receipt: str, *more: str) -> int:
    return main(["log", "verify", receipt, "--log", str(folder), *more])


def test_a_receipt_is_proven_and_the_keys_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(folder, receipt_of(ENTRIES[256:300], 40)) == 0
    said = capsys.readouterr().out
    assert f"相符：选票在日志 {ORIGIN} 的第 296 条，检查点共 300 条。" in said
    assert NoteKey(ORIGIN, LOG.public).vkey in said
    assert BOX.public.hex() in said


def test_with_the_announced_keys_nothing_needs_to_be_compared(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "receipt.txt"
    kept.write_text(receipt_of(ENTRIES[:7], 3) + "\n")
    keys = ("--key", NoteKey(ORIGIN, LOG.public).vkey, "--receipt-key", BOX.public.hex())
    assert verify(folder, str(kept), *keys) == 0
    assert "对照" not in capsys.readouterr().out


@pytest.mark.parametrize("before", ["", "https://votes.example/campaigns/gx-demo/receipts/"])
def test_a_receipt_and_its_address_are_proven_packed_and_written_out(folder: Path, before: str) -> None:
    packed = receipt_of(ENTRIES[:7], 3)
    assert verify(folder, before + packed) == 0
    assert verify(folder, before + read_receipt(packed).written_out) == 0


@pytest.mark.parametrize(
    ("receipt", "more", "why"),
    [
        (receipt_of([b"stranger"], 0), (), "检查点的 300 条里没有这张选票"),
        (receipt_of(ENTRIES[:7], 3), ("--receipt-key", OTHER.public.hex()), "回执不是用这把投票箱公钥签的"),
        (
            receipt_of(ENTRIES[:7], 3),
            ("--key", NoteKey(ORIGIN, OTHER.public).vkey),
            "检查点不是用这把日志公钥签的",
        ),
        (receipt_of(ENTRIES[:7], 3)[:-4], (), "回执读不出来"),
        ("?", (), "回执读不出来"),
    ],
)
def test_what_is_not_proven(
    folder: Path, capsys: pytest.CaptureFixture[str], receipt: str, more: tuple[str, ...], why: str
) -> None:
    assert verify(folder, receipt, *more) == 1
    said = capsys.readouterr()
    assert why in said.err
    assert said.out == ""


def test_a_changed_tile_is_not_proven_from(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tile = folder / "tile" / "0" / "000"
    content = tile.read_bytes()
    tile.write_bytes(content[:96] + bytes([content[96] ^ 1]) + content[97:])
    assert verify(folder, receipt_of(ENTRIES[:7], 2)) == 1
    assert "第 2 条不在检查点的树里" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "value"), [("--key", "no key"), ("--receipt-key", "zz"), ("--receipt-key", "AB" * 32)]
)
def test_a_key_that_is_none_is_wrong_usage(
    folder: Path, capsys: pytest.CaptureFixture[str], option: str, value: str
) -> None:
    assert verify(folder, receipt_of(ENTRIES[:7], 3), option, value) == 2
    assert option in capsys.readouterr().err


def test_a_log_that_is_not_there_is_told_as_such(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert verify(tmp_path / "none", receipt_of(ENTRIES[:7], 3)) == 1
    assert "[log.receipt] 读不到日志的 receipt-keys：" in capsys.readouterr().err
    (folder / "receipt-keys").write_text("<html>")
    assert verify(folder, receipt_of(ENTRIES[:7], 3)) == 1
    assert "日志的 receipt-keys 读不出来" in capsys.readouterr().err
    monkeypatch.setenv("GUIGUAN_LANG", "en")
    assert verify(tmp_path / "none", receipt_of(ENTRIES[:7], 3)) == 1
    assert "[log.receipt] receipt-keys of the log cannot be read: " in capsys.readouterr().err
