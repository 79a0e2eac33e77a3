"""Who votes: what a vote asks of a voter, and the token that says it was proved. The subject itself is kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from django.conf import settings

from guiguan.box.keys import Keys
from guiguan.box.token import issue, voter_id, voter_of
from guiguan.core.blueprint.stages import Ballots

HOURS_12 = 12 * 3_600_000
"""How long a token lives: as long as the site's own sessions."""


@cache
def keys() -> Keys:
    return Keys(settings.GUIGUAN_DATA / "keys" / "ballots")


def asked_of(stage: Ballots) -> tuple[str, ...]:
    """What a voter must prove; the address proves itself."""
    return tuple(kind for kind in stage.voter if kind != "ip")


def single_id(campaign: str, kind: str, subject: str) -> str:
    """64 hex digits for this subject in this campaign, from which nobody without the campaign's key finds the subject."""
    return voter_id(keys().identity(campaign), {kind: subject}).hex()


def missing(stage: Ballots, proved: Mapping[str, str]) -> tuple[str, ...]:
    """What of it has not been proved yet."""
    return tuple(kind for kind in asked_of(stage) if kind not in proved)


def voter_bytes(campaign: str, stage: Ballots, proved: Mapping[str, str]) -> bytes | None:
    """The voter who proved all of this (kind to single id); None while something is missing, or where the address alone counts."""
    if missing(stage, proved) or not asked_of(stage):
        return None
    singles = {kind: bytes.fromhex(proved[kind]) for kind in asked_of(stage)}
    return voter_of(keys().identity(campaign), singles)


def token_of(campaign: str, stage: Ballots, proved: Mapping[str, str], at: int) -> str:
    """The token for the ballot box, "" where there is none to give."""
    voter = voter_bytes(campaign, stage, proved)
    if voter is None:
        return ""
    return issue(keys().token, campaign, voter, frozenset(asked_of(stage)), at + HOURS_12)
