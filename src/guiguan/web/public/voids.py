"""What was made void, in public: how many and why at once, votes before and after when the decision stands; and appeals."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from guiguan.apps.accounts.models import Person
from guiguan.apps.entries.public import public_cases
from guiguan.apps.votes.brushing.appeals import appeal as make_appeal
from guiguan.apps.votes.brushing.published import VoidedCase, changed_votes, voided_cases
from guiguan.apps.votes.models import Appeal, Poll, Suspicion
from guiguan.apps.votes.queries import Vote
from guiguan.core.blueprint.base import say
from guiguan.core.permissions.table import About
from guiguan.core.values.finding import InputError
from guiguan.core.votes.showing import shows_all
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.common.moments import moment
from guiguan.web.organiser.brushing_words import APPEAL_STATES, reason
from guiguan.web.public import vote_words as words
from guiguan.web.public.campaign_words import lang
from guiguan.web.public.vote_find import public_vote

_PLACES = {
    "appeal.grounds": "grounds",
    "appeal.leaf": "leaf",
    "appeal.leaf-form": "leaf",
    "appeal.waiting": "leaf",
    "appeal.many": "leaf",
}
APPEALED = "appealed"
"""In the session: the code of the appeal that was just made. No code stands in an address, where logs and histories would keep it."""


@door("void.read", public_vote, methods=("GET", "HEAD", "POST"))
def voids(request: HttpRequest, vote: Vote) -> HttpResponse:
    """Every case that was made void; a code that is sent, or that was just given, looks up the answer to an appeal."""
    poll, at = vote.poll, now()
    cases = voided_cases(poll, at) if poll else []
    shown = shows_all(vote.stage, at, vote.closed_at)
    changes = changed_votes(poll, cases) if poll and shown and cases else None
    found = public_cases(vote.campaign, vote.blueprint, [c.entry for c in changes or ()], lang())
    titles = {number: c.title for number, c in found.items()}
    given = request.POST.get("code", "") or request.session.pop(APPEALED, "")
    code = "".join(given.split()).upper()[:16]
    error = "" if code or request.method != "POST" else _("请填写申诉编号")
    context = {
        "slug": vote.campaign.pk,
        "title": vote.campaign.title,
        "trail": _trail(vote),
        "columns": [
            {"label": t}
            for t in (_("编号"), _("投票日"), _("理由"), _("选票"), pgettext("column", "恢复"), _("状态"))
        ],
        "rows": [_row(vote, c, at) for c in cases],
        "changes": [(titles.get(c.entry, c.entry), c.before, c.after) for c in changes or ()],
        "waits": bool(cases) and changes is None,
        "hidden": not shown,
        "code": code,
        "error": error,
        "answer": _answer(poll, code) if poll and code else None,
    }
    return render(request, "vote/voids.html", context, status=400 if error else 200)


def voided_case(person: Person | None, slug: str, voided: int) -> tuple[tuple[Vote, Suspicion], About]:
    """A case that was made void, by its public number. Http404 for one that was not, whatever it is."""
    vote, about = public_vote(person, slug)
    case = None
    if vote.poll is not None:
        cases = Suspicion.objects.defer("subject", "evidence").filter(poll=vote.poll.pk, number=voided)
        case = cases.filter(state="void", appeal_until__isnull=False).first()
    if case is None:
        raise Http404
    return (vote, case), about


@door("void.appeal", voided_case, methods=("GET", "HEAD", "POST"))
def appeal(request: HttpRequest, found: tuple[Vote, Suspicion]) -> HttpResponse:
    """Takes an appeal; its code stands on the page that follows only."""
    vote, case = found
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            made = make_appeal(
                person_of(request),
                now(),
                case.pk,
                request.POST.get("grounds", ""),
                request.POST.get("leaf", ""),
            )
            request.session[APPEALED] = made.code
            return redirect("voids", slug=vote.campaign.pk)
        except InputError as error:
            errors = [(f.text(lang()), _PLACES.get(f.rule, "")) for f in error.findings]
    context = {
        "slug": vote.campaign.pk,
        "trail": _trail(vote, _("申诉")),
        "case": case,
        "reason": reason(case.reason),
        "until": moment(case.appeal_until or 0),
        "over": now() >= (case.appeal_until or 0),
        "errors": errors,
        "grounds": request.POST.get("grounds", ""),
        "leaf": request.POST.get("leaf", ""),
        "grounds_error": next((t for t, p in errors if p == "grounds"), ""),
        "leaf_error": next((t for t, p in errors if p == "leaf"), ""),
    }
    return render(request, "vote/void_appeal.html", context, status=400 if errors else 200)


def _trail(vote: Vote, below: str = "") -> list[tuple[str, str]]:
    """Where the page lies; `below`: what this page is called under the page of voids."""
    slug = vote.campaign.pk
    own = (_("作废公示"), reverse("voids", args=[slug]) if below else "")
    return [
        (say(vote.blueprint.title, lang()), reverse("campaign-notice", args=[slug])),
        (words.title(vote), reverse("vote", args=[slug])),
        own,
        *([(below, "")] if below else []),
    ]


def _row(vote: Vote, c: VoidedCase, at: int) -> dict[str, Any]:
    few = _("少于 5")
    row: dict[str, Any] = {
        "cells": [
            _("第 %(n)s 组") % {"n": c.number},
            c.day,
            reason(c.reason),
            few if c.ballots is None else str(c.ballots),
            few if c.restored is None else str(c.restored),
            _standing(c, at),
        ]
    }
    if at < c.appeal_until and not c.annulled:
        row["actions"] = [(_("申诉"), reverse("void-appeal", args=[vote.campaign.pk, c.number]))]
    else:
        row["actions"] = []
    return row


def _standing(c: VoidedCase, at: int) -> str:
    if c.annulled:
        return _("已恢复")
    if at < c.appeal_until:
        return _("可申诉至 %(until)s") % {"until": moment(c.appeal_until)}
    return _("已生效") if c.stands else _("申诉办理中")


def _answer(poll: Poll, code: str) -> dict[str, str]:
    made = Appeal.objects.filter(code=code, suspicion__poll=poll.pk).select_related("suspicion").first()
    if made is None:
        return {"title": _("没有这个申诉编号"), "text": _("请核对后再查。"), "kind": "error"}
    decided = made.state in ("upheld", "rejected")
    state = APPEAL_STATES[made.state if decided else "waiting"]()
    return {
        "title": _("申诉编号 %(code)s：%(state)s") % {"code": made.code, "state": state},
        "text": made.answer if decided else _("请记下这个编号，凭它在本页查询答复。"),
        "kind": "success" if decided else "info",
    }
