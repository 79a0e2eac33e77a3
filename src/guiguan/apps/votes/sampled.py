"""Entries of a log looked at one by one: whether the stored bytes still give their leaf."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from guiguan.apps.votes.log import ballots_asked
from guiguan.box.ledger import entry_at, log_of, size_of
from guiguan.core.integrity.merkle import leaf_hash
from guiguan.core.values.canonical import NotCanonical, decode


@dataclass(frozen=True)
class Drawn:
    """An entry without what it chose. `whole`: its bytes are canonical and give the leaf that is stored beside them."""

    index: int
    kind: str
    time: int
    leaf: str
    nym: str
    channel: str
    whole: bool


def drawn(campaign: str, choose: Callable[[int], Sequence[int]]) -> tuple[int, list[Drawn]]:
    """The log's size, and the entries at the indexes that `choose` names for that size."""
    with ballots_asked() as ask:
        log = log_of(ask, campaign)
        if log is None:
            return 0, []
        size = size_of(ask, log.id)
        found = [(i, entry_at(ask, log.id, i)) for i in choose(size)]
    return size, [
        Drawn(i, "", 0, "", "", "", False) if s is None else _read(i, s.kind, s.time, s.entry, s.leaf)
        for i, s in found
    ]


def _read(index: int, kind: str, time: int, entry: bytes, leaf: bytes) -> Drawn:
    try:
        value = decode(entry)
    except NotCanonical:
        return Drawn(index, kind, time, leaf.hex(), "", "", False)
    assert isinstance(value, dict)
    return Drawn(
        index,
        kind,
        time,
        leaf.hex(),
        str(value.get("nym", "")),
        str(value.get("ch", "")),
        leaf_hash(entry) == leaf,
    )
