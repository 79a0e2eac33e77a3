"""What the gateway tells later: that a message reached the phone, or that it did not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db import transaction

from guiguan.apps.messages.models import Message


@dataclass(frozen=True)
class Receipt:
    """One message by the key under which it was handed over. `reason` is the gateway's word for a failure."""

    key: str
    outcome: Literal["delivered", "failed"]
    reason: str = ""


@transaction.atomic
def note_receipts(receipts: list[Receipt]) -> int:
    """Each message stands as its receipt says; how many changed. A key that is no message's (a code's) or a message that
    waits again, because somebody sent it anew, stays as it is; what was delivered is never said to have failed."""
    return sum(_noted(one) for one in sorted(receipts, key=lambda r: r.key))


def _noted(receipt: Receipt) -> bool:
    try:
        pk = UUID(hex=receipt.key)
    except ValueError:
        return False
    known = Message.objects.filter(pk=pk, channel="sms")
    if receipt.outcome == "delivered":
        changed = known.filter(state__in=("sending", "sent", "unsure", "failed")).update(
            state="delivered", fault=""
        )
    else:
        reason = "".join("*" if c.isdigit() else c for c in receipt.reason if c.isprintable())
        changed = known.filter(state__in=("sending", "sent", "unsure")).update(
            state="failed", fault=f"not delivered: {reason}"[:200]
        )
    return bool(changed)
