"""How the site runs, for the system administrator: nothing of what it is about."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from guiguan import __version__
from guiguan.apps.audit.queries import VERIFIED
from guiguan.apps.messages.models import DutyRun
from guiguan.apps.votes.alarm import alarms_standing
from guiguan.web.common.clock import now
from guiguan.web.common.door import door
from guiguan.web.common.moments import moment
from guiguan.web.ops import figures

_STILL = 120_000  # ms without a mark of the worker, which makes one every 15 s


@door("operation.read")
def operation(request: HttpRequest) -> HttpResponse:
    """Version, database, queue, worker, disk; what needs somebody's hand stands on top."""
    at = now()
    runs, disk, messages = figures.duty_runs(), figures.disk(), figures.counts_by_state()["messages"]
    migrations = figures.waiting_migrations()
    return render(
        request,
        "supervisor/operation.html",
        {
            "warnings": _warnings(at, runs, disk.tight, migrations),
            "rows": [
                {"label": _("程序版本"), "value": __version__},
                {"label": _("数据库"), "value": figures.database_version()},
                {"label": _("待执行的数据库变更"), "value": str(migrations)},
                {
                    "label": _("数据目录所在磁盘"),
                    "value": _("剩余 %(free)s，共 %(total)s")
                    % {"free": filesizeformat(disk.free), "total": filesizeformat(disk.total)},
                },
            ],
            "figures": [
                {"label": _("待发消息"), "value": messages["waiting"], "note": _late(at)},
                {"label": _("发送中"), "value": messages["sending"]},
                {"label": _("结果不明"), "value": messages["unsure"]},
                {"label": _("发送失败"), "value": messages["failed"]},
            ],
            "columns": [
                {"label": _("任务")},
                {"label": _("最近一次")},
                {"label": _("累计完成"), "number": True},
                {"label": _("最近一次出错")},
            ],
            "duties": [
                {
                    "cells": [
                        run.name,
                        moment(run.at),
                        str(run.done),
                        f"{moment(run.failed_at)} {run.fault}" if run.failed_at else "—",
                    ]
                }
                for run in runs
            ],
        },
    )


def _warnings(at: int, runs: list[DutyRun], tight: bool, migrations: int) -> list[str]:
    found = []
    if not runs or at - max(run.at for run in runs) > _STILL:
        found.append(_("后台进程两分钟内没有运行，短信、邮件和提醒会停发；请检查 guiguan serve 的后台进程"))
    alarms = alarms_standing()
    if alarms:
        found.append(
            _(
                "选票日志或公开记录有 %(n)s 个报警没有处理完，有关投票暂停：请在服务器上运行 guiguan fsck，办法见运维文档“报警”一节"
            )
            % {"n": alarms}
        )
    if any(run.name == VERIFIED and run.failed_at == run.at for run in runs):
        found.append(_("审计记录前后不符：请在服务器上运行 guiguan audit verify，查明是谁改了库"))
    if tight:
        found.append(_("磁盘空间不足，请清理或扩容"))
    if migrations:
        found.append(_("数据库结构与程序版本不符，请重启网站进程以完成变更"))
    return found


def _late(at: int) -> str:
    since = figures.oldest_due(at)
    return _("最早应于 %(time)s 发出") % {"time": moment(since)} if since is not None else ""
