"""What people do with a vote: open, pause, resume, close, take a case out. Each after a page that asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.entries.public import public_cases
from guiguan.apps.votes.models import Act as Acted
from guiguan.apps.votes.queries import Vote
from guiguan.apps.votes.services import (
    agree_removal,
    close_poll,
    decline_removal,
    open_poll,
    pause_poll,
    remove_entry,
    resume_poll,
)
from guiguan.apps.votes.services.acting import LONGEST_REASON
from guiguan.apps.votes.services.departures import open_proposals
from guiguan.core.values.finding import Finding, InputError
from guiguan.core.votes.advice import advice
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.organiser.campaigns_find import frame
from guiguan.web.organiser.votes_find import one_vote
from guiguan.web.public import vote_words as words
from guiguan.web.public.campaign_words import lang

MET = ("GET", "HEAD", "POST")
Act = Callable[[Person, int, str, str], object]
_PLACES = {
    "poll.entry-missing": "number",
    "poll.not-votable": "number",
    "poll.proposed": "number",
    "poll.reason-missing": "reason",
    "poll.reason-long": "reason",
}


@door("poll.conduct", one_vote, methods=MET)
def open_vote(request: HttpRequest, vote: Vote) -> HttpResponse:
    """By hand, where the clock could not: the same rules hold."""
    asked = {
        "title": _("现在开始投票？"),
        "confirm": _("开始投票"),
        "items_title": _("请留意投票规则"),
        "items": [f.text(lang()) for f in advice(vote.stage)],
        "done": _("投票已开始"),
    }
    return _asked(request, vote, asked, open_poll)


@door("poll.conduct", one_vote, methods=MET)
def pause(request: HttpRequest, vote: Vote) -> HttpResponse:
    asked = {
        "title": _("暂停投票？"),
        "text": _("暂停后不再收选票，已投的选票有效。原因会显示在投票页上，并发布公告。"),
        "confirm": _("暂停投票"),
        "danger": True,
        "reason": _("暂停的原因（公开）"),
        "done": _("投票已暂停"),
    }
    return _asked(request, vote, asked, _with_reason(request, pause_poll))


@door("poll.conduct", one_vote, methods=MET)
def resume(request: HttpRequest, vote: Vote) -> HttpResponse:
    asked = {
        "title": _("恢复投票？"),
        "text": _("恢复后继续收选票，截止时间不变。说明会作为公告发布。"),
        "confirm": _("恢复投票"),
        "reason": _("查明的情况和处理（公开）"),
        "done": _("投票已恢复"),
    }
    return _asked(request, vote, asked, _with_reason(request, resume_poll))


@door("poll.conduct", one_vote, methods=MET)
def close(request: HttpRequest, vote: Vote) -> HttpResponse:
    asked = {
        "title": _("结束投票？"),
        "text": _("结束后不能恢复。到了规则写明的截止时间，系统会自动结束。"),
        "confirm": _("结束投票"),
        "danger": True,
        "done": _("投票已结束"),
    }
    return _asked(request, vote, asked, close_poll)


@door("poll.conduct", one_vote, methods=MET)
def remove(request: HttpRequest, vote: Vote) -> HttpResponse:
    """A case is taken out, or that is proposed."""
    person = person_of(request)
    assert person is not None
    rule = vote.document.rule if vote.document else None
    cases = public_cases(vote.campaign, vote.blueprint, rule.votable if rule else (), lang())
    given = {name: request.POST.get(name, "") for name in ("number", "reason")}
    context = (
        frame(vote.campaign, person, "poll-first")
        | given
        | _errors(())
        | {
            "vote": vote,
            "options": [(n, f"{c.short} {c.title}") for n, c in cases.items()],
            "two": "disqualify" in vote.blueprint.two_persons,
            "board_url": _board(vote),
            "reason_counter": LONGEST_REASON,
        }
    )
    if request.method == "POST":
        try:
            act = remove_entry(
                person, now(), vote.campaign.pk, vote.stage.id, given["number"], given["reason"]
            )
        except InputError as error:
            return render(
                request, "organiser/votes/remove.html", context | _errors(error.findings), status=422
            )
        proposed = act.act == "propose"
        messages.success(request, _("已提出，等待第二人确认") if proposed else _("案例已退出投票"))
        return redirect(_board(vote))
    return render(request, "organiser/votes/remove.html", context)


@door("poll.second", one_vote, methods=("POST",), keep=("act_id",))
def agree(request: HttpRequest, vote: Vote, act_id: int) -> HttpResponse:
    """The second person's word."""
    person = person_of(request)
    assert person is not None
    try:
        agree_removal(person, now(), vote.campaign.pk, vote.stage.id, act_id)
    except InputError as error:
        for finding in error.findings:
            messages.error(request, finding.text(lang()))
        return redirect(_board(vote))
    messages.success(request, _("案例已退出投票"))
    return redirect(_board(vote))


@door("poll.second", one_vote, methods=MET, keep=("act_id",))
def decline(request: HttpRequest, vote: Vote, act_id: int) -> HttpResponse:
    """The proposal is off, and why is on record; whoever made it takes it back."""
    reason, person = request.POST.get("reason", ""), person_of(request)
    proposals = open_proposals(vote.poll) if vote.poll else Acted.objects.none()
    if person and proposals.filter(pk=act_id, by=str(person.pk)).exists():
        asked = {
            "title": _("收回提议？"),
            "text": _("案例留在投票里。原因记入审计记录，不公布。"),
            "confirm": _("收回"),
            "reason": _("收回的原因"),
            "done": _("已收回"),
        }
    else:
        asked = {
            "title": _("不同意让案例退出？"),
            "text": _("案例留在投票里。理由记入审计记录，不公布。"),
            "confirm": _("不同意退出"),
            "reason": _("不同意的理由"),
            "done": _("已退回提议，案例留在投票里"),
        }
    return _asked(
        request, vote, asked, lambda by, at, slug, stage: decline_removal(by, at, slug, stage, act_id, reason)
    )


def _with_reason(request: HttpRequest, act: Callable[..., object]) -> Act:
    reason = request.POST.get("reason", "")
    return lambda by, at, slug, stage: act(by, at, slug, stage, reason)


def _asked(request: HttpRequest, vote: Vote, asked: dict[str, Any], act: Act) -> HttpResponse:
    """The page that asks; sent, the act is done, or the page says why not."""
    person = person_of(request)
    assert person is not None
    context = (
        frame(vote.campaign, person, "poll-first")
        | {
            "asked": {
                "danger": False,
                "reason": "",
                "reason_hint": _("请勿写入个人信息"),
                "items": (),
                "items_title": "",
                "text": words.title(vote),
            }
            | asked,
            "cancel": _board(vote),
            "reason_value": request.POST.get("reason", ""),
            "reason_counter": LONGEST_REASON,
        }
        | _errors(())
    )
    if request.method == "POST":
        try:
            act(person, now(), vote.campaign.pk, vote.stage.id)
        except InputError as error:
            return render(request, "organiser/votes/act.html", context | _errors(error.findings), status=422)
        messages.success(request, asked["done"])
        return redirect(_board(vote))
    return render(request, "organiser/votes/act.html", context)


def _errors(findings: Iterable[Finding]) -> dict[str, Any]:
    """Every fault for the list above, and the first of each field beside it."""
    found = [(f.text(lang()), _PLACES.get(f.rule, "")) for f in findings]
    first = {place: next((t for t, p in found if p == place), "") for place in ("number", "reason")}
    return {"errors": found, "number_error": first["number"], "reason_error": first["reason"]}


def _board(vote: Vote) -> str:
    return reverse("poll-board", args=[vote.campaign.pk, vote.stage.id])
