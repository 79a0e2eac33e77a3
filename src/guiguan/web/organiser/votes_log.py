"""The state of a campaign's ballot log, as those who watch a vote read it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.votes.alarm import open_alarms
from guiguan.apps.votes.log import ballots_asked
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
        "alarms": [f"{second(a.at)} {a.found}" for a in open_alarms(campaign)],
    }
