"""The alarm of a log: what the signer or a check found stands until somebody declares it dealt with, and no ballot lands meanwhile."""

from __future__ import annotations

import logging

from django.conf import settings
from django.db import transaction

from guiguan.apps.audit.services import record
from guiguan.apps.votes.models import Alarm, Poll
from guiguan.apps.votes.services.acting import write_act
from guiguan.core.lifecycle.moves import POLL

PUBLIC_REASON = "选票日志的自动核对发现异常，投票暂停，正在查明原因。已投出的选票以回执为准。"

_log = logging.getLogger(__name__)


def raise_alarm(campaign: str, reason: str, found: str, at: int) -> bool:
    """The alarm stands and the campaign's votes are paused; whether it is a new alarm. The same alarm is raised once, while it stands."""
    with transaction.atomic(), transaction.atomic(using=settings.BALLOTS_ALIAS):
        if Alarm.objects.filter(campaign=campaign, reason=reason, cleared_at=None).exists():
            return False
        Alarm.objects.create(campaign=campaign, reason=reason, found=found, at=at)
        for poll in Poll.objects.select_for_update().filter(campaign=campaign).order_by("pk"):
            if POLL.can(poll.state, "pause"):
                poll.state, poll.version = POLL.after(poll.state, "pause"), poll.version + 1
                poll.paused_reason = PUBLIC_REASON
                poll.save()
                write_act(poll, "log.alarm", at, "pause", reason=PUBLIC_REASON)
        record("log.alarm", at, "log.alarm", f"log:{campaign}", campaign=campaign, reason=reason, found=found)
    _log.critical("log of %s: %s: %s", campaign, reason, found)
    return True


def clear_alarms(by: str, at: int, campaign: str, explained: str) -> int:
    """No alarm of the campaign stands any more; how many stood. Who said so, and why, is on record. Resuming the vote is an act of its own."""
    with transaction.atomic(), transaction.atomic(using=settings.BALLOTS_ALIAS):
        standing = list(Alarm.objects.select_for_update().filter(campaign=campaign, cleared_at=None))
        for alarm in standing:
            alarm.cleared_at, alarm.cleared_by = at, by
            alarm.save()
        if standing:
            reasons = sorted(alarm.reason for alarm in standing)
            record(
                by,
                at,
                "log.clear",
                f"log:{campaign}",
                campaign=campaign,
                reasons=reasons,
                explained=explained,
            )
    return len(standing)


def open_alarms(campaign: str) -> list[Alarm]:
    """The alarms that stand."""
    return list(Alarm.objects.filter(campaign=campaign, cleared_at=None).order_by("at"))


def alarms_standing() -> int:
    """How many stand, of whatever campaign."""
    return Alarm.objects.filter(cleared_at=None).count()


def concerned() -> list[str]:
    """The campaigns that an alarm concerns which may be any one's: those whose votes are under way, or all that had one."""
    begun = Poll.objects.exclude(state="draft")
    going = begun.exclude(state="closed")
    found = (going if going.exists() else begun).order_by("campaign").values_list("campaign", flat=True)
    return list(found.distinct())
