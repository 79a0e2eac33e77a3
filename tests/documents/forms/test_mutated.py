"""100 mutated forms and lists through the reading path; `guiguan bench forms` does 5,000."""

from __future__ import annotations

import random

import pytest

from guiguan.bench.forms import mutated_form, run

pytestmark = pytest.mark.filterwarnings("ignore:Duplicate name")  # made on purpose


def test_no_crash_no_hang_and_every_answer_fits() -> None:
    ran = run(100, seed=100, workers=2)
    assert (ran.crashes, ran.hangs, ran.unfit) == (0, 0, 0)
    assert sum(ran.outcomes.values()) == 100
    assert ran.outcomes["docx read"] > 20
    assert not [o for o in ran.outcomes if "unchecked" in o]


def test_the_same_seed_gives_the_same_file() -> None:
    assert mutated_form(random.Random("1/2")) == mutated_form(random.Random("1/2"))
    assert len({mutated_form(random.Random(f"1/{i}")) for i in range(50)}) > 45
