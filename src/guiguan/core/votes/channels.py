"""By which way a ballot came, and which sites may show the vote: what the blueprint names, and nothing else (V6)."""

from __future__ import annotations

from guiguan.core.blueprint.ballots import Partner
from guiguan.core.blueprint.stages import Ballots

MOST = 64
"""A channel's id is no longer than any id of a blueprint."""


def channel_of(stage: Ballots, text: str) -> str:
    """The channel that the text names, "" for what the blueprint does not name: nobody makes up a channel."""
    return text if len(text) <= MOST and text in stage.channels else ""


def embedders(stage: Ballots) -> tuple[str, ...]:
    """The origins that may show the vote inside their pages, each once."""
    return tuple(dict.fromkeys(p.site for p in stage.partners if isinstance(p, Partner)))


def partner_names(stage: Ballots) -> tuple[tuple[str, bool], ...]:
    """Every partner with whether it can embed the vote."""
    return tuple((p.name, True) if isinstance(p, Partner) else (p, False) for p in stage.partners)
