"""A vote as the box holds it in mind: its row as last read, and all that a ballot needs, worked out once."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from guiguan.box.keys import Keys
from guiguan.box.mac import mac
from guiguan.core.evidence.pseudonym import lives_a_day
from guiguan.core.values.moment import day_of
from guiguan.core.votes.document import read_poll_text
from guiguan.core.votes.plain import PlainRule, plain_rule
from guiguan.core.votes.rule import BallotRule


@dataclass(frozen=True)
class PollRow:
    """A row of votes_poll."""

    id: int
    campaign: str
    stage: str
    state: str
    version: int
    document: str


@dataclass(frozen=True)
class Poll:
    """A vote as of one version."""

    row: PollRow
    rule: BallotRule
    pseudonyms: bytes = field(repr=False)

    @cached_property
    def plain(self) -> PlainRule:
        return plain_rule(self.rule)

    @cached_property
    def kinds(self) -> frozenset[str]:
        """What a voter has to prove beside the address."""
        return frozenset(self.rule.stage.voter) - {"ip"}

    @cached_property
    def by_address(self) -> bool:
        """Whether the address is wanted: it is the voter, part of what a voter must have, or a limit counts by it."""
        return "ip" in self.rule.stage.voter or self.rule.by_ip

    @cached_property
    def prefix(self) -> dict[str, int]:
        """How many bits of an address count as one."""
        return {str(kind): bits for kind, bits in self.rule.stage.ip_prefix.items()}

    @cached_property
    def crosses(self) -> bool:
        """Whether a limit counts by address for many voters together, so that an address has a right of its own."""
        if not self.kinds:  # the address is the voter
            return False
        return any("ip" in limit.per and "voter" not in limit.per for limit in self.rule.limits)

    @cached_property
    def named(self) -> dict[str, str]:
        """Every entry that can be voted for, as it is written in JSON."""
        return {entry: json.dumps(entry, ensure_ascii=False) for entry in self.rule.votable}

    @cached_property
    def head(self) -> str:
        """How every ballot's entry begins."""
        return f'{{"c":{json.dumps(self.row.campaign)}'

    @cached_property
    def a_day(self) -> bool:
        """Whether pseudonyms live a day."""
        return lives_a_day(self.rule.stage)

    def day(self, at: int) -> str:
        """The day of the instant in the campaign's zone."""
        return day_of(at, self.rule.zone).isoformat()

    def nyms(self, day: str) -> Callable[[bytes], bytes]:
        """What names voters in the log, of that day or of the whole window: the first 16 bytes of what it makes of an id in hex, as
        `Pseudonyms.voter` does."""
        return self._names(b"gg/nym/v1", day)

    def net(self, day: str, network: str) -> str:
        """The address's name in the log."""
        return self._names(b"gg/net/v1", day)(network.encode())[:16].hex()

    def _names(self, label: bytes, day: str) -> Callable[[bytes], bytes]:
        day = day if self.a_day else ""
        return mac(self.pseudonyms, b"\0".join([label, self.row.campaign.encode(), day.encode(), b""]))


def poll_of(row: PollRow, keys: Keys) -> Poll:
    """The vote of a row. ValueError where its document cannot be read."""
    document = read_poll_text(row.document)
    return Poll(row, document.rule, keys.pseudonym(row.campaign))
