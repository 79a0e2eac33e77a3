"""Figures as they are published."""

from __future__ import annotations

from fractions import Fraction

from guiguan.core.blueprint.counting import Ranking
from guiguan.core.blueprint.lookup import ballot_stages, panels
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.values.rounding import decimal_text, round_to


def published(value: Fraction, ranking: Ranking | None) -> str:
    """A figure rounded as its ranking declares; to two digits, half up, where nothing is ranked."""
    digits, mode = (ranking.rounding.digits, ranking.rounding.mode) if ranking else (2, "half_up")
    return decimal_text(round_to(value, digits, mode), digits)


def components(b: Blueprint) -> tuple[str, ...]:
    """The parts of all rankings by their ids; where nothing is ranked, every vote and panel."""
    found = [p.source for r in b.rankings for p in r.parts]
    return tuple(dict.fromkeys(found or [s.id for s in (*ballot_stages(b), *panels(b))]))
