"""What is told of an award: its kind, place, basis and figure; sizes that people decided; shares; bodies' own figures."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from guiguan.core.entries.entry import Entry
from guiguan.core.ranking.award import Given, Measured, fits
from guiguan.core.values.exclusion import Exclusion

DECLARE = {"id": "declare", "kind": "declaration"}
CHECK = {"id": "check", "kind": "screening", "undecided": "passes"}
EXPERTS: dict[str, Any] = {
    "id": "experts",
    "kind": "panel",
    "who": "expert",
    "scale": {"low": 0, "high": 100},
    "criteria": [{"id": "use", "title": "实用", "weight": 50}, {"id": "new", "title": "创新", "weight": 50}],
    "aggregate": {"by": "sheet", "method": "mean", "incomplete": "drop_sheet"},
}
NOTICE = {"id": "notice", "kind": "notice", "working_days": 5}
SELECTED = {"id": "selected", "kind": "selection", "by": "experts", "take": {"count": 2}}
OUT = ("disqualify", "G1", "取消资格", "材料不实", "李", "王")
FAILED = ("screening", "G2", "不通过", "缺页", "李")


def award(**keys: Any) -> dict[str, Any]:
    said = {"id": "best", "title": "最佳", "by": "final", "take": {"count": 1}} | keys
    return {k: v for k, v in said.items() if v is not None}


def taken(outcome: Any) -> list[str]:
    return [g.entry for g in outcome.given]


def test_an_award_says_by_what_and_with_what_figure(counted: Any) -> None:
    found = counted({"awards": [award(per=["category"])]})
    assert found.given == [
        Given("best", "entry", "B1", "B1", ("biz",), 1, "final", Fraction(70)),
        Given("best", "entry", "G4", "G4", ("gov",), 1, "final", Fraction(95)),
    ]
    assert [(c.group, c.taken) for c in found.cuts["best"]] == [(("biz",), ("B1",)), (("gov",), ("G4",))]


def test_an_award_by_nothing_names_the_stage(counted: Any) -> None:
    stages = [DECLARE, EXPERTS, SELECTED]
    found = counted(
        {"stages": stages, "rankings": [], "awards": [award(by=None, of="selected", take={"everyone": True})]}
    )
    assert found.given == [
        Given("best", "entry", "G1", "G1", (), None, "selected", None),
        Given("best", "entry", "G4", "G4", (), None, "selected", None),
    ]


def test_an_award_to_applicants_tells_their_kind_and_skips_only_their_later_entries(counted: Any) -> None:
    """甲局 has the first and the second; who comes after them still receives it."""
    entries = [
        ("G1", "甲局", "gov", "管理", 90, 90, "A类", "1", ""),
        ("G2", "甲局", "gov", "管理", 80, 80, "A类", "1", ""),
        ("G3", "乙局", "gov", "管理", 70, 70, "A类", "1", ""),
    ]
    found = counted({"awards": [award(to="applicant", take={"count": 3})]}, entries=entries)
    assert found.given == [
        Given("best", "applicant", "甲局", "G1", (), 1, "final", Fraction(90)),
        Given("best", "applicant", "乙局", "G3", (), 3, "final", Fraction(70)),
    ]


def test_an_award_without_order_tells_no_place(counted: Any) -> None:
    found = counted({"awards": [award(take={"count": 2}, listed="unranked")]})
    assert [(g.entry, g.place) for g in found.given] == [("G4", None), ("G1", None)]


def test_people_decide_how_many_receive_an_award(counted: Any) -> None:
    keys = {"awards": [award(take={"decided": "none"})]}
    assert taken(counted(keys)) == []
    assert taken(counted(keys, [("size", "best", "2", "评审会决定", "李")])) == ["G4", "G1"]


def test_a_share_of_the_entries_of_each_group(counted: Any) -> None:
    """Half of what was declared in each category: 2 of 4, and 1 of 1 by rounding up; G2 failed screening and still counts."""
    take = {"percent": 50, "of": "declare", "rounding": "ceil"}
    keys = {"stages": [DECLARE, CHECK, EXPERTS, NOTICE], "awards": [award(per=["category"], take=take)]}
    found = counted(keys, [FAILED])
    assert [(c.group, c.base, c.seats) for c in found.cuts["best"]] == [(("biz",), 1, 1), (("gov",), 4, 2)]
    assert taken(found) == ["B1", "G4", "G1"]


def test_only_who_passed_the_stage_receives_it_though_others_are_ranked(counted: Any) -> None:
    keys = {
        "stages": [DECLARE, EXPERTS, SELECTED],
        "awards": [award(of="selected", take={"count": 9})],
    }
    assert taken(counted(keys)) == ["G4", "G1"]


def test_everybody_before_a_panel_but_nobody_who_never_came_before_it(
    counted: Any, small_entries: list[Any]
) -> None:
    """By a panel or its criterion, without a stage: who failed screening is not among them, who has no mark is."""
    entries = [*small_entries, ("G5", "甲局", "gov", "管理", None, None, "A类", "1", "")]
    for by in ("experts", "experts.new"):
        keys = {
            "stages": [DECLARE, CHECK, EXPERTS, NOTICE],
            "awards": [award(by=by, take={"everyone": True})],
        }
        assert sorted(taken(counted(keys, [FAILED, OUT], entries=entries))) == ["B1", "G3", "G4", "G5"]


def test_everybody_where_the_panel_is_the_first_stage(counted: Any) -> None:
    keys = {
        "stages": [EXPERTS, DECLARE],
        "rankings": [],
        "awards": [award(by="experts", take={"everyone": True})],
    }
    assert sorted(taken(counted(keys))) == ["B1", "G1", "G2", "G3", "G4"]


def test_who_says_nothing_fits_no_condition() -> None:
    silent = Entry("G1", "题", "甲局", "甲局")
    assert not fits({"tier": ("A类",)}, silent)
    assert fits({}, silent)
    assert fits(None, silent)


def organiser(**keys: Any) -> dict[str, Any]:
    count = {"from": "count", "of": "declare", "weight": 40, "mapping": "share_of_maximum"}
    quality = {"from": "quality", "of": "final", "weight": 60, "mapping": "none"}
    return {
        "id": "organiser",
        "title": "优秀组织奖",
        "parts": [count, quality],
        "take": {"count": 1},
        "rounding": {"digits": 2, "mode": "half_up", "at": ["composite"]},
    } | keys


def test_a_body_shows_its_entries_and_figures(counted: Any) -> None:
    """市数据局: 3 of at most 3, mean of 80, 75 and 95; 市工信局: 1 of 3, and 60."""
    found = counted({"organisation_awards": [organiser()]})
    assert found.measured["organiser"] == (
        Measured(
            "市数据局",
            ("G1", "G2", "G4"),
            (Fraction(3), Fraction(250, 3)),
            (Fraction(100), Fraction(250, 3)),
            Fraction(90),
        ),
        Measured(
            "市工信局",
            ("G3",),
            (Fraction(1), Fraction(60)),
            (Fraction(100, 3), Fraction(60)),
            Fraction("49.33"),
        ),
    )
    assert found.given == [
        Given("organiser", "endorser", "市数据局", "", (), 1, "organiser", Fraction(90)),
    ]
    (cut,) = found.cuts["organiser"]
    assert (cut.group, cut.taken, cut.places) == ((), ("市数据局",), {"市数据局": 1, "市工信局": 2})


def test_a_body_s_figures_are_rounded_where_the_blueprint_says(counted: Any) -> None:
    """市工信局: 33.33… and 60, so 33 and 60 by parts, 13.2 + 36; or 13.33… and 36 by weighted shares."""

    def score(*at: str) -> Fraction:
        said = {"digits": 0, "mode": "floor", "at": list(at)}
        found = counted({"organisation_awards": [organiser(rounding=said)]})
        return {m.body: m.score for m in found.measured["organiser"]}["市工信局"]  # type: ignore[no-any-return]  # scores by body

    assert score("part") == Fraction("49.2")
    assert score("weighted") == 49
    assert score("part", "weighted") == 49
    assert score("composite") == 49


def test_bodies_by_quality_alone(counted: Any) -> None:
    quality = {"from": "quality", "of": "final", "weight": 100, "mapping": "none"}
    found = counted({"organisation_awards": [organiser(parts=[quality])]})
    assert [(m.body, m.entries, m.score) for m in found.measured["organiser"]] == [
        ("市数据局", ("G1", "G2", "G4"), Fraction("83.33")),
        ("市工信局", ("G3",), Fraction(60)),
    ]


def test_one_body_written_in_two_ways_is_one_under_the_least_of_its_names(
    counted: Any, small_entries: list[Any]
) -> None:
    spelled = {"G1": "市数据局", "G2": "市 数据局", "G4": "市数据局"}
    entries = [(*e[:8], spelled.get(e[0], e[8])) for e in small_entries]
    for given in (entries, entries[::-1]):
        found = counted({"organisation_awards": [organiser()]}, entries=given)
        assert [(m.body, m.raw[0]) for m in found.measured["organiser"]] == [
            ("市 数据局", Fraction(3)),
            ("市工信局", Fraction(1)),
        ]


def test_people_decide_how_many_bodies_receive_an_award(counted: Any) -> None:
    keys = {"organisation_awards": [organiser(take={"decided": "none"}, listed="unranked")]}
    assert counted(keys).given == []
    found = counted(keys, [("size", "organiser", "2", "评审会决定", "李")])
    assert [(g.recipient, g.place) for g in found.given] == [("市数据局", None), ("市工信局", None)]


def test_no_mark_no_figure_and_that_is_told(counted: Any, small_entries: list[Any]) -> None:
    entries = [(*e[:4], None, None, *e[6:]) if e[0] == "G4" else e for e in small_entries]
    found = counted({"awards": [award(take={"count": 9})]}, entries=entries)
    assert taken(found) == ["G1", "G2", "B1", "G3"]
    assert found.exclusions == [Exclusion("entry", "G4", "ranking.no-score", line=5, detail="final")]
