"""Keyed pseudonyms: nobody without the key can tell whose they are, or try out all telephone numbers.

HMAC-SHA-256 truncated to 128 bits. A voter's lives one day where every limit is counted per day, otherwise the whole window.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field

from guiguan.core.blueprint.stages import Ballots


@dataclass(frozen=True)
class Pseudonyms:
    """Pseudonyms of one campaign under one key of 32 bytes."""

    key: bytes = field(repr=False)
    campaign: str

    def __post_init__(self) -> None:
        if len(self.key) != 32:
            raise ValueError("the pseudonym key has 32 bytes")

    def _name(self, use: str, *parts: str) -> str:
        message = b"\0".join(
            [b"gg/" + use.encode() + b"/v1", self.campaign.encode(), *(p.encode() for p in parts)]
        )
        return hmac.digest(self.key, message, "sha256")[:16].hex()

    def voter(self, voter: str, day: str) -> str:
        """`day` is empty where the pseudonym lives for the whole window."""
        return self._name("nym", day, voter)

    def network(self, address: str, day: str) -> str:
        return self._name("net", day, address)

    def person(self, name: str) -> str:
        """A person who decided something: the same person, the same name, eight hex digits."""
        return self._name("person", name)[:8] if name else ""

    def hidden(self, names: Iterable[str]) -> frozenset[str]:
        """The names that must not stand anywhere in the bundle."""
        return frozenset(names)

    def seats(self, reviewers: Iterable[str]) -> dict[str, str]:
        """Seats s001, s002 … in an order that tells nothing about the names."""
        ordered = sorted(set(reviewers), key=lambda r: self._name("seat", r))
        width = max(3, len(str(len(ordered))))
        return {r: f"s{i:0{width}}" for i, r in enumerate(ordered, 1)}


def lives_a_day(stage: Ballots) -> bool:
    """Whether every limit of this vote is counted per day, so that pseudonyms need not outlive one."""
    return bool(stage.limits) and all("day" in limit.per for limit in stage.limits)
