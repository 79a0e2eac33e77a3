"""Ballots decided one after another inside a transaction that holds their voters' rights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from guiguan.box.accept import (
    Again,
    Taken,
    Used,
    address_holder,
    judge,
    known_again,
    net_of,
    read_written,
    written,
)
from guiguan.box.asked import Asked
from guiguan.box.poll import Poll
from guiguan.box.refusals import Reason
from guiguan.box.rows import Stored
from guiguan.box.store import Right, Settling


@dataclass
class Decided:
    """What became of each; `rights` of the voters as they were found, `addresses` whose counts changed."""

    taken: dict[Asked, Taken] = field(default_factory=dict)
    again: dict[Asked, Again] = field(default_factory=dict)
    refused: dict[Asked, Reason] = field(default_factory=dict)
    rights: dict[bytes, Right] = field(default_factory=dict)
    addresses: dict[bytes, Right] = field(default_factory=dict)

    def note(self, asked: Asked, found: Taken | Again | Reason) -> None:
        match found:
            case Taken():
                self.taken[asked] = found
            case Again():
                self.again[asked] = found
            case _:
                self.refused[asked] = found

    def changed(self, rows: Sequence[Stored]) -> dict[bytes, Right]:
        """The rights when these rows, those of the taken, are stored."""
        voters = {r.voter: Right((*self.rights[r.voter].refs, r.ref)) for r in rows}
        return voters | self.addresses


def decide(poll: Poll, asked: Sequence[Asked], at: int, settling: Settling) -> Decided:
    """Each voter is among them once; an address may be there many times, and what one uses up is gone for the next."""
    nets = {a: address_holder(net) for a in asked if poll.crosses and (net := net_of(poll, a, at))}
    decided = Decided(rights=settling.rights(sorted({a.voter for a in asked} | set(nets.values()))))
    found = settling.ballots([(ref, a.voter) for a in asked for ref in decided.rights[a.voter].refs])
    counted: dict[bytes, Used] = {h: read_written(poll, decided.rights[h].used) for h in nets.values()}
    for a in asked:
        earlier = [found[ref] for ref in decided.rights[a.voter].refs]
        holder = nets.get(a, b"")
        outcome = known_again(poll, a, earlier) or judge(poll, a, at, earlier, counted.get(holder, {}))
        decided.note(a, outcome)
        if holder and isinstance(outcome, Taken):
            content = written(poll, outcome.used)
            counted[holder] = read_written(poll, content)
            decided.addresses[holder] = Right(used=content)
    return decided
