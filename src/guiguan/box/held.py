"""Whether the keys on the disk are those with which the votes began: asked before a box takes ballots, and by whoever asks if it is ready."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from guiguan.box.keys import OWN, Keys, LostKeys
from guiguan.box.polls import polls
from guiguan.box.read import Ask
from guiguan.box.reader import reading
from guiguan.core.values.finding import Finding
from guiguan.core.votes.document import read_poll_text


def lost_keys(ask: Ask, keys: Keys) -> list[str]:
    """Names of the keys that are missing or broken though ballots rest on them, or are other than those with which a vote under way began. Those of
    a closed vote may have been destroyed: its ballots are then nobody's any more, as they should be."""
    return _looked_at(ask, keys)[0]


def ready_keys(url: str, folder: Path) -> Keys:
    """The keys by which a box may take ballots: made where nothing rests on any yet. Raises LostKeys, Unavailable."""
    keys = Keys(folder)
    with reading(url) as ask:
        lost, going_on = _looked_at(ask, keys)
    if lost:
        raise LostKeys(lost)
    for campaign in ["", *going_on]:
        keys.make(campaign)
    return keys


def _looked_at(ask: Ask, keys: Keys) -> tuple[list[str], list[str]]:
    """What is lost, and the campaigns that have votes under way."""
    going_on = {p: _began_with(p.document) for p in polls(ask).values() if p.document and p.state != "closed"}
    campaigns = [poll.campaign for poll in going_on]
    if not any(going_on.values()) and not ask("SELECT 1 FROM votes_ballot LIMIT 1", []):
        return [], campaigns
    found = [name for name in OWN if not keys.sound(name)]
    for poll, fingerprints in going_on.items():
        found += keys.lost(poll.campaign, fingerprints)
    return sorted(set(found)), campaigns


def _began_with(document: str) -> Mapping[str, str]:
    try:
        return began_with(document)
    except ValueError:
        return {}  # whoever reads the votes leaves this one out, and says so


@lru_cache(maxsize=64)
def began_with(document: str) -> Mapping[str, str]:
    """The fingerprints in a poll's document; none in one from before they were kept."""
    return read_poll_text(document).keys


def lost_finding(names: Sequence[str]) -> Finding:
    """What happened and what to do."""
    told = ", ".join(names)
    return Finding(
        "ballots.keys",
        f"选票的密钥不在、已损坏，或者不是投票开始时的那一份（{told}），因此不收选票：换了密钥，投过的人会变成没有投过。"
        "请把 keys/ballots/ 从它自己的备份恢复后再启动；确实找不回来，见 docs/operate/ballots.md“密钥丢了”",
        f"keys of the ballots are missing or broken, or are not those with which the votes began ({told}), so no ballots are taken: under other keys"
        " whoever has voted could vote again. Put keys/ballots/ back from its own backup, then start; if it is lost for good, see"
        " docs/operate/ballots.md",
    )
