"""300 mutated files through the whole intake; `guiguan bench uploads` does 20,000."""

from __future__ import annotations

import random

import pytest

from guiguan.bench.uploads import good_file, mutated_file, run
from guiguan.documents.intake.verdict import KINDS

pytestmark = pytest.mark.filterwarnings("ignore:Duplicate name")  # made on purpose


def test_no_crash_no_hang_and_nothing_active_is_accepted() -> None:
    ran = run(300, seed=300, workers=2)
    assert (ran.crashes, ran.hangs, ran.active) == (0, 0, 0)
    assert sum(ran.outcomes.values()) == 300
    seen = {outcome.partition(" ")[2] for outcome in ran.outcomes}
    assert {"accepted", "broken", "doctype"} <= seen
    assert "unchecked" not in seen


def test_the_same_seed_gives_the_same_file() -> None:
    assert mutated_file(random.Random("1/2")) == mutated_file(random.Random("1/2"))
    assert len({mutated_file(random.Random(f"1/{i}"))[1] for i in range(50)}) > 40
    assert {mutated_file(random.Random(f"1/{i}"))[0] for i in range(50)} == set(KINDS)
    assert all(good_file(kind) == good_file(kind) for kind in KINDS)
