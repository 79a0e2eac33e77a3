"""What the tests of rankings share: a campaign from a few keys, counted without any file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from guiguan.core.blueprint.load import load_blueprint
from guiguan.core.entries.decide import settle
from guiguan.core.entries.entry import Decision
from guiguan.core.entries.register import register
from guiguan.core.ranking.campaign import Inputs, Outcome, count
from guiguan.core.reviews.mark import MarkRow
from guiguan.core.values.regions import Regions
from guiguan.core.votes.columns import BallotColumns

BASE: dict[str, Any] = {
    "blueprint": 1,
    "campaign": "small",
    "title": "小活动",
    "organisers": {"host": ["某委员会"]},
    "endorsers": {"list": ["市级部门"]},
    "categories": [
        {"id": "gov", "title": "政务类", "areas": ["管理", "服务"]},
        {"id": "biz", "title": "商务类", "areas": ["贸易"]},
    ],
    "form": [
        {"id": "tier", "label": "档次", "kind": "choice", "options": ["A类", "B类"]},
        {"id": "invest", "label": "投资额", "kind": "number", "unit": "万元", "min": 0, "digits": 6},
    ],
    "stages": [
        {"id": "declare", "kind": "declaration"},
        {
            "id": "experts",
            "kind": "panel",
            "who": "expert",
            "scale": {"low": 0, "high": 100},
            "criteria": [
                {"id": "use", "title": "实用", "weight": 50},
                {"id": "new", "title": "创新", "weight": 50},
            ],
            "aggregate": {"by": "sheet", "method": "mean", "incomplete": "drop_sheet"},
        },
        {"id": "notice", "kind": "notice", "working_days": 5},
    ],
    "rankings": [
        {
            "id": "final",
            "of": "experts",
            "within": ["category", "area"],
            "parts": [{"from": "experts", "weight": 100, "mapping": "none"}],
            "rounding": {"digits": 2, "mode": "half_up", "at": ["composite"]},
            "last": "shared",
        }
    ],
}

ENTRIES = [
    # entry, applicant, category, area, use, new, tier, invest, endorsed_by
    ("G1", "甲局", "gov", "管理", 90, 70, "A类", "100", "市数据局"),
    ("G2", "乙局", "gov", "管理", 75, 75, "B类", "500", "市数据局"),
    ("G3", "甲局", "gov", "管理", 60, 60, "A类", "1000", "市工信局"),
    ("G4", "丙局", "gov", "服务", 95, 95, "Ａ 类", "1500", "市数据局"),
    ("B1", "丁公司", "biz", "贸易", 50, 90, "B类", "0.01", ""),
]
"""Experts' scores: G1 80, G2 75, G3 60, G4 95, B1 70."""


VOTE: dict[str, Any] = {
    "id": "vote",
    "kind": "ballots",
    "window": ["2021-06-10", "2021-06-12"],
    "voter": ["wechat"],
    "choices": {"exactly": 1},
    "repeated": "refuse_ballot",
    "unknown": "refuse_ballot",
    "counts": "shown",
}
NOON = 1_623_297_600_000
"""2021-06-10 12:00 in Shanghai."""


def ballots(chosen: Sequence[str]) -> BallotColumns:
    """One ballot for each choice, by as many voters, on the first day of the vote."""
    n, entries = len(chosen), tuple(sorted(set(chosen)))
    return BallotColumns(
        time=np.arange(n, dtype=np.int64) + NOON,
        day=np.zeros(n, dtype=np.int32),
        voter=np.arange(n, dtype=np.int32),
        choice=np.array([entries.index(c) for c in chosen], dtype=np.int16),
        start=np.arange(n + 1, dtype=np.int64),
        days=("2021-06-10",),
        entries=entries,
    )


@pytest.fixture(scope="session")
def counted() -> Callable[..., Outcome]:
    """The outcome of the small campaign with `keys` in place of its own, decisions and marks as given.

    `more` are further columns by entry; `votes` the choices in each vote; `rows` come beside the marks of `entries`.
    """
    regions = Regions.official()

    def run(
        keys: Mapping[str, Any],
        decisions: Sequence[tuple[str, ...]] = (),
        entries: Sequence[tuple[Any, ...]] = ENTRIES,
        seed: str | None = None,
        more: Mapping[str, Mapping[str, str]] | None = None,
        votes: Mapping[str, Sequence[str]] | None = None,
        rows: Sequence[MarkRow] = (),
    ) -> Outcome:
        content = json.dumps(BASE | dict(keys), ensure_ascii=False).encode()
        blueprint = load_blueprint(content, "small.yaml").blueprint
        names = ("entry", "title", "applicant", "category", "area", "tier", "invest", "endorsed_by")
        table = [
            dict(zip(names, (e[0], "题", e[1], e[2], e[3], e[6], e[7], e[8]), strict=True))
            | dict((more or {}).get(e[0], {}))
            for e in entries
        ]
        columns = frozenset(c for row in table for c in row)
        standing, refused = settle(blueprint, [Decision(*d) for d in decisions])  # type: ignore[arg-type]  # kinds are texts here
        assert refused == ()
        endorsed = {e[0]: ((e[8], "recommend"),) for e in entries if e[8]}
        lines = range(2, len(table) + 2)
        found = register(blueprint, table, lines, columns, regions, standing, endorsed)
        marks = tuple(
            MarkRow(e[0], "R1", c, str(m))
            for e in entries
            for c, m in (("use", e[4]), ("new", e[5]))
            if m is not None
        )
        cast = {stage: ballots(chosen) for stage, chosen in (votes or {}).items()}
        return count(Inputs(blueprint, found, standing, cast, (*marks, *rows), seed))

    return run


@pytest.fixture
def vote() -> dict[str, Any]:
    """The keys of a vote on 2021-06-10 to 12."""
    return dict(VOTE)


@pytest.fixture
def small_entries() -> list[tuple[Any, ...]]:
    """The entries of the small campaign."""
    return list(ENTRIES)
