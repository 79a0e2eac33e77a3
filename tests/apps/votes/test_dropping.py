"""A vote whose rules drop single choices is counted from its voters' own ballots, and the counts are those of core's recount of its log."""

from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from ballotlog import CASES, DAY, START, ZONE, make_poll, store, stored, tamper
from django.conf import settings
from django.db import transaction

from guiguan.apps.votes import sequencing
from guiguan.apps.votes.alarm import open_alarms
from guiguan.apps.votes.checking import check_everything
from guiguan.apps.votes.log import append_entry, ballots_asked
from guiguan.apps.votes.models import Count, Poll, Right
from guiguan.apps.votes.sequencing import count_anew, sequence_due
from guiguan.box import ledger, sequencer
from guiguan.box.dropping import by_voter
from guiguan.box.polls import polls
from guiguan.box.recount import counted
from guiguan.box.rows import Stored, packed

pytestmark = pytest.mark.django_db
NOW = START + 10_000_000
RULES: dict[str, dict[str, Any]] = {
    "a case a day": {"limits": [{"per": ["voter", "entry", "day"], "max": 1, "over": "drop_choice"}]},
    "a case ever, two ballots a day": {
        "limits": [
            {"per": ["voter", "entry"], "max": 1, "over": "drop_choice"},
            {"per": ["voter", "day"], "max": 2, "over": "refuse_ballot"},
        ]
    },
    "repeated and unknown": {"repeated": "drop_choice", "unknown": "drop_choice"},
    "by channel": {
        "limits": [{"per": ["voter", "entry", "channel"], "max": 1, "over": "drop_choice"}],
        "channels": {"news": "某新闻网"},
    },
}


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, settings: Any) -> None:
    settings.GUIGUAN_SIGNER, settings.GUIGUAN_LOGS = tmp_path / "signer", tmp_path / "log"


def with_rights(*rows: Stored) -> None:
    """The rows and their voters' rights stand, as the box writes them in one transaction."""
    store(*rows)
    for row in rows:
        right, _ = Right.objects.get_or_create(
            poll=row.poll, holder=row.voter, defaults={"refs": b"", "used": b""}
        )
        Right.objects.filter(poll=row.poll, holder=row.voter).update(refs=bytes(right.refs) + packed(row.ref))


def kept() -> dict[tuple[str, str, str], int]:
    return {(c.day, c.entry, c.channel): c.votes for c in Count.objects.all() if c.votes}


def by_core(poll: Poll) -> dict[tuple[str, str, str], int]:
    with ballots_asked() as ask:
        return counted(ask, polls(ask)[poll.pk])


def nym(name: str, voter: int, time: int) -> str:
    """The voter's name in the log, which lives a day only where every limit does."""
    day = (time - START) // DAY if "ever" not in name and name != "by channel" else 0
    return f"{voter:016x}{day:016x}"


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", RULES)
def test_every_round_gives_the_counts_of_core(name: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    anew: list[int] = []
    monkeypatch.setattr(sequencing, "count_anew", lambda n: (anew.append(n), count_anew(n)))
    poll, chance = make_poll(**RULES[name]), random.Random(seed)
    sure: set[int] = set()
    batches: dict[int, int] = defaultdict(int)
    for number in range(12):
        voids = 0
        for _ in range(chance.randrange(1, 4)):
            writer = chance.randrange(1, 4)
            batches[writer] += 1
            # another writer's clock, and a batch that waited, put times in another order than the log
            time = START + DAY * (number // 6) + chance.randrange(1, 40)
            chosen = [chance.sample([*CASES, CASES[0]], chance.randrange(1, 4)) for _ in range(3)]
            voters = chance.sample(range(1, 7), 3)
            more = {"ch": "news"} if "channels" in RULES[name] and chance.random() < 0.5 else {}
            with_rights(
                *(
                    stored(
                        poll,
                        writer,
                        batches[writer],
                        i,
                        chosen[i],
                        voter=voters[i],
                        time=time,
                        nym=nym(name, voters[i], time),
                        **more,
                    )
                    for i in range(3)
                )
            )
        if number == 7:
            voids = 1
            with ballots_asked() as ask:
                log = ledger.log_of(ask, poll.campaign)
                assert log is not None
                index, _, leaf = next(iter(ledger.read_entries(ask, log.id, 2, 3)))
            with transaction.atomic(using=settings.BALLOTS_ALIAS):
                append_entry(poll, "void", {"ref": index, "leaf": leaf.hex()}, NOW, ZONE)
        anew.clear()
        while sequence_due(NOW, sure):
            pass
        assert kept() == by_core(poll)
        assert anew == ([poll.pk] if number == 0 or voids else [])
    assert list(check_everything()) == []


def test_votes_of_one_round_are_told_apart_and_a_damaged_ballot_counts_nothing() -> None:
    first, second = make_poll(**RULES["a case a day"]), make_poll("xc-demo", **RULES["a case a day"])
    with_rights(stored(first, 1, 1, 0, ["c1"], voter=1), stored(first, 1, 1, 1, ["c2"], voter=2))
    with_rights(stored(second, 1, 2, 0, ["c3"], voter=1), stored(first, 2, 1, 0, ["c1"], voter=3))
    tamper("UPDATE votes_ballot SET leaf = %s WHERE writer = 1 AND batch = 1 AND place = 1", [bytes(32)])
    assert sequence_due(NOW, {first.pk, second.pk}) == 4
    counts = Count.objects.values_list("campaign", "entry", "votes").order_by("campaign", "entry")
    assert list(counts) == [("gx-demo", "c1", 2), ("xc-demo", "c3", 1)]
    assert [a.campaign for a in open_alarms("gx-demo")] == ["gx-demo"]
    assert open_alarms("xc-demo") == []


@pytest.mark.parametrize(("name", "rounds"), [("a case a day", [2, 2, 1, 0]), ("", [5, 0])])
def test_a_round_takes_fewer_where_each_ballot_is_judged(
    name: str, rounds: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencer, "MOST_JUDGED", 2)
    poll = make_poll(**RULES.get(name, {}))
    with_rights(*(stored(poll, 1, n, 0, ["c1"], voter=n) for n in range(1, 6)))
    assert [sequence_due(NOW) for _ in rounds] == rounds
    assert kept() == {("2021-06-10", "c1", ""): 5}


def test_a_recount_that_a_crash_cut_is_done_at_the_next_start() -> None:
    poll = make_poll(**RULES["a case a day"])
    with_rights(stored(poll, 1, 1, 0, ["c1"], voter=9))
    while sequence_due(NOW, set()):
        pass
    Count.objects.update(votes=7)  # what a void's round left, before the power went
    assert sequence_due(NOW, set()) == 0
    assert kept() == by_core(poll) == {("2021-06-10", "c1", ""): 1}


def test_a_ballot_that_its_voters_right_does_not_tell_of_is_counted_by_the_whole_log() -> None:
    poll = make_poll(**RULES["a case a day"])
    sure: set[int] = set()
    with_rights(stored(poll, 1, 1, 0, ["c1"], voter=9))
    while sequence_due(NOW, sure):
        pass
    store(stored(poll, 1, 2, 0, ["c1", "c2"], voter=9, time=START + 5))
    while sequence_due(NOW, sure):
        pass
    assert kept() == by_core(poll) == {("2021-06-10", "c1", ""): 1, ("2021-06-10", "c2", ""): 1}


@pytest.mark.parametrize("times", [1, 3])
def test_a_count_is_never_taken_from_a_log_that_grew_meanwhile(
    monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    poll = make_poll(**RULES["a case a day"])
    with_rights(stored(poll, 1, 1, 0, ["c1"], voter=9))
    while sequence_due(NOW, set()):
        pass
    grown: list[int] = []

    def while_it_counts(ask: Any, row: Any) -> Any:
        found = counted(ask, row)
        if len(grown) < times:
            grown.append(1)
            with_rights(stored(poll, 1, 1 + len(grown), 0, ["c2"], voter=8 - len(grown)))
            assert sequence_due(NOW, {poll.pk}) == 1
        return found

    monkeypatch.setattr(sequencing, "counted", while_it_counts)
    count_anew(poll.pk)
    assert kept() == by_core(poll) == {("2021-06-10", "c1", ""): 1, ("2021-06-10", "c2", ""): times}


def test_which_rules_can_be_counted_by_voter() -> None:
    crossing = {"limits": [{"per": ["ip", "day", "entry"], "max": 3, "over": "drop_choice"}]}
    assert by_voter(_rule("a", **RULES["a case a day"]))
    assert by_voter(_rule("b", voter=["ip"], **crossing))
    assert not by_voter(_rule("c", **crossing))


def _rule(campaign: str, **stage: Any) -> Any:
    poll = make_poll(campaign, **stage)
    with ballots_asked() as ask:
        return polls(ask)[poll.pk].rule
