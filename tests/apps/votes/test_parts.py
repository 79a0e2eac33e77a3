"""Batches that a reader may see in part, as on several servers: none is put in order before it is there in full, and nothing overtakes it."""

from __future__ import annotations

import random
from typing import Any

import pytest
from ballotlog import START, ZONE, make_poll, seen, stored
from django.conf import settings
from django.db import transaction

from guiguan.apps.votes.checking import check_everything
from guiguan.apps.votes.log import append_entry
from guiguan.apps.votes.models import Logged, Poll, Signal
from guiguan.apps.votes.sequencing import Incomplete, _seen_before, one_state, one_view, sequence_due
from guiguan.box.parts import LATE, Before
from guiguan.box.rows import APPENDER, OPENER, Stored
from guiguan.box.sequencer import gather, sequence
from guiguan.core.integrity.merkle import leaf_hash
from guiguan.core.values.canonical import encode

pytestmark = pytest.mark.django_db
NOW = START + 1_000
ALL = 10_000


@pytest.fixture
def poll(db: None) -> Poll:
    return make_poll()


def appended(poll: Poll, kind: Any) -> None:
    with transaction.atomic(using=settings.BALLOTS_ALIAS):
        append_entry(poll, kind, {}, START, ZONE)


def batch_of(poll: Poll, writer: int, batch: int, count: int) -> list[Stored]:
    """The rows of a batch that are not yet to be seen."""
    return [stored(poll, writer, batch, i, time=START + batch) for i in range(count)]


def opening(poll: Poll) -> Stored:
    told = {"c": poll.campaign, "day": "2021-06-10", "k": "open", "salt": "00" * 16, "t": START, "v": 1}
    entry = encode(told)
    return Stored(OPENER, 1, 0, b"", poll.pk, "open", "2021-06-10", START, b"", entry, leaf_hash(entry))


def noted(writer: int, batch: int, entries: int | None, at: int = START) -> None:
    Signal.objects.create(writer=writer, batch=batch, at=at, sealed=b"", entries=entries)


def a_round(appended: int = ALL, at: int = NOW, most: int = ALL) -> list[tuple[int, int, int]]:
    """(writer, batch, entries) of what the round put in order, where rows may be seen in part."""
    before = set(Logged.objects.values_list("log", "first"))
    with one_view() as ask:
        found = gather(ask, most, Before(appended, at))
    with one_state() as ask:
        sequence(ask, found, "votes.example/log", at)
    rows = Logged.objects.order_by("log", "first").values_list("log", "first", "writer", "batch", "count")
    return [(writer, batch, n) for log, first, writer, batch, n in rows if (log, first) not in before]


def test_a_batch_waits_until_all_that_it_noted_is_there_and_so_do_those_behind_it(poll: Poll) -> None:
    appended(poll, "open")
    first, second = batch_of(poll, 1, 1, 3), batch_of(poll, 1, 2, 2)
    noted(1, 1, 3)
    noted(1, 2, 2)
    seen(*first[:2], *second)
    assert a_round() == [(OPENER, 1, 1)]
    seen(first[2])
    assert a_round() == [(1, 1, 3), (1, 2, 2)]
    assert list(check_everything()) == []


def test_a_batch_of_which_only_the_note_is_there_holds_those_behind_it(poll: Poll) -> None:
    appended(poll, "open")
    first, second = batch_of(poll, 1, 1, 1), batch_of(poll, 1, 2, 2)
    noted(1, 1, 1)
    noted(1, 2, 2)
    seen(*second)
    assert a_round() == [(OPENER, 1, 1)]
    seen(*first)
    assert a_round() == [(1, 1, 1), (1, 2, 2)]


def test_ballots_whose_note_is_not_to_be_seen_yet_wait(poll: Poll) -> None:
    """A server that commits before the coordinator does."""
    appended(poll, "open")
    seen(*batch_of(poll, 1, 1, 2))
    assert a_round() == [(OPENER, 1, 1)]
    noted(1, 1, 2)
    assert a_round() == [(1, 1, 2)]


def test_what_has_no_note_after_a_minute_never_gets_one_and_is_taken(poll: Poll) -> None:
    appended(poll, "open")
    seen(*batch_of(poll, 1, 1, 2))
    assert a_round(at=START + LATE) == [(OPENER, 1, 1)]
    assert a_round(at=START + LATE + 2) == [(1, 1, 2)]


def test_a_batch_of_an_earlier_version_noted_no_number(poll: Poll) -> None:
    appended(poll, "open")
    noted(1, 1, None)
    seen(*batch_of(poll, 1, 1, 2))
    assert a_round() == [(OPENER, 1, 1), (1, 1, 2)]


def test_another_writer_does_not_wait(poll: Poll) -> None:
    appended(poll, "open")
    noted(1, 1, 3)
    noted(2, 1, 2)
    seen(*batch_of(poll, 1, 1, 3)[:1], *batch_of(poll, 2, 1, 2))
    assert a_round() == [(OPENER, 1, 1), (2, 1, 2)]


@pytest.mark.parametrize("there", [0, 1])
def test_the_end_of_a_vote_does_not_overtake_a_ballot(poll: Poll, there: int) -> None:
    appended(poll, "open")
    rows = batch_of(poll, 1, 1, 2)
    noted(1, 1, 2)
    seen(*rows[:there])
    appended(poll, "close")
    assert a_round() == [(OPENER, 1, 1)]
    seen(*rows[there:])
    assert a_round() == [(1, 1, 2), (APPENDER, 1, 1)]


def test_the_end_of_a_vote_does_not_overtake_a_ballot_where_it_fills_the_round(poll: Poll) -> None:
    appended(poll, "open")
    a_round()
    rows = batch_of(poll, 2, 1, 1)
    noted(1, 1, 2)
    noted(2, 1, 1)
    seen(*batch_of(poll, 1, 1, 2))
    appended(poll, "close")
    assert a_round(most=3) == [(1, 1, 2)]
    seen(*rows)
    assert a_round(most=3) == [(2, 1, 1), (APPENDER, 1, 1)]


def test_an_end_that_was_not_seen_before_the_round_began_waits_for_the_next(poll: Poll) -> None:
    """Else a ballot from before it might be seen by the next round only."""
    appended(poll, "open")
    appended(poll, "close")
    assert a_round(appended=0) == [(OPENER, 1, 1)]
    noted(1, 1, 2)
    seen(*batch_of(poll, 1, 1, 2))
    assert a_round(appended=1) == [(1, 1, 2), (APPENDER, 1, 1)]


def test_a_ballot_does_not_overtake_the_opening_of_its_vote(poll: Poll) -> None:
    """What is seen first of the opening is the note."""
    noted(OPENER, 1, 1)
    noted(1, 1, 2)
    seen(*batch_of(poll, 1, 1, 2))
    assert a_round() == []
    seen(opening(poll))
    assert a_round() == [(OPENER, 1, 1), (1, 1, 2)]


def test_an_opening_is_noted_with_it(poll: Poll) -> None:
    appended(poll, "open")
    appended(poll, "close")
    assert list(Signal.objects.values_list("writer", "batch", "entries")) == [(OPENER, 1, 1)]


def test_rounds_that_are_cut_take_whole_batches_and_the_end_last(poll: Poll) -> None:
    appended(poll, "open")
    for writer in (1, 2):
        for batch in (1, 2, 3):
            noted(writer, batch, 4)
            seen(*batch_of(poll, writer, batch, 4))
    appended(poll, "close")
    rounds = [a_round(most=5) for _ in range(6)]
    taken = [batch for found in rounds for batch in found]
    assert taken == [
        (OPENER, 1, 1),
        *[(writer, batch, 4) for writer in (1, 2) for batch in (1, 2, 3)],
        (APPENDER, 1, 1),
    ]


@pytest.mark.parametrize("seed", range(25))
def test_in_whatever_order_rows_and_notes_appear_the_log_is_whole_and_in_order(poll: Poll, seed: int) -> None:
    """Each commit is seen bit by bit: its note and its rows in any order, a writer's commits one after another but for stragglers."""
    chance = random.Random(seed)
    noted(OPENER, 1, 1)
    steps: list[tuple[float, Any]] = [(chance.uniform(0, 3), lambda: seen(opening(poll)))]
    sizes: dict[tuple[int, int], int] = {}
    for writer in (1, 2):
        for batch in range(1, 6):
            size = sizes[writer, batch] = chance.randint(1, 4)
            rows = batch_of(poll, writer, batch, size)
            steps.append((batch + chance.uniform(0, 2), lambda w=writer, b=batch, n=size: noted(w, b, n)))
            steps += [(batch + chance.uniform(0, 2), lambda row=row: seen(row)) for row in rows]
    for _, step in sorted(steps, key=lambda found: found[0]):
        step()
        if chance.random() < 0.5:
            a_round(most=chance.choice([1, 3, ALL]))
    appended(poll, "close")
    while a_round(most=3):
        pass
    order = list(Logged.objects.order_by("first").values_list("writer", "batch", "count"))
    assert (order[0], order[-1]) == ((OPENER, 1, 1), (APPENDER, 1, 1))
    assert {(writer, batch): count for writer, batch, count in order[1:-1]} == sizes
    for own in (1, 2):
        assert [batch for writer, batch, _ in order if writer == own] == [1, 2, 3, 4, 5]
    assert list(check_everything()) == []


def test_a_batch_that_lacks_entries_for_a_minute_is_a_fault_of_the_duty_and_the_rest_goes_on(
    poll: Poll, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = START + LATE + 1
    monkeypatch.setattr("guiguan.apps.votes.sequencing._seen_before", lambda at: Before(ALL, at))
    appended(poll, "open")
    noted(1, 1, 3)
    noted(2, 1, 2)
    rows = batch_of(poll, 1, 1, 3)
    seen(*rows[:2], *batch_of(poll, 2, 1, 2))
    with pytest.raises(Incomplete, match=r"\(1, 1\)"):
        sequence_due(at)
    assert set(Logged.objects.values_list("writer", "batch")) == {(OPENER, 1), (2, 1)}
    assert [(d.rule, d.where) for _, d in check_everything()] == [("lost", "writer 1 batch 1")]
    seen(rows[2])
    assert sequence_due(at) == 3
    assert list(check_everything()) == []


def test_where_one_database_holds_all_nothing_waits(poll: Poll) -> None:
    """A state of one database shows a batch whole or not at all."""
    if _seen_before(NOW):
        pytest.skip("this server has Citus")
    seen(*batch_of(poll, 1, 1, 2))
    assert sequence_due(NOW) == 2
