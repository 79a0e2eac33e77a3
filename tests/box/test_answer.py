"""The public log over HTTP: its files, proofs that others can check, and nothing else of the disk, whatever the address says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from guiguan.adapters.signing import Ed25519
from guiguan.box.answer import FLEETING, LASTING, LogAnswer, answer
from guiguan.box.checkpointer import Checkpointer
from guiguan.box.logfiles import LogFiles
from guiguan.box.signed import Signed
from guiguan.core.integrity.merkle import is_consistent, is_included, leaf_hash, root
from guiguan.core.integrity.note import NoteKey
from guiguan.core.integrity.tiles import ENTRIES, Tile, bundle

OWN = Ed25519(bytes(range(32)))
ENTRY = [b"entry %d" % i for i in range(600)]
LEAF = [leaf_hash(e) for e in ENTRY]
TIMES = {1000: [(0, 100)], 2000: [(100, 150), (250, 50)], 3000: [(300, 300)]}


class Listed:
    """The entries of a log in a list."""

    def __init__(self, size: int) -> None:
        self.now = size

    def size(self) -> int:
        return self.now

    def read(self, first: int, last: int) -> Any:
        return ((i, ENTRY[i], LEAF[i]) for i in range(first, last))


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """The folder of logs: one of 300 leaves, then of 500; and a file beside it that is nobody's business."""
    (tmp_path / "secret").write_text("secret")
    files = LogFiles(tmp_path / "log" / "gx-demo")
    origin = "votes.example/log/gx-demo"
    signer = Checkpointer(
        origin, NoteKey(origin, OWN.public), OWN.sign, files, Signed(tmp_path / "signed.sqlite")
    )
    listed = Listed(300)
    signer.checkpoint(listed, 1)
    listed.now = 500
    signer.checkpoint(listed, 2)
    return tmp_path / "log"


def ask(statement: str, parameters: Any) -> list[tuple[Any, ...]]:
    if "votes_log AS" in statement or "FROM votes_log " in statement:
        return [(1, "gx-demo", 1, "votes.example/log/gx-demo", 0)]
    return TIMES.get(parameters[1], [])  # type: ignore[return-value]  # pairs, as rows are


def get(
    logs: Path, rest: str, query: Mapping[str, str] | None = None, campaign: str = "gx-demo"
) -> LogAnswer:
    return answer(logs, lambda: ask, campaign, rest, query or {})


def read(logs: Path, rest: str, **query: str) -> dict[str, Any]:
    given = get(logs, rest, query)
    assert given.status == 200
    value: dict[str, Any] = json.loads(given.content)
    return value


def test_the_files_of_the_log(logs: Path) -> None:
    checkpoint = get(logs, "checkpoint")
    assert checkpoint.content.startswith(b"votes.example/log/gx-demo\n500\n")
    assert (checkpoint.type, checkpoint.headers["Cache-Control"]) == ("text/plain; charset=utf-8", FLEETING)
    full = get(logs, "tile/0/000")
    assert (full.content, full.type) == (b"".join(LEAF[:256]), "application/octet-stream")
    assert full.headers["Cache-Control"] == LASTING
    assert get(logs, "tile/0/001.p/244").content == b"".join(LEAF[256:500])
    assert get(logs, "tile/0/001.p/44").content == b"".join(LEAF[256:300])  # of an older checkpoint
    assert get(logs, "tile/1/000.p/1").content == root(LEAF[:256])
    assert get(logs, "key").content.decode() == NoteKey("votes.example/log/gx-demo", OWN.public).vkey + "\n"


def test_a_partial_tile_that_gave_way_is_the_beginning_of_the_full_one(logs: Path) -> None:
    assert not (logs / "gx-demo/tile/0/000.p").exists()
    assert get(logs, "tile/0/000.p/200").content == b"".join(LEAF[:200])


@pytest.mark.parametrize("index", [0, 99, 100, 255, 256, 299, 300, 499])
def test_every_leaf_is_proven_by_its_time(logs: Path, index: int) -> None:
    time = next(t for t, runs in TIMES.items() if any(f <= index < f + n for f, n in runs))
    told = read(logs, "inclusion", leaf=LEAF[index].hex(), time=str(time))
    assert (told["index"], told["size"]) == (index, 500)
    assert is_included(LEAF[index], index, 500, [bytes.fromhex(p) for p in told["path"]], root(LEAF[:500]))
    assert told["checkpoint"].encode() == get(logs, "checkpoint").content
    assert told["key"].startswith("votes.example/log/gx-demo+")


def test_what_is_not_under_the_checkpoint_is_not_proven(logs: Path) -> None:
    for leaf, time in ((LEAF[500], "3000"), (LEAF[5], "2000"), (LEAF[5], "9"), (bytes(32), "1000")):
        assert get(logs, "inclusion", {"leaf": leaf.hex(), "time": time}).status == 404


@pytest.mark.parametrize("old", [1, 255, 256, 300, 499, 500])
def test_the_newest_tree_begins_with_every_older_one(logs: Path, old: int) -> None:
    told = read(logs, "consistency", old=str(old))
    assert is_consistent(
        old, root(LEAF[:old]), 500, root(LEAF[:500]), [bytes.fromhex(p) for p in told["path"]]
    )


@pytest.mark.parametrize("old", ["0", "501", "-1", "x", "", "1" * 30, "１"])
def test_no_proof_leads_from_there(logs: Path, old: str) -> None:
    assert get(logs, "consistency", {"old": old}).status == 400


@pytest.mark.parametrize(
    ("leaf", "time"),
    [("", "1000"), ("ab", "1000"), ("g" * 64, "1000"), ("a" * 64, ""), ("A" * 64, "1"), ("a" * 64, "1" * 30)],
)
def test_a_question_that_is_none(logs: Path, leaf: str, time: str) -> None:
    assert get(logs, "inclusion", {"leaf": leaf, "time": time}).status == 400


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "secret",
        "../secret",
        "../../secret",
        "tile/0/../../../../secret",
        "tile/0/000/../../checkpoint",
        "/etc/passwd",
        "tile/0/000\x00",
        "tile/entries/000",
        "tile/0/999",
        "tile/0/001.p/245",
        ".checkpoint",
        "1/checkpoint",
        "0/checkpoint",
        "2/../checkpoint",
        "signed.sqlite",
        "x" * 100_000,
    ],
)
def test_no_other_file_is_given(logs: Path, rest: str) -> None:
    given = get(logs, rest)
    assert given.status == 404
    assert b"secret" not in given.content


@pytest.mark.parametrize("campaign", ["", "..", "gx-demo/..", "GX", "gx demo", "a" * 65, "other"])
def test_no_other_folder_is_read(logs: Path, campaign: str) -> None:
    assert get(logs, "checkpoint", campaign=campaign).status == 404


def test_a_later_log_has_a_folder_of_its_own(logs: Path) -> None:
    files = LogFiles(logs / "gx-demo" / "2")
    files.write([(Tile(0, 0, 1), LEAF[9])])
    assert get(logs, "2/tile/0/000.p/1").content == LEAF[9]


def test_entries_are_given_where_they_were_published(logs: Path) -> None:
    LogFiles(logs / "gx-demo").write([(Tile(ENTRIES, 0), bundle(ENTRY[:256]))])
    assert get(logs, "tile/entries/000").content == bundle(ENTRY[:256])
    assert get(logs, "tile/entries/000.p/5").status == 404
