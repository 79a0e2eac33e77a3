"""What each stage of a campaign passes, measures and tells: gates, votes, panels, sizes that people decided."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from guiguan.core.reviews.mark import MarkRow
from guiguan.core.values.exclusion import Exclusion

DECLARE = {"id": "declare", "kind": "declaration"}
EXPERTS: dict[str, Any] = {
    "id": "experts",
    "kind": "panel",
    "who": "expert",
    "scale": {"low": 0, "high": 100},
    "criteria": [{"id": "use", "title": "实用", "weight": 50}, {"id": "new", "title": "创新", "weight": 50}],
    "aggregate": {"by": "sheet", "method": "mean", "incomplete": "drop_sheet"},
}
NOTICE = {"id": "notice", "kind": "notice", "working_days": 5}
OUT = ("disqualify", "G1", "取消资格", "材料不实", "李", "王")
RANKING: dict[str, Any] = {
    "id": "final",
    "of": "experts",
    "parts": [{"from": "experts", "weight": 100, "mapping": "none"}],
    "rounding": {"digits": 2, "mode": "half_up", "at": ["composite"]},
    "last": "shared",
}
ALL = {"G1", "G2", "G3", "G4", "B1"}
WITHOUT_MARKS = ("G5", "甲局", "gov", "管理", None, None, "A类", "1", "")


def selection(by: str = "experts", **take: Any) -> dict[str, Any]:
    return {"id": "selected", "kind": "selection", "by": by, "take": take}


def test_who_did_not_register_in_time_may_not_declare(counted: Any) -> None:
    register = {"id": "reg", "kind": "registration", "needed": True, "window": ["2021-05-01", "2021-05-31"]}
    more = {e: {"preregistered": "2021-05-31"} for e in ALL} | {
        "G2": {"preregistered": "2021-06-01"},
        "G3": {"preregistered": ""},
    }
    found = counted({"stages": [register, DECLARE, EXPERTS, NOTICE]}, more=more)
    assert found.passed["reg"] == found.passed["declare"] == {"G1", "G4", "B1"}
    assert found.eligible == ("B1", "G1", "G4")
    told = [x for x in found.exclusions if x.kind == "entry"]
    assert told == [
        Exclusion("entry", "G2", "entries.not-preregistered", line=3),
        Exclusion("entry", "G3", "entries.not-preregistered", line=4),
    ]


def test_who_nobody_endorsed_does_not_come_before_the_experts(counted: Any) -> None:
    endorse = {"id": "endorse", "kind": "endorsement", "by": "市级部门", "needed": True}
    found = counted({"stages": [DECLARE, endorse, EXPERTS, NOTICE]})
    assert found.passed["declare"] == ALL
    assert found.passed["endorse"] == found.before["experts"] == ALL - {"B1"}
    assert Exclusion("entry", "B1", "entries.not-endorsed", line=6) in found.exclusions


def test_a_disqualified_entry_was_marked_but_does_not_pass_the_notice(counted: Any) -> None:
    release = {"id": "release", "kind": "release", "every": "half_year"}
    found = counted({"stages": [DECLARE, EXPERTS, NOTICE, release]}, [OUT])
    assert found.passed["experts"] == ALL
    assert found.passed["notice"] == found.passed["release"] == ALL - {"G1"}
    assert found.exclusions == [Exclusion("entry", "G1", "entries.disqualified", line=2)]


def test_everybody_is_eligible_where_nothing_comes_before_the_first_measure(counted: Any) -> None:
    found = counted({"stages": [EXPERTS, selection(count=1), DECLARE], "rankings": []})
    assert found.eligible == tuple(sorted(ALL))
    assert found.passed["selected"] == {"G4"}


def test_a_vote_measures_what_was_up_for_voting(counted: Any, vote: dict[str, Any]) -> None:
    """G2 failed screening: a vote for it is refused and it has no number, not even 0."""
    check = {"id": "check", "kind": "screening", "undecided": "passes"}
    stages = [DECLARE, check, vote, selection("vote", count=2)]
    found = counted(
        {"stages": stages, "rankings": []},
        [("screening", "G2", "不通过", "缺页", "李")],
        votes={"vote": ["G3", "G3", "G2", "B1", "G3", "B1", "G1", "stranger"]},
    )
    assert found.rules["vote"].votable == ALL - {"G2"}
    assert found.rules["vote"].known == ALL
    assert (found.tallies["vote"].ballots, found.tallies["vote"].refused_ballots) == (6, 2)
    assert found.values["vote"] == {
        "G3": Fraction(3),
        "B1": Fraction(2),
        "G1": Fraction(1),
        "G4": Fraction(0),
    }
    assert found.passed["vote"] == ALL - {"G2"}
    assert found.passed["selected"] == {"G3", "B1"}


def test_a_vote_without_ballots_measures_nobody(counted: Any, vote: dict[str, Any]) -> None:
    parts = [
        {"from": "vote", "weight": 20, "mapping": "share_of_maximum", "over": "all"},
        {"from": "experts", "weight": 80, "mapping": "none"},
    ]
    keys = {
        "stages": [DECLARE, vote, EXPERTS, selection("vote", count=2)],
        "rankings": [{**RANKING, "parts": parts}],
    }
    found = counted(keys)
    assert "vote" in found.rules
    assert found.tallies == {}
    assert found.passed["selected"] == set()
    assert {r.rank for r in found.rankings["final"]} == {None}
    # The experts did mark everybody: what is missing is told as the ranking's rule.
    assert Exclusion("entry", "G2", "ranking.no-score", line=3, detail="final") in found.exclusions


def test_the_panel_s_own_rule_says_why_there_is_no_score(counted: Any) -> None:
    few = {**EXPERTS, "aggregate": {**EXPERTS["aggregate"], "at_least": 2}}
    second = [MarkRow("G4", "R2", c, "95") for c in ("use", "new")]
    keys = {"stages": [DECLARE, few, NOTICE], "rankings": [RANKING]}
    found = counted(keys, rows=second)
    assert [r.entry for r in found.rankings["final"] if r.rank] == ["G4"]
    assert [x for x in found.exclusions if x.kind == "entry"] == [
        Exclusion("entry", e, "ranking.too-few-sheets", line=line, detail="final")
        for e, line in (("B1", 6), ("G1", 2), ("G2", 3), ("G3", 4))
    ]


def test_who_has_no_mark_is_never_selected(counted: Any, small_entries: list[Any]) -> None:
    entries = [*small_entries, WITHOUT_MARKS]
    found = counted({"stages": [DECLARE, EXPERTS, selection(count=9)], "rankings": []}, entries=entries)
    assert found.passed["experts"] == ALL | {"G5"}
    assert found.passed["selected"] == ALL
    by_ranking = {"stages": [DECLARE, EXPERTS, selection("final", count=9)], "rankings": [RANKING]}
    assert counted(by_ranking, entries=entries).passed["selected"] == ALL


def media(**more: Any) -> dict[str, Any]:
    return {**EXPERTS, "id": "media", "who": "media", **more}


def test_with_two_panels_a_row_that_names_none_counts_for_neither(counted: Any) -> None:
    """The marks of `entries` name no panel."""
    rows = [
        MarkRow("G1", "M1", "use", "10", panel="media", line=8),
        MarkRow("G1", "M1", "new", "20", panel="media", line=9),
        MarkRow("G1", "E1", "use", "40", panel="experts", line=10),
        MarkRow("G1", "E1", "new", "60", panel="experts", line=11),
        MarkRow("G1", "E1", "use", "40", panel="jury", line=12),
    ]
    parts = [{"from": p, "weight": 50, "mapping": "none"} for p in ("media", "experts")]
    stages = [DECLARE, media(), EXPERTS, NOTICE]
    found = counted({"stages": stages, "rankings": [{**RANKING, "parts": parts}]}, rows=rows)
    assert found.values["media"] == {"G1": Fraction(15)}
    assert found.values["experts"] == {"G1": Fraction(50)}
    assert [(m.panel, m.criterion, m.value) for m in found.marks] == [
        ("experts", "new", Fraction(60)),
        ("experts", "use", Fraction(40)),
        ("media", "new", Fraction(20)),
        ("media", "use", Fraction(10)),
    ]
    told = [x for x in found.exclusions if x.rule == "scores.unknown-panel"]
    assert len(told) == 11
    assert told[0] == Exclusion("score", "G1/R1/use", "scores.unknown-panel")
    assert told[-1] == Exclusion("score", "G1/E1/use", "scores.unknown-panel", line=12, detail="jury")
    assert len({x for x in found.exclusions if x.id == "G1/E1/use"}) == 1


def test_a_row_of_no_panel_of_the_campaign_is_told_once(counted: Any) -> None:
    found = counted({}, rows=[MarkRow("G1", "R2", "use", "0", panel="jury", line=9)])
    assert found.exclusions == [
        Exclusion("score", "G1/R2/use", "scores.unknown-panel", line=9, detail="jury")
    ]
    assert found.values["experts"]["G1"] == 80


def test_an_entry_that_another_panel_never_saw_has_the_rule_of_its_own_panel(counted: Any) -> None:
    """The media panel marks only the first two of the experts."""
    few = media(aggregate={**EXPERTS["aggregate"], "at_least": 2})
    stages = [DECLARE, EXPERTS, selection(count=2), few]
    rows = [
        MarkRow(e, r, c, "80", panel="experts")
        for e in ("G1", "G2", "G3")
        for r in ("R1", "R2")
        for c in ("use", "new")
    ]
    rows += [MarkRow("G1", "M1", c, "80", panel="media") for c in ("use", "new")]
    parts = [{"from": "media", "weight": 100, "mapping": "none"}]
    found = counted({"stages": stages, "rankings": [{**RANKING, "of": "declare", "parts": parts}]}, rows=rows)
    said = {x.id: x.rule for x in found.exclusions if x.kind == "entry"}
    assert said == {
        "G1": "ranking.too-few-sheets",
        "G2": "ranking.no-score",
        "G3": "ranking.no-score",
        "G4": "ranking.no-score",
        "B1": "ranking.no-score",
    }


def test_a_name_with_a_stroke_is_recused_whole(counted: Any) -> None:
    recusal = [("recusal", "王/李/G1", "回避", "曾任职", "李")]
    rows = [MarkRow("G1", "王/李", c, "100", line=9) for c in ("use", "new")]
    found = counted({}, recusal, rows=rows)
    assert [x.rule for x in found.exclusions] == ["scores.recused"] * 2
    assert found.values["experts"]["G1"] == 80


def test_people_decide_the_size_of_a_selection(counted: Any) -> None:
    stages = [DECLARE, EXPERTS, selection(decided="none")]
    assert counted({"stages": stages}).passed["selected"] == set()
    found = counted({"stages": stages}, [("size", "selected", "3", "评审会决定", "李")])
    assert found.passed["selected"] == {"G4", "G1", "G2"}


def test_lots_are_drawn_from_the_seed(counted: Any, small_entries: list[Any]) -> None:
    """Ascending SHA-256 over `gg/lot/v1`, 7, final and the entry; without a seed they share."""
    entries = [(*e[:4], 80, 80, *e[6:]) for e in small_entries]
    keys = {"rankings": [{**RANKING, "last": "lot"}]}
    found = counted(keys, entries=entries, seed="7")
    assert [(r.entry, r.rank) for r in found.rankings["final"]] == [
        ("G2", 1),
        ("B1", 2),
        ("G1", 3),
        ("G4", 4),
        ("G3", 5),
    ]
    shared = counted(keys, entries=entries)
    assert {(r.rank, r.tie) for r in shared.rankings["final"]} == {(1, "shared")}
