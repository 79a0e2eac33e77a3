"""What changed is told key by key; items are matched by id, so moving one is not a change of all."""

from __future__ import annotations

import pytest

from guiguan.core.blueprint.differ import differences
from guiguan.core.blueprint.load import load_blueprint

WINDOW = ("window: [2021-06-10, 2021-06-16]", "window: [2021-06-10, 2021-06-18]")
CASES = [
    (
        *WINDOW,
        "stages[vote].window（起止日期）：2021-06-10 至 2021-06-16 → 2021-06-10 至 2021-06-18",
        "stages[vote].window: 2021-06-10 to 2021-06-16 → 2021-06-10 to 2021-06-18",
    ),
    (
        "choices: {exactly: 10}",
        "choices: {exactly: 8}",
        "stages[vote].choices.exactly（须恰好选几个）：10 → 8",
        "stages[vote].choices.exactly: 10 → 8",
    ),
    (
        "max: 1, over: refuse_ballot",
        "max: 3, over: refuse_ballot",
        "stages[vote].limits[voter, entry, day].max（最多几次）：1 → 3",
        "stages[vote].limits[voter, entry, day].max: 1 → 3",
    ),
    (
        "areas: [党建, 气象, 地震,",
        "areas: [党建, 气象, 台风,",
        "categories[public].areas（领域）：删去 地震；增加 台风",
        "categories[public].areas: without 地震; with 台风",
    ),
    (
        "incomplete: 申报表内容填写不完整",
        "incomplete: 不全",
        "stages[check].reasons.incomplete（不通过的理由代码）：申报表内容填写不完整 → 不全",
        "stages[check].reasons.incomplete: 申报表内容填写不完整 → 不全",
    ),
    (
        "  - {id: website, label: 申报单位官网网址, kind: url}\n",
        "",
        "form[website]（申报表字段）：删去 {id: website, label: 申报单位官网网址, kind: url}",
        "form[website]: removed {id: website, label: 申报单位官网网址, kind: url}",
    ),
    (
        "take: {count: 1}, clause",
        "take: {count: 1}, prize: 1万元, clause",
        "awards[best].prize（每项奖金）：新增 10000元",
        "awards[best].prize: added 10000元",
    ),
    (
        "ties: [experts, experts.service, vote]",
        "ties: [vote, experts, experts.service]",
        "rankings[final].ties（同分时依次比较）：次序由 experts、experts.service、vote 改为 vote、experts、experts.service",
        "rankings[final].ties: order was experts, experts.service, vote, is vote, experts, experts.service",
    ),
]


def blueprint(text: str):
    return load_blueprint(text.encode(), "a.yaml").blueprint


@pytest.mark.parametrize(("old", "new", "zh", "en"), CASES)
def test_one_change_is_one_line_in_either_language(gx, old, new, zh, en):
    assert gx.count(old) == 1
    (change,) = differences(blueprint(gx), blueprint(gx.replace(old, new)))
    assert (change.text("zh"), change.text("en")) == (zh, en)


def test_a_blueprint_does_not_differ_from_itself(gx):
    assert differences(blueprint(gx), blueprint(gx + "\n# 只加了注释\n")) == ()


def test_moving_an_item_is_told_as_its_order_only(gx):
    line = "  - {id: website, label: 申报单位官网网址, kind: url}\n"
    last = "  - {id: about, label"
    moved = gx.replace(line, "").replace(last, line + last)
    (change,) = differences(blueprint(gx), blueprint(moved))
    assert change.path == "form"
    assert change.zh.startswith("次序由 applicant、website、")


def test_a_change_far_inside_a_long_text_is_shown(gx):
    long = "字" * 300
    old, new = (gx.replace("theme: ", f"theme: {long}{end}") for end in "甲乙")
    (change,) = differences(blueprint(old), blueprint(new))
    before, after = change.zh.split(" → ")
    assert "甲" in before
    assert "乙" in after
    assert len(change.zh) < 200
