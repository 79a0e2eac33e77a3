"""Weights sum to 100, what is measured is used, what is used is measured."""

from __future__ import annotations

import pytest

from guiguan.core.blueprint.load import load_blueprint
from guiguan.core.values.finding import InputError

CASES = [
    (
        "weight: 30, guide",
        "weight: 25, guide",
        [("- {id: openn", "error blueprint.weights-sum", "权重合计应为 100，现为 95")],
    ),
    (
        "{from: vote, weight: 20,",
        "{from: vote, weight: 30,",
        [("- {from: vot", "error blueprint.weights-sum", "权重合计应为 100，现为 110")],
    ),
    (
        "{from: count, of: check, weight: 50",
        "{from: count, of: check, weight: 49.5",
        [("- {from: cou", "error blueprint.weights-sum", "权重合计应为 100，现为 99.5")],
    ),
    (
        "weight: 15, guide: 信息网络",
        "guide: 信息网络",
        [
            (
                "- {id: openn",
                "error blueprint.weights-some",
                "有的指标写了权重，有的没有（openness）；要么都写，要么都不写（各项分数相加）",
            ),
            (
                "none}",
                "warning blueprint.units-differ",
                "“experts”的分数不是百分制，不换算就加权，各部分的分量会与权重不符",
            ),
        ],
    ),
    (
        "weight: 10, guide: 技术融合",
        "weight: 0, guide: 技术融合",
        [
            ("- {id: openn", "error blueprint.weights-sum", "权重合计应为 100，现为 90"),
            (
                "0, guide: 技术",
                "error blueprint.unscored-criterion",
                "指标“novelty”权重为 0，打了分也不起作用；请删去或给出权重",
            ),
        ],
    ),
    (
        "    aggregate:  ",
        "    rounding: {digits: 2, mode: half_up, at: [total, criterion]}\n    aggregate:  ",
        [
            (
                "[total, crit",
                "error blueprint.rounding-place",
                "aggregate.by 为 sheet 时没有“criterion”这一步，不能在那里舍入",
            )
        ],
    ),
    (
        "    limits:\n      - {per: [voter, entry, day], max: 1, over: refuse_ballot, clause: 四（四）}",
        "    limits: []",
        [("id: vote", "warning blueprint.no-limits", "没有写次数限制（limits），同一人可以无限次投票")],
    ),
    (
        "repeated: refuse_ballot",
        "repeated: count_each",
        [
            (
                "count_each  ",
                "error blueprint.repeated-limits",
                "重复选择每次都计（count_each）与按案例计的限制不能并用",
            )
        ],
    ),
    (
        "per: [voter, entry, day]",
        "per: [ip, day]",
        [
            (
                "- {per: [ip,",
                "warning blueprint.shared-ip",
                "按 IP 限票时，同一单位、学校或基站后的许多人共用一个地址，会被当作一人",
            )
        ],
    ),
    (
        "    window: [2021-06-10, 2021-06-16]\n",
        "",
        [("id: vote", "error blueprint.no-window", "投票须写起止日期（window）")],
    ),
    (
        "{from: vote, weight: 20,",
        "{from: check, weight: 20,",
        [
            (
                "check, weigh",
                "error blueprint.nothing-feeds",
                "“check”不是投票或评审环节，没有分数可用；可用的有：vote、experts",
            ),
            (
                "vote]       ",
                "error blueprint.no-such",
                "“vote”不在本排名的组成部分里，不能用来分先后；可用：check、experts、experts.novelty、experts.openness、experts.people、experts.safety、experts.service、experts.sharing",
            ),
        ],
    ),
    (
        "scale: {low: 0, high: 100}",
        "scale: {low: 0, high: 10}",
        [
            (
                "none}",
                "warning blueprint.units-differ",
                "“experts”的分数不是百分制，不换算就加权，各部分的分量会与权重不符",
            )
        ],
    ),
    (
        "ties: [experts, experts.service, vote]",
        "ties: [experts, final, vote]",
        [
            (
                "final, vote]",
                "error blueprint.no-such",
                "“final”不在本排名的组成部分里，不能用来分先后；可用：experts、experts.novelty、experts.openness、experts.people、experts.safety、experts.service、experts.sharing、vote",
            )
        ],
    ),
    (
        "ties: [experts, experts.service, vote]",
        "ties: [experts, vote, vote]",
        [("vote]       ", "error blueprint.repeated", "“vote”在 ties 里写了两次")],
    ),
    (
        "ties: [experts,",
        "bonus: {to: vote, points: 2, per: entry, cap: 2}\n    ties: [experts,",
        [("vote, points", "error blueprint.bonus-place", "加分须加在本排名的某个评审部分里")],
    ),
    (
        "ties: [experts,",
        "bonus: {to: experts, points: 2, per: entry, cap: 1}\n    ties: [experts,",
        [("1}", "error blueprint.bonus-cap", "最多加分（cap）小于一次加分（points），永远加不满")],
    ),
    (
        "rankings:\n",
        "  - {id: extra, kind: panel, who: media, scale: {low: 0, high: 100}, criteria: [{id: all, title: 总分}], aggregate: {by: sheet, method: mean, incomplete: drop_sheet}}\n\nrankings:\n",
        [
            (
                "{id: extra, ",
                "error blueprint.unused-measure",
                "环节“extra”打的分或投的票没有任何排名、入围或奖项使用",
            )
        ],
    ),
    (
        "of: shortlist\n",
        "of: check\n",
        [
            (
                "{from: exper",
                "warning blueprint.not-reached",
                "排名对象来自“check”，但“experts”只面对更少的申报件，有的会没有得分",
            )
        ],
    ),
    (
        "title: 网络安全类, areas: [入侵检测, 漏洞扫描, 病毒防护, 平台服务]",
        "title: 网络安全类",
        [("{id: safety,", "error blueprint.no-areas", "有规则按领域计，但类别“safety”没有领域")],
    ),
    (
        "[入侵检测, 漏洞扫描,",
        "[入侵检测, 入侵检测,",
        [("[入侵检测, 入侵检测,", "error blueprint.repeated", "类别“safety”的领域有重复")],
    ),
    (
        "certificates:",
        "funding:\n  - {id: reward, title: 奖励, of: check, base: patents, tiers: [{percent: 10}], cap: 300万元, granted: none, payments: [{id: a, percent: 50, after: granted}, {id: b, percent: 50, after: granted}]}\n\ncertificates:",
        [("patents, tie", "error blueprint.funding-base", "投资额须是以元、万元或亿元为单位的数字字段")],
    ),
    (
        "certificates:",
        "funding:\n  - {id: reward, title: 奖励, of: check, base: investment, tiers: [{percent: 10}], cap: 300万元, granted: none, payments: [{id: a, percent: 50, after: acceptance}, {id: b, percent: 50, after: granted}]}\n\ncertificates:",
        [
            (
                "{id: reward,",
                "error blueprint.no-acceptance",
                "拨付或追回取决于验收，但没有验收环节（kind: accept）",
            )
        ],
    ),
    ("take: {count: 1}, clause", "take: {count: 1}, prize: 5000元, clause", []),
    (
        "\ncategories:",
        "\nrouting: {desks: [{provinces: ['450000'], undertakers: [甲]}, {provinces: ['450100'], undertakers: [乙]}]}\n\ncategories:",
        [("'450100'], u", "error blueprint.province", "450100 不是省级代码（应以 0000 结尾）")],
    ),
    (
        "\ncategories:",
        "\nrouting: {desks: [{provinces: ['450000'], undertakers: [甲]}, {provinces: ['450000'], undertakers: [乙]}]}\n\ncategories:",
        [("'450000'], u", "error blueprint.repeated", "450000 已在第 1 组，同省的承办单位请写在一组")],
    ),
]


@pytest.mark.parametrize(("old", "new", "told"), CASES, ids=[case[1].strip()[:40] for case in CASES])
def test_one_change_gives_exactly_these_findings(faults, old, new, told):
    assert faults(old, new) == told


def test_prizes_may_not_exceed_the_budget_and_may_use_it_up(gx):
    prize = gx.replace("take: {count: 1}, clause", "take: {count: 1}, prize: 5000元, clause")
    short, enough = (
        prize.replace("certificates:", f"budget: {{total: {total}}}\ncertificates:")
        for total in ("4999.99元", "5000元")
    )
    assert [f.zh for f in findings_of(short) if f.rule == "blueprint.over-budget"] == [
        "各奖项奖金合计 5000 元，超过总额 4999 元"
    ]
    assert [f.rule for f in findings_of(enough)] == ["blueprint.paper-same-day"]


def findings_of(text):
    try:
        return load_blueprint(text.encode(), "gx.yaml").findings
    except InputError as error:
        return error.findings
