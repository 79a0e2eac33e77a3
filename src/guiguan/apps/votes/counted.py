"""The newest counts of a vote."""

from __future__ import annotations

from collections import Counter

from guiguan.apps.votes.models import Ballot, Poll
from guiguan.apps.votes.queries import Counts
from guiguan.core.values.canonical import decode


def counted_votes(poll: Poll, at: int) -> Counts:
    votes, channels, ballots = Counter[str](), Counter[str](), 0
    for entry in Ballot.objects.filter(poll=poll.pk, kind="ballot").values_list("entry", flat=True):
        value = decode(bytes(entry))
        assert isinstance(value, dict)
        votes.update(value["choices"])
        channels[value.get("ch", "")] += 1
        ballots += 1
    return Counts(at, dict(votes), dict(channels), ballots)
