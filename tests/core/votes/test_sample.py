"""The sample of a log: the same from the same seed, different indexes, none more likely than another."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from guiguan.core.votes.sample import sample


@given(st.text(max_size=20), st.integers(0, 500), st.integers(0, 60))
def test_a_sample_has_different_indexes_of_the_log(seed: str, size: int, count: int) -> None:
    drawn = sample(seed, size, count)
    assert len(drawn) == len(set(drawn)) == min(size, count)
    assert all(0 <= index < size for index in drawn)
    assert drawn == sample(seed, size, count)


def test_a_larger_sample_begins_with_the_smaller_one() -> None:
    assert sample("2026-11-28", 10_000, 50)[:20] == sample("2026-11-28", 10_000, 20)


def test_it_is_as_the_clause_says() -> None:
    """Worked out by hand with sha256sum for the seed `a`: the first two words modulo 1000."""
    import hashlib

    words = [
        int.from_bytes(hashlib.sha256(b"gg/sample/v1\0a\0" + i.to_bytes(8)).digest()[:8]) for i in range(2)
    ]
    assert sample("a", 1000, 2) == tuple(w % 1000 for w in words)


def test_every_index_is_drawn_about_equally_often() -> None:
    """Chi-squared with 9 degrees of freedom; the 99.9 % point is 27.9."""
    drawn = Counter(sample(str(seed), 10, 1)[0] for seed in range(5_000))
    assert sum((drawn[i] - 500) ** 2 / 500 for i in range(10)) < 27.9
