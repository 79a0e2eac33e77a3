"""Each name stands once and each reference leads somewhere: one text of guangxi-2021 changed, one finding at its place."""

from __future__ import annotations

import pytest

CASES = [
    (
        "zone: Asia/Shanghai",
        "zone: Asia/Shanghi",
        [("Asia/Shanghi", "error blueprint.zone", "没有“Asia/Shanghi”这个时区，应如 Asia/Shanghai")],
    ),
    (
        "kind: declaration, window",
        "kind: registration, needed: false, window",
        [
            ("- {id: decla", "error blueprint.no-declaration", "没有申报环节（kind: declaration）"),
            ("channels: [广", "error blueprint.unknown-key", "这里没有“channels”这个键"),
        ],
    ),
    (
        "{id: paper,",
        "{id: award,",
        [("award, kind:", "error blueprint.reserved", "环节代号不能用“award”，它是结果表的列名，请另取")],
    ),
    (
        "{id: website,",
        "{id: applicant,",
        [("applicant, l", "error blueprint.repeated", "字段代号“applicant”重复，请改用不同的名字")],
    ),
    (
        "{id: safety, title: 网络安全类",
        "{id: gov, title: 网络安全类",
        [("gov, title: ", "error blueprint.repeated", "类别代号“gov”重复，请改用不同的名字")],
    ),
    (
        "{id: service, title: 服务",
        "{id: openness, title: 服务",
        [
            (
                "openness, ti",
                "error blueprint.repeated",
                "experts 的指标代号“openness”重复，请改用不同的名字",
            ),
            (
                "experts.serv",
                "error blueprint.no-such",
                "“experts.service”不在本排名的组成部分里，不能用来分先后；可用：experts、experts.novelty、experts.openness、experts.people、experts.safety、experts.sharing、vote",
            ),
        ],
    ),
    (
        "{id: excellent,",
        "{id: vote,",
        [
            ("vote, title:", "error blueprint.repeated", "环节、排名和奖项代号“vote”重复，请改用不同的名字"),
            ("excellent}", "error blueprint.no-such", "没有叫“excellent”的环节或奖项；是不是 experts？"),
            ("excellent], ", "error blueprint.no-such", "没有叫“excellent”的环节或奖项；是不是 experts？"),
            ("excellent], ", "error blueprint.no-such", "没有叫“excellent”的环节或奖项；是不是 experts？"),
            ("excellent], ", "error blueprint.no-such", "没有叫“excellent”的环节或奖项；是不是 experts？"),
        ],
    ),
    (
        "{id: winners, title",
        "{id: passed, title",
        [("passed, titl", "error blueprint.repeated", "展厅代号“passed”重复，请改用不同的名字")],
    ),
    (
        "of: shortlist\n",
        "of: shortlst\n",
        [("shortlst", "error blueprint.no-such", "没有叫“shortlst”的环节；是不是 shortlist？")],
    ),
    (
        "during: declare",
        "during: declear",
        [("declear", "error blueprint.no-such", "没有叫“declear”的环节；是不是 declare？")],
    ),
    (
        "kind: selection, by: vote",
        "kind: selection, by: votes, takes: experts",
        [
            ("votes, takes", "error blueprint.no-such", "没有叫“votes”的投票、评审或排名；是不是 vote？"),
            ("experts, tak", "error blueprint.no-such", "没有叫“experts”的在它之前的环节；是不是 paper？"),
            (
                "{from: vote,",
                "warning blueprint.not-reached",
                "排名对象来自“shortlist”，但“vote”只面对更少的申报件，有的会没有得分",
            ),
        ],
    ),
    (
        "within: [category, area]  ",
        "within: [category, website]  ",
        [
            (
                "website]    ",
                "error blueprint.no-such",
                "没有叫“website”的分组方式（或单选字段）；现有：area、batch、category、city、nature、province",
            )
        ],
    ),
    (
        "after: [best]",
        "after: [excellent]",
        [("excellent], ", "error blueprint.no-such", "没有叫“excellent”的排在它之前的奖项；现有：best")],
    ),
    (
        "{from: count, of: check,",
        "{from: count, of: final,",
        [
            (
                "final, weigh",
                "error blueprint.no-such",
                "没有叫“final”的环节或排名；现有：check、declare、experts、paper、shortlist、vote",
            )
        ],
    ),
    (
        "{from: quality, of: final,",
        "{from: quality, of: check,",
        [("check, weigh", "error blueprint.no-such", "没有叫“check”的环节或排名；现有：final")],
    ),
    (
        "of: [best, excellent], by: category",
        "of: [nix], by: category",
        [
            (
                "nix], by: ca",
                "error blueprint.no-such",
                "没有叫“nix”的环节或奖项；现有：best、check、commended、declare、excellent、experts、paper、shortlist、vote",
            )
        ],
    ),
    (
        "by: vote, take: {decided: all}, clause",
        "by: final, take: {decided: all}, clause",
        [
            (
                "final, take:",
                "error blueprint.not-yet-known",
                "到这一环节时还没有“shortlist、experts”的结果，不能据以入围；请调整环节的先后",
            )
        ],
    ),
    (
        "compendium:",
        "directory: {title: 名录, as_of: 2023-03-31, tiers: [nix]}\ncompendium:",
        [("nix]}", "error blueprint.no-such", "没有叫“nix”的奖项；现有：best、excellent")],
    ),
    (
        "endorsers:                                               # 附件2说明2\n  list: [区直部门, 中央驻桂部门, 各市党委网信办, 自治区级行业协会]\n  kinds: [recommend]\n  opinion: sealed\n",
        "",
        [("id: commende", "error blueprint.no-endorsers", "授予推荐单位的奖项须先写 endorsers")],
    ),
    (
        "ties: [experts,",
        "bonus: {to: experts, opinion: nix, points: 2, per: entry, cap: 2}\n    ties: [experts,",
        [
            (
                "nix, points:",
                "error blueprint.no-such",
                "没有叫“nix”的推荐意见种类（endorsers.kinds）；现有：recommend",
            )
        ],
    ),
]


@pytest.mark.parametrize(("old", "new", "told"), CASES, ids=[case[1].strip()[:40] for case in CASES])
def test_one_change_gives_exactly_these_findings(faults, old, new, told):
    assert faults(old, new) == told
