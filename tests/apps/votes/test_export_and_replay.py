"""What the site counted and decided, written by `guiguan export`, counted again by `guiguan replay`: every entry has the same votes."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from apps.conftest import make_staff
from ballotlog import make_poll, store_batch
from closed_vote import BALLOTS, BOT, NUMBERS, a_closed_vote, cast_all, choices_of, in_order, screened
from django.test import override_settings
from voting import DAY, make_vote, now, opened

from guiguan.apps.entries.models import Entry, Submission
from guiguan.apps.votes.casting import close_box
from guiguan.apps.votes.counted import counts_now
from guiguan.apps.votes.duties import leave_due
from guiguan.apps.votes.exported import ballots_table
from guiguan.apps.votes.models import Poll
from guiguan.apps.votes.services import agree_removal, close_poll, remove_entry
from guiguan.cli.main import main
from guiguan.conf import run
from guiguan.core.values.finding import InputError

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(run, "start_django", lambda: None)  # the tests have their own database
    with override_settings(GUIGUAN_SIGNER=tmp_path / "signer", GUIGUAN_LOGS=tmp_path / "log"):
        yield
    close_box()


def export(kind: str, folder: Path) -> Path:
    file = folder / f"{kind}.csv"
    assert main(["export", kind, "-o", str(file), "--campaign", "case"]) == 0
    return file


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_exports_of_a_closed_vote_replay_to_the_published_counts(tmp_path: Path) -> None:
    poll = a_closed_vote()
    published = dict(counts_now(poll, now()).votes)
    honest = Counter(c for i in range(BALLOTS) if i not in BOT for c in choices_of(i))
    assert published == dict(honest)

    entries, decisions, ballots = (export(k, tmp_path) for k in ("entries", "decisions", "ballots"))
    assert main(["export", "blueprint", "-o", str(tmp_path / "rules.yaml"), "--campaign", "case"]) == 0
    given = ["--entries", str(entries), "--decisions", str(decisions), "--ballots", str(ballots)]
    assert main(["replay", str(tmp_path / "rules.yaml"), *given, "--out", str(tmp_path / "out")]) == 0

    result = rows(tmp_path / "out" / "result.csv")
    assert {r["entry"]: int(r["votes"]) for r in result} == published
    refused = Counter((r["kind"], r["rule"]) for r in rows(tmp_path / "out" / "rejected.csv"))
    assert refused[("ballot", "votes.void")] == len(BOT)
    assert {rule for kind, rule in refused if kind in ("ballot", "decision")} == {"votes.void"}
    # without the decisions the void ballots would count: the rows make the difference
    without = ["--entries", str(entries), "--ballots", str(ballots), "--out", str(tmp_path / "without")]
    assert main(["replay", str(tmp_path / "rules.yaml"), *without]) == 0
    again = {r["entry"]: int(r["votes"]) for r in rows(tmp_path / "without" / "result.csv")}
    assert again[NUMBERS[1]] == published[NUMBERS[1]] + len(BOT)


def test_the_exported_decisions_are_screenings_and_voids_and_name_nobody(tmp_path: Path) -> None:
    a_closed_vote()
    table = rows(export("decisions", tmp_path))
    assert list(table[0]) == ["kind", "subject", "outcome", "reason", "by", "by2", "time"]
    screenings = {r["subject"]: r["outcome"] for r in table if r["kind"] == "screening"}
    assert screenings == dict.fromkeys((f"check/{n}" for n in NUMBERS), "pass") | {"check/CASE-00005": "fail"}
    voids = [r for r in table if r["kind"] == "void"]
    assert len(voids) == len(BOT)
    assert {r["outcome"] for r in voids} == {"作废"}
    assert {r["reason"] for r in voids} == {"由程序自动提交"}
    assert all(r["by"] and r["by2"] and r["by"] != r["by2"] for r in voids)
    known = {r["ballot"] for r in rows(export("ballots", tmp_path))}
    assert len(known) == BALLOTS
    assert {r["subject"] for r in voids} < known
    assert {r["kind"] for r in table} == {"screening", "void"}


@pytest.mark.parametrize("undecided", ["passes", "fails"])
def test_entries_that_left_during_the_vote_replay_to_the_same_counts(tmp_path: Path, undecided: str) -> None:
    """One withdrawn, one refused, one taken out by two people, one withdrawn after the close: their ballots stay whole."""
    campaign = make_vote(entries=6, two="[disqualify, void]", undecided=undecided)
    for entry in Entry.objects.order_by("number"):
        screened(entry, "accept")
    poll = opened(campaign)
    numbers = [f"CASE-{n:05}" for n in range(1, 7)]
    cast_all(campaign, lambda i: [numbers[i % 6], numbers[(i + 1 + i % 4) % 6]])
    in_order()
    published = dict(counts_now(poll, now()).votes)
    assert all(published[n] > 0 for n in numbers)

    withdrawn, refused, out, late = (Entry.objects.get(number=n) for n in numbers[:4])
    Entry.objects.filter(pk=withdrawn.pk).update(state="withdrawn", withdrawn_at=now())
    Entry.objects.filter(pk=refused.pk).update(state="refused")
    again = Submission.objects.get(entry=refused)  # handed in once more, and then refused
    again.pk, again.number = None, 2
    again.save(force_insert=True)
    screened(refused, "refuse", "bad")
    assert leave_due(now()) == 2
    act = remove_entry(
        make_staff("lead", "case"), now(), "case", "vote", str(out.number), "申报材料不实，取消资格"
    )
    agree_removal(make_staff("supervisor", "case"), now(), "case", "vote", act.pk)
    close_poll("votes.close", now() + 3 * DAY, "case", "vote")
    in_order()
    Entry.objects.filter(pk=late.pk).update(state="withdrawn", withdrawn_at=now())
    assert dict(counts_now(poll, now()).votes) == published

    entries, decisions, ballots = (export(k, tmp_path) for k in ("entries", "decisions", "ballots"))
    assert {r["withdrawn"] for r in rows(entries)} == {""}
    said = [r for r in rows(decisions) if r["kind"] == "disqualify"]
    assert [(r["subject"], r["outcome"]) for r in said] == [(n, "取消资格") for n in numbers[:4]]
    assert all(r["by"] and r["by2"] and r["by"] != r["by2"] and r["reason"] for r in said)
    assert [(r["by"], r["by2"]) for r in said[:2]] == [
        ("applicant", "votes.leave"),
        ("screening", "votes.leave"),
    ]
    assert not any(str(p) in decisions.read_text() for p in (act.by, act.second_by) if p)
    assert main(["export", "blueprint", "-o", str(tmp_path / "rules.yaml"), "--campaign", "case"]) == 0
    given = ["--entries", str(entries), "--decisions", str(decisions), "--ballots", str(ballots)]
    assert main(["replay", str(tmp_path / "rules.yaml"), *given, "--out", str(tmp_path / "out")]) == 0
    rejected = rows(tmp_path / "out" / "rejected.csv")
    assert [r for r in rejected if r["kind"] in ("ballot", "decision")] == []
    assert {r["id"] for r in rejected if r["rule"] == "entries.disqualified"} == set(numbers[:4])
    tallied = {r["entry"]: int(r["votes"]) for r in rows(tmp_path / "out" / "result.csv") if r["votes"]}
    assert tallied == published


def test_nobody_exports_ballots_before_the_close(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    campaign = make_vote()
    opened(campaign)
    in_order()
    file = tmp_path / "ballots.csv"
    for command in (
        ["export", "ballots", "-o", str(file), "--campaign", "case"],
        ["log", "export", "case", "vote", "-o", str(file)],
    ):
        assert main(command) == 1
        assert "export." in capsys.readouterr().err
        assert not file.exists()


def test_both_commands_write_the_same_table(tmp_path: Path) -> None:
    a_closed_vote()
    one = export("ballots", tmp_path)
    assert main(["log", "export", "case", "vote", "-o", str(tmp_path / "other.csv")]) == 0
    assert (tmp_path / "other.csv").read_bytes() == one.read_bytes()


def test_the_votes_of_one_campaign_are_one_table_when_all_are_closed() -> None:
    polls = [make_poll("two", state="closed", id="first"), make_poll("two", id="final")]
    store_batch(polls[0], 1, 1, 2)
    store_batch(polls[1], 1, 2, 1)
    in_order()
    with pytest.raises(InputError) as refused:
        ballots_table("two")
    assert [f.rule for f in refused.value.findings] == ["export.vote-open"]
    assert "final" in refused.value.findings[0].zh
    assert "first" not in refused.value.findings[0].zh
    assert len(list(ballots_table("two", "first")[1])) == 2
    Poll.objects.filter(stage="final").update(state="closed")
    columns, table = ballots_table("two")
    assert columns == ["ballot", "time", "voter", "choices", "channel", "stage"]
    assert [(r[0], r[3], r[5]) for r in table] == [
        ("000000000000", "c1;c2", "first"),
        ("000000000001", "c1;c2", "first"),
        ("000000000002", "c1;c2", "final"),
    ]
    for campaign, stage in (("two", "third"), ("none", None)):
        with pytest.raises(InputError) as refused:
            ballots_table(campaign, stage)
        assert [f.rule for f in refused.value.findings] == ["export.no-vote"]
