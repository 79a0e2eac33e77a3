"""What the tests of the report share: a small campaign counted from files, and a reader of its page."""

from __future__ import annotations

import copy
import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from guiguan.core.blueprint.load import load_blueprint
from guiguan.core.evidence.bundle import Sealed
from guiguan.core.evidence.pseudonym import Pseudonyms
from guiguan.core.ranking.campaign import count
from guiguan.core.values.regions import Regions
from guiguan.documents.report import report
from guiguan.replay.inputs import Files, ReadInputs, read_inputs

CAMPAIGN: dict[str, Any] = {
    "blueprint": 1,
    "campaign": "small",
    "title": "小活动",
    "basis": {"document": "某发〔2021〕1号", "issued": "2021-04-30"},
    "organisers": {"host": ["某委员会"], "undertaker": ["某中心"]},
    "categories": [{"id": "gov", "title": "政务类"}, {"id": "biz", "title": "商务类"}],
    "endorsers": {"list": ["市级部门"]},
    "form": [
        {
            "id": "invest",
            "label": "投资额",
            "kind": "number",
            "unit": "万元",
            "min": 0,
            "digits": 6,
            "required": False,
        }
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
            "title": "专家评审",
            "who": "expert",
            "scale": {"low": 0, "high": 100},
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
            "take": {"percent": 50, "of": "check", "rounding": "floor"},
            "after": ["best"],
        },
    ],
    "organisation_awards": [
        {
            "id": "organiser",
            "title": "组织奖",
            "parts": [{"from": "count", "of": "check", "weight": 100, "mapping": "share_of_maximum"}],
            "take": {"count": 1},
            "rounding": {"digits": 2, "mode": "half_up", "at": ["composite"]},
        }
    ],
    "funding": [
        {
            "id": "reward",
            "title": "奖励",
            "of": "check",
            "base": "invest",
            "tiers": [{"percent": 10}],
            "granted": "ceiling",
            "payments": [{"id": "first", "percent": 100, "after": "granted"}],
        }
    ],
}
ENTRIES = [
    ("entry", "title", "applicant", "category", "submitted", "endorsed_by", "withdrawn", "invest"),
    ("e1", "一号案例", "甲单位", "gov", "2021-05-02", "南城市网信办", "", "100"),
    ("e2", "二号案例", "乙单位", "gov", "2021-05-03", "", "", ""),
    ("e3", "三号案例", "丙单位", "biz", "2021-05-04", "", "", "0.05"),
    ("e4", "四号案例", "丁单位", "biz", "2021-05-04", "", "是", ""),
    ("e5", "五号案例", "戊单位", "biz", "2021-05-05", "", "", ""),
]
BALLOTS = [
    ("ballot", "time", "voter", "choices", "channel"),
    ("b1", "2021-06-10T09:00:00", "openid-li-si", "e1;e2", "web"),
    ("b2", "2021-06-12T09:00:00", "openid-wang-wu", "e1;e3", "app"),
    ("b3", "2021-06-20T09:00:00", "openid-late", "e1", "web"),
    ("b4", "2021-06-12T10:00:00", "openid-void", "e2", "web"),
    ("b5", "2021-06-12T11:00:00", "openid-strange", "e3;e99", "web"),
]
SCORES = [
    ("entry", "reviewer", "criterion", "score"),
    *[("e1", "赵评委", "use", "80"), ("e1", "赵评委", "new", "90")],
    *[("e1", "钱评委", "use", "70"), ("e1", "钱评委", "new", "60")],
    *[("e2", "赵评委", "use", "60"), ("e2", "赵评委", "new", "60")],
    *[("e2", "钱评委", "use", "90"), ("e2", "钱评委", "new", "91")],
    *[("e3", "赵评委", "use", "50"), ("e3", "赵评委", "new", "51")],
]
DECISIONS = [
    ("kind", "subject", "outcome", "reason", "by", "by2"),
    ("screening", "e5", "不通过", "材料不全，可致电 13912345678", "孙某", ""),
    ("void", "b4", "作废", "同一设备代投", "孙某", "周某"),
]

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Made:
    """A counted campaign and its page."""

    sealed: Sealed
    read: ReadInputs
    html: str


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Made]:
    """Counts the small campaign, changed as asked, and writes its report."""

    def make(
        campaign: dict[str, Any] | None = None,
        entries: Rows = ENTRIES,
        ballots: Rows | None = BALLOTS,
        scores: Rows | None = SCORES,
        decisions: Rows | None = DECISIONS,
        backwards: bool = False,
    ) -> Made:
        given = {"entries": entries, "ballots": ballots, "scores": scores, "decisions": decisions}
        paths: dict[str, Path] = {}
        for name, rows in given.items():
            if rows is not None:
                paths[name] = tmp_path / f"{name}.csv"
                with paths[name].open("w", encoding="utf-8", newline="") as file:
                    csv.writer(file).writerows([rows[0], *reversed(rows[1:])] if backwards else rows)
        blueprint = json.dumps(copy.deepcopy(campaign or CAMPAIGN), ensure_ascii=False).encode()
        loaded = load_blueprint(blueprint, "small.yaml")
        read = read_inputs(loaded.blueprint, Files(**paths), None, Regions.official())
        names = {stage: v.names for stage, v in read.votes.items()}
        keys = Pseudonyms(bytes(range(32)), loaded.blueprint.campaign)
        sealed = Sealed(read.inputs, count(read.inputs), names, loaded.sha256, keys, True)
        return Made(sealed, read, report(loaded.blueprint, sealed, read.left_out))

    return make


@dataclass
class Node:
    """One element: its tag, attributes, own text and children."""

    tag: str
    attrs: dict[str, str]
    children: list[Node | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(c if isinstance(c, str) else c.text for c in self.children)

    def all(self, tag: str, **attrs: str) -> list[Node]:
        """The elements below with this tag (`*`: any) whose attributes hold these words."""
        found: list[Node] = []
        for child in self.children:
            if isinstance(child, Node):
                fits = all(v in child.attrs.get(k.rstrip("_"), "").split() for k, v in attrs.items())
                found += [child] * (tag in ("*", child.tag) and fits)
                found += child.all(tag, **attrs)
        return found

    def one(self, tag: str, **attrs: str) -> Node:
        (found,) = self.all(tag, **attrs)
        return found

    def rows(self) -> list[list[str]]:
        """A table's cells as text, header first."""
        cells = ("td", "th")
        return [
            [c.text for c in tr.children if isinstance(c, Node) and c.tag in cells] for tr in self.all("tr")
        ]


_VOID = {"meta", "br", "input", "link", "img", "hr", "base"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {k: v or "" for k, v in attrs})
        self.open[-1].children.append(node)
        if tag not in _VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(html: str) -> Node:
    """The page as elements; an element left open or closed in the wrong place fails."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == [reader.root]
    return reader.root


@pytest.fixture
def parse() -> Callable[[str], Node]:
    return read
