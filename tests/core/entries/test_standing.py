"""What a unit may still do, and why not: windows to the millisecond, quotas to the entry, each with its clause."""

from dataclasses import replace

import pytest

from guiguan.core.blueprint.load import load_blueprint
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.entry import Entry
from guiguan.core.entries.standing import not_preregister, not_start, not_submit
from guiguan.core.values.moment import Instant, parse_instant

XC = """
blueprint: 1
campaign: xc
title: 征集
organisers: {host: [某所]}
categories: [{id: one, title: 一类, areas: [甲, 乙]}]
applicants:
  quotas:
    - {per: [applicant], max: 2, clause: 六（三）}
    - {per: [applicant, area], max: 1, clause: 六（四）}
    - {per: [consortium], max: 1, clause: 六（二）}
form:
  - {id: title, label: 名称, kind: text}
stages:
  - {id: register, kind: registration, needed: true, form: [title], window: [2026-01-01, 2026-01-31], clause: 六（八）1}
  - {id: declare, kind: declaration, window: [2026-02-04, 2026-02-28], clause: 六（八）2}
"""


@pytest.fixture(scope="module")
def blueprint() -> Blueprint:
    return load_blueprint((XC).encode(), "xc.yaml").blueprint


def at(text: str, blueprint: Blueprint) -> Instant:
    from zoneinfo import ZoneInfo

    return parse_instant(text, ZoneInfo(blueprint.zone))


def entry(name: str, **more: object) -> Entry:
    base = Entry(entry=name, title=name, applicant="甲公司", counts_as="u1", category="one", area="甲")
    return replace(base, **more)  # type: ignore[arg-type]  # fields by name


def rules(reasons: tuple[object, ...]) -> list[str]:
    return [r.rule for r in reasons]  # type: ignore[attr-defined]  # all are Reason


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2025-12-31T23:59:59.999", ["entries.early"]),
        ("2026-01-01T00:00:00", []),
        ("2026-01-31T23:59:59.999", []),
        ("2026-02-01T00:00:00", ["entries.late"]),
        ("2026-02-10T00:00:00", ["entries.late"]),
    ],
)
def test_where_registration_is_needed_entries_begin_in_its_window(
    blueprint: Blueprint, when: str, expected: list[str]
) -> None:
    assert rules(not_start(blueprint, at(when, blueprint), [])) == expected
    assert rules(not_preregister(blueprint, at(when, blueprint))) == expected


def test_the_reason_names_its_clause(blueprint: Blueprint) -> None:
    (late,) = not_preregister(blueprint, at("2026-02-01", blueprint))
    assert late.text() == "报名已于 2026-01-31 24:00 截止（通知六（八）1）"
    assert late.text("en") == "pre-registration closed at 2026-01-31 24:00 (notice, 六（八）1)"
    (early,) = not_preregister(blueprint, at("2025-12-01", blueprint))
    assert early.text() == "报名尚未开始，2026-01-01 00:00 起受理（通知六（八）1）"


def test_the_quota_of_the_call_keeps_a_third_from_beginning(blueprint: Blueprint) -> None:
    noon = at("2026-01-10T12:00", blueprint)
    assert not_start(blueprint, noon, [entry("a")]) == ()
    (full,) = not_start(blueprint, noon, [entry("a"), entry("b")])
    assert full.text() == "每个申报单位最多申报 2 项，名额已用完（通知六（三））"


def test_submitting_wants_registration_in_time(blueprint: Blueprint) -> None:
    noon = at("2026-02-10T12:00", blueprint)
    in_time = entry("a", preregistered=at("2026-01-31T23:59:59.999", blueprint))
    too_late = entry("a", preregistered=at("2026-02-01T00:00", blueprint))
    assert not_submit(blueprint, noon, in_time, []) == ()
    assert rules(not_submit(blueprint, noon, too_late, [])) == ["entries.not-preregistered"]
    assert rules(not_submit(blueprint, noon, entry("a"), [])) == ["entries.not-preregistered"]


def test_every_quota_that_is_used_up_is_named(blueprint: Blueprint) -> None:
    noon = at("2026-02-10T12:00", blueprint)
    mine = entry("a", preregistered=at("2026-01-05", blueprint), consortium="丙;丁")
    others = [entry("b"), entry("c", area="乙", consortium="丙;丁")]
    found = not_submit(blueprint, noon, mine, others)
    assert [(r.rule, r.clause) for r in found] == [
        ("entries.over-quota", "六（三）"),
        ("entries.over-quota", "六（四）"),
        ("entries.over-quota", "六（二）"),
    ]
    assert not_submit(blueprint, noon, mine, [entry("c", area="乙")]) == ()


def test_another_applicants_entries_take_nothing_away(blueprint: Blueprint) -> None:
    noon = at("2026-02-10T12:00", blueprint)
    mine = entry("a", preregistered=at("2026-01-05", blueprint))
    assert not_submit(blueprint, noon, mine, [entry("b", counts_as="u2"), entry("c", counts_as="u2")]) == ()


def test_an_entry_returned_for_correction_goes_by_its_own_term(blueprint: Blueprint) -> None:
    end = at("2026-03-10T00:00", blueprint)
    assert not_submit(blueprint, end - 1, entry("a"), [], end) == ()
    (late,) = not_submit(blueprint, end, entry("a"), [], end)
    assert late.text() == "补正期限已过（2026-03-09 24:00）"


def test_a_campaign_without_registration_says_so(blueprint: Blueprint) -> None:
    plain = load_blueprint((XC.replace("  - {id: register", "  #")).encode(), "plain.yaml").blueprint
    assert rules(not_preregister(plain, at("2026-01-10", plain))) == ["entries.no-registration"]
    assert not_start(plain, at("2026-02-10", plain), []) == ()


def test_a_correction_moves_no_entry_to_where_the_quota_is_used_up(blueprint: Blueprint) -> None:
    until, noon = at("2026-03-10", blueprint), at("2026-03-05T12:00", blueprint)
    there = [entry("b", area="乙")]
    assert rules(not_submit(blueprint, noon, entry("a", area="乙"), there, until)) == ["entries.over-quota"]
    assert not_submit(blueprint, noon, entry("a", area="甲"), there, until) == ()
