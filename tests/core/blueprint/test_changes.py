"""What may change after opening: deadlines only grow, rules stand once their stage has begun, every key has its row."""

from __future__ import annotations

import re

import pytest

from guiguan.core.blueprint.begun import begins_at, has_begun
from guiguan.core.blueprint.changes import TABLE, Judged, judge, worst
from guiguan.core.blueprint.keys import key_of
from guiguan.core.blueprint.load import load_blueprint
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.values.moment import parse_instant

BEFORE = "2021-05-01T00:00:00+08:00"
DECLARING = "2021-05-20T00:00:00+08:00"
SCREENING = "2021-06-08T00:00:00+08:00"
VOTING = "2021-06-12T00:00:00+08:00"
SCORING = "2021-06-20T00:00:00+08:00"


def instant(text: str) -> int:
    from zoneinfo import ZoneInfo

    return parse_instant(text, ZoneInfo("UTC"))


def judged(gx: str, old: str, new: str, at: str, known: frozenset[str] = frozenset()) -> tuple[Judged, ...]:
    assert gx.count(old) == 1, f"{old!r} stands {gx.count(old)} times"
    changed = gx.replace(old, new)
    before, after = (load_blueprint(t.encode(), "gx").blueprint for t in (gx, changed))
    return judge(before, after, instant(at), known)


DECLARE = "window: [2021-05-07, 2021-06-06]"
VOTE = "window: [2021-06-10, 2021-06-16]"
CASES = [
    ("later", DECLARE, "window: [2021-05-07, 2021-06-08]", DECLARING, "free"),
    ("sooner", DECLARE, "window: [2021-05-07, 2021-06-01]", DECLARING, "never"),
    ("sooner, before", DECLARE, "window: [2021-05-07, 2021-06-01]", BEFORE, "never"),
    ("reopened", DECLARE, "window: [2021-05-07, 2021-06-09]", SCREENING, "second"),
    ("start later", DECLARE, "window: [2021-05-08, 2021-06-06]", BEFORE, "second"),
    ("start later, begun", DECLARE, "window: [2021-05-08, 2021-06-06]", DECLARING, "never"),
    ("dropped", f"kind: declaration, {DECLARE}", "kind: declaration, rolling: true", DECLARING, "never"),
    ("paper later", "until: 2021-06-06", "until: 2021-06-10", DECLARING, "free"),
    ("paper sooner", "until: 2021-06-06", "until: 2021-06-01", DECLARING, "never"),
    ("vote moved", VOTE, "window: [2021-06-10, 2021-06-18]", DECLARING, "second"),
    ("vote never longer while it runs", VOTE, "window: [2021-06-10, 2021-06-18]", VOTING, "never"),
    ("vote rule", "choices: {exactly: 10}", "choices: {exactly: 8}", SCREENING, "second"),
    ("vote rule, voting", "choices: {exactly: 10}", "choices: {exactly: 8}", VOTING, "never"),
    ("quota before", "per: [applicant, area], max: 2", "per: [applicant, area], max: 3", BEFORE, "second"),
    ("quota", "per: [applicant, area], max: 2", "per: [applicant, area], max: 3", DECLARING, "never"),
    (
        "mapping",
        "mapping: share_of_maximum, over: all",
        "mapping: share_of_maximum, over: group",
        SCREENING,
        "second",
    ),
    (
        "award",
        "per: [category, area], take: {count: 1}",
        "per: [category], take: {count: 1}",
        VOTING,
        "never",
    ),
    ("shortlist", "take: {decided: all}", "take: {count: 20}", VOTING, "never"),
    ("shortlist before", "take: {decided: all}", "take: {count: 20}", SCREENING, "second"),
    ("criterion", "title: 服务与效率特性", "title: 服务", SCORING, "never"),
    ("criterion before the vote is over", "title: 服务与效率特性", "title: 服务", VOTING, "second"),
    (
        "longer",
        "label: 获奖情况, kind: text, max: 100",
        "label: 获奖情况, kind: text, max: 150",
        DECLARING,
        "free",
    ),
    (
        "shorter",
        "label: 获奖情况, kind: text, max: 100",
        "label: 获奖情况, kind: text, max: 50",
        DECLARING,
        "never",
    ),
    (
        "longer, over",
        "label: 获奖情况, kind: text, max: 100",
        "label: 获奖情况, kind: text, max: 150",
        SCREENING,
        "never",
    ),
    (
        "optional field",
        "  - {id: website,",
        "  - {id: extra, label: 补充, kind: text, required: false}\n  - {id: website,",
        DECLARING,
        "free",
    ),
    (
        "required field",
        "  - {id: website,",
        "  - {id: extra, label: 补充, kind: text}\n  - {id: website,",
        DECLARING,
        "never",
    ),
    (
        "made public",
        "label: 移动电话, kind: phone",
        "label: 移动电话, kind: phone, public: true",
        DECLARING,
        "never",
    ),
    ("label", "label: 案例简介", "label: 案例的简介", SCORING, "free"),
    ("contact", "topic: 纸质材料与未尽事宜", "topic: 纸质材料", SCORING, "free"),
    ("two persons", "two_persons: [void, disqualify]", "two_persons: [void]", BEFORE, "never"),
    ("id", "campaign: guangxi-2021", "campaign: guangxi-2022", BEFORE, "never"),
    (
        "a promise added",
        "zone: Asia/Shanghai",
        "zone: Asia/Shanghai\nno_fee: 不收取任何费用",
        SCORING,
        "free",
    ),
    (
        "a stage inserted before the vote",
        "  - id: vote\n",
        "  - {id: pre, kind: notice, working_days: 3}\n  - id: vote\n",
        VOTING,
        "never",
    ),
]


@pytest.mark.parametrize(("old", "new", "at", "verdict"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_change_is_judged(gx: str, old: str, new: str, at: str, verdict: str) -> None:
    found = judged(gx, old, new, at)
    assert found
    assert worst(found) == verdict, [(j.change.path, j.verdict) for j in found]


def test_a_stage_known_to_be_at_work_is_begun_whatever_its_dates_say(gx: str) -> None:
    change = ("choices: {exactly: 10}", "choices: {exactly: 8}", SCREENING)
    assert worst(judged(gx, *change)) == "second"
    assert worst(judged(gx, *change, known=frozenset({"vote"}))) == "never"


def test_no_difference_is_free(gx: str) -> None:
    blueprint = load_blueprint(gx.encode(), "gx").blueprint
    assert judge(blueprint, blueprint, 0) == ()
    assert worst(()) == "free"


def test_the_reason_is_said_in_both_languages(gx: str) -> None:
    (found,) = judged(gx, "choices: {exactly: 10}", "choices: {exactly: 8}", VOTING)
    assert found.reason() == "所规定的环节已经开始，规则不再改动"
    assert found.reason("en") == "the stage that it rules has begun; its rules stay"


@pytest.mark.parametrize("key", [key_of(n, f) for n, f in Blueprint.model_fields.items()])
def test_every_key_of_the_language_has_a_row(key: str) -> None:
    assert [pattern for pattern, _ in TABLE if re.match(pattern, key)] != []


@pytest.mark.parametrize(
    "key", ["applicants", "categories", "endorsers", "form", "stages", "rankings", "awards", "funding"]
)
def test_no_rule_of_who_wins_is_mere_wording(gx: str, key: str) -> None:
    """Whole items removed under these keys are never free once everything has begun."""
    rule = next(rule for pattern, rule in TABLE if re.match(pattern, f"{key}[x].kind"))
    assert rule.__name__ not in ("_words", "_promise")


def test_a_panel_without_dates_begins_when_the_stage_before_the_shortlist_ends(gx: str) -> None:
    blueprint = load_blueprint(gx.encode(), "gx").blueprint
    assert begins_at(blueprint, "vote") == instant("2021-06-10T00:00:00+08:00")
    assert begins_at(blueprint, "shortlist") == instant("2021-06-10T00:00:00+08:00")
    assert begins_at(blueprint, "experts") == instant("2021-06-17T00:00:00+08:00")


def test_what_nobody_can_date_counts_as_begun(gx: str) -> None:
    undated = gx.replace(f"kind: declaration, {DECLARE}", "kind: declaration")
    blueprint = load_blueprint(undated.encode(), "gx").blueprint
    assert begins_at(blueprint, "declare") is None
    assert has_begun(blueprint, "declare", 0)
    assert not has_begun(blueprint, "vote", 0)
