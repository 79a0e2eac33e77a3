"""A share as pages show it."""

from __future__ import annotations

from fractions import Fraction


def percent(share: Fraction) -> str:
    """Whole per cent, rounded down: 100 % is shown of what is the same throughout, and of nothing else."""
    return f"{int(share * 100)}%"
