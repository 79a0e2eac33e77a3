"""One case of a vote, with all that its form makes public, and its pictures."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.entries.public import Case
from guiguan.apps.files.models import File
from guiguan.apps.votes.cases import cases_of, departure_of, left_cases
from guiguan.apps.votes.models import Act
from guiguan.apps.votes.pictures import SIZES, small_picture
from guiguan.apps.votes.queries import Vote
from guiguan.apps.votes.rights import left_today
from guiguan.core.blueprint.base import say
from guiguan.core.permissions.table import About
from guiguan.core.votes.channels import channel_of
from guiguan.web.applicant.files_sent import send
from guiguan.web.common.clock import now
from guiguan.web.common.door import door
from guiguan.web.public import vote_words as words
from guiguan.web.public.campaign_words import lang
from guiguan.web.public.vote_find import public_vote, way_to_vote
from guiguan.web.public.vote_voter import still_missing, voter

WEEK = 7 * 86_400


def find_case(person: Person | None, slug: str, case: str, **rest: object) -> tuple[tuple[Vote, Case], About]:
    """The case, where it stands in the vote now. Http404 for any other entry, be it there or not."""
    (vote, found, gone), about = find_case_or_left(person, slug, case)
    if gone is not None:
        raise Http404
    return (vote, found), about


def find_case_or_left(
    person: Person | None, slug: str, case: str
) -> tuple[tuple[Vote, Case, Act | None], About]:
    """The case, and the act by which it left the vote where it has. Http404 for an entry that never stood in it."""
    vote, about = public_vote(person, slug)
    gone = departure_of(vote, case)
    cases = left_cases if gone else cases_of
    found = cases(vote, lang()).get(case) if vote.phase != "before" else None
    if found is None:
        raise Http404
    return (vote, found, gone), about


@door("ballot.cast", find_case_or_left)
def case_page(request: HttpRequest, found: tuple[Vote, Case, Act | None]) -> HttpResponse:
    """What is public of the case; of one that has left the vote that it has, when and why, as 410."""
    vote, case, gone = found
    channel = channel_of(vote.stage, request.GET.get("ch", ""))
    way = way_to_vote(vote, channel)
    if gone is not None:
        context = _shown(vote, case, way) | {
            "when": words.minute(vote, gone.at),
            "reason": gone.reason,
        }
        return render(request, "vote/case_left.html", context, status=410)
    rows = [
        {"label": f.label, "value": "\n".join(f.texts)} for f in case.facts if f.field not in ("description",)
    ]
    texts = [f for f in case.facts if f.field == "description"]
    context = _shown(vote, case, way) | {"rows": rows, "texts": texts, "daily": words.daily(vote.stage)}
    if vote.phase == "open" and not still_missing(request, vote):
        used = case.number in left_today(vote, voter(request, vote), channel, now())
        context |= {"used": used, "can": not used}
    return render(request, "vote/case.html", context)


def _shown(vote: Vote, case: Case, way: str) -> dict[str, Any]:
    rule = vote.document.rule if vote.document else None
    title = say(vote.blueprint.title, lang())
    return {
        "vote": vote,
        "slug": vote.campaign.pk,
        "way": way,
        "case": case,
        "places": range(1, len(case.pictures) + 1),
        "high": rule.high if rule else 0,
        "can": vote.phase == "open",
        "trail": [
            (title, reverse("campaign-notice", args=[vote.campaign.pk])),
            (words.title(vote), way),
            (_("案例 %(number)s") % {"number": case.short}, ""),
        ],
    }


@door("ballot.cast", find_case, keep=("position", "width"))
def picture(request: HttpRequest, found: tuple[Vote, Case], position: int, width: int) -> HttpResponseBase:
    """The case's picture as WebP; the same bytes for as long as the entry stands, so that browsers keep it."""
    _vote, case = found
    if width not in SIZES or not 1 <= position <= len(case.pictures):
        raise Http404
    file = File.objects.filter(pk=case.pictures[position - 1]).first()
    stored = small_picture(file, width) if file else None
    if stored is None:
        return HttpResponse(status=404)
    response = send(stored, "webp")
    response.headers["Cache-Control"] = f"public, max-age={WEEK}"
    return response
