"""What was handed in for one call stays with it unless both notices say otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from guiguan.core.blueprint.load import load_blueprint
from guiguan.core.entries.likeness.purpose import compared_together

BLUEPRINTS = Path(__file__).parents[4] / "blueprints"
XC = load_blueprint((BLUEPRINTS / "ceprei-xinchuang-2022.yaml").read_bytes(), "xc").blueprint
GX = load_blueprint((BLUEPRINTS / "guangxi-2021.yaml").read_bytes(), "gx").blueprint
OPEN_GX = GX.model_copy(update={"duplicates": "earlier_campaigns"})
OPEN_LATER = OPEN_GX.model_copy(update={"campaign": "guangxi-2022"})


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        (OPEN_GX, OPEN_LATER, True),
        (XC, OPEN_GX, False),
        (OPEN_GX, XC, False),
        (GX, OPEN_LATER, False),
        (XC, GX, False),
    ],
)
def test_both_must_allow_it(one, other, wanted: bool) -> None:
    assert compared_together(one, other) is wanted


def test_a_notice_that_is_silent_allows_nothing_beyond_its_own_call() -> None:
    assert GX.purpose is None
    assert GX.duplicates == "this_campaign"
