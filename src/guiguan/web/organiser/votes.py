"""The organiser's and the supervisor's view of a vote: how it goes, live."""

from __future__ import annotations

import csv
import io
import logging
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guiguan.apps.accounts.permission import held_by
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.public import public_cases
from guiguan.apps.votes.board import Board, board_of
from guiguan.apps.votes.models import Act, Poll
from guiguan.apps.votes.queries import Vote, counts_visible
from guiguan.apps.votes.services.conduct import opening_faults
from guiguan.apps.votes.services.departures import open_proposals
from guiguan.box.refusals import REASONS
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.lookup import ballot_stages
from guiguan.core.permissions.table import About, may
from guiguan.core.values.moment import instant_text
from guiguan.core.votes.advice import advice
from guiguan.core.votes.document import NoDocument
from guiguan.tables.guard import guarded
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.common.scope import campaigns_for
from guiguan.web.organiser.campaigns_find import frame
from guiguan.web.organiser.votes_find import first_vote, one_vote
from guiguan.web.organiser.votes_log import log_rows
from guiguan.web.public import vote_words as words
from guiguan.web.public.campaign_words import lang

_log = logging.getLogger(__name__)

PHASE_TAGS = {"before": "neutral", "open": "success", "paused": "warning", "ended": "info"}


@door("account.places")
def home(request: HttpRequest) -> HttpResponse:
    """The campaigns with a vote in which the person may watch it."""
    person = person_of(request)
    assert person is not None
    cards = [
        {"title": c.title, "url": reverse("poll-first", args=[c.pk])}
        for c in campaigns_for(person, "poll.watch")
        if ballot_stages(blueprint_of(c))
    ]
    return render(request, "organiser/votes/home.html", {"cards": cards})


@door("poll.watch", first_vote)
def first(request: HttpRequest, vote: Vote) -> HttpResponse:
    """To the vote under way."""
    return redirect("poll-board", slug=vote.campaign.pk, vote=vote.stage.id)


@door("poll.watch", one_vote)
def board(request: HttpRequest, vote: Vote) -> HttpResponse:
    """Figures, charts with their tables, what was done, what may be done now; or the alarm alone where the rules cannot be read."""
    try:
        return render(request, "organiser/votes/board.html", _context(request, vote))
    except NoDocument as error:
        _log.critical("the rules of %s/%s cannot be read: %s", vote.campaign.pk, vote.stage.id, error)
        return render(request, "organiser/votes/unreadable.html", _told_at_least(request, vote), status=503)


def _told_at_least(request: HttpRequest, vote: Vote) -> dict[str, Any]:
    """What can be told of a vote whose rules cannot be read."""
    told = {"title": words.title(vote), "log": log_rows(vote.campaign.pk)}
    return frame(vote.campaign, person_of(request), "poll-first") | told


def _context(request: HttpRequest, vote: Vote) -> dict[str, Any]:
    person, at = person_of(request), now()
    held, about = held_by(person), About(campaign=vote.campaign.pk)
    names = _names(vote)
    proposals = list(open_proposals(vote.poll)) if vote.poll and vote.phase in ("open", "paused") else []
    shown = board_of(vote.poll, at) if vote.poll else None
    waits = vote.phase == "before" and at < vote.window.start
    faults = opening_faults(vote.campaign, vote.stage, at) if vote.phase == "before" and not waits else ()
    log = log_rows(vote.campaign.pk)
    return frame(vote.campaign, person, "poll-first") | {
        "vote": vote,
        "title": words.title(vote),
        "phase_title": words.PHASES[vote.phase](),
        "phase_tag": PHASE_TAGS[vote.phase],
        "starts": words.minute(vote, vote.window.start),
        "until": words.until(vote),
        "counts_words": words.counts_words(vote.stage),
        "advice": [f.text(lang()) for f in advice(vote.stage)],
        "faults": [f.text(lang()) for f in faults],
        "by_itself": waits and vote.campaign.state == "open",
        "undecided": _undecided(vote),
        "board": shown,
        "figures": _figures(shown) if shown else [],
        "hours_title": _hours_title(shown.step) if shown else "",
        "minutes": _times(vote, shown.minutes[::-1]) if shown else [],
        "hours": _times(vote, shown.hours[::-1]) if shown else [],
        "channels": _channels(vote, shown) if shown else [],
        "refusals": _refusals(shown) if shown else [],
        "counts": _counts(vote, at, names),
        "events": words.act_events(vote, list(_acts(vote.poll)), names) if vote.poll else [],
        "proposals": [(p, names.get(p.entry, p.entry)) for p in proposals],
        "may_conduct": may(held, "poll.conduct", about),
        "may_open": vote.phase == "before" and not waits and not faults and not log["alarms"],
        "may_second": may(held, "poll.second", about),
        "may_sample": may(held, "poll.sample", about),
        "mine": str(person.pk) if person else "",
        "log": log,
    }


@door("poll.watch", one_vote)
def figures(request: HttpRequest, vote: Vote) -> HttpResponse:
    """The figures again, for a page that is looked at for long."""
    if vote.poll is None:
        raise Http404
    shown = board_of(vote.poll, now())
    return JsonResponse(
        {
            "at": words.minute(vote, shown.at),
            "figures": [f["value"] for f in _figures(shown)],
            "step": shown.step,
            "minutes": [[when, n] for when, n in _times(vote, shown.minutes)],
            "hours": [[when, n] for when, n in _times(vote, shown.hours)],
            "channels": [[name, n] for name, n in _channels(vote, shown)],
            "refusals": [[why, n] for why, n in _refusals(shown)],
        }
    )


@door("poll.watch", one_vote)
def counts_csv(request: HttpRequest, vote: Vote) -> HttpResponse:
    """The counts as a file, by the same rule as on the public page. 404 while they may not be seen."""
    found = _counts(vote, now(), _names(vote))
    if found is None:
        raise Http404
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["entry", "title", "votes"])
    writer.writerows([[number, guarded(title), votes] for number, title, votes in found])
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"{vote.campaign.pk}-{vote.stage.id}-counts.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _counts(vote: Vote, at: int, names: dict[str, str]) -> list[tuple[str, str, int]] | None:
    found = counts_visible(vote, at)
    if found is None or vote.document is None:
        return None
    numbers = sorted(vote.document.rule.votable, key=lambda n: (-found.votes.get(n, 0), n))
    return [(n, names.get(n, ""), found.votes.get(n, 0)) for n in numbers]


def _names(vote: Vote) -> dict[str, str]:
    if vote.document is None:
        return {}
    known = vote.document.rule.known
    return {n: c.title for n, c in public_cases(vote.campaign, vote.blueprint, known, lang()).items()}


def _acts(poll: Poll) -> list[Act]:
    return list(Act.objects.filter(poll=poll.pk).order_by("at", "pk"))


def _undecided(vote: Vote) -> int:
    opened = Act.objects.filter(poll=vote.poll.pk, act="open").first() if vote.poll else None
    return int(opened.detail["undecided"]) if opened else 0


def _figures(shown: Board) -> list[dict[str, Any]]:
    """What was received less what is void is what counts; the two stand there once something is void."""
    ballots = [(_("选票"), shown.ballots)]
    if shown.void:
        ballots = [(_("收下"), shown.received), (_("作废"), shown.void), (_("计票"), shown.ballots)]
    others = [] if shown.closed else [(_("上一分钟"), shown.rate)]
    others.append((_("未收下"), sum(n for _rule, n in shown.refusals)))
    return [
        *({"label": label, "value": n, "unit": ngettext("张", "张", n)} for label, n in ballots),
        {"label": _("投票人"), "value": shown.voters, "unit": ngettext("人", "人", shown.voters)},
        *({"label": label, "value": n, "unit": ngettext("张", "张", n)} for label, n in others),
        {
            "label": _("待核查的可疑选票"),
            "value": shown.suspicions,
            "unit": ngettext("组", "组", shown.suspicions),
        },
    ]


def _hours_title(step: int) -> str:
    if step == 24:
        return _("每天的选票")
    if step == 7 * 24:
        return _("每周的选票")
    return _("每小时的选票") if step == 1 else _("每 %(n)s 小时的选票") % {"n": step}


def _times(vote: Vote, rows: tuple[tuple[int, int], ...]) -> list[tuple[str, int]]:
    zone = ZoneInfo(vote.blueprint.zone)
    return [(instant_text(start, zone)[5:16].replace("T", " "), n) for start, n in rows]


def _channels(vote: Vote, shown: Board) -> list[tuple[str, int]]:
    named = [(say(text, lang()), shown.channels.get(i, 0)) for i, text in vote.stage.channels.items()]
    return [*named, (_("没有写明渠道"), shown.channels.get("", 0))] if named else []


def _refusals(shown: Board) -> list[tuple[str, int]]:
    """The reasons as the voter was told them; what tells a voter what to do next is a heading of its own here."""
    en, own = lang() == "en", {"ballots.paused": _("投票暂停期间")}
    said = {rule: reason.en if en else reason.zh for rule, reason in REASONS.items()} | own
    return [(said.get(rule, rule), n) for rule, n in shown.refusals]
