"""What is known of senders is deleted after the days that the blueprint says, and nothing else is."""

from __future__ import annotations

import pytest
from ballotlog import store_batch
from voting import make_vote, now, opened

from guiguan.apps.messages.occasions import Occasions
from guiguan.apps.votes.forgetting import DAY, forget_signals
from guiguan.apps.votes.models import Ballot, Signal

pytestmark = pytest.mark.django_db


def kept() -> set[int]:
    return set(Signal.objects.filter(writer=1).values_list("batch", flat=True))


def test_signals_are_gone_after_the_days_of_their_own_campaign() -> None:
    at = now()
    polls = opened(make_vote()), opened(make_vote("short", extra="retention: {voter_signals_days: 30}"))
    for batch, (poll, days) in enumerate([(p, d) for p in polls for d in (0, 31, 190)], 1):
        store_batch(poll, 1, batch, 2)
        Signal.objects.filter(writer=1, batch=batch).update(at=at - days * DAY)
    assert kept() == {1, 2, 3, 4, 5, 6}
    assert forget_signals(at, Occasions()) == 3
    assert kept() == {1, 2, 4}
    assert Ballot.objects.filter(kind="ballot").count() == 12
    assert forget_signals(at, Occasions()) == 0


def test_signals_are_kept_to_the_last_millisecond_and_looked_for_once_an_hour() -> None:
    at, occasions = 1_000 * DAY, Occasions()
    store_batch(opened(make_vote()), 1, 1, 1)
    Signal.objects.filter(writer=1, batch=1).update(at=at - 190 * DAY + 1)
    assert forget_signals(at, occasions) == 0
    assert forget_signals(at + 1, occasions) == 0
    assert forget_signals(at + 1, Occasions()) == 1
