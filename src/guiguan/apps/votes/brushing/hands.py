"""Whether a campaign has people enough: two make ballots void, and two others answer an appeal against that."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from guiguan.apps.accounts.staff import staff_of
from guiguan.core.permissions.table import TABLE


def enough_for_both(campaign: str) -> bool:
    """Whether two can decide on a case and two others on an appeal."""
    first, second = may_do(campaign, "brushing.propose"), may_do(campaign, "brushing.second")
    return len(first) >= 2 and len(second) >= 2 and len(first | second) >= 4


def enough_for_appeal(campaign: str, deciders: Collection[UUID | None]) -> bool:
    """Whether one can propose an answer and another agree to it, neither of whom made the ballots void."""
    first = may_do(campaign, "brushing.propose") - set(deciders)
    second = may_do(campaign, "brushing.second") - set(deciders)
    return bool(first) and bool(second) and len(first | second) >= 2


def may_do(campaign: str, action: str) -> set[UUID]:
    """Who may do the action in the campaign by the table of permissions."""
    return {person.pk for person in staff_of(campaign, tuple(TABLE[action]))}
