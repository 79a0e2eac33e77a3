"""Sends what is due, one message at a time. Every step is committed before the next, so that a crash sends nothing twice.

waiting → sending (committed, tries + 1) → the gateway is asked, with the message's id as key → sent
                                                              │ not taken: waiting, later; failed after the last try
                                                              │ refused for good: failed
                                                              └ no answer, or killed: unsure, for a person to decide;
                                                                asked again only where the gateway knows the key
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from guiguan.adapters.crypto import Unsealable
from guiguan.adapters.sms import NotDelivered
from guiguan.apps.messages.gateways import mail_gateway, sms_gateway
from guiguan.apps.messages.models import Message
from guiguan.apps.messages.quiet import after_quiet
from guiguan.apps.messages.sealing import SUBJECT, TEXT, TO, opened

MINUTE = 60_000
BACK_OFF = (1 * MINUTE, 5 * MINUTE, 30 * MINUTE, 120 * MINUTE, 720 * MINUTE)
STUCK = 5 * MINUTE  # longer than any gateway's time-out: whoever began has died
_AT_MOST = 200  # in one round, so that the other duties have their turn

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Claimed:
    """A message that this worker alone sends; still sealed."""

    id: UUID
    channel: str
    tries: int
    urgent: bool
    to: bytes
    subject: bytes
    text: bytes


def deliver_due(at: int) -> int:
    """Everything that was due at `at` has been tried once; returns how many messages changed their state."""
    began = time.monotonic()
    settled = settle_stuck(at)
    for done in range(_AT_MOST):
        # a slow gateway takes minutes for a round: each try is dated by itself, lest another worker take it for dead
        now = at + int((time.monotonic() - began) * 1000)
        claimed = claim(now)
        if claimed is None:
            return settled + done
        send(claimed, lambda: at + int((time.monotonic() - began) * 1000))
    return settled + _AT_MOST


def settle_stuck(at: int) -> int:
    """No message is left `sending` by a worker that died: asked again where the gateway knows the key, else `unsure`."""
    stuck = Message.objects.filter(state="sending", began_at__lte=at - STUCK)
    if (
        not stuck.exists()
    ):  # asked every second: on SQLite even an update of nothing takes the only writer's place
        return 0
    again = [c for c, gateway in (("sms", sms_gateway()), ("mail", mail_gateway())) if gateway.idempotent]
    tried = stuck.filter(channel__in=again, tries__lte=len(BACK_OFF)).update(
        state="waiting", due_at=at, fault="interrupted"
    )
    return tried + stuck.update(state="unsure", fault="interrupted")


def claim(at: int) -> Claimed | None:
    """One message that is due is this worker's, committed as `sending`; None where none is due."""
    if not Message.objects.filter(state="waiting", due_at__lte=at).exists():
        return None
    with transaction.atomic():
        return _claim(at)


def _claim(at: int) -> Claimed | None:
    due = Message.objects.filter(state="waiting", due_at__lte=at).order_by("due_at", "id")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True)
    row = due.first()
    if row is None:
        return None
    # the condition is the guard on every database; skipping locked rows only saves the wait
    if not Message.objects.filter(pk=row.pk, state="waiting").update(
        state="sending", tries=F("tries") + 1, began_at=at
    ):
        return None
    return Claimed(
        row.pk, row.channel, row.tries + 1, row.urgent, bytes(row.to), bytes(row.subject), bytes(row.text)
    )


def send(claimed: Claimed, clock: Callable[[], int]) -> None:
    """The gateway has been asked once, and the answer is kept."""
    try:
        _hand_over(claimed)
    except NotDelivered as refused:
        _not_taken(claimed, clock(), refused)
    except Exception as error:  # whatever it was, nobody knows whether the message went out
        # the error's own text may hold the number: its kind is all that is kept
        _log.error("message %s: %s", claimed.id, type(error).__name__)
        _note(claimed, state="unsure", fault=type(error).__name__)
    else:
        _note(claimed, state="sent", sent_at=clock(), fault="")


def _hand_over(claimed: Claimed) -> None:
    key = claimed.id.hex
    try:
        to, text = opened(claimed.to, TO), opened(claimed.text, TEXT)
        subject = opened(claimed.subject, SUBJECT)
    except Unsealable as error:
        raise NotDelivered(f"cannot be opened: {error}", final=True) from error
    if claimed.channel == "mail":
        mail_gateway().send(to, subject, text, key)
    else:
        sms_gateway().send(to, text, key)


def _not_taken(claimed: Claimed, at: int, refused: NotDelivered) -> None:
    fault = str(refused)[:200]
    if refused.final or claimed.tries > len(BACK_OFF):
        _note(claimed, state="failed", fault=fault)
        return
    due = at + BACK_OFF[claimed.tries - 1]
    _note(claimed, state="waiting", due_at=due if claimed.urgent else after_quiet(due), fault=fault)


def _note(claimed: Claimed, **changes: object) -> None:
    """The answer stands, unless the message was taken up anew meanwhile."""
    Message.objects.filter(pk=claimed.id, tries=claimed.tries, state__in=("sending", "unsure")).update(
        **changes
    )
