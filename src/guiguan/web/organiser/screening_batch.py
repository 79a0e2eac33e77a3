"""Accepts several entries at once; each point of the checklist is confirmed for each of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Entry, Submission
from guiguan.apps.screening.deciders import may_decide
from guiguan.apps.screening.deciding import accept_several
from guiguan.apps.screening.judgement import points
from guiguan.apps.screening.order import open_stage
from guiguan.apps.screening.queries import Wanted, entries_to_see, queue_of
from guiguan.core.blueprint.stages import Screening as Stage
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.organiser.screening import PER_PAGE
from guiguan.web.organiser.screening_words import in_campaign, lang

Chosen = tuple[Entry, Stage]


@door("screening.read", in_campaign, methods=("POST",))
def batch(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """First asks for each entry chosen whether the checklist holds, then accepts those confirmed and says what became of the rest."""
    chosen = _chosen(request, campaign)
    if not chosen:
        messages.warning(request, _("没有可以通过的申报件；请先勾选，或刷新页面查看最新状态。"))
        return redirect("screening-queue", campaign=campaign.pk)
    if "confirmed" not in request.POST:
        return _ask(request, campaign, chosen, "")
    ticked = frozenset(request.POST.getlist("holds"))
    bare = [entry for entry, stage in chosen if points(stage) and str(_newest(entry)) not in ticked]
    if bare:
        fault = _("请逐件确认清单各项均符合；不能确认的，请返回后不勾选")
        return _ask(request, campaign, chosen, fault, ticked)
    return _accept(request, campaign, chosen)


def _accept(request: HttpRequest, campaign: Campaign, chosen: list[Chosen]) -> HttpResponse:
    person, at, done = person_of(request), now(), 0
    assert person is not None  # the door
    for entry, stage in chosen:
        kept_back = accept_several(person, at, stage.id, [_newest(entry)])
        done += not kept_back
        for findings in kept_back.values():
            messages.warning(request, f"{entry.number}{_('：')}{' '.join(f.text(lang()) for f in findings)}")
    if done:
        messages.success(request, _("%(done)s 件已办理。") % {"done": done})
    return redirect("screening-queue", campaign=campaign.pk)


def _chosen(request: HttpRequest, campaign: Campaign) -> list[Chosen]:
    """The entries ticked that still are what the screener saw, and that this person may decide on."""
    person, blueprint = person_of(request), blueprint_of(campaign)
    texts = request.POST.getlist("submission")[:PER_PAGE]
    seen = {int(t) for t in texts if t.isascii() and t.isdigit() and len(t) < 19}
    theirs = Submission.objects.filter(pk__in=seen).values("entry")
    waiting = queue_of(entries_to_see(person, campaign).filter(pk__in=theirs), blueprint, Wanted())
    found = []
    for entry in waiting:
        if _newest(entry) not in seen:
            continue  # handed in anew meanwhile
        decided = entry.submissions.get(pk=_newest(entry)).screenings.all()
        stage = open_stage(blueprint, decided)
        if stage and may_decide(person, entry, blueprint, stage):
            found.append((entry, stage))
    return found


def _ask(
    request: HttpRequest,
    campaign: Campaign,
    chosen: list[Chosen],
    fault: str,
    ticked: frozenset[str] = frozenset(),
) -> HttpResponse:
    rows: list[dict[str, Any]] = [
        {
            "submission": str(_newest(entry)),
            "number": entry.number,
            "title": entry.title,
            "unit": entry.organisation.name,
            "points": points(stage),
            "ticked": str(_newest(entry)) in ticked,
        }
        for entry, stage in chosen
    ]
    context = {
        "campaign": campaign,
        "rows": rows,
        "errors": [(fault, f"holds_{rows[0]['submission']}")] if fault else [],
        "checklist": any(row["points"] for row in rows),
    }
    return render(request, "organiser/screening/batch.html", context, status=400 if fault else 200)


def _newest(entry: Entry) -> int:
    return int(entry.newest)  # type: ignore[attr-defined]  # annotated by queue_of
