"""A restore that forgot the keys, or brought others: no box takes ballots by them, and who asks is told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from box.live import Talk, served, start
from box.scene import CASES, GX, Scene, add_poll, ask, rule_of
from faults.site import free_port

from guiguan.box.beside import ALIVE, NO_KEYS, Beside
from guiguan.box.box import BoxSettings
from guiguan.box.held import lost_keys, ready_keys
from guiguan.box.keys import Keys, LostKeys, _read
from guiguan.box.open import open_box
from guiguan.box.poll import PollRow, poll_of
from guiguan.box.reader import reading
from guiguan.core.votes.document import PollDocument, poll_text

TEN = CASES[:10]


def begin(url: str, folder: Path, campaign: str = "gx-demo", state: str = "open") -> Keys:
    """A vote that began with the keys in the folder."""
    keys = Keys(folder / "keys")
    keys.make(campaign)
    poll = add_poll(url, GX, campaign=campaign, state=state)
    text = poll_text(PollDocument(campaign, "00" * 32, rule_of(GX), keys.fingerprints(campaign)))
    ask(url, "UPDATE votes_poll SET document = %s WHERE id = %s", text, poll)
    return keys


def lost(url: str, keys: Keys) -> list[str]:
    with reading(url) as asked:
        return lost_keys(asked, keys)


def test_the_first_start_makes_what_is_missing(url: str, tmp_path: Path) -> None:
    keys = ready_keys(url, tmp_path / "keys")
    assert sorted(f.name for f in keys.folder.iterdir()) == ["receipt", "signal", "token"]
    assert lost(url, keys) == []


def test_a_restore_without_the_keys_opens_no_box_and_makes_none(url: str, tmp_path: Path) -> None:
    keys = begin(url, tmp_path)
    shutil.rmtree(keys.folder)
    with pytest.raises(LostKeys) as error:
        open_box(url, keys.folder, BoxSettings())
    assert error.value.names == ("gx-demo.identity", "gx-demo.pseudonym", "receipt", "signal", "token")
    assert not keys.folder.exists()


def test_other_keys_than_the_vote_began_with_open_no_box(url: str, tmp_path: Path) -> None:
    begin(url, tmp_path)
    other = Keys(tmp_path / "other")
    other.make("gx-demo")
    with pytest.raises(LostKeys) as error:
        open_box(url, other.folder, BoxSettings())
    assert error.value.names == ("gx-demo.identity", "gx-demo.pseudonym", "signal")


def test_a_vote_from_before_fingerprints_needs_its_keys_once_it_has_ballots(
    url: str, tmp_path: Path, scene: Callable[..., Scene]
) -> None:
    add_poll(url)
    assert lost(url, Keys(tmp_path / "elsewhere")) == []
    one = scene()
    assert one.cast(TEN)[0] == 201
    assert lost(url, one.keys) == []
    assert lost(url, Keys(tmp_path / "elsewhere")) == [
        "gx-demo.identity",
        "gx-demo.pseudonym",
        "receipt",
        "signal",
        "token",
    ]


def test_the_keys_of_a_closed_vote_may_be_destroyed(
    url: str, tmp_path: Path, scene: Callable[..., Scene], caplog: pytest.LogCaptureFixture
) -> None:
    keys = begin(url, tmp_path, "gone", "closed")
    begin(url, tmp_path)
    for use in ("identity", "pseudonym"):
        (keys.folder / f"gone.{use}").unlink()
    assert lost(url, keys) == []
    one = scene()
    (keys.folder / "gone.identity").unlink(missing_ok=True)
    assert one.cast(TEN)[0] == 201


def test_a_running_box_takes_no_ballots_for_a_vote_whose_keys_it_has_not(
    url: str, tmp_path: Path, scene: Callable[..., Scene], caplog: pytest.LogCaptureFixture
) -> None:
    one = scene()
    begin(url, tmp_path / "on another machine")
    for _ in range(3):
        assert (one.cast(TEN)[0], one.stored()) == (404, [])
    assert [r.message for r in caplog.records if "cannot be used" in r.message] == [
        "vote vote of gx-demo cannot be used"
    ]


def test_who_asks_whether_it_is_ready_is_told(url: str, tmp_path: Path) -> None:
    keys = begin(url, tmp_path)
    assert ready(url, tmp_path, keys) is ALIVE
    (keys.folder / "gx-demo.pseudonym").unlink()
    assert ready(url, tmp_path, keys) is NO_KEYS
    assert (NO_KEYS.status, json.loads(NO_KEYS.body)["reason"]) == (503, "keys")


def ready(url: str, folder: Path, keys: Keys) -> object:
    from threading import Event

    found, told = [], Event()
    Beside(url, folder, [], keys).ready(lambda answer: (found.append(answer), told.set()))  # type: ignore[func-returns-value]  # both give None
    assert told.wait(10)
    return found[0]


def test_the_server_says_why_it_does_not_start(url: str, tmp_path: Path) -> None:
    keys = begin(url, tmp_path / "keys")  # where the server keeps them is keys/ballots
    keys.folder.rename(tmp_path / "keys" / "ballots")
    with served(url, tmp_path) as port:
        talk = Talk(port)
        talk.send(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert talk.answer()[0] == 200
        talk.close()
    shutil.rmtree(tmp_path / "keys")
    _read.cache_clear()
    process = start(url, tmp_path, free_port())
    assert process.wait(60) == 1
    assert not (tmp_path / "keys").exists()


def test_a_document_that_cannot_be_read_is_read_once(
    url: str, scene: Callable[..., Scene], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every view of a page asks for the votes where one is not known to be open."""
    poll = add_poll(url)
    ask(url, "UPDATE votes_poll SET document = '{}' WHERE id = %s", poll)
    asked: list[str] = []

    def counting(row: PollRow, keys: Keys) -> object:
        asked.append("once")
        return poll_of(row, keys)

    monkeypatch.setattr("guiguan.box.directory.poll_of", counting)
    monkeypatch.setattr("guiguan.box.directory.began_with", lambda document: {})
    one = scene()
    for _ in range(4):
        assert one.cast(TEN)[0] == 404
    assert asked == ["once"]
    assert one.box.directory.rows[poll].document == "{}"  # so the store does not fetch it again either
    text = poll_text(PollDocument("gx-demo", "00" * 32, rule_of(GX)))
    ask(url, "UPDATE votes_poll SET document = %s, version = version + 1 WHERE id = %s", text, poll)
    assert one.cast(TEN)[0] == 201
