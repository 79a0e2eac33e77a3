"""Who receives what: conditions, groups, successors, applicants, and bodies that organised well."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

DISQUALIFIED = [("disqualify", "G1", "取消资格", "材料不实", "李", "王")]
ONE = {"count": 1}


def award(name: str = "best", **keys: Any) -> dict[str, Any]:
    said = {"id": name, "title": name, "by": "final", "take": ONE} | keys
    return {k: v for k, v in said.items() if v is not None}


def given(outcome: Any, name: str = "best") -> list[tuple[str, str, int | None]]:
    return [(g.recipient, "/".join(g.group), g.place) for g in outcome.given if g.award == name]


def test_in_the_groups_of_the_ranking(counted: Any) -> None:
    found = counted({"awards": [award(per=["category", "area"])]})
    assert given(found) == [("B1", "biz/贸易", 1), ("G4", "gov/服务", 1), ("G1", "gov/管理", 1)]


def test_in_coarser_groups_than_the_ranking(counted: Any) -> None:
    """Places are those among all of the category, not the ranks within the areas."""
    found = counted({"awards": [award(per=["category"], take={"count": 2})]})
    assert given(found) == [("B1", "biz", 1), ("G4", "gov", 1), ("G1", "gov", 2)]
    assert given(counted({"awards": [award(take={"count": 2})]})) == [("G4", "", 1), ("G1", "", 2)]


def test_in_finer_groups_than_the_ranking(counted: Any) -> None:
    found = counted({"awards": [award(per=["category", "area", "tier"])]})
    assert given(found) == [
        ("B1", "biz/贸易/B类", 1),
        ("G4", "gov/服务/A类", 1),
        ("G1", "gov/管理/A类", 1),
        ("G2", "gov/管理/B类", 1),
    ]


def test_who_holds_a_higher_award_steps_aside_and_keeps_the_place(counted: Any) -> None:
    found = counted({"awards": [award(), award("good", take={"count": 2}, after=["best"])]})
    assert given(found) == [("G4", "", 1)]
    assert given(found, "good") == [("G1", "", 2), ("G2", "", 3)]


def test_only_where_a_field_says_so_however_it_is_written(counted: Any) -> None:
    found = counted({"awards": [award(when={"tier": ["A类"]}, take={"count": 9})]})
    assert given(found) == [("G4", "", 1), ("G1", "", 2), ("G3", "", 3)]


def test_from_another_stage_and_by_one_criterion(counted: Any) -> None:
    """`of` narrows or widens who may receive it: here to those that passed the notice."""
    found = counted({"awards": [award(by="experts.new", of="notice", take={"count": 2})]}, DISQUALIFIED)
    assert given(found) == [("G4", "", 1), ("B1", "", 2)]


def test_everybody_without_an_order(counted: Any) -> None:
    found = counted(
        {"awards": [award(by=None, of="notice", take={"everyone": True}, listed="unranked")]}, DISQUALIFIED
    )
    assert given(found) == [(e, "", None) for e in ("B1", "G2", "G3", "G4")]


def test_an_applicant_receives_it_once(counted: Any) -> None:
    """甲局 has the second and the fourth entry."""
    found = counted({"awards": [award(to="applicant", take={"count": 4})]})
    assert given(found) == [("丙局", "", 1), ("甲局", "", 2), ("乙局", "", 3), ("丁公司", "", 4)]
    found = counted({"awards": [award(to="applicant", take={"count": 5})]})
    assert [g.entry for g in found.given] == ["G4", "G1", "G2", "B1"]


def test_a_disqualified_entry_is_followed_by_the_next_in_line(counted: Any) -> None:
    keys = {"awards": [award(per=["category", "area"])]}
    before, after = counted(keys), counted(keys, DISQUALIFIED)
    assert given(after) == [("B1", "biz/贸易", 1), ("G4", "gov/服务", 1), ("G2", "gov/管理", 1)]
    ranks = {r.entry: r.rank for r in after.rankings["final"]}
    assert ranks == {"B1": 1, "G4": 1, "G2": 1, "G3": 2}
    assert {r.entry: r.rank for r in before.rankings["final"]}["G2"] == 2
    assert ("G1", "entries.disqualified") in {(x.id, x.rule) for x in after.exclusions}
    assert "G1" in after.eligible


ORGANISERS = {
    "id": "organiser",
    "title": "优秀组织奖",
    "parts": [
        {"from": "count", "of": "declare", "weight": 50, "mapping": "share_of_maximum"},
        {"from": "quality", "of": "final", "weight": 50, "mapping": "none"},
    ],
    "take": ONE,
    "rounding": {"digits": 2, "mode": "half_up", "at": ["composite"]},
}


def measured(outcome: Any) -> list[tuple[str, tuple[Fraction, ...], Fraction]]:
    return [(m.body, m.raw, m.score) for m in outcome.measured["organiser"]]


def test_bodies_by_number_and_quality(counted: Any) -> None:
    """市数据局: 3 entries of 80, 75, 95, so 100 and 83.33…; 市工信局: 1 of 60, so 33.33… and 60."""
    found = counted({"organisation_awards": [ORGANISERS]})
    assert measured(found) == [
        ("市数据局", (Fraction(3), Fraction(250, 3)), Fraction("91.67")),
        ("市工信局", (Fraction(1), Fraction(60)), Fraction("46.67")),
    ]
    assert given(found, "organiser") == [("市数据局", "", 1)]


def test_a_disqualified_entry_does_not_count_for_its_body(counted: Any) -> None:
    found = counted({"organisation_awards": [ORGANISERS]}, DISQUALIFIED)
    assert measured(found)[0] == ("市数据局", (Fraction(2), Fraction(85)), Fraction("92.5"))


def test_bodies_with_too_few_entries_take_no_part(counted: Any) -> None:
    found = counted({"organisation_awards": [{**ORGANISERS, "at_least": 2}]})
    assert [m[0] for m in measured(found)] == ["市数据局"]


def test_applicants_as_bodies(counted: Any) -> None:
    found = counted({"organisation_awards": [{**ORGANISERS, "to": "applicant"}]})
    # 甲局 100 and 70; 丙局 50 and 95; 乙局 50 and 75; 丁公司 50 and 70.
    assert [(m[0], m[2]) for m in measured(found)] == [
        ("甲局", Fraction(85)),
        ("丙局", Fraction("72.5")),
        ("乙局", Fraction("62.5")),
        ("丁公司", Fraction(60)),
    ]


def test_equal_bodies_share_a_place(counted: Any) -> None:
    entries = [
        ("G1", "甲局", "gov", "管理", 80, 80, "A类", "1", "市工信局"),
        ("G2", "乙局", "gov", "管理", 80, 80, "A类", "1", "市数据局"),
    ]
    found = counted({"organisation_awards": [ORGANISERS]}, entries=entries)
    assert given(found, "organiser") == [("市工信局", "", 1), ("市数据局", "", 1)]


def test_no_body_at_all(counted: Any) -> None:
    entries = [("G1", "甲局", "gov", "管理", 80, 80, "A类", "1", "")]
    found = counted({"organisation_awards": [ORGANISERS]}, entries=entries)
    assert (measured(found), found.given) == ([], [])


def test_a_body_whose_entries_nobody_marked_has_no_quality(counted: Any) -> None:
    entries = [
        ("G1", "甲局", "gov", "管理", 80, 60, "A类", "1", "市数据局"),
        ("G2", "乙局", "gov", "管理", None, None, "A类", "1", "市工信局"),
    ]
    found = counted({"organisation_awards": [ORGANISERS]}, entries=entries)
    assert measured(found) == [
        ("市数据局", (Fraction(1), Fraction(70)), Fraction(85)),
        ("市工信局", (Fraction(1), Fraction(0)), Fraction(50)),
    ]


def test_what_did_not_pass_the_stage_counts_for_no_body(counted: Any) -> None:
    """G2's area is none of its category's: it is no declaration, and its body did nothing."""
    entries = [
        ("G1", "甲局", "gov", "管理", 80, 60, "A类", "1", "市数据局"),
        ("G2", "乙局", "gov", "无此领域", 80, 60, "A类", "1", "市工信局"),
    ]
    found = counted({"organisation_awards": [{**ORGANISERS, "at_least": 1}]}, entries=entries)
    assert measured(found) == [("市数据局", (Fraction(1), Fraction(70)), Fraction(85))]
