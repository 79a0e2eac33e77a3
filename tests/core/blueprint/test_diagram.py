"""The flowchart is one self-contained, well-formed SVG that says what the blueprint says."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from guiguan.core.blueprint.diagram import diagram
from guiguan.core.blueprint.drawing import INK, PAPER, SOFT_INK, TONES, width_of, wrap
from guiguan.core.blueprint.load import load_blueprint

SVG = "{http://www.w3.org/2000/svg}"
SHIPPED = sorted((Path(__file__).parents[3] / "blueprints").glob("*.yaml"))


def drawn(text: str, lang: str = "zh") -> ET.Element:
    return ET.fromstring(diagram(load_blueprint(text.encode(), "a.yaml").blueprint, lang))


def words(svg: ET.Element) -> list[str]:
    return [t.text or "" for t in svg.iter(f"{SVG}text")]


def test_guangxi_2021_shows_its_stages_weights_and_awards(gx):
    said = words(drawn(gx))
    for expected in (
        "广西信息化优秀案例征集评选活动",
        "2021-06-10 至 2021-06-16 · 公众（凭微信）",
        "每张选票恰好选 10 个",
        "每人每案例每日限 1 次",
        "占综合排名 20%",
        "占综合排名 80%",
        "按“网络投票”，数量据实确定",
        "网络投票 20% + 专家评审 80%",
        "最佳案例",
        "按类别、领域分组，每组取第 1 名",
    ):
        assert said.count(expected) == 1, expected


def test_stages_stand_in_the_order_of_the_file_and_the_ranking_after_them(gx):
    said = words(drawn(gx))
    order = [
        "申报",
        "形式审查",
        "纸质材料",
        "网络投票",
        "入围",
        "专家评审",
        "综合排名",
        "奖项",
        "组织奖与表扬",
    ]
    assert [w for w in said if w in order] == order


def test_readers_hear_title_and_description(gx):
    svg = drawn(gx)
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == "title desc"
    assert svg.find(f"{SVG}title").text == "广西信息化优秀案例征集评选活动"
    assert svg.find(f"{SVG}desc").text.startswith("活动流程图，自上而下：1 申报；2 形式审查；")


def test_markup_in_a_text_stays_text(gx):
    svg = drawn(gx.replace("title: 最佳案例", "title: '<script>&最佳'"))
    assert "<script>&最佳" in words(svg)
    assert not list(svg.iter(f"{SVG}script"))


@pytest.mark.parametrize("file", SHIPPED, ids=[f.stem for f in SHIPPED])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_shipped_campaign_is_drawn_the_same_each_time_and_needs_nothing_from_outside(file, lang):
    blueprint = load_blueprint(file.read_bytes(), file.name).blueprint
    text = diagram(blueprint, lang)
    svg = ET.fromstring(text)
    assert text == diagram(blueprint, lang)
    assert text.count("http") == 1, "only the name of the SVG namespace"
    width, height = int(svg.get("width")), int(svg.get("height"))
    for box in svg.iter(f"{SVG}rect"):
        x, y = int(box.get("x", "0")), int(box.get("y", "0"))
        assert x >= 0
        assert x + int(box.get("width")) <= width
        assert y >= 0
        assert y + int(box.get("height")) <= height


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tone", TONES.values(), ids=TONES)
def test_every_text_meets_wcag_aa(tone):
    for ink, ground in ((INK, tone.fill), (SOFT_INK, tone.fill), (PAPER, tone.deep), (tone.deep, PAPER)):
        assert contrast(ink, ground) >= 4.5


def test_wrapped_text_fits_its_room_and_never_starts_with_a_closing_mark():
    text = "重点说明案例是什么、能干什么、什么效果等，以及 excellent cases of informatisation。"
    rows = wrap(text, 13, 120, 20)
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")
    assert all(width_of(row, 13) <= 120 + 13 for row in rows)
    assert not any(row[0] in "，。、" for row in rows)
    assert wrap(text, 13, 120, 2)[1].endswith("…")
    assert wrap("a" * 100, 10, 60, 3) == ["a" * 10, "a" * 10, "a" * 8 + "…"]
