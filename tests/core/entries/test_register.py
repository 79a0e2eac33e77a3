"""Rows become entries: one for each id, with every rule that it breaks, whatever the order of rows."""

from __future__ import annotations

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from guiguan.core.blueprint.load import load_blueprint
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.decide import Decisions
from guiguan.core.entries.entry import Decision, Entry
from guiguan.core.entries.register import Register, register, standing_rows
from guiguan.core.values.exclusion import Exclusion
from guiguan.core.values.moment import parse_instant
from guiguan.core.values.regions import Regions

ZONE = ZoneInfo("Asia/Shanghai")
REGIONS = Regions.official()
TIER = {"id": "tier", "label": "档次", "kind": "choice", "options": ["A类", "B类（新）"]}
PER_TIER: dict[str, Any] = {
    "id": "a",
    "title": "奖",
    "of": "declare",
    "per": ["tier"],
    "take": {"everyone": True},
}


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


def told(b: Blueprint, **more: str) -> list[tuple[str, str]]:
    """What one row breaks, with what was found."""
    return [(x.rule, x.detail) for x in registered(b, row(**more)).given]


def refused(name: str, rule: str, line: int) -> Exclusion:
    return Exclusion("entry", name, rule, line=line)


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
    assert out == (
        refused("", "entries.blank", 2),
        refused("E2", "entries.blank", 3),
        refused("E3", "entries.blank", 4),
    )


def test_ids_that_a_ballot_could_not_name_are_no_entries() -> None:
    rows = [row("?"), row("E;1"), row("E；1"), row("E?"), row("E1")]
    kept, out = standing_rows(rows, range(2, 7), ZONE)
    assert kept == (4, 3)
    assert out == (
        refused("?", "entries.bad-id", 2),
        refused("E;1", "entries.bad-id", 3),
        refused("E；1", "entries.bad-id", 4),
    )


def test_the_earliest_is_told_by_the_moment_and_not_by_its_spelling() -> None:
    rows = [row(submitted="2021/5/10 8:00"), row(submitted="2021-05-11"), row("E2")]
    for order in (rows, [rows[1], rows[0], rows[2]]):
        kept, out = standing_rows(order, range(2, 5), ZONE)
        assert [order[i].get("submitted") for i in kept] == ["2021/5/10 8:00", None]
        assert out == (refused("E1", "entries.duplicate-id", 2 + order.index(rows[1])),)


def test_of_two_rows_that_are_equal_the_first_stands() -> None:
    kept, out = standing_rows([row(), row()], range(2, 4), ZONE)
    assert (kept, out) == ((0,), (refused("E1", "entries.duplicate-id", 3),))


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
    b = blueprint(form=[TIER], awards=[PER_TIER])
    rows = [row("E1", tier="A类"), row("E2", tier="Ａ 类"), row("E3", tier="b类(新)")]
    assert [e.facts["tier"] for e in registered(b, *rows).entries] == ["A类", "A类", "B类（新）"]


def test_everything_that_a_row_says_is_in_its_entry() -> None:
    b = blueprint(
        form=[TIER],
        awards=[PER_TIER],
        stages=[
            {"id": "declare", "kind": "declaration"},
            {"id": "out", "kind": "release", "every": "quarter"},
        ],
    )
    said = row(
        submitted="2021-05-01 09:00",
        preregistered="2021-04-30 23:59",
        region="广西壮族自治区南宁市青秀区",
        consortium="丙局；甲局; 甲 局;；乙局 ",
        withdrawn=" 已撤回",
        tier="b类(新)",
    )
    endorsed = {
        "E1": (("省厅", "review"), ("市局", "recommend"), ("省厅", "review")),
        "E2": (("厅", "review"),),
    }
    found = register(b, [said], [7], frozenset(said), REGIONS, Decisions({}), endorsed)
    assert found.entries == (
        Entry(
            entry="E1",
            title="题",
            applicant="甲局",
            counts_as="甲局",
            category="gov",
            area="管理",
            province="450000",
            city="450100",
            batch="2021-Q2",
            consortium="丙局;乙局;甲局",
            submitted=parse_instant("2021-05-01 09:00", ZONE),
            preregistered=parse_instant("2021-04-30 23:59", ZONE),
            withdrawn=True,
            endorsed=(("市局", "recommend"), ("省厅", "review")),
            facts={"tier": "B类（新）"},
            line=7,
        ),
    )
    assert (found.given, found.rejected) == ((), ())


def test_columns_that_a_file_does_not_have_leave_blanks() -> None:
    """One category needs no column; a field that counting uses is blank; no field is held against anybody."""
    b = blueprint(
        form=[TIER], awards=[PER_TIER], categories=[{"id": "biz", "title": "商务类"}], applicants={}
    )
    bare = {"entry": "E1", "title": "题", "applicant": "甲局"}
    found = register(b, [bare], [2], frozenset(bare), REGIONS, Decisions({}), {})
    assert found.entries == (Entry("E1", "题", "甲局", "甲局", category="biz", facts={"tier": ""}, line=2),)
    assert (found.given, found.rejected) == ((), ())


def test_a_file_without_categories_is_told_where_there_are_several() -> None:
    bare = {"entry": "E1", "title": "题", "applicant": "甲局"}
    found = register(blueprint(), [bare], [2], frozenset(bare), REGIONS, Decisions({}), {})
    assert found.given == (Exclusion("entry", "E1", "entries.unknown-category", line=2, detail="（空）"),)
    assert [(e.category, e.area) for e in found.entries] == [("", "")]


def test_an_unknown_category_keeps_the_area_as_it_was_given() -> None:
    found = registered(blueprint(), row(category="体育类", area="管理/服务"))
    assert found.given == (Exclusion("entry", "E1", "entries.unknown-category", line=2, detail="体育类"),)
    assert [(e.category, e.area) for e in found.entries] == [("", "管理／服务")]


def test_where_there_is_one_category_a_wrong_one_is_still_wrong() -> None:
    b = blueprint(categories=[{"id": "gov", "title": "政务类"}], applicants={})
    assert told(b, category="体育类") == [("entries.unknown-category", "体育类")]
    (entry,) = registered(b, row(category="", area="")).entries
    assert entry.category == "gov"


@pytest.mark.parametrize(
    ("more", "found", "also_uncounted"),
    [
        ({"area": "贸易"}, [("entries.unknown-area", "政务类：贸易")], True),
        ({"area": ""}, [("entries.unknown-area", "政务类：（空）")], False),
        ({"category": "biz", "area": " "}, [("entries.unknown-area", "（空）")], False),
        ({"category": "biz", "area": "贸易"}, [], False),
    ],
)
def test_an_area_is_needed_where_something_is_counted_by_it(
    more: dict[str, str], found: list[tuple[str, str]], also_uncounted: bool
) -> None:
    award = PER_TIER | {"per": ["category", "area"]}
    assert told(blueprint(awards=[award], applicants={}), **more) == found
    assert told(blueprint(), **more) == found  # a quota by area
    assert told(blueprint(applicants={}), **more) == (found if also_uncounted else [])


def test_a_category_without_areas_takes_any() -> None:
    b = blueprint(categories=[{"id": "new", "title": "新设类"}], applicants={})
    found = registered(b, row(category="new", area=" 贸易 "))
    assert (found.given, [(e.category, e.area) for e in found.entries]) == ((), [("new", "贸易")])


ROUTED = {"routing": {"desks": [{"provinces": ["450000"], "undertakers": ["某协会"]}]}}
BY_PROVINCE = {"awards": [PER_TIER | {"per": ["province"]}]}
BY_CITY = {"awards": [PER_TIER | {"per": ["city"]}]}


@pytest.mark.parametrize("keys", [ROUTED, BY_PROVINCE, BY_CITY], ids=["routing", "province", "city"])
@pytest.mark.parametrize(
    ("text", "found", "codes"),
    [
        ("450103", [], ("450000", "450100")),
        ("", [("entries.unknown-region", "（空）")], ("", "")),
        ("某处", [("entries.unknown-region", "某处")], ("", "")),
        ("鼓楼区", [("entries.unknown-region", "鼓楼区")], ("", "")),
    ],
)
def test_a_region_is_needed_where_something_goes_by_it(
    keys: dict[str, Any], text: str, found: list[tuple[str, str]], codes: tuple[str, str]
) -> None:
    """鼓楼区 is in several cities: nobody guesses."""
    assert told(blueprint(**keys), region=text) == found
    assert told(blueprint(), region=text) == []
    assert told(blueprint(**keys)) == [("entries.unknown-region", "（空）")]  # no such column
    for b in (blueprint(**keys), blueprint()):
        (entry,) = registered(b, row(region=text)).entries
        assert (entry.province, entry.city) == codes


@pytest.mark.parametrize(
    ("every", "at", "batch"),
    [
        ("half_year", "2025-01-01", "2025-H1"),
        ("half_year", "2025-06-30 23:59:59", "2025-H1"),
        ("half_year", "2025-07-01", "2025-H2"),
        ("half_year", "2025-06-30T16:00:00Z", "2025-H2"),
        ("quarter", "2025-01-01", "2025-Q1"),
        ("quarter", "2025-03-31", "2025-Q1"),
        ("quarter", "2025-04-01", "2025-Q2"),
        ("quarter", "2025-12-31", "2025-Q4"),
        ("year", "2025-12-31", "2025"),
        ("year", "", ""),
        (None, "2025-12-31", ""),
    ],
)
def test_the_batch_is_that_of_the_day_of_handing_in(every: str | None, at: str, batch: str) -> None:
    release = [{"id": "out", "kind": "release", "every": every}] if every else []
    b = blueprint(stages=[{"id": "declare", "kind": "declaration"}, *release])
    (entry,) = registered(b, row(submitted=at)).entries
    assert entry.batch == batch


def test_who_may_not_apply_is_told_with_what_was_found() -> None:
    b = blueprint(applicants={"who": [{"kind": "legal_person", "registered_in": "450000"}]})
    rows = [
        row("E1", applicant_kind="法人", region="440100"),
        row("E2", applicant_kind="法人", region="450100"),
    ]
    assert registered(b, *rows).given == (
        Exclusion("entry", "E1", "entries.not-eligible", line=2, detail="法人、440100"),
    )


def test_only_the_fields_that_the_file_has_are_judged() -> None:
    b = blueprint(
        form=[
            {"id": "title", "label": "案例名称", "kind": "text", "max": 1},
            {"id": "built", "label": "建成日期", "kind": "date", "within": ["2019-01-01", "2020-12-31"]},
            {"id": "people", "label": "人数", "kind": "number"},
        ]
    )
    assert told(b, title="很长的名称", built="2018-12-31") == [
        ("form.outside-term", "建成日期：2018-12-31，应在 2019-01-01 至 2020-12-31")
    ]
    assert told(b, people="", built="2020-12-31") == [("form.required", "人数")]


def test_times_that_cannot_be_read_are_told_as_they_stand() -> None:
    assert told(blueprint(), submitted="昨天", preregistered="y") == [
        ("entries.bad-time", "submitted：昨天"),
        ("entries.bad-time", "preregistered：y"),
    ]


def test_an_area_merged_by_the_organiser_is_the_merged_one() -> None:
    merged = Decision("merge_area", "biz/跨境 贸易", "贸易", "同义", "李")
    b, said = blueprint(), row(category="biz", area="跨境 贸易")
    found = register(
        b, [said], [2], frozenset(said), REGIONS, Decisions({("merge_area", merged.subject): merged}), {}
    )
    assert [e.area for e in found.entries] == ["贸易"]


def test_what_counting_does_not_use_is_no_fact() -> None:
    """The evidence shows facts to everybody."""
    b = blueprint(form=[{"id": "phone", "label": "电话", "kind": "phone"}])
    (entry,) = registered(b, row(phone="13800000000")).entries
    assert entry.facts == {}
