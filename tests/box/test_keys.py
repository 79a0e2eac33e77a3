"""Keys: made when they are asked to be and never otherwise, the same for all processes, for their owner's eyes."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from guiguan.adapters.signing import Ed25519
from guiguan.box.keys import Keys, LostKeys, _read, make_key, read_key
from guiguan.box.receipt_keys import change_receipt_key, receipt_keys


def test_each_key_is_made_once_and_no_two_are_alike(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "keys")
    keys.make("a")
    keys.make("b")
    found = [keys.token, keys.receipt, keys.signal, keys.identity("a"), keys.pseudonym("a")]
    found += [keys.identity("b"), keys.pseudonym("b")]
    assert len(set(found)) == 7
    assert {len(k) for k in found} == {32}
    keys.make("a")
    _read.cache_clear()
    assert [keys.token, keys.receipt] == found[:2]
    assert [stat.S_IMODE(f.stat().st_mode) for f in (tmp_path / "keys").iterdir()] == [0o600] * 7


def test_a_key_that_is_not_there_is_never_made_by_reading_it(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "keys")
    for read in (lambda: keys.token, lambda: keys.identity("a"), lambda: keys.fingerprints("a")):
        with pytest.raises(LostKeys):
            read()
    assert not (tmp_path / "keys").exists()


def test_who_makes_at_once_gets_the_same_key(tmp_path: Path) -> None:
    place = tmp_path / "keys" / "token"

    def made(_: int) -> bytes:
        make_key(place)
        return read_key(place)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(made, range(64)))
    assert len(set(found)) == 1
    assert [f.name for f in (tmp_path / "keys").iterdir()] == ["token"]


@pytest.mark.parametrize("name", ["", "..", "../token", "a/b", "A", "a\0", "-a", "a" * 65])
def test_no_campaign_leads_to_another_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="no campaign can be called"):
        Keys(tmp_path).identity(name)
    if name:
        with pytest.raises(ValueError, match="no campaign can be called"):
            Keys(tmp_path).make(name)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_holds_no_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("00" * 31)
    with pytest.raises(ValueError, match="a key has 32 bytes"):
        _ = Keys(tmp_path).token


def test_a_fingerprint_tells_every_change_and_not_the_key(tmp_path: Path) -> None:
    keys, other = Keys(tmp_path / "one"), Keys(tmp_path / "two")
    for made in (keys, other):
        made.make("a")
    began = keys.fingerprints("a")
    assert set(began) == {"identity", "pseudonym", "signal"}
    assert keys.lost("a", began) == []
    assert other.lost("a", began) == ["a.identity", "a.pseudonym", "signal"]
    (other.folder / "a.identity").write_text((keys.folder / "a.identity").read_text())
    assert other.lost("a", began) == ["a.pseudonym", "signal"]
    (keys.folder / "a.pseudonym").unlink()
    assert keys.lost("a", began) == ["a.pseudonym"]
    assert not any(print_ in (keys.folder / "a.identity").read_text() for print_ in began.values())


def test_the_receipts_key_is_changed_and_the_earlier_ones_stay_known(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    keys.make()
    first = Ed25519(read_key(tmp_path / "receipt")).public
    assert receipt_keys(keys) == [first]
    second = change_receipt_key(keys)
    third = change_receipt_key(keys)
    assert len({first, second, third}) == 3
    assert receipt_keys(keys) == [third, second, first]
    assert (tmp_path / "receipt.earlier").read_text().split() == [first.hex(), second.hex()]
    assert stat.S_IMODE((tmp_path / "receipt").stat().st_mode) == 0o600
    assert sorted(f.name for f in tmp_path.iterdir()) == ["receipt", "receipt.earlier", "signal", "token"]


def test_of_changes_at_once_none_forgets_a_key(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    keys.make()
    first = Ed25519(read_key(tmp_path / "receipt")).public
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: change_receipt_key(keys), range(24)))
    assert sorted(receipt_keys(keys)) == sorted({first, *made})
    assert len({first, *made}) == 25


def test_a_power_cut_between_the_two_files_keeps_the_key_known(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    keys.make()
    first = Ed25519(read_key(tmp_path / "receipt")).public
    (tmp_path / "receipt.earlier").write_text(f"{first.hex()}\n")  # and the power went
    assert receipt_keys(keys) == [first]
    second = change_receipt_key(keys)
    assert receipt_keys(keys) == [second, first]
