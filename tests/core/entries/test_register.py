"""Rows become entries: one for each id, with every rule that it breaks, whatever the order of rows."""

from __future__ import annotations

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from guiguan.core.blueprint.load import load_blueprint
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.decide import Decisions
from guiguan.core.entries.register import Register, register, standing_rows
from guiguan.core.values.regions import Regions

ZONE = ZoneInfo("Asia/Shanghai")
REGIONS = Regions.official()


def blueprint(**keys: Any) -> Blueprint:
    said: dict[str, Any] = {
        "blueprint": 1,
        "campaign": "small",
        "title": "小活动",
        "organisers": {"host": ["某委员会"]},
        "categories": [
            {"id": "gov", "title": "政务类", "also": ["政务服务"], "areas": ["管理", "服务"]},
            {"id": "biz", "title": "商务类", "areas": "free"},
        ],
        "stages": [{"id": "declare", "kind": "declaration"}],
        "applicants": {"quotas": [{"per": ["applicant", "area"], "max": 2}]},
    }
    return load_blueprint(json.dumps(said | keys, ensure_ascii=False).encode(), "small.yaml").blueprint


def row(entry: str = "E1", **more: str) -> dict[str, str]:
    return {"entry": entry, "title": "题", "applicant": "甲局", "category": "政务类", "area": "管理"} | more


def registered(b: Blueprint, *rows: dict[str, str]) -> Register:
    columns = frozenset(c for r in rows for c in r)
    full = [{c: r.get(c, "") for c in columns} for r in rows]
    return register(b, full, range(2, len(rows) + 2), columns, REGIONS, Decisions({}), {})


def rules(found: Register) -> list[tuple[str, str]]:
    return [(x.id, x.rule) for x in found.given]


def test_of_one_id_the_earliest_row_stands() -> None:
    rows = [
        row(title="丙", submitted="2021-05-03"),
        row(title="甲", submitted="2021-05-01"),
        row(title="乙", submitted=""),
    ]
    assert [(e.title, e.line) for e in registered(blueprint(), *rows).entries] == [("甲", 3)]
    assert [(x.rule, x.line) for x in registered(blueprint(), *rows).rejected] == [
        ("entries.duplicate-id", 2),
        ("entries.duplicate-id", 4),
    ]


def test_of_equal_times_the_smallest_text_stands_in_any_order() -> None:
    rows = [row(title="乙"), row(title="丙"), row(title="甲")]
    for given in (rows, rows[::-1]):
        assert [e.title for e in registered(blueprint(), *given).entries] == [min("乙丙甲")]


def test_blank_rows_are_no_entries() -> None:
    rows = [row(""), row("E2", title=""), row("E3", applicant=""), row("E4")]
    kept, out = standing_rows(rows, range(2, 6), ZONE)
    assert kept == (3,)
    assert [(x.id, x.rule, x.line) for x in out] == [
        ("", "entries.blank", 2),
        ("E2", "entries.blank", 3),
        ("E3", "entries.blank", 4),
    ]


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"category": "体育类"}, "entries.unknown-category"),
        ({"category": ""}, "entries.unknown-category"),
        ({"area": "贸易"}, "entries.unknown-area"),
        ({"area": ""}, "entries.unknown-area"),
        ({"submitted": "2021-02-29"}, "entries.bad-time"),
        ({"preregistered": "24:00"}, "entries.bad-time"),
    ],
)
def test_each_broken_rule_is_told(more: dict[str, str], rule: str) -> None:
    assert rules(registered(blueprint(), row(**more))) == [("E1", rule)]


def test_every_broken_rule_not_the_first() -> None:
    found = registered(blueprint(), row(area="贸易", submitted="x", preregistered="y"))
    assert rules(found) == [
        ("E1", r) for r in ("entries.unknown-area", "entries.bad-time", "entries.bad-time")
    ]


@pytest.mark.parametrize("text", ["政务类", "gov", "GOV", "政务服务", " 政务 类 "])
def test_a_category_by_any_of_its_names(text: str) -> None:
    (entry,) = registered(blueprint(), row(category=text, area=" 管理 ")).entries
    assert (entry.category, entry.area) == ("gov", "管理")


def test_a_slash_in_a_free_area_cannot_make_two_groups_look_like_one() -> None:
    (entry,) = registered(blueprint(), row(category="biz", area="进口/出口")).entries
    assert entry.area == "进口／出口"


def test_one_option_in_two_writings_is_one_group() -> None:
    b = blueprint(
        form=[{"id": "tier", "label": "档次", "kind": "choice", "options": ["A类", "B类（新）"]}],
        awards=[
            {"id": "a", "title": "奖", "of": "declare", "per": ["tier"], "take": {"everyone": True}},
        ],
    )
    rows = [row("E1", tier="A类"), row("E2", tier="Ａ 类"), row("E3", tier="b类(新)")]
    assert [e.facts["tier"] for e in registered(b, *rows).entries] == ["A类", "A类", "B类（新）"]


def test_what_counting_does_not_use_is_no_fact() -> None:
    """The evidence shows facts to everybody."""
    b = blueprint(form=[{"id": "phone", "label": "电话", "kind": "phone"}])
    (entry,) = registered(b, row(phone="13800000000")).entries
    assert entry.facts == {}
