"""A small campaign through `guiguan replay`, to the last figure."""

from __future__ import annotations

import json
from typing import Any


def test_figures_by_hand(case: Any) -> None:
    assert case.run() == 0
    shown = [
        (
            r["group"],
            r["rank"],
            r["entry"],
            r["votes"],
            r["vote"],
            r["experts"],
            r["bonus"],
            r["composite"],
            r["award"],
        )
        for r in case.result()
    ]
    assert shown == [
        ("biz", "1", "B1", "1", "33.33", "75.00", "0.00", "66.67", "best"),
        ("gov", "1", "G1", "3", "100.00", "81.50", "3.00", "87.60", "best"),
        ("gov", "2", "G2", "1", "33.33", "86.00", "0.00", "75.47", "good"),
        ("gov", "3", "G3", "0", "0.00", "36.00", "0.00", "28.80", ""),
    ]
    assert case.rejected() == [("endorsement", "G1", "2", "row", "endorsements.duplicate")]
    assert json.loads((case.out / "result.json").read_text(encoding="utf-8"))["format"] == "gg/result/v1"
