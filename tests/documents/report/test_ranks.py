from __future__ import annotations

from guiguan.documents.report.figures import published


def entries_of(page):
    return {d.one("span", class_="id").text: d for d in page.all("details", class_="entry")}


def test_every_ranked_entry_shows_the_figures_of_the_outcome(made, parse):
    found = made()
    o, ranking = found.sealed.outcome, found.sealed.inputs.blueprint.rankings[0]
    shown = entries_of(parse(found.html))
    assert set(shown) == {r.entry for r in o.rankings["final"]}
    for r in o.rankings["final"]:
        summary = shown[r.entry].one("summary")
        assert summary.one("span", class_="rank").text == str(r.rank)
        assert summary.one("span", class_="score").text == published(r.composite, ranking)
        assert [b.text for b in summary.one("span", class_="brief").all("b")] == [
            *(published(p.score, ranking) for p in r.parts),
            *([published(r.bonus, ranking)] if r.bonus else []),
        ]


def test_an_entry_unfolds_into_where_its_figures_came_from(made, parse):
    entry = entries_of(parse(made().html))["e1"]
    # Sheets 84 and 66 make 75; one endorser adds 2; 2 of at most 2 votes are 100.
    assert entry.one("table").rows() == [
        ["组成", "原数", "换算", "得分", "推荐加分", "权重", "加权后"],
        ["网络投票", "2 票", "占最高值的比例 × 100，与本排名全体相比", "100", "—", "20%", "20"],
        ["专家评审", "75", "不换算", "75", "2", "80%", "61.6"],
    ]
    assert entry.one("p", class_="sum").text == "综合得分 = 20 + 61.6 = 81.6，公布为 81.60"
    told = entry.one("div", class_="inside").text
    assert "推荐单位：南城市网信办" in told
    assert "专家评审 75：有效评分表 2 份，各份平均" in told
    assert "实用（60%） 75" in told
    assert "创新（40%） 75" in told
    assert "网络投票 2 票：2021-06-10 1，2021-06-12 1；按渠道 客户端 1，网页 1" in told
    assert sorted(li.text for li in entry.one("ul", class_="seats").all("li")) in (
        ["s001 66", "s002 84"],
        ["s001 84", "s002 66"],
    )


def test_a_sum_that_no_decimal_holds_is_shown_as_a_fraction(made, parse):
    ballots = [
        ("time", "voter", "choices"),
        *(("2021-06-10T09:00:00", f"v{i}", "e1") for i in range(3)),
        ("2021-06-10T09:00:00", "v9", "e2"),
    ]
    entry = entries_of(parse(made(ballots=ballots, decisions=None).html))["e2"]
    assert entry.one("p", class_="sum").text == "综合得分 = 20/3 + 60.16 = 5012/75，公布为 66.83"


def test_a_shared_rank_says_so(made, parse):
    scores = [
        ("entry", "reviewer", "criterion", "score"),
        *((e, "甲", c, "80") for e in ("e2", "e3", "e5") for c in ("use", "new")),
    ]
    entries = entries_of(parse(made(scores=scores, ballots=None, decisions=None).html))
    assert all("未排名" in d.text for d in entries.values())
    ballots = [("time", "voter", "choices"), ("2021-06-10T09:00:00", "v", "e3;e5")]
    entries = entries_of(parse(made(scores=scores, ballots=ballots, decisions=None).html))
    told = "综合得分和各项比较都相同，并列"
    assert [entries[e].one("p", class_="tie").text for e in ("e3", "e5")] == [told, told]
    assert [entries[e].one("span", class_="rank").text for e in ("e3", "e5")] == ["1", "1"]
    assert entries["e2"].all("p", class_="tie") == []


def test_groups_stand_under_their_names(made, parse):
    groups = parse(made().html).one("section", id="ranks").all("div", class_="group")
    assert [(g.one("h4").text, len(g.all("details"))) for g in groups] == [("政务类2", 2), ("商务类1", 1)]
