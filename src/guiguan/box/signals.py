"""What is known of the senders of one commit's ballots, sealed as one: for whoever decides about brushing, and deleted in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from guiguan.adapters.crypto import Sealer
from guiguan.box.asked import Sender

_PURPOSE = "ballot.signals"


def sealed_signals(key: bytes, senders: Sequence[tuple[bytes, Sender]]) -> bytes:
    """The senders of the ballots with these leaves."""
    lines = [[leaf.hex(), s.address, s.agent, s.device, s.solved] for leaf, s in senders]
    return Sealer(key).seal(msgspec.json.encode(lines).decode(), _PURPOSE)


def unsealed_signals(key: bytes, sealed: bytes) -> Iterator[tuple[bytes, Sender]]:
    """(leaf, sender) as they were sealed. A leaf that is not in the log was not stored. Raises Unsealable."""
    for leaf, address, agent, device, solved in msgspec.json.decode(Sealer(key).unseal(sealed, _PURPOSE)):
        yield bytes.fromhex(leaf), Sender(address, agent, device, solved)
