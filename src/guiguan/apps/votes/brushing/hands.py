"""Whether a campaign has people enough: two make ballots void, and two others answer an appeal against that."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from guiguan.apps.accounts.staff import who_may


def enough_for_both(campaign: str) -> bool:
    """Whether two can decide on a case and two others on an appeal."""
    first, second = _hands(campaign, "brushing.propose"), _hands(campaign, "brushing.second")
    return len(first) >= 2 and len(second) >= 2 and len(first | second) >= 4


def enough_for_appeal(campaign: str, deciders: Collection[UUID | None]) -> bool:
    """Whether one can propose an answer and another agree to it, neither of whom made the ballots void."""
    first = _hands(campaign, "brushing.propose") - set(deciders)
    second = _hands(campaign, "brushing.second") - set(deciders)
    return bool(first) and bool(second) and len(first | second) >= 2


def _hands(campaign: str, action: str) -> set[UUID]:
    return set(who_may(campaign, action).values_list("pk", flat=True))
