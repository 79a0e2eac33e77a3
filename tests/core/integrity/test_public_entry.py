"""Entries of a public record: their bytes, what is none, and counts in parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiguan.core.integrity.merkle import leaf_hash
from guiguan.core.integrity.public_entry import MOST, public_entry, read_public_entry, tally_parts
from guiguan.core.values.canonical import NotCanonical, encode

GOLDEN = b'{"act":"pause","c":"gx2021","k":"admin","reason":"\xe6\x95\x85\xe9\x9a\x9c","s":"vote","t":1623283200000,"v":1}'


def test_the_bytes_of_an_entry() -> None:
    made = public_entry("gx2021", "admin", 1623283200000, {"s": "vote", "act": "pause", "reason": "故障"})
    assert made == GOLDEN
    assert leaf_hash(made).hex() == "e0c0416d663013efa90a322eb6e8558f7417156280e490b9c99d2826a73df40d"
    told = {"act": "pause", "c": "gx2021", "k": "admin", "reason": "故障", "s": "vote", "t": 1623283200000}
    assert read_public_entry(made) == told | {"v": 1}


@pytest.mark.parametrize("key", ["c", "k", "t", "v"])
def test_no_field_takes_the_place_of_the_entrys_own(key: str) -> None:
    with pytest.raises(ValueError, match="no entry of a public record"):
        public_entry("gx2021", "admin", 1, {key: "other"})


def test_other_kinds_are_none() -> None:
    with pytest.raises(ValueError, match="no entry of a public record"):
        public_entry("gx2021", "ballot", 1, {})  # type: ignore[arg-type]  # the mistake is the point
    for content in (
        GOLDEN.replace(b'"k":"admin"', b'"k":"ballot"'),
        GOLDEN.replace(b'"v":1', b'"v":2'),
        GOLDEN.replace(b'"t":1623283200000', b'"t":"now"'),
        GOLDEN.replace(b'"t":1623283200000', b'"t":true'),
        GOLDEN.replace(b'"c":"gx2021",', b""),
        GOLDEN + b" ",
        b"[]",
        b"",
    ):
        with pytest.raises(NotCanonical):
            read_public_entry(content)


def test_an_entry_has_its_most_bytes() -> None:
    room = MOST - len(public_entry("gx2021", "notice", 1, {"x": ""}))
    assert len(public_entry("gx2021", "notice", 1, {"x": "a" * room})) == MOST
    with pytest.raises(ValueError, match=f"an entry of {MOST + 1} bytes"):
        public_entry("gx2021", "notice", 1, {"x": "a" * (room + 1)})
    with pytest.raises(NotCanonical):
        read_public_entry(encode({"c": "g", "k": "notice", "t": 1, "v": 1, "x": "a" * MOST}))


@given(
    st.dictionaries(
        st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=64),
        st.integers(0, 10**9),
        max_size=40,
    ),
    st.integers(100, 400),
)
def test_parts_hold_every_count_once_in_order_and_fit(votes: dict[str, int], room: int) -> None:
    parts = tally_parts(votes, room)
    assert [row for part in parts for row in part] == [[entry, votes[entry]] for entry in sorted(votes)]
    assert all(len(part) for part in parts[1:])
    assert all(len(encode(part)) <= room + 2 for part in parts)


def test_thousands_of_counts_fit_into_entries() -> None:
    votes = {f"{'例' * 60}{n:04}": 10**9 for n in range(3000)}
    parts = tally_parts(votes)
    about = {"s": "v" * 32, "size": 10**9, "part": 999, "parts": 999}
    sizes = [len(public_entry("c" * 64, "tally", 10**12, about | {"votes": rows})) for rows in parts]
    assert max(sizes) <= MOST
    assert sum(map(len, parts)) == 3000
