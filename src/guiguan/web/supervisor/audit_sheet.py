"""The records of a trail page as a table to keep; names masked as on the page."""

from __future__ import annotations

import json

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from guiguan.apps.audit.models import Record
from guiguan.web.common.moments import second
from guiguan.web.common.sheets import CHUNK, send_sheet
from guiguan.web.supervisor.names import names_of
from guiguan.web.supervisor.words import action_title


def trail_sheet(request: HttpRequest, records: QuerySet[Record], campaign: str) -> HttpResponseBase:
    """Every record that fits, in the order of the page."""
    names = names_of(records.order_by().values_list("by", flat=True).distinct())
    columns = [
        _("序号"),
        _("时间"),
        _("操作人"),
        _("操作人代号"),
        _("操作"),
        _("操作代码"),
        _("对象"),
        _("详情"),
        _("上一条摘要"),
        _("本条摘要"),
    ]
    rows = (
        [
            str(r.sequence),
            second(r.at),
            names.get(r.by, r.by),
            r.by,
            action_title(r.action),
            r.action,
            r.subject,
            json.dumps(r.detail, ensure_ascii=False, sort_keys=True),
            r.previous,
            r.digest,
        ]
        for r in records.iterator(CHUNK)
    )
    return send_sheet(request, "audit", columns, rows, campaign=campaign, title=_("审计记录"))
