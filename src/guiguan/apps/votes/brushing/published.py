"""What the public reads of what was made void: numbers by case and reason at once; votes before and after once the decision stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count as Many
from django.db.models import Q

from guiguan.apps.votes.brushing.written import pending
from guiguan.apps.votes.log import ballots_asked
from guiguan.apps.votes.models import Count, Poll, Suspect, Suspicion
from guiguan.box.entries import read_entry
from guiguan.core.votes.void import LEAST_SHOWN

_PAGE = 2000


@dataclass(frozen=True)
class VoidedCase:
    """One case as the public reads it. `ballots` and `restored` are None where they are too few to be told. `annulled`: all
    of them count again. `stands`: the term for appeals is over, none waits, and the log says all that was decided."""

    number: int
    day: str
    reason: str
    ballots: int | None
    restored: int | None
    annulled: bool
    decided_at: int
    appeal_until: int
    appeals: int
    stands: bool


@dataclass(frozen=True)
class Changed:
    """Votes of one entry without and with what was made void; None where the difference is too small to be told."""

    entry: str
    before: int | None
    after: int


@dataclass(frozen=True)
class VoidedBallot:
    """What was decided of one ballot, as its voter reads it: it is in the void case `number`. `counts`: it came to count again, and the
    log says so."""

    number: int
    reason: str
    appeal_until: int
    counts: bool


def voided_ballot(poll: int, writer: int, batch: int, place: int) -> VoidedBallot | None:
    """What was decided of the ballot; None where it was never void, or its case is not in the log as a whole yet."""
    suspect = (
        Suspect.objects.select_related("suspicion")
        .defer("suspicion__subject", "suspicion__evidence")
        .filter(poll=poll, writer=writer, batch=batch, place=place)
        .filter(suspicion__state__in=("void", "restored"), suspicion__appeal_until__isnull=False)
        .first()
    )
    if suspect is None:
        return None
    case = suspect.suspicion
    return VoidedBallot(
        case.number, case.reason, case.appeal_until or 0, suspect.restored and not suspect.pending
    )


def voided_cases(poll: Poll, at: int) -> list[VoidedCase]:
    """Every case that was made void, also those that came to count again, oldest first. One that is not in the log as a whole yet is not told."""
    waiting = Many("appeals", filter=Q(appeals__state__in=("waiting", "proposed")), distinct=True)
    restored = Many("suspects", filter=Q(suspects__restored=True), distinct=True)
    writing = set(pending(poll.pk).values_list("suspicion", flat=True).distinct())
    told = Suspicion.objects.filter(poll=poll.pk, state__in=("void", "restored"), appeal_until__isnull=False)
    found = told.annotate(waiting=waiting, made=Many("appeals", distinct=True), again=restored)
    return [
        VoidedCase(
            c.number, c.day, c.reason, shown(c.ballots), shown(c.again), c.state == "restored",
            c.decided_at or 0, c.appeal_until or 0, c.made, at >= (c.appeal_until or 0) and not c.waiting and c.pk not in writing)
        for c in found.order_by("number")
    ]  # fmt: skip


def changed_votes(poll: Poll, cases: Iterable[VoidedCase]) -> list[Changed] | None:
    """Votes before and after of every entry that lost any; None until every decision stands and is in the log as a whole."""
    if not all(case.stands for case in cases) or pending(poll.pk).exists():
        return None
    lost: Counter[str] = Counter()
    for choices in _choices_of(poll):
        lost.update(choices)
    totals: Counter[str] = Counter()
    for entry, votes in Count.objects.filter(
        campaign=poll.campaign, stage=poll.stage, entry__in=list(lost)
    ).values_list("entry", "votes"):
        totals[entry] += votes
    return [
        Changed(e, None if lost[e] < LEAST_SHOWN else totals[e] + lost[e], totals[e]) for e in sorted(lost)
    ]


def shown(ballots: int) -> int | None:
    """The number, or None where it could point at persons. 0 points at nobody."""
    return None if 0 < ballots < LEAST_SHOWN else ballots


def _choices_of(poll: Poll) -> Iterable[tuple[str, ...]]:
    """The choices of every ballot that is void now."""
    suspects = Suspect.objects.filter(poll=poll.pk, suspicion__state="void", restored=False)
    refs = list(suspects.order_by("writer", "batch", "place").values_list("writer", "batch", "place"))
    with ballots_asked() as ask:
        for first in range(0, len(refs), _PAGE):
            for ref in refs[first : first + _PAGE]:
                for (entry,) in ask(
                    "SELECT entry FROM votes_ballot WHERE writer = %s AND batch = %s AND place = %s",
                    list(ref),
                ):
                    yield read_entry(bytes(entry)).choices
