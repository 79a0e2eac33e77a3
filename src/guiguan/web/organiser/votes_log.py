"""The state of a campaign's ballot log, as those who watch a vote read it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.votes.alarm import open_alarms
from guiguan.apps.votes.log import ballots_asked
from guiguan.apps.votes.models import Alarm
from guiguan.apps.votes.sequencing import signer
from guiguan.box.ledger import log_of, size_of
from guiguan.web.common.moments import second


def log_rows(campaign: str) -> dict[str, Any]:
    """Entries in order, entries signed, the last checkpoint and where it can be read, alarms that stand."""
    with ballots_asked() as ask:
        log = log_of(ask, campaign)
        size = size_of(ask, log.id) if log else 0
    last = signer().files(log).newest() if log else None
    rows = [
        {"label": _("日志里的条目"), "value": str(size)},
        {"label": _("已由检查点签名的条目"), "value": str(last[0]) if last else "0"},
        {"label": _("最近一次检查点"), "value": second(last[1]) if last else "—"},
    ]
    return {
        "rows": rows,
        "url": reverse("log-file", args=[campaign, "checkpoint"]) if last else "",
        "alarms": [alarm_line(alarm) for alarm in open_alarms(campaign)],
    }


def alarm_line(alarm: Alarm) -> str:
    """When, what that means, and the detail for whoever looks into it. A reason that is not known here is told as it is."""
    meant = {
        "changed": _("存着的记录被改动过"),
        "shrunk": _("记录比签过的少，可能恢复了旧的备份"),
        "missing": _("有记录不见了，或签名的记忆不见了"),
        "root": _("公布的哈希与签过的不同"),
        "tiles": _("公布的哈希文件不在或坏了"),
        "key": _("日志密钥不在，或不是公布的那一把"),
        "keys": _("投票人的密钥丢了"),
        "rules": _("投票的规则文本被改动过，读不出来"),
        "fsck": _("自动核对发现记录、票数或公布的文件前后不符"),
    }.get(alarm.reason, alarm.reason)
    when, detail = second(alarm.at), alarm.found
    return _("%(when)s %(meant)s（%(detail)s）。请告诉系统管理员；查明以前，投票暂停。") % {
        "when": when,
        "meant": meant,
        "detail": detail,
    }
