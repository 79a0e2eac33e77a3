"""Which campaigns' entries may be held beside each other: what was handed in for one call serves others only where both notices say so."""

from __future__ import annotations

from guiguan.core.blueprint.model import Blueprint


def compared_together(one: Blueprint, other: Blueprint) -> bool:
    """Whether entries of the one campaign may be compared with entries of the other. Within one they always are.

    `duplicates: earlier_campaigns` must stand in both: an entry handed in under 仅用于本活动的评选事宜 is neither held
    beside others nor shown to those who review them.
    """
    return one.duplicates == other.duplicates == "earlier_campaigns"
