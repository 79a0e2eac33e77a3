"""Keys of the ballots changed: the receipts' at will, others only where they are lost for good, and then every vote stands still."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.db import transaction

from guiguan.apps.audit.services import record
from guiguan.apps.campaigns.texts import plain
from guiguan.apps.votes.alarm import raise_alarm
from guiguan.apps.votes.models import Poll
from guiguan.apps.votes.services.acting import require_reason
from guiguan.apps.votes.voters import keys, lost
from guiguan.box.held import lost_finding
from guiguan.box.receipt_keys import change_receipt_key
from guiguan.core.values.finding import Finding, InputError
from guiguan.core.votes.document import poll_text, read_poll_text


def replace_lost(by: str, at: int, explained: str) -> list[str]:
    """What lies in the folder holds from now on, the missing and the broken is made anew, and it is on record; which keys were lost. Whoever has voted is
    then somebody who has not, so every vote under way that voters' keys were lost of is paused, with an alarm that must be cleared before
    its organiser can resume it. InputError where nobody says how it came."""
    names, said = lost(), plain(explained)
    if not names:
        return []
    require_reason(said)
    with transaction.atomic(), transaction.atomic(using=settings.BALLOTS_ALIAS):
        # first on record: what is made in the folder below is there even where the rest fails
        record(by, at, "keys.replace", "keys:ballots", names=names, explained=said)
        for name in names:
            if not keys().sound(name):
                keys().set_aside(name)
        going_on = list(Poll.objects.select_for_update().exclude(state="closed").exclude(document=""))
        for campaign in sorted({poll.campaign for poll in going_on}):
            if any(name.startswith(f"{campaign}.") for name in names):
                raise_alarm(campaign, "keys", ", ".join(names), at)
            keys().make(campaign)
        keys().make()
        for poll in Poll.objects.select_for_update().filter(pk__in=[p.pk for p in going_on]):
            document = replace(read_poll_text(poll.document), keys=keys().fingerprints(poll.campaign))
            poll.document, poll.version = poll_text(document), poll.version + 1
            poll.save()
    return names


def change_receipts(by: str, at: int) -> str:
    """Receipts are signed with a new key once site and box have been started again, and it is on record; its public half, in hex. Receipts
    of before hold as they did. InputError where there is no key yet."""
    if names := lost():
        raise InputError(lost_finding(names))
    if not keys().has("receipt"):
        raise InputError(
            Finding(
                "keys.none", "还没有投票，也就没有密钥可换", "no vote has begun, so there is no key to change"
            )
        )
    with transaction.atomic():
        public = change_receipt_key(keys()).hex()
        record(by, at, "keys.receipt", "keys:ballots", public=public)
    return public
