"""Pictures as 64 bits."""

from __future__ import annotations

import random

import pytest

from guiguan.core.entries.likeness.picture import NEAR, SIDE, difference, look_the_same, picture_bits


def scene(seed: int) -> list[int]:
    """A made-up picture: plain rectangles on a plain ground, as a screen shows."""
    chance = random.Random(seed)
    grey = [150] * SIDE * SIDE
    for _ in range(14):
        left, top = chance.randrange(SIDE - 4), chance.randrange(SIDE - 4)
        shade = chance.randrange(30, 220)
        for y in range(top, min(SIDE, top + chance.randint(4, 16))):
            for x in range(left, min(SIDE, left + 4 + (shade * 7) % 12)):
                grey[y * SIDE + x] = shade
    return grey


def test_a_lighter_and_a_noisier_copy_look_the_same() -> None:
    chance = random.Random(3)
    for seed in range(20):
        grey = scene(seed)
        bits = picture_bits(grey)
        lighter = picture_bits([min(255, g + 12) for g in grey])
        noisy = picture_bits([max(0, min(255, g + chance.randint(-3, 3))) for g in grey])
        assert bits is not None
        assert lighter is not None
        assert noisy is not None
        assert look_the_same(bits, lighter)
        assert look_the_same(bits, noisy)


def test_different_pictures_do_not_look_the_same() -> None:
    bits = [picture_bits(scene(seed)) for seed in range(30)]
    differing = [difference(a, b) for i, a in enumerate(bits) for b in bits[i + 1 :] if a and b]
    assert min(differing) > NEAR


def test_a_plain_surface_has_no_bits() -> None:
    assert picture_bits([200] * SIDE * SIDE) is None
    assert picture_bits([0] * SIDE * SIDE) is None


def test_half_of_the_bits_are_set() -> None:
    bits = picture_bits(scene(1))
    assert bits is not None
    assert bits.bit_count() == 32


def test_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="9 pixels"):
        picture_bits([1] * 9)
