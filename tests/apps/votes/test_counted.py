"""How many ballots count: void ones are not among them, each is taken off its own vote, and asking costs the same however many are void."""

from __future__ import annotations

from typing import Any

import pytest
from ballotlog import DAY, START, ZONE, make_poll, store, store_batch, stored
from django.conf import settings
from django.db import connections, transaction
from django.test.utils import CaptureQueriesContext

from guiguan.apps.votes.board import board_of
from guiguan.apps.votes.counted import ballots_counted, counts_lately, counts_now
from guiguan.apps.votes.log import append_entry
from guiguan.apps.votes.models import Poll
from guiguan.apps.votes.sequencing import sequence_due
from guiguan.core.votes.slots import HOUR

pytestmark = pytest.mark.django_db


def void(poll: Poll, ref: int, row: Any) -> None:
    with transaction.atomic(using=settings.BALLOTS_ALIAS):
        append_entry(poll, "void", {"ref": ref, "leaf": row.leaf.hex()}, START, ZONE)


def asked(poll: Poll) -> int:
    with CaptureQueriesContext(connections[settings.BALLOTS_ALIAS]) as found:
        counts_now(poll, START)
    return len(found)


def test_void_ballots_are_taken_off_their_own_vote_in_one_question() -> None:
    one, two = make_poll(), make_poll(id="second")
    rows = store_batch(one, 1, 1, 6)
    others = store_batch(two, 1, 2, 4)
    sequence_due(START)
    assert (ballots_counted(one), ballots_counted(two)) == (6, 4)
    void(one, 2, rows[2])
    void(two, 6, others[0])
    sequence_due(START)
    questions = asked(one)
    for ref in (0, 1, 5):
        void(one, ref, rows[ref])
    sequence_due(START)
    assert (ballots_counted(one), ballots_counted(two)) == (2, 3)
    assert asked(one) == questions


def test_on_the_board_what_was_received_less_what_is_void_is_what_counts() -> None:
    poll = make_poll()
    rows = store_batch(poll, 1, 1, 6)
    sequence_due(START)
    for ref in (0, 1):
        void(poll, ref, rows[ref])
    sequence_due(START)
    board = board_of(poll, START + 3 * HOUR)
    assert (board.received, board.void, board.ballots) == (6, 2, 4)
    assert (sum(n for _hour, n in board.hours), board.closed) == (6, False)


def test_the_board_shows_hours_without_ballots_up_to_now_or_the_last_ballot_of_a_closed_vote() -> None:
    poll = make_poll()
    store(
        stored(poll, 1, 1, 0, time=START + 2 * HOUR),
        stored(poll, 1, 2, 0, time=START + 5 * HOUR),
    )
    sequence_due(START + 5 * HOUR)
    shown = board_of(poll, START + 6 * HOUR + 1)
    assert (shown.step, shown.hours) == (
        1,
        tuple((START + hour * HOUR, n) for hour, n in ((2, 1), (3, 0), (4, 0), (5, 1), (6, 0))),
    )
    assert board_of(poll, START + 900 * DAY).hours[-1] == (START + 3 * DAY - HOUR, 0)
    poll.state = "closed"
    shown = board_of(poll, START + 900 * DAY)
    assert (shown.hours[-1], shown.closed) == ((START + 5 * HOUR, 1), True)


def test_whoever_looks_right_after_another_has_the_same_counts_until_the_log_has_grown() -> None:
    poll = make_poll()
    store_batch(poll, 1, 1, 6)
    sequence_due(START)
    first = counts_lately(poll, START)
    with CaptureQueriesContext(connections[settings.BALLOTS_ALIAS]) as found:
        assert counts_lately(poll, START + 1) is first
    assert not any("votes_count" in q["sql"] or "SUM" in q["sql"] for q in found.captured_queries)
    store_batch(poll, 1, 2, 4)
    assert counts_lately(poll, START + 2) is first
    sequence_due(START)
    assert (first.ballots, counts_lately(poll, START + 3).ballots) == (6, 10)


def test_another_state_of_the_vote_has_its_counts_read_again() -> None:
    poll = make_poll()
    store_batch(poll, 1, 1, 2)
    sequence_due(START)
    before = counts_lately(poll, START)
    poll.version += 1
    assert counts_lately(poll, START) is not before
