"""What people do with messages: read them, and have sent again what did not arrive. Who may do so the pages ask."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from guiguan.apps.audit.services import record
from guiguan.apps.messages.models import Message
from guiguan.apps.messages.queries import RESENDABLE, delivery
from guiguan.apps.messages.quiet import after_quiet


@transaction.atomic
def resend_messages(by: UUID, at: int, campaign: str, messages: list[UUID]) -> int:
    """Those of the campaign's messages that failed or are unsure wait again, with all their tries; returns how many.

    One that is neither any more, because somebody else was faster, stays as it is.
    """
    rows = list(
        delivery(campaign).filter(pk__in=messages, state__in=RESENDABLE).select_for_update().order_by("id")
    )
    for row in rows:
        Message.objects.filter(pk=row.pk).update(
            state="waiting", tries=0, due_at=at if row.urgent else after_quiet(at), fault=""
        )
        record(str(by), at, "message.resend", f"message:{row.pk}", campaign=campaign, was=row.state)
    return len(rows)


def mark_read(person: UUID, at: int, message: UUID | None = None) -> int:
    """The person's message, or without one all of them, counts as read; returns how many were not."""
    unread = Message.objects.filter(person=person, channel="site", read_at=None)
    return unread.filter(**({} if message is None else {"pk": message})).update(read_at=at)
