"""Topics: every area of every shipped blueprint has cases of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.load import load_blueprint
from guiguan.replay.rehearse.topic_words import FREE_AREAS, FREE_TOPICS, TOPICS
from guiguan.replay.rehearse.topics import topic_for

BLUEPRINTS = sorted((Path(__file__).parents[3] / "blueprints").glob("*.yaml"))


@pytest.mark.parametrize("path", BLUEPRINTS, ids=lambda p: p.stem)
def test_no_area_of_a_shipped_blueprint_falls_back(path: Path) -> None:
    b = load_blueprint(path.read_bytes(), path.name).blueprint
    without = [
        (say(c.title), area)
        for c in b.categories
        if c.areas != "free" and c.title != "单位会员"
        for area in (c.areas or ("",))
        if topic_for(area, say(c.title)) not in TOPICS
    ]
    assert without == []


@pytest.mark.parametrize(
    ("area", "category", "work"),
    [
        ("医疗保障", "社会服务类", "城乡居民医保“一窗通办”平台"),
        ("LTE网络", "信息基础类", "4G网络深度覆盖工程"),
        ("政务服务管理", "行业管理类", "政务服务移动端"),
        ("", "综合办公系统", "协同办公平台"),
        ("", "智慧海事", "航道智能巡查系统"),
    ],
)
def test_an_area_finds_its_own_field(area: str, category: str, work: str) -> None:
    assert work in topic_for(area, category).works


def test_an_unknown_area_gets_plain_cases_named_after_it() -> None:
    topic = topic_for("量子计算", "前沿类")
    assert "量子计算信息化平台" in topic.works
    assert topic.bodies


def test_every_topic_has_trades_and_cases_and_says_each_once() -> None:
    for topic in (*TOPICS, *FREE_TOPICS.values()):
        assert topic.trade
        assert len(topic.works) == len(set(topic.works)) >= 4
        assert all(("{p}" in body) or ("{s}" in body) for body in topic.bodies)


def test_free_areas_are_known_by_what_they_mean() -> None:
    assert {means for means, _ in FREE_AREAS} == set(FREE_TOPICS)
