"""The supervisor draws ballots at random, by a seed said aloud before, and sees of each that it is as it was stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from guiguan.apps.votes.queries import Vote
from guiguan.apps.votes.sampled import Drawn, drawn
from guiguan.core.blueprint.base import say
from guiguan.core.votes.sample import sample
from guiguan.web.common.door import door, person_of
from guiguan.web.common.moments import second
from guiguan.web.organiser.campaigns_find import frame
from guiguan.web.organiser.votes_find import one_vote
from guiguan.web.public.campaign_words import lang

MOST = 400


@door("poll.sample", one_vote)
def sample_page(request: HttpRequest, vote: Vote) -> HttpResponse:
    """The form; with a seed, the ballots that it draws. Reading alone: nothing changes by it."""
    seed, count = request.GET.get("seed", "").strip()[:200], _count(request.GET.get("count", ""))
    context: dict[str, Any] = frame(vote.campaign, person_of(request), "poll-first") | {
        "vote": vote,
        "seed": seed,
        "count": count,
        "most": MOST,
        "errors": [],
    }
    if seed and not count:
        context["errors"] = [(_("抽查张数应为 1 至 %(most)s 的整数") % {"most": MOST}, "count")]
    elif seed:
        channels = {i: say(text, lang()) for i, text in vote.stage.channels.items()}
        size, found = drawn(vote.campaign.pk, lambda size: sample(seed, size, count))
        context |= {
            "size": size,
            "columns": [
                {"label": t, "code": code}
                for t, code in (
                    (_("日志编号"), False),
                    (_("种类"), False),
                    (_("存妥时间"), False),
                    (_("投票人代号"), True),
                    (_("渠道"), False),
                    (_("指纹"), True),
                    (_("重算"), False),
                )
            ],
            "rows": [_row(d, channels) for d in found],
            "changed": [d.index for d in found if not d.whole],
        }
    return render(request, "supervisor/sample.html", context, status=422 if context["errors"] else 200)


def _count(text: str) -> int:
    """How many; 0 for what is no number from 1 to the most."""
    return int(text) if text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= MOST else 0


def _row(d: Drawn, channels: Mapping[str, str]) -> dict[str, Any]:
    kinds = {
        "open": _("开始"),
        "ballot": _("选票"),
        "void": _("作废"),
        "unvoid": pgettext("column", "恢复"),
        "close": _("结束"),
    }
    state = {"text": _("一致"), "tag": "success"} if d.whole else {"text": _("不一致"), "tag": "danger"}
    return {
        "cells": [
            str(d.index),
            kinds.get(d.kind, d.kind),
            second(d.time),
            d.nym or "—",
            channels.get(d.channel, d.channel) or "—",
            f"{d.leaf[:16]}…",
            state,
        ]
    }
