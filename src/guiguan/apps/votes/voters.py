"""Who votes: what a vote asks of a voter, the token that says it was proved, and the keys that both rest on. The subject is kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

from guiguan.apps.votes.log import ballots_asked
from guiguan.box.held import lost_finding, lost_keys
from guiguan.box.keys import Keys, LostKeys
from guiguan.box.token import issue, voter_id, voter_of
from guiguan.core.blueprint.stages import Ballots
from guiguan.core.evidence.pseudonym import Pseudonyms
from guiguan.core.values.finding import Finding, InputError

HOURS_12 = 12 * 3_600_000
"""How long a token lives: as long as the site's own sessions."""


def keys() -> Keys:
    """The keys of this installation's ballots."""
    return Keys(settings.GUIGUAN_DATA / "keys" / "ballots")


def lost() -> list[str]:
    """Names of the keys that are missing, or are other than those with which the votes began."""
    with ballots_asked() as ask:
        return lost_keys(ask, keys())


def keys_of_vote(campaign: str) -> dict[str, str]:
    """Fingerprints of the keys with which a vote of the campaign begins; those that nothing rests on yet are made. InputError where
    keys are lost."""
    if names := lost():
        raise InputError(lost_finding(names))
    keys().make(campaign)
    return keys().fingerprints(campaign)


def names_of(campaign: str) -> Pseudonyms:
    """How people are named in what is published of the campaign. InputError where the key of the names is gone, as it may be once the
    time for keeping it is over."""
    try:
        return Pseudonyms(keys().pseudonym(campaign), campaign)
    except LostKeys:
        raise InputError(
            Finding(
                "votes.names-gone",
                "这个活动的代号密钥已经不在，不能再写出谁作的决定；请用此前导出的文件",
                "the key of this campaign's pseudonyms is gone, so nobody can be named any more; use what was exported before",
            )
        ) from None


def asked_of(stage: Ballots) -> tuple[str, ...]:
    """What a voter must prove; the address proves itself."""
    return tuple(kind for kind in stage.voter if kind != "ip")


def single_id(campaign: str, kind: str, subject: str) -> str:
    """64 hex digits for this subject in this campaign, from which nobody without the campaign's key finds the subject."""
    return voter_id(_held(campaign).identity(campaign), {kind: subject}).hex()


def missing(stage: Ballots, proved: Mapping[str, str]) -> tuple[str, ...]:
    """What of it has not been proved yet."""
    return tuple(kind for kind in asked_of(stage) if kind not in proved)


def voter_bytes(campaign: str, stage: Ballots, proved: Mapping[str, str]) -> bytes | None:
    """The voter who proved all of this (kind to single id); None while something is missing, or where the address alone counts."""
    if missing(stage, proved) or not asked_of(stage):
        return None
    singles = {kind: bytes.fromhex(proved[kind]) for kind in asked_of(stage)}
    return voter_of(_held(campaign).identity(campaign), singles)


def token_of(campaign: str, stage: Ballots, proved: Mapping[str, str], at: int) -> str:
    """The token for the ballot box, "" where there is none to give."""
    voter = voter_bytes(campaign, stage, proved)
    if voter is None:
        return ""
    return issue(_held(campaign).token, campaign, voter, frozenset(asked_of(stage)), at + HOURS_12)


def _held(campaign: str) -> Keys:
    """The keys; people may prove who they are before the vote begins, and then they are made. LostKeys where they should be there."""
    found = keys()
    if not (found.has("token") and found.has(f"{campaign}.identity")):
        if names := lost():
            raise LostKeys(names)
        found.make(campaign)
    return found
