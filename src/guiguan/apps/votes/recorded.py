"""What is recorded of a ballot, found by its receipt: that it is there and where in the log, never what it chose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from guiguan.adapters.signing import check_ed25519
from guiguan.apps.votes.brushing.published import VoidedBallot, voided_ballot
from guiguan.apps.votes.models import Ballot, Log, Logged
from guiguan.apps.votes.voters import keys
from guiguan.box.receipt_keys import receipt_keys
from guiguan.core.integrity.receipt import BadReceipt, Receipt, holds, read_receipt

SHORT = re.compile(r"([0-9]{12,14})-([0-9a-f]{64})")
"""What finds a receipt again without proving anything: when it was stored (ms) and its leaf."""

State = Literal["unknown", "forged", "promised", "logged"]


@dataclass(frozen=True)
class Recorded:
    """`state`: unknown (no such ballot here) · forged (not signed by us) · promised (signed, not in order yet) · logged (it has its place in
    the log). `index` is that place, -1 where it has none. `receipt` with its signature, None where only its short form was given. `voided`:
    what was decided of it, where it was made void once."""

    state: State
    leaf: str
    time: int
    day: str = ""
    index: int = -1
    receipt: Receipt | None = None
    voided: VoidedBallot | None = None

    @property
    def kept(self) -> str:
        """What a voter should keep: the signed receipt, as short as it can be; else what finds it again."""
        return self.receipt.packed if self.receipt else f"{self.time}-{self.leaf}"


def recorded(campaign: str, text: str) -> Recorded | None:
    """What there is to say about a receipt or its short form; None for a text that is neither, or of another campaign."""
    short = SHORT.fullmatch(text)
    if short:
        return _found(campaign, bytes.fromhex(short[2]), int(short[1]))
    try:
        receipt = read_receipt(text)
    except BadReceipt:
        return None
    if receipt.c != campaign:
        return None
    return _of_receipt(receipt)


def _of_receipt(receipt: Receipt) -> Recorded:
    leaf = receipt.leaf.hex()
    if not holds(receipt, receipt_keys(keys()), check_ed25519):
        return Recorded("forged", leaf, receipt.t, receipt.day, receipt=receipt)
    found = _found(receipt.c, receipt.leaf, receipt.t)
    state: State = "logged" if found.state == "logged" else "promised"
    return Recorded(state, leaf, receipt.t, receipt.day, found.index, receipt, found.voided)


def _found(campaign: str, leaf: bytes, time: int) -> Recorded:
    """Looked up by the instant that it was stored at, which has an index, and then by its leaf."""
    logs = Log.objects.filter(campaign=campaign).values_list("pk", flat=True)
    for batch in Logged.objects.filter(log__in=logs, time=time):
        rows = Ballot.objects.filter(writer=batch.writer, batch=batch.batch, poll=batch.poll).order_by(
            "place"
        )
        for offset, (own, day, kind, place) in enumerate(rows.values_list("leaf", "day", "kind", "place")):
            if bytes(own) == leaf and kind == "ballot":
                voided = voided_ballot(batch.poll, batch.writer, batch.batch, place)
                return Recorded("logged", leaf.hex(), time, day, batch.first + offset, voided=voided)
    return Recorded("unknown", leaf.hex(), time)
