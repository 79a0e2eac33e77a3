"""Rehearsals: every blueprint runs to its end, the same seed gives the same bytes, and what looks wrong is told."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from guiguan.core.blueprint.load import Loaded, load_blueprint
from guiguan.core.values.finding import InputError
from guiguan.replay.rehearse import run
from guiguan.replay.rehearse.run import Rehearsed, rehearse
from guiguan.replay.rehearse.sizes import Size

Load = Callable[[str], Loaded]
NAMES = (
    "guangxi-2021",
    "qingdao-2020",
    "ceprei-xinchuang-2022",
    "open-data-contest-2023",
    "guangxi-scenarios-government",
    "guangxi-scenarios-social",
    "big-data-society-membership",
)
TINY = """
blueprint: 1
campaign: tiny
title: 村级好点子评选
organisers: {host: [某村委会]}
categories: [{id: all, title: 好点子}]
stages:
  - {id: go, kind: declaration, window: [2024-03-10, 2024-03-10]}
  - id: vote
    kind: ballots
    window: ["2024-03-11 09:00", "2024-03-11 09:30"]
    voter: [phone]
    choices: {at_most: 3, at_least: 0}
    repeated: refuse_ballot
    unknown: drop_choice
    limits: [{per: [voter], max: 1, over: refuse_ballot}, {per: [ip, entry, day], max: 2, over: drop_choice}]
    counts: hidden
awards:
  - {id: one, title: 金点子, by: vote, take: {count: 1}}
"""
ODD = """
blueprint: 1
campaign: odd
title: {zh: 奇特评选, en: Odd contest}
zone: America/New_York
organisers: {host: [某某学会]}
two_persons: [void, disqualify, screening]
categories:
  - {id: a, title: 甲类, areas: [量子计算, 深海采矿]}
  - {id: b, title: 乙类, areas: free}
applicants:
  who: [{kind: person}]
  quotas: [{per: [applicant, category], max: 1}]
form:
  - {id: sort, label: 分组, kind: choice, options: [东组, 西组]}
  - {id: cost, label: 费用, kind: number, unit: 元, digits: 2, none_accepted: false}
  - {id: since, label: 日期, kind: date, until: 2024-01-01, within: [2020-01-01, 2024-06-30]}
  - {id: months, label: 起止, kind: month_range}
stages:
  - {id: reg, kind: registration, needed: true, window: [2024-02-01, 2024-03-01]}
  - {id: go, kind: declaration, window: [2024-03-09, 2024-03-20]}
  - {id: checka, kind: screening, undecided: fails}
  - {id: checkb, kind: screening, undecided: passes}
  - id: v1
    kind: ballots
    window: [2024-03-23, 2024-03-24]
    voter: [account]
    choices: {exactly: 2}
    repeated: drop_choice
    unknown: refuse_ballot
    limits: [{per: [voter, day], max: 1, over: refuse_ballot}]
    counts: shown
  - {id: cut, kind: selection, by: v1, within: [sort], take: {percent: 50, of: checkb, rounding: ceil}}
  - id: p1
    kind: panel
    who: media
    members: [一号评委, 二号评委, 三号评委]
    scale: {low: "1", high: "5", digits: 1, missing: [弃权]}
    criteria: [{id: x, title: 好}, {id: y, title: 好}]
    rounds: {numbers: [1, 2], use: last}
    aggregate: {by: criterion, method: weighted_mean, incomplete: use_marks}
  - id: v2
    kind: ballots
    window: [2024-03-26, 2024-03-26]
    voter: [ip]
    choices: {exactly: 1}
    repeated: refuse_ballot
    unknown: refuse_ballot
    limits: [{per: [ip], max: 1, over: refuse_ballot}]
    counts: shown
  - {id: note, kind: notice, working_days: 5}
rankings:
  - id: r
    of: cut
    within: [category, area]
    parts:
      - {from: p1, weight: 60, mapping: mid_rank, over: group}
      - {from: v2, weight: 40, mapping: square_root, over: all}
    rounding: {digits: 0, mode: floor, at: [part, weighted, composite]}
    last: lot
awards:
  - {id: top, title: 头奖, by: r, per: [category], take: {percent: 1, of: cut, rounding: floor}, prize: 1000元}
  - {id: east, title: 东奖, by: r, when: {sort: [东组]}, take: {count: 2}, after: [top], prize: 500元}
budget: {total: 5000元}
funding:
  - id: f
    title: 补助
    of: note
    base: cost
    tiers: [{up_to: 100元, percent: 50}, {percent: 10}]
    granted: ceiling
    payments: [{id: p, percent: 100, after: granted}]
"""


def read(text: str) -> Loaded:
    return load_blueprint(text.encode(), "x.yaml")


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def rules(done: Rehearsed) -> set[str]:
    return {f.rule for f in done.notes}


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_bytes_and_another_does_not(
    name: str, shipped: Load, tmp_path: Path
) -> None:
    once, again, other = tmp_path / "once", tmp_path / "again", tmp_path / "other"
    for out, seed in ((once, None), (again, name), (other, "另一个种子")):
        rehearse(shipped(name), out, Size(60, 120), seed=seed)
    assert bytes_of(once) == bytes_of(again)
    assert (once / "inputs/entries.csv").read_bytes() != (other / "inputs/entries.csv").read_bytes()
    assert sorted(p.name for p in once.iterdir()) == ["inputs", "report.txt", "result"]


@pytest.mark.parametrize("name", NAMES)
def test_somebody_reaches_every_stage_and_somebody_wins(name: str, shipped: Load, tmp_path: Path) -> None:
    o = rehearse(shipped(name), tmp_path / "out", Size(150, 150)).replayed.outcome
    assert [stage for stage, passed in o.passed.items() if not passed] == []
    assert len(o.given) >= 5
    assert all(o.values[stage] for stage in (*o.before, *o.tallies))


@pytest.mark.parametrize("text", [TINY, ODD], ids=["tiny", "odd"])
@pytest.mark.parametrize("size", [Size(1, 1), Size(3, 5), Size(40, 300)], ids=str)
def test_any_blueprint_runs_at_any_size(text: str, size: Size, tmp_path: Path) -> None:
    done = rehearse(read(text), tmp_path / "out", size)
    assert len(done.replayed.outcome.entries) == size.entries


def test_what_is_planted_is_told(tmp_path: Path) -> None:
    done = rehearse(read(ODD), tmp_path / "out", Size(60, 200))
    assert {"replay.award-not-given", "replay.rounds-to-nothing", "replay.prize-left"} <= rules(done)
    (left,) = [f for f in done.notes if f.rule == "replay.prize-left"]
    assert left.zh == "奖金预算 5000.00 元，按结果应发 1000.00 元，剩余 4000.00 元没有发出"


def test_prizes_beyond_the_budget_are_told(tmp_path: Path) -> None:
    done = rehearse(read(ODD.replace("5000元", "600元")), tmp_path / "out", Size(60, 200))
    (over,) = [f for f in done.notes if f.rule == "replay.prize-over"]
    assert over.zh == "奖金预算 600.00 元，按结果应发 1000.00 元，超出预算 400.00 元"


def test_a_budget_that_is_given_out_whole_is_no_matter(shipped: Load, tmp_path: Path) -> None:
    done = rehearse(shipped("open-data-contest-2023"), tmp_path / "out", Size(80, 200))
    assert not {"replay.prize-left", "replay.prize-over"} & rules(done)


def test_small_provinces_without_a_place_and_ties_are_told(shipped: Load, tmp_path: Path) -> None:
    done = rehearse(shipped("ceprei-xinchuang-2022"), tmp_path / "out", Size(250, 1))
    assert {"replay.rounds-to-nothing", "replay.tie"} <= rules(done)
    (nothing,) = [f for f in done.notes if f.rule == "replay.rounds-to-nothing"]
    cuts = done.replayed.outcome.cuts["recommended"]
    without = [c for c in cuts if c.base is not None and 0 < c.base < 10]
    assert len(without) > 5
    assert all(not c.taken for c in without)
    assert nothing.zh.startswith(f"“推荐终评”按比例取整后有 {len(without)} 组一个名额也没有：")


def test_a_panel_that_nobody_comes_before_is_told(tmp_path: Path) -> None:
    text = ODD.replace("take: {percent: 50, of: checkb, rounding: ceil}", "take: {at_least: 100000}")
    done = rehearse(read(text), tmp_path / "out", Size(10, 10))
    nothing = [f.zh for f in done.notes if f.rule == "replay.nothing-before"]
    assert nothing == ["没有申报件进入“评审”", "没有申报件进入“网络投票”"]


def test_guangxi_shows_its_empty_areas_and_its_cut(guangxi: tuple[Rehearsed, Path]) -> None:
    done, _ = guangxi
    assert {"replay.empty-cell", "replay.single", "replay.no-decision"} <= rules(done)


def test_every_fault_of_an_entry_is_seen_at_work_in_guangxi(guangxi: tuple[Rehearsed, Path]) -> None:
    done, _ = guangxi
    seen = {x.rule for x in done.replayed.outcome.exclusions if x.kind == "entry"}
    assert seen >= {
        "entries.bad-time",
        "entries.contractor-alone",
        "entries.disqualified",
        "entries.duplicate-id",
        "entries.early",
        "entries.late",
        "entries.not-eligible",
        "entries.over-quota",
        "entries.unknown-area",
        "entries.unknown-category",
        "entries.withdrawn",
        "form.not-an-option",
        "form.out-of-range",
        "form.outside-term",
        "form.required",
        "form.too-long",
        "form.unreadable",
        "screening.failed",
    }


def test_faults_are_few(guangxi: tuple[Rehearsed, Path]) -> None:
    o = guangxi[0].replayed.outcome
    assert 275 <= len(o.passed["declare"]) <= 290


def test_ballots_show_every_rule_and_most_of_them_count(guangxi: tuple[Rehearsed, Path]) -> None:
    tally = guangxi[0].replayed.outcome.tallies["vote"]
    seen = {rule for _, rule, _ in tally.judged.refused}
    assert seen == {
        "votes.duplicate-id",
        "votes.early",
        "votes.excluded-choice",
        "votes.late",
        "votes.no-voter",
        "votes.over-limit",
        "votes.repeated-choice",
        "votes.unknown-choice",
        "votes.void",
        "votes.wrong-number",
    }
    assert tally.refused_ballots * 20 < tally.ballots * 2


def test_findings_name_files_that_are_there(guangxi: tuple[Rehearsed, Path]) -> None:
    done, _ = guangxi
    files = {f.place.file for f in done.notes if f.place.file}
    assert files
    assert all(Path(f).is_file() for f in files)


def test_the_report_is_what_was_returned(guangxi: tuple[Rehearsed, Path]) -> None:
    done, out = guangxi
    assert (out / "report.txt").read_text("utf-8") == done.report


def test_no_address_of_a_voter_belongs_to_anybody(shipped: Load, tmp_path: Path) -> None:
    rehearse(shipped("qingdao-2020"), tmp_path / "out", Size(40, 200))
    with (tmp_path / "out/inputs/ballots.csv").open(encoding="utf-8") as file:
        addresses = {row["ip"] for row in csv.DictReader(file)}
    ours = ("10.", "192.0.2.", "198.51.100.", "203.0.113.", "2001:db8:")
    assert all(a.startswith(ours) for a in addresses)


def test_an_earlier_rehearsal_is_replaced_and_a_stranger_s_folder_is_not(
    shipped: Load, tmp_path: Path
) -> None:
    loaded, out = shipped("big-data-society-membership"), tmp_path / "out"
    rehearse(loaded, out, Size(20, 1))
    rehearse(loaded, out, Size(30, 1))
    (out / "inputs" / "my-notes.txt").write_text("mine", encoding="utf-8")
    before = bytes_of(out)
    with pytest.raises(InputError) as caught:
        rehearse(loaded, out, Size(20, 1))
    assert [f.rule for f in caught.value.findings] == ["rehearse.folder-in-use"]
    assert "inputs/my-notes.txt" in caught.value.findings[0].zh
    assert bytes_of(out) == before


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> str:
        raise OSError("disk full")

    monkeypatch.setattr(run, "summary", fail)


@pytest.mark.usefixtures("failing")
def test_what_fails_on_the_way_leaves_nothing(shipped: Load, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="disk full"):
        rehearse(shipped("big-data-society-membership"), tmp_path / "out", Size(20, 1))
    assert list(tmp_path.iterdir()) == []
