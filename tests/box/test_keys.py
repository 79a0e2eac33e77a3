"""Keys: made once, the same for all processes, for their owner's eyes."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from guiguan.box.keys import Keys, _read


def test_each_key_is_made_once_and_no_two_are_alike(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "keys")
    found = [
        keys.token,
        keys.receipt,
        keys.signal,
        keys.identity("a"),
        keys.pseudonym("a"),
        keys.identity("b"),
    ]
    assert len(set(found)) == 6
    assert {len(k) for k in found} == {32}
    _read.cache_clear()
    assert [keys.token, keys.receipt] == found[:2]
    assert [stat.S_IMODE(f.stat().st_mode) for f in (tmp_path / "keys").iterdir()] == [0o600] * 6


def test_who_asks_at_once_gets_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: _read.__wrapped__(tmp_path / "keys" / "token"), range(64)))
    assert len(set(found)) == 1
    assert [f.name for f in (tmp_path / "keys").iterdir()] == ["token"]


@pytest.mark.parametrize("name", ["", "..", "../token", "a/b", "A", "a\0", "-a", "a" * 65])
def test_no_campaign_leads_to_another_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="no campaign can be called"):
        Keys(tmp_path).identity(name)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_holds_no_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("00" * 31)
    with pytest.raises(ValueError, match="a key has 32 bytes"):
        _ = Keys(tmp_path).token
