"""Every fault of a single key is told in an organiser's words, at its place."""

from __future__ import annotations

import pytest

CASES = [
    (
        "  - {id: declare, kind: declaration, window",
        "  - {id: declare, kind: declaration, rolling: true, window",
        [("{id: declare", "error blueprint.rolling", "常年受理（rolling）不写 window，起始日期写在 opens")],
    ),
    (
        "{id: website, label: 申报单位官网网址, kind: url}",
        "{id: website, label: 清单, kind: rows, columns: [{id: x, label: 乙}, {id: a, label: 甲, kind: choice}]}",
        [("{id: a, labe", "error blueprint.options", "单选、多选列要写 options，文字列不写")],
    ),
    (
        "campaign: guangxi-2021\n",
        "",
        [("blueprint: 1", "error blueprint.missing-key", "缺少“campaign”，请补上")],
    ),
    (
        "theme: ",
        "thme: ",
        [("thme: 发掘、选树和", "error blueprint.unknown-key", "这里没有“thme”这个键；是不是 theme？")],
    ),
    (
        "{from: vote, weight",
        "{weight",
        [
            ("{weight: 20,", "error blueprint.missing-key", "缺少“from”，请补上"),
        ],
    ),
    (
        "mode: half_up, at: [composite]}               #",
        "mode: up, at: [composite]}               #",
        [
            (
                "up, at: [com",
                "error blueprint.not-allowed",
                "写了“up”，只能是：half_up、half_even、floor、ceil、down",
            )
        ],
    ),
    (
        "id: paper, kind: paper",
        "id: paper, kind: papier",
        [
            (
                "{id: paper, ",
                "error blueprint.not-allowed",
                "kind 写了“papier”，只能是：registration、declaration、endorsement、screening、paper、ballots、panel、selection、notice、release、build、accept、evaluate、promote、ceremony",
            )
        ],
    ),
    (
        "id: paper, kind: paper,",
        "id: paper,",
        [("{id: paper, ", "error blueprint.missing-key", "缺少“kind”（种类），请补上")],
    ),
    ("copies: 5", "copies: five", [("five, until:", "error blueprint.number", "应为整数，写了“five”")]),
    ("copies: 5", "copies: 0", [("0, until: 20", "error blueprint.range", "应不小于 1，写了“0”")]),
    ("copies: 5", "copies: 2.5", [("2.5, until: ", "error blueprint.number", "应为整数，写了“2.5”")]),
    ("copies: 5", "copies: [5]", [("[5], until: ", "error blueprint.number", "应为整数，写了一个列表")]),
    (
        "weight: 30, guide",
        "weight: 三十, guide",
        [
            ("三十, guide: 管", "error blueprint.number", "应为数字，写了“三十”"),
            (
                "none}",
                "warning blueprint.units-differ",
                "“experts”的分数不是百分制，不换算就加权，各部分的分量会与权重不符",
            ),
        ],
    ),
    (
        "weight: 30, guide",
        "weight: 130, guide",
        [
            ("130, guide: ", "error blueprint.range", "应不大于 100，写了“130”"),
            (
                "none}",
                "warning blueprint.units-differ",
                "“experts”的分数不是百分制，不换算就加权，各部分的分量会与权重不符",
            ),
        ],
    ),
    (
        "weight: 30, guide",
        "weight: -1, guide",
        [
            ("-1, guide: 管", "error blueprint.range", "应不小于 0，写了“-1”"),
            (
                "none}",
                "warning blueprint.units-differ",
                "“experts”的分数不是百分制，不换算就加权，各部分的分量会与权重不符",
            ),
        ],
    ),
    (
        "weight: 30, guide",
        "weight: 30.1234567, guide",
        [
            ("30.1234567, ", "error blueprint.number", "数字位数太多，写了“30.1234567”"),
            (
                "none}",
                "warning blueprint.units-differ",
                "“experts”的分数不是百分制，不换算就加权，各部分的分量会与权重不符",
            ),
        ],
    ),
    (
        "weight: 30, guide",
        "weight: NaN, guide",
        [
            ("NaN, guide: ", "error blueprint.number", "应为数字，写了“NaN”"),
            (
                "none}",
                "warning blueprint.units-differ",
                "“experts”的分数不是百分制，不换算就加权，各部分的分量会与权重不符",
            ),
        ],
    ),
    (
        "weight: 30, guide",
        "weight: 30%, guide",
        [
            ("30%, guide: ", "error blueprint.number", "应为数字，写了“30%”"),
            (
                "none}",
                "warning blueprint.units-differ",
                "“experts”的分数不是百分制，不换算就加权，各部分的分量会与权重不符",
            ),
        ],
    ),
    (
        "weight: 30, guide",
        "weight: 99999999999999999999, guide",
        [
            ("999999999999", "error blueprint.number", "数字位数太多，写了“99999999999999999999”"),
            (
                "none}",
                "warning blueprint.units-differ",
                "“experts”的分数不是百分制，不换算就加权，各部分的分量会与权重不符",
            ),
        ],
    ),
    (
        "digits: 2, mode: half_up, at: [composite]}               #",
        "digits: 7, mode: half_up, at: [composite]}               #",
        [("7, mode: hal", "error blueprint.range", "应不大于 6，写了“7”")],
    ),
    (
        "ties: [experts,",
        "bonus: {to: experts, points: 0, per: entry, cap: 2}\n    ties: [experts,",
        [("0, per: entr", "error blueprint.range", "应大于 0，写了“0”")],
    ),
    (
        "owner_only: true",
        "owner_only: 是的",
        [("是的          ", "error blueprint.yes-no", "应为 true 或 false，写了“是的”")],
    ),
    (
        "owner_only: true",
        "owner_only: [true]",
        [("[true]      ", "error blueprint.yes-no", "应为 true 或 false，写了一个列表")],
    ),
    (
        "{id: website,",
        "{id: 网址,",
        [
            (
                "网址, label: 申",
                "error blueprint.form",
                "“网址”不合写法，应为代号：小写字母开头，只含小写字母、数字和下划线，至多 32 个",
            )
        ],
    ),
    (
        "pixels: 800x600",
        "pixels: 800×600",
        [
            (
                "800×600, pub",
                "error blueprint.form",
                "“800×600”不合写法，应为宽x高，如 800x600（中间是字母 x）",
            )
        ],
    ),
    (
        'serial: "GX2021-{award}-{number:04}"',
        "serial: GX2021",
        [
            (
                "GX2021}   # ",
                "error blueprint.form",
                "“GX2021”不合写法，应为编号格式，须含 {number} 或 {award}，如 GX2021-{award}-{number:04}",
            )
        ],
    ),
    (
        "host: [自治区党委网信办, 自治区发展改革委, 自治区工业和信息化厅, 自治区大数据发展局]",
        "host: []",
        [("[]", "error blueprint.too-few", "项数太少，请至少写 1 项")],
    ),
    (
        "undertaker: [广西云·广西新闻网]",
        "undertaker: ['']",
        [("'']", "error blueprint.too-few", "不能为空，请填写文字，或把这一项删去")],
    ),
    (
        "undertaker: [广西云·广西新闻网]",
        "undertaker: [字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字字]",
        [("字字字字字字字字字字字字", "error blueprint.too-many", "文字太长，至多 200 个字")],
    ),
    (
        "undertaker: [广西云·广西新闻网]",
        "undertaker: 广西新闻网",
        [("广西新闻网", "error blueprint.list", "应为列表，如 [a, b]，写了“广西新闻网”")],
    ),
    (
        "theme: 发掘",
        "theme: {en: x}\nno_fee: {zh: a, english: b}\npurpose: 发掘",
        [
            ("{en: x}", "error blueprint.text", "按语言分写的文字必须有 zh（中文）"),
            ("{zh: a, engl", "error blueprint.text", "语言代码应为两个小写字母，收到：english"),
        ],
    ),
    (
        "layout: 表格内文字四号仿宋 GB_2312，行距固定值 20 磅, clause: 附件2",
        "layout: {a: b}",
        [("{a: b}}", "error blueprint.text", "应为文字，写了一组键值")],
    ),
    (
        "choices: {exactly: 10}",
        "choices: 10",
        [("10          ", "error blueprint.mapping", "应为“键: 值”，写了“10”")],
    ),
    (
        "choices: {exactly: 10}",
        "choices: {}",
        [("{}          ", "error blueprint.choices", "exactly 与 at_most 须写且只写一个")],
    ),
    (
        "choices: {exactly: 10}",
        "choices: {at_most: 3, at_least: 4}",
        [("{at_most: 3,", "error blueprint.choices", "at_least 不能大于 at_most")],
    ),
    (
        "take: {count: 1}",
        "take: {percent: 10}",
        [
            (
                "{percent: 10",
                "error blueprint.take",
                "percent 须同时写 of（基数）和 rounding（名额取整），其他取法不写这两项",
            )
        ],
    ),
    (
        "take: {count: 1}",
        "take: {}",
        [
            (
                "{}, clause: ",
                "error blueprint.take",
                "count、percent、at_least、decided、everyone 须写且只写一个，现在写了 0 个",
            )
        ],
    ),
    (
        "by: final, per: [category, area], take: {count: 1}",
        "take: {count: 1}",
        [("{id: best, t", "error blueprint.award", "没有依据（by）的奖项只能全取（everyone），并写明 of")],
    ),
    (
        "      rates:\n",
        "      challenge: {cost: 2000, tries: 400, hardest: 16, minutes: 5}\n      rates:\n",
        [
            (
                "challenge: {",
                "error blueprint.guard-hardest",
                "tries 与 hardest 的乘积不能超过 4096，否则老手机在有效期内解不出",
            )
        ],
    ),
    (
        "counts: shown",
        "counts: delayed",
        [("id: vote", "error blueprint.counts", "counts: delayed 须写 delay_minutes，其他情形不写")],
    ),
    (
        "counts: shown",
        "counts: shown\n    partners: [{name: 甲网, site: 'https://www.example.cn', channel: nowhere}]",
        [("id: vote", "error blueprint.partner-channel", "合作网站的渠道没有写在 channels 里：nowhere")],
    ),
    (
        "incomplete: drop_sheet",
        "incomplete: use_marks",
        [
            (
                "by: sheet",
                "error blueprint.incomplete",
                "by: sheet 时缺项的评分表无法合成总分，只能 drop_sheet",
            )
        ],
    ),
    (
        "per: [voter, entry, day], max: 1, over: refuse_ballot",
        "per: [voter, day], max: 1, over: drop_choice",
        [("{per: [voter", "error blueprint.limit", "不按案例计的限制只能整张不计（refuse_ballot）")],
    ),
    (
        "per: [voter, entry, day], max: 1, over: refuse_ballot",
        "per: [entry, day], max: 1, over: refuse_ballot",
        [("{per: [entry", "error blueprint.limit", "限制须按投票人（voter）或 IP（ip）计")],
    ),
    (
        "issued: 2021-04-30",
        "issued: 2021年4月30日",
        [
            (
                "2021年4月30日}",
                "error blueprint.moment",
                "日期写作 2021-06-10，时刻写作 2021-06-10 09:00（活动时区），收到：2021年4月30日",
            )
        ],
    ),
    (
        "issued: 2021-04-30",
        "issued: 2021-02-30",
        [("2021-02-30}", "error blueprint.moment", "日历上没有这一天或这一刻：2021-02-30")],
    ),
    (
        "{count: 1}",
        "{count: 1}, prize: 5000",
        [("5000, clause", "error blueprint.money", "金额要写单位，如 300万元，收到：5000")],
    ),
    (
        "{count: 1}",
        "{count: 1}, prize: 五千元",
        [
            (
                "五千元, clause:",
                "error blueprint.money",
                "“五千元”不是金额，请填写数字，可带单位（分、元、万元、亿元），例如 500.5万元。",
            )
        ],
    ),
    (
        "{count: 1}",
        "{count: 1}, prize: 0.001元",
        [
            (
                "0.001元, clau",
                "error blueprint.money",
                "金额“0.001元”不足一分的部分无法记账，请精确到分（0.01 元）。",
            )
        ],
    ),
    (
        "{count: 1}",
        "{count: 1}, prize: -5元",
        [("-5元, clause:", "error blueprint.money", "金额“-5元”是负数，请填写不小于 0 的金额。")],
    ),
    (
        "over: all}",
        "over: none}",
        [
            ("none}   # 选定", "error blueprint.not-allowed", "写了“none”，只能是：all、group"),
        ],
    ),
    (
        ", over: all}",
        "}",
        [
            ("{from: vote,", "error blueprint.over", "要换算就须写 over（all 或 group），不换算则不写"),
        ],
    ),
    (
        "mapping: none}\n    round",
        "mapping: none, over: all}\n    round",
        [
            ("{from: exper", "error blueprint.over", "要换算就须写 over（all 或 group），不换算则不写"),
        ],
    ),
    (
        "certificates:",
        "funding:\n  - {id: reward, title: 奖励, of: check, base: investment, tiers: [{percent: 10}, {percent: 20}], cap: 300万元, granted: none, payments: [{id: a, percent: 50, after: granted}]}\n\ncertificates:",
        [("{id: reward,", "error blueprint.tiers", "除最后一档外都要写 up_to，最后一档不写")],
    ),
    (
        "certificates:",
        "funding:\n  - {id: reward, title: 奖励, of: check, base: investment, tiers: [{up_to: 500万元, percent: 10}, {up_to: 500万元, percent: 15}, {percent: 20}], cap: 300万元, granted: none, payments: [{id: a, percent: 50, after: granted}, {id: b, percent: 50, after: granted}]}\n\ncertificates:",
        [("{id: reward,", "error blueprint.tiers", "分档须自低到高")],
    ),
    (
        "certificates:",
        "funding:\n  - {id: reward, title: 奖励, of: check, base: investment, tiers: [{percent: 10}], cap: 300万元, granted: none, payments: [{id: a, percent: 50, after: granted}]}\n\ncertificates:",
        [("{id: reward,", "error blueprint.payments", "各期百分比合计应为 100，现为 50")],
    ),
    (
        "certificates:",
        "funding:\n  - {id: reward, title: 奖励, of: check, base: investment, tiers: [{percent: 10}], cap: 300万元, granted: none, payments: [{id: a, percent: 50, after: granted}, {id: a, percent: 50, after: granted}]}\n\ncertificates:",
        [("{id: reward,", "error blueprint.repeated", "各期代号重复：a")],
    ),
    (
        "options: [政府部门, 事业单位,",
        "options: [政府部门, 政府部门,",
        [("{id: nature,", "error blueprint.repeated", "选项重复：政府部门")],
    ),
    (
        "scale: {low: 0, high: 100}",
        "scale: {low: 100, high: 100}",
        [("{low: 100, h", "error blueprint.scale", "最低分须小于最高分")],
    ),
    (
        "scale: {low: 0, high: 100}",
        "scale: [0, 100]",
        [("[0, 100]    ", "error blueprint.mapping", "应为“键: 值”，写了一个列表")],
    ),
    (
        "      trim: {high: 1, low: 1, needs: 5, otherwise: mean}\n",
        "",
        [("by: sheet", "error blueprint.trim", "trimmed_mean 须写 trim，其他方法不写")],
    ),
    (
        "needs: 5, otherwise",
        "needs: 2, otherwise",
        [("{high: 1, lo", "error blueprint.trim", "needs 须大于去掉的份数，否则一份不剩")],
    ),
    (
        "window: [2021-06-10, 2021-06-16]",
        "window: [2021-06-17, 2021-06-16]",
        [("[2021-06-17,", "error blueprint.window", "结束（2021-06-16）不能早于开始（2021-06-17）")],
    ),
    (
        "window: [2021-06-10, 2021-06-16]",
        "window: [2021-06-17]",
        [("[2021-06-17]", "error blueprint.missing-key", "这里要写 2 项，缺少第 2 项")],
    ),
    (
        "window: [2021-06-10, 2021-06-16]",
        "window: [2021-06-10, 2021-06-16, 2021-06-17]",
        [("[2021-06-10,", "error blueprint.too-many", "项数太多，至多 2 项")],
    ),
    (
        "window: [2021-06-10, 2021-06-16]",
        "window: 2021-06-10",
        [("2021-06-10", "error blueprint.list", "应为列表，如 [a, b]，写了“2021-06-10”")],
    ),
    (
        "window: [2021-06-10, 2021-06-16]",
        "window: {from: 2021-06-10}",
        [("{from: 2021-", "error blueprint.list", "应为列表，如 [a, b]，写了一组键值")],
    ),
    ("areas: free}", "areas: [a/b]}", [("[a/b]}      ", "error blueprint.area", "领域名称不能含“/”：a/b")]),
    ("blueprint: 1\n", "blueprint: 2\n", [("2", "error blueprint.range", "应不大于 1，写了“2”")]),
    (
        "issued: 2021-04-30}",
        "issued: 2021-04-30}\nlanguages: [zh, fr]",
        [("fr]", "error blueprint.not-allowed", "写了“fr”，只能是：zh、en")],
    ),
    (
        "stages:\n",
        "stages: []\nstage:\n",
        [
            ("[]", "error blueprint.too-few", "项数太少，请至少写 1 项"),
            ("stage:", "error blueprint.unknown-key", "这里没有“stage”这个键；是不是 stages？"),
        ],
    ),
    ("channels: {gxnews:", "ip_prefix: {v4: 40}\n    channels: {gxnews:", []),
    (
        "choices: {exactly: 10}",
        "choices: {exactly: 10, at_most: 12}",
        [("{exactly: 10", "error blueprint.choices", "exactly 与 at_most 须写且只写一个")],
    ),
    (
        "two_persons: [void, disqualify]",
        "two_persons: void",
        [("void        ", "error blueprint.list", "应为列表，如 [a, b]，写了“void”")],
    ),
    ("  owner_only: true", "  owner_only: yes", []),
    (
        "{kind: legal_person, registered_in",
        "{kind: legal_person, registeredin",
        [
            (
                "registeredin",
                "error blueprint.unknown-key",
                "这里没有“registeredin”这个键；是不是 registered_in？",
            )
        ],
    ),
]


@pytest.mark.parametrize(("old", "new", "told"), CASES, ids=[case[1].strip()[:40] for case in CASES])
def test_one_change_gives_exactly_these_findings(faults, old, new, told):
    assert faults(old, new) == told
