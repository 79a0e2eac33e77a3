"""What the tests of replay share: a small campaign, its files, and the command run inside this process."""

from __future__ import annotations

import copy
import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from guiguan.cli.main import main

CAMPAIGN: dict[str, Any] = {
    "blueprint": 1,
    "campaign": "small",
    "title": "小活动",
    "organisers": {"host": ["某委员会"]},
    "categories": [{"id": "gov", "title": "政务类"}, {"id": "biz", "title": "商务类"}],
    "endorsers": {"list": ["市级部门"], "kinds": ["recommend", "review"]},
    "applicants": {"quotas": [{"per": ["applicant", "category"], "max": 2}], "as_one": ["branch"]},
    "form": [
        {"id": "invest", "label": "投资额", "kind": "number", "unit": "万元", "min": 0, "digits": 6},
        {"id": "tier", "label": "档次", "kind": "choice", "options": ["甲", "乙"]},
    ],
    "stages": [
        {"id": "declare", "kind": "declaration", "window": ["2021-05-01", "2021-05-31"]},
        {"id": "check", "kind": "screening", "undecided": "passes"},
        {
            "id": "vote",
            "kind": "ballots",
            "window": ["2021-06-10", "2021-06-12"],
            "voter": ["wechat"],
            "choices": {"at_most": 2},
            "repeated": "drop_choice",
            "unknown": "drop_choice",
            "limits": [{"per": ["voter", "entry", "day"], "max": 1, "over": "drop_choice"}],
            "counts": "shown",
            "channels": {"web": "网页", "app": "客户端"},
        },
        {
            "id": "experts",
            "kind": "panel",
            "who": "expert",
            "members": ["专家甲", "专家乙", "Z3"],
            "scale": {"low": 0, "high": 100, "missing": ["弃权"]},
            "criteria": [
                {"id": "use", "title": "实用", "weight": 60},
                {"id": "new", "title": "创新", "weight": 40},
            ],
            "aggregate": {"by": "sheet", "method": "mean", "incomplete": "drop_sheet"},
        },
    ],
    "rankings": [
        {
            "id": "final",
            "of": "experts",
            "within": ["category"],
            "parts": [
                {"from": "vote", "weight": 20, "mapping": "share_of_maximum", "over": "all"},
                {"from": "experts", "weight": 80, "mapping": "none"},
            ],
            "bonus": {"to": "experts", "points": "2", "per": "endorser", "cap": "3"},
            "rounding": {"digits": 2, "mode": "half_up", "at": ["composite"]},
            "ties": ["experts", "vote"],
            "last": "shared",
        }
    ],
    "awards": [
        {"id": "best", "title": "最佳", "by": "final", "per": ["category"], "take": {"count": 1}},
        {
            "id": "good",
            "title": "优秀",
            "by": "final",
            "per": ["category"],
            "take": {"count": 1},
            "after": ["best"],
        },
    ],
}

TABLES: dict[str, list[list[str]]] = {
    "entries": [
        ["entry", "title", "applicant", "category", "submitted", "endorsed_by", "invest", "tier"],
        ["G1", "一号", "甲局", "政务类", "2021-05-02 09:00", "市数据局", "500", "甲"],
        ["G2", "二号", "乙局", "政务类", "2021-05-03 09:00", "", "500.000001", "乙"],
        ["G3", "三号", "甲局", "政务类", "2021-05-04 09:00", "", "1000", "甲"],
        ["B1", "四号", "丙公司", "商务类", "2021-05-05 09:00", "", "1", "乙"],
    ],
    "ballots": [
        ["time", "voter", "choices", "ballot", "channel"],
        ["2021-06-10 08:00", "v1", "G1;G2", "n1", "web"],
        ["2021-06-10 09:00", "v2", "G1", "n2", "app"],
        ["2021-06-11 09:00", "v1", "B1;G1", "n3", "web"],
    ],
    "scores": [
        ["entry", "reviewer", "criterion", "score"],
        *(
            [e, r, c, s]
            for e, r, c, s in (
                ("G1", "专家甲", "use", "80"),
                ("G1", "专家甲", "new", "90"),
                ("G1", "专家乙", "use", "85"),
                ("G1", "专家乙", "new", "70"),
                ("G2", "专家甲", "use", "90"),
                ("G2", "专家甲", "new", "80"),
                ("G3", "专家乙", "use", "60"),
                ("G3", "专家乙", "new", "0"),
                ("B1", "专家甲", "实用", "75"),
                ("B1", "专家甲", "创新", "75"),
            )
        ),
    ],
    "endorsements": [
        ["entry", "endorser", "kind"],
        ["G1", "市数据局", "recommend"],
        ["G1", "市工信局", "recommend"],
    ],
    "decisions": [
        ["kind", "subject", "outcome", "reason", "by", "by2"],
        ["screening", "G2", "通过", "材料齐全", "李科", ""],
    ],
}
"""Composites of the ranking `final` by hand: G1 vote 3/3 → 100, experts (84+79)/2 = 81.5 + 3 → 84.5: 20+67.6 = 87.6;
G2 vote 1/3 → 33.33…, experts 86: 6.67+68.8 = 75.47; G3 0 and 36: 28.8; B1 33.33… and 75: 6.67+60 = 66.67."""


@dataclass
class Case:
    """One campaign's files in a folder; `run` replays them and gives the exit code."""

    folder: Path
    campaign: dict[str, Any]
    tables: dict[str, list[list[str]]]

    def write(self, name: str, rows: Iterable[Sequence[str]] | None = None, file: str | None = None) -> Path:
        path = self.folder / (file or f"{name}.csv")
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(self.tables[name] if rows is None else rows)
        return path

    def run(self, *more: str, out: Path | None = None, files: Mapping[str, Path] | None = None) -> int:
        """Writes what is in `tables`, but for `files`, which lie elsewhere, and replays everything."""
        blueprint = self.folder / "campaign.yaml"
        blueprint.write_text(json.dumps(self.campaign, ensure_ascii=False), encoding="utf-8")
        said = [str(blueprint), "--out", str(out or self.out)]
        for name in self.tables:
            path = files[name] if files and name in files else self.write(name)
            said += [f"--{name}", str(path)]
        key = self.folder / "key"
        key.write_text("ab" * 32, encoding="ascii")
        return main(["replay", *said, "--pseudonym-key", str(key), *more])

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def result(self, name: str = "result") -> list[dict[str, str]]:
        with (self.out / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    def rejected(self) -> list[tuple[str, str, str, str, str]]:
        return [(r["kind"], r["id"], r["line"], r["scope"], r["rule"]) for r in self.result("rejected")]


@pytest.fixture(scope="session")
def campaign_in() -> Callable[[Path], Case]:
    """A fresh copy of the small campaign in the folder given."""
    return lambda folder: Case(folder, copy.deepcopy(CAMPAIGN), copy.deepcopy(TABLES))


@pytest.fixture
def make_case(tmp_path: Path) -> Callable[..., Case]:
    """A fresh copy of the small campaign in a folder of its own."""

    def make(name: str = "case") -> Case:
        folder = tmp_path / name
        folder.mkdir(parents=True)
        return Case(folder, copy.deepcopy(CAMPAIGN), copy.deepcopy(TABLES))

    return make


@pytest.fixture
def case(make_case: Callable[..., Case]) -> Case:
    return make_case()
