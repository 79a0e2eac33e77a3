"""What a ballot box must know of one vote, as one canonical text: written when the vote is set up, read by whoever judges a ballot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from guiguan.core.blueprint.stages import Ballots
from guiguan.core.values.canonical import decode, encode
from guiguan.core.values.moment import Instant, Window
from guiguan.core.votes.rule import BallotRule


@dataclass(frozen=True)
class PollDocument:
    """One vote of a campaign. `rules` is the SHA-256 of the blueprint's text in force, 64 hex digits. `keys`: fingerprints of the keys with
    which the vote began, by use; it must go on with the same."""

    campaign: str
    rules: str
    rule: BallotRule
    keys: Mapping[str, str] = field(default_factory=dict)


def poll_text(document: PollDocument) -> str:
    """The document in GGC1; the same document, the same text."""
    rule = document.rule
    value = {
        "campaign": document.campaign,
        "end": rule.window.end,
        **({"keys": dict(document.keys)} if document.keys else {}),
        "known": sorted(rule.known),
        "rules": document.rules,
        **({"removed": sorted(rule.removed)} if rule.removed else {}),
        "stage": rule.stage.model_dump(mode="json", exclude_none=True, exclude_defaults=True),
        "start": rule.window.start,
        "v": 1,
        "votable": sorted(rule.votable),
        "zone": rule.zone.key,
    }
    return encode(value).decode()


def read_poll_text(text: str) -> PollDocument:
    """The document of a text that `poll_text` wrote. Raises ValueError for any other."""
    value = decode(text.encode())
    if not isinstance(value, dict) or value.get("v") != 1:
        raise ValueError("not the document of a vote")
    rule = BallotRule(
        stage=Ballots.model_validate(value["stage"]),
        zone=ZoneInfo(value["zone"]),
        window=Window(Instant(value["start"]), Instant(value["end"])),
        votable=frozenset(value["votable"]),
        known=frozenset(value["known"]),
        removed=frozenset(value.get("removed", ())),
    )
    return PollDocument(value["campaign"], value["rules"], rule, value.get("keys", {}))
