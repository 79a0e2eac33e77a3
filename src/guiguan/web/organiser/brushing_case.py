"""One case of suspected ballots with its evidence, and what is decided about it. Which entry it concerns is not read here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import held_by
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.votes.brushing.deciding import propose, second, take_back
from guiguan.apps.votes.brushing.evidence import TOP
from guiguan.apps.votes.brushing.hands import enough_for_both
from guiguan.apps.votes.models import Poll, Suspicion
from guiguan.core.permissions.table import About, may
from guiguan.core.values.finding import InputError
from guiguan.core.votes.slots import filled
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.common.moments import moment
from guiguan.web.organiser.brushing_find import one_case
from guiguan.web.organiser.brushing_words import (
    APPEAL_STATES,
    COLOURS,
    DETECTORS,
    DOUBTS,
    OUTCOMES,
    STATES,
    reason,
    reasons,
    sent_back,
    sentence,
)
from guiguan.web.public.campaign_words import lang

Found = tuple[Campaign, Poll, Suspicion]


@door("brushing.read", one_case)
def case(request: HttpRequest, found: Found) -> HttpResponse:
    """The evidence, and what may be done."""
    return _page(request, found, [])


@door("brushing.propose", one_case, methods=("POST",))
def proposing(request: HttpRequest, found: Found) -> HttpResponse:
    """Proposes to void or to keep."""
    given = request.POST

    def act(person: Person, row: Suspicion) -> Suspicion:
        said = (given.get(name, "") for name in ("outcome", "reason", "note"))
        return propose(person, now(), row.pk, *said)

    return _acted(request, found, act)


@door("brushing.propose", one_case, methods=("POST",))
def taking_back(request: HttpRequest, found: Found) -> HttpResponse:
    """Takes one's own proposal back."""
    return _acted(request, found, lambda person, row: take_back(person, now(), row.pk), _("已收回"))


@door("brushing.second", one_case, methods=("POST",))
def seconding(request: HttpRequest, found: Found) -> HttpResponse:
    """Agrees, or sends back."""
    given = request.POST
    agree, why = given.get("agree") == "yes", given.get("why", "")
    done = "" if agree else _("已退回，提出人会收到消息。")
    return _acted(request, found, lambda p, row: second(p, now(), row.pk, agree=agree, why=why), done)


_PLACES = {
    "brushing.outcome": "outcome",
    "brushing.reason": "reason",
    "brushing.note": "note",
    "second.why": "why",
}


def _acted(
    request: HttpRequest, found: Found, act: Callable[[Person, Suspicion], Suspicion], done: str = ""
) -> HttpResponse:
    campaign, _poll, row = found
    person = person_of(request)
    assert person is not None
    try:
        after = act(person, row)
    except InputError as error:
        row.refresh_from_db(fields=["state", "outcome", "reason", "note", "by", "last"])
        return _page(request, found, [(f.text(lang()), _PLACES.get(f.rule, "")) for f in error.findings])
    messages.success(request, done or _("已办理：%(state)s。") % {"state": STATES[after.state]()})
    return redirect("brushing-case", campaign=campaign.pk, suspicion=row.pk)


def _page(request: HttpRequest, found: Found, errors: list[tuple[str, str]]) -> HttpResponse:
    campaign, _poll, row = found
    person = person_of(request)
    assert person is not None
    given = request.POST or row.last
    context = _context(campaign, row, person) | {
        "errors": errors,
        "given": given,
        "why_given": request.POST.get("why", ""),
    }
    for place in ("outcome", "reason", "note", "why"):
        context[f"{place}_error"] = next((t for t, p in errors if p == place), "")
    return render(request, "organiser/brushing/case.html", context, status=400 if errors else 200)


def _context(campaign: Campaign, row: Suspicion, person: Person) -> dict[str, Any]:
    held, about = held_by(person), About(campaign=campaign.pk)
    e = row.evidence
    mine = row.by == person.pk
    return {
        "campaign": campaign,
        "case": row,
        "state": STATES[row.state](),
        "colour": COLOURS[row.state],
        "found_at": moment(row.found_at),
        "figures": [
            {"label": _("可疑选票"), "value": row.ballots, "unit": ngettext("张", "张", row.ballots)},
            {"label": _("投票人"), "value": e["voters"], "unit": ngettext("人", "人", e["voters"])},
            {"label": _("网络"), "value": e["networks"], "unit": ngettext("个", "个", e["networks"])},
            {"label": _("设备"), "value": e["devices"], "unit": ngettext("台", "台", e["devices"])},
        ],
        "strength": e["strength"],
        "detectors": [
            {
                "title": DETECTORS[d](),
                "covers": n,
                "sentences": list(
                    dict.fromkeys(sentence(f) for f in e["findings"] if f["detector"].lower() == d)
                ),
                "doubt": DOUBTS[d](),
            }
            for d, n in e["detectors"].items()
            if n
        ],
        "charts": _charts(e),
        "appeals": [
            (
                _("%(when)s 的申诉：%(state)s")
                % {"when": moment(a.made_at), "state": APPEAL_STATES[a.state]()},
                reverse("brushing-appeal", args=[campaign.pk, a.pk]),
            )
            for a in row.appeals.defer("grounds").order_by("pk")
        ],
        "outcome": OUTCOMES[row.outcome]() if row.outcome else "",
        "reason": reason(row.reason) if row.reason else "",
        "last": sent_back(row.last, OUTCOMES) if row.state in ("open", "proposed") else None,
        "short_handed": row.state in ("open", "proposed") and not enough_for_both(campaign.pk),
        "outcomes": [(o, word(), "") for o, word in OUTCOMES.items()],
        "reasons": reasons(),
        "may_propose": row.state == "open" and may(held, "brushing.propose", about),
        "may_agree": row.state == "proposed" and not mine and may(held, "brushing.second", about),
        "may_take_back": row.state == "proposed" and mine and may(held, "brushing.propose", about),
        "mine": mine,
        "decided": moment(row.decided_at) if row.decided_at else "",
        "appeal_until": moment(row.appeal_until) if row.appeal_until else "",
        "writing": row.state == "void" and row.appeal_until is None,
    }


def _charts(e: dict[str, Any]) -> list[dict[str, Any]]:
    """Each chart with the table that it is drawn from: rows of (label, number, number of the second column or None)."""
    usual = dict(e["usual"])
    own = dict(e["timeline"])
    return [
        {
            "id": "timeline", "title": _("一天里的时间"), "kind": "bar", "first": _("时刻"), "second": _("本组选票"),
            "third": _("全部选票的千分比"),
            "rows": [(f"{m // 60:02}:{m % 60:02}", own.get(m, 0), usual.get(m, 0))
                     for m, _n in filled(usual | own, range(0, 1440, 10))],
            "text": _("柱是本组选票，线是当天全部选票的形状；正常的一组应与线相近。"),
        },
        {
            "id": "gaps", "title": _("前后两张的间隔"), "kind": "bar", "first": _("间隔"), "second": _("次数"), "third": "",
            "rows": [(_seconds(s), n, None) for s, n in filled(dict(e["gaps"]), (*range(120), *range(120, 3601, 60)))],
            "text": _("人投票的间隔有长有短；集中在一处，像是定时的程序。"),
        },
        {
            "id": "solving", "title": _("从取题到交票的用时"), "kind": "bar", "first": _("秒"), "second": _("选票"), "third": "",
            "rows": [(_("60 及以上") if s == 60 else str(s), n, None) for s, n in filled(dict(e["solving"]), range(61))],
            "text": _("人要看、要选，用时长短不一；都集中在一两秒内，像是程序。"),
        },
        {
            "id": "sources", "title": _("来自几个网络"), "kind": "row", "first": _("网络"), "second": _("选票"), "third": "",
            "rows": _named(e["sources"], _("网络 %(n)s")),
            "text": _rest(_("网络只用代号，不显示地址。"), e["sources"], e["networks"]),
        },
        {
            "id": "machines", "title": _("来自几台设备"), "kind": "row", "first": _("设备"), "second": _("选票"), "third": "",
            "rows": _named(e["machines"], _("设备 %(n)s")),
            "text": _rest(_("设备只用代号。"), e["machines"], e["devices"]),
        },
        {
            "id": "together", "title": _("共同投了什么"), "kind": "row", "first": _("案例代号"), "second": _("本组选票"),
            "third": "", "rows": [(_("案例 %(letter)s") % {"letter": letter}, n, None) for letter, n in e["together"]],
            "text": _("案例用随机字母代替：核查的人不应知道谁受益。"),
        },
    ]  # fmt: skip


def _named(counts: list[int], name: str) -> list[tuple[str, int, None]]:
    """The sources with the most ballots."""
    shown = counts[:TOP]
    return [(name % {"n": i}, n, None) for i, n in enumerate(shown, 1)]


def _rest(text: str, counts: list[int], total: int) -> str:
    if len(counts) <= TOP:
        return text
    rest = _("图中是最多的 %(top)s 个，另外 %(many)s 个合计 %(ballots)s 张。")
    return text + rest % {"top": TOP, "many": total - TOP, "ballots": counts[-1]}


def _seconds(s: int) -> str:
    if s >= 3600:
        return _("1 小时及以上")
    return _("%(n)s 分") % {"n": s // 60} if s >= 120 else _("%(n)s 秒") % {"n": s}
