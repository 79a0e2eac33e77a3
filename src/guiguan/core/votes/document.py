"""What a ballot box must know of one vote, as one canonical text: written when the vote is set up, read by whoever judges a ballot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, Strict

from guiguan.core.blueprint.stages import Ballots
from guiguan.core.values.canonical import decode, encode
from guiguan.core.values.finding import Finding, InputError
from guiguan.core.values.moment import Instant, Window
from guiguan.core.votes.rule import BallotRule


class NoDocument(InputError, ValueError):
    """The text is not the document of a vote; `why` in English."""

    def __init__(self, why: str) -> None:
        super().__init__(
            Finding(
                "log.no-rules",
                f"投票的规则文本（votes_poll.document）读不出来，请先从备份找回那一行（{why}）",
                f"the rules of a vote (votes_poll.document) cannot be read; put that row back from a backup first ({why})",
            )
        )
        self.why = why

    def __str__(self) -> str:
        return self.why


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
    """The document of a text that `poll_text` wrote. Raises NoDocument for any other."""
    try:
        found = _Text.model_validate(decode(text.encode()))
        rule = BallotRule(
            stage=found.stage,
            zone=ZoneInfo(found.zone),
            window=Window(Instant(found.start), Instant(found.end)),
            votable=frozenset(found.votable),
            known=frozenset(found.known),
            removed=frozenset(found.removed),
        )
    except (ValueError, LookupError, TypeError) as error:  # no JSON, no such zone, a name that is no text
        raise NoDocument(f"not the document of a vote: {error}") from error
    return PollDocument(found.campaign, found.rules, rule, found.keys)


class _Text(BaseModel):
    """What is written in a document, before it is a rule."""

    model_config = ConfigDict(strict=True, extra="forbid")

    v: Annotated[int, Field(ge=1, le=1)]
    campaign: str
    rules: str
    stage: Annotated[Ballots, Strict(False)]
    zone: str
    start: int
    end: int
    votable: list[str]
    known: list[str]
    removed: list[str] = []
    keys: dict[str, str] = {}
