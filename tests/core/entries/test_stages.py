"""Which entries pass each gate: windows to the millisecond, quotas, endorsements, screening."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Declaration, Endorsement, Registration, Screening
from guiguan.core.entries.decide import Decisions
from guiguan.core.entries.entry import Decision, Entry
from guiguan.core.entries.stages import (
    pass_declaration,
    pass_endorsement,
    pass_registration,
    pass_screening,
)
from guiguan.core.values.exclusion import Exclusion
from guiguan.core.values.moment import Instant, parse_instant

ZONE = ZoneInfo("Asia/Shanghai")
WINDOW = ("2021-05-07", "2021-06-06")


def blueprint(*quotas: dict[str, Any]) -> Blueprint:
    return Blueprint.model_validate(
        {
            "blueprint": 1,
            "campaign": "small",
            "title": "小活动",
            "organisers": {"host": ["某委员会"]},
            "categories": [{"id": "gov", "title": "政务类"}],
            "stages": [{"id": "declare", "kind": "declaration"}],
            "applicants": {"quotas": quotas},
        }
    )


def entry(name: str = "E1", at: str | int | None = None, **more: Any) -> Entry:
    when = parse_instant(at, ZONE) if isinstance(at, str) else None if at is None else Instant(at)
    return Entry(name, "题", **{"applicant": "甲", "counts_as": "甲", "submitted": when} | more)


DECLARE = Declaration(id="declare", kind="declaration", window=WINDOW)
OPEN = Declaration(id="declare", kind="declaration")


def out(
    stage: Declaration, b: Blueprint, *entries: Entry, faulty: frozenset[str] = frozenset()
) -> list[tuple[str, str]]:
    return [(x.id, x.rule) for x in pass_declaration(b, stage, entries, faulty)]


@pytest.mark.parametrize(
    ("at", "rule"),
    [
        ("2021-05-06T23:59:59.999", "entries.early"),
        ("2021-05-07T00:00:00.000", None),
        ("2021-06-06T23:59:59.999", None),
        ("2021-06-07T00:00:00.000", "entries.late"),
        (None, None),
    ],
)
def test_edges_of_the_window(at: str | None, rule: str | None) -> None:
    assert out(DECLARE, blueprint(), entry(at=at)) == ([("E1", rule)] if rule else [])


def test_withdrawn_late_and_faulty_entries_use_up_no_quota() -> None:
    b = blueprint({"per": ["applicant"], "max": 1})
    entries = [
        entry("E1", "2021-05-08", withdrawn=True),
        entry("E2", "2021-05-01"),
        entry("E3", "2021-05-09"),
        entry("E4", "2021-05-10"),
        entry("E5", "2021-05-11"),
    ]
    assert out(DECLARE, b, *entries, faulty=frozenset({"E3"})) == [
        ("E1", "entries.withdrawn"),
        ("E2", "entries.early"),
        ("E5", "entries.over-quota"),
    ]


def test_two_of_one_area_although_the_other_category_has_an_area_of_that_name() -> None:
    b = blueprint({"per": ["applicant", "area"], "max": 1})
    entries = [entry(f"E{i}", category=c, area="管理") for i, c in enumerate(["gov", "biz", "gov"])]
    assert out(OPEN, b, *entries) == [("E2", "entries.over-quota")]


def test_quotas_one_after_another() -> None:
    """What the first quota put out does not use up the second."""
    b = blueprint({"per": ["applicant"], "max": 1}, {"per": ["category"], "max": 2})
    entries = [
        entry("E1", 1, category="gov"),
        entry("E2", 2, category="gov"),
        entry("E3", 3, category="gov", counts_as="乙"),
        entry("E4", 4, category="gov", counts_as="丙"),
    ]
    assert out(OPEN, b, *entries) == [("E2", "entries.over-quota"), ("E4", "entries.over-quota")]


def test_a_quota_for_consortia_concerns_no_others() -> None:
    b = blueprint({"per": ["consortium"], "max": 1})
    entries = [entry("E1"), entry("E2"), entry("E3", consortium="乙;甲"), entry("E4", consortium="乙;甲")]
    assert out(OPEN, b, *entries) == [("E4", "entries.over-quota")]


@given(
    st.lists(st.tuples(st.sampled_from("甲乙丙"), st.none() | st.integers(0, 3)), max_size=9),
    st.integers(1, 3),
    st.randoms(),
)
def test_a_quota_leaves_the_earliest_then_the_smallest_ids(
    rows: list[tuple[str, int | None]], most: int, chance: Any
) -> None:
    entries = [entry(f"E{i}", at, counts_as=who) for i, (who, at) in enumerate(rows)]
    chance.shuffle(entries)
    gone = {e for e, _ in out(OPEN, blueprint({"per": ["applicant"], "max": most}), *entries)}
    for who in "甲乙丙":
        own = sorted(
            (e for e in entries if e.counts_as == who),
            key=lambda e: (e.submitted is None, e.submitted or 0, e.entry),
        )
        assert [e.entry in gone for e in own] == [n >= most for n in range(len(own))]


def test_registration_in_its_own_window() -> None:
    stage = Registration(id="r", kind="registration", needed=True, window=WINDOW)
    given_ = [
        entry("E1"),
        entry("E2", preregistered=parse_instant("2021-06-07", ZONE)),
        entry("E3", preregistered=parse_instant("2021-06-06 23:59:59.999", ZONE)),
    ]
    found = pass_registration(blueprint(), stage, given_)
    assert [(x.id, x.rule) for x in found] == [
        ("E1", "entries.not-preregistered"),
        ("E2", "entries.not-preregistered"),
    ]
    assert pass_registration(blueprint(), stage.model_copy(update={"needed": False}), given_) == []


def test_only_the_opinion_that_the_stage_asks_for() -> None:
    stage = Endorsement(id="e", kind="endorsement", by="各市", needed=True, opinion="review")
    entries = [
        entry("E1", endorsed=(("市局", "recommend"),)),
        entry("E2", endorsed=(("市局", "review"), ("省厅", "recommend"))),
        entry("E3"),
    ]
    assert [x.id for x in pass_endorsement(stage, entries)] == ["E1", "E3"]
    assert pass_endorsement(stage.model_copy(update={"needed": False}), entries) == []


def gone(rule: str, detail: str = "") -> Exclusion:
    return Exclusion("entry", "E1", rule, line=7, detail=detail)


def test_every_refusal_names_the_entry_its_line_and_what_was_found() -> None:
    """The organiser looks an exclusion up by these."""
    late = entry("E1", "2021-07-01", line=7)
    assert pass_declaration(blueprint(), DECLARE, [late], frozenset()) == [gone("entries.late")]
    withdrawn = entry("E1", withdrawn=True, line=7)
    assert pass_declaration(blueprint(), OPEN, [withdrawn], frozenset()) == [gone("entries.withdrawn")]
    b = blueprint({"per": ["applicant", "category", "area"], "max": 1})
    two = [entry(e, category="gov", area="管理", line=line) for e, line in (("E0", 3), ("E1", 7))]
    over = gone("entries.over-quota", "甲 / gov / gov/管理")
    assert pass_declaration(b, OPEN, two, frozenset()) == [over]
    asked = Registration(id="r", kind="registration", needed=True)
    assert pass_registration(blueprint(), asked, [entry(line=7)]) == [gone("entries.not-preregistered")]
    endorsed = Endorsement(id="e", kind="endorsement", by="各市", needed=True)
    assert pass_endorsement(endorsed, [entry(line=7)]) == [gone("entries.not-endorsed")]


@pytest.mark.parametrize(
    ("at", "rule"),
    [
        ("2024-12-31 23:59:59.999", "entries.early"),
        ("2025-01-01", None),
        ("2999-12-31", None),
    ],
)
def test_a_rolling_stage_opens_once_and_never_closes(at: str, rule: str | None) -> None:
    stage = Declaration(id="declare", kind="declaration", rolling=True, opens="2025-01-01")
    assert out(stage, blueprint(), entry(at=at)) == ([("E1", rule)] if rule else [])


@pytest.mark.parametrize(
    ("decided", "undecided", "found"),
    [
        ({}, "passes", []),
        ({}, "fails", [gone("screening.undecided")]),
        ({"E1": "pass"}, "fails", []),
        ({"E1": "fail"}, "passes", [gone("screening.failed", "缺页")]),
        ({"s/E1": "fail"}, "passes", [gone("screening.failed", "缺页")]),
        ({"s/E1": "pass", "E1": "fail"}, "fails", []),
        ({"other/E1": "fail", "E2": "fail"}, "passes", []),
    ],
)
def test_screening_follows_the_decision_on_this_stage_then_on_the_entry(
    decided: dict[str, str], undecided: Any, found: list[Exclusion]
) -> None:
    stage = Screening(id="s", kind="screening", undecided=undecided)
    standing = {
        ("screening", subject): Decision("screening", subject, outcome, "缺页", "李")
        for subject, outcome in decided.items()
    }
    assert pass_screening(stage, [entry(line=7)], Decisions(standing)) == found
