"""How the work of screening stands: who decided how much, for which reasons entries were refused, how long they wait, what is overdue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from guiguan.apps.entries.models import Entry, Submission
from guiguan.apps.screening.models import Screening

DAY = 86_400_000


@dataclass(frozen=True)
class Work:
    """What one person did at the screenings: decisions by outcome, and proposals agreed to as second person."""

    person: UUID
    accepted: int
    returned: int
    refused: int
    seconded: int

    @property
    def all(self) -> int:
        return self.accepted + self.returned + self.refused


@dataclass(frozen=True)
class Figures:
    """`waited` are the whole days from each handing in to its decision; `waiting` those of entries still undecided."""

    by_person: tuple[Work, ...]
    by_reason: tuple[tuple[str, str, int], ...]  # stage, code ("" none), how many
    waited: tuple[int, ...]
    waiting: tuple[int, ...]
    correcting: int
    overdue: int

    @property
    def median_waited(self) -> int | None:
        return sorted(self.waited)[(len(self.waited) - 1) // 2] if self.waited else None

    @property
    def longest_waiting(self) -> int | None:
        return max(self.waiting, default=None)


def figures_of(entries: QuerySet[Entry], at: int) -> Figures:
    """The figures of these entries: what the person may see, and nothing besides."""
    decided = list(
        Screening.objects.filter(submission__entry__in=entries, state="stands").values_list(
            "by", "second_by", "outcome", "stage", "reason", "at", "second_at", "submission__at"
        )
    )
    did: Counter[tuple[UUID, str]] = Counter()
    reasons: Counter[tuple[str, str]] = Counter()
    waited = []
    for by, second, outcome, stage, reason, when, second_at, handed in decided:
        did[by, outcome] += 1
        if second is not None:
            did[second, "second"] += 1
        if outcome == "refuse":
            reasons[stage, reason] += 1
        waited.append(max((second_at or when) - handed, 0) // DAY)
    last = Submission.objects.filter(entry=OuterRef("pk")).order_by("-number").values("at")[:1]
    waiting = (
        entries.filter(state="submitted").annotate(handed=Subquery(last)).values_list("handed", flat=True)
    )
    returned = entries.filter(state="returned")
    return Figures(
        by_person=_by_person(did),
        by_reason=tuple((stage, code, n) for (stage, code), n in sorted(reasons.items(), key=_most)),
        waited=tuple(waited),
        waiting=tuple(max(at - handed, 0) // DAY for handed in waiting if handed),
        correcting=returned.count(),
        overdue=returned.filter(correct_until__lte=at).count(),
    )


def waits(days: Sequence[int]) -> tuple[tuple[int, int | None, int], ...]:
    """How many fall between each bound (inclusive) and the next: 0–1, 2–4, 5–9, 10 and more days."""
    bounds: tuple[tuple[int, int | None], ...] = ((0, 1), (2, 4), (5, 9), (10, None))
    return tuple(
        (low, high, sum(low <= d and (high is None or d <= high) for d in days)) for low, high in bounds
    )


def _by_person(did: Counter[tuple[UUID, str]]) -> tuple[Work, ...]:
    people = {person for person, _ in did}
    found = [Work(p, did[p, "accept"], did[p, "return"], did[p, "refuse"], did[p, "second"]) for p in people]
    return tuple(sorted(found, key=lambda w: (-w.all, -w.seconded, str(w.person))))


def _most(item: tuple[tuple[str, str], int]) -> tuple[int, tuple[str, str]]:
    return -item[1], item[0]
