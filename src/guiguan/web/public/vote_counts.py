"""The counts as everybody may see them now, by the one rule of core."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guiguan.apps.votes.cases import cases_of
from guiguan.apps.votes.counted import Counts
from guiguan.apps.votes.memo import A_WHILE, Memo
from guiguan.apps.votes.queries import Vote, counts_visible
from guiguan.core.blueprint.base import say
from guiguan.core.votes.channels import channel_of
from guiguan.web.common.clock import now
from guiguan.web.common.door import door
from guiguan.web.common.small import repeats, sent_small
from guiguan.web.public import vote_words as words
from guiguan.web.public.campaign_words import lang
from guiguan.web.public.vote_find import public_vote, way_to_vote

_kept: Memo[SafeString] = Memo(64, A_WHILE)


@sent_small
@door("ballot.cast", public_vote)
def counts_page(request: HttpRequest, vote: Vote) -> HttpResponse:
    """A table of votes, most first; while the counts may not be seen, a page that knows nothing of them."""
    channel = channel_of(vote.stage, request.GET.get("ch", ""))
    repeats(request, ch=channel)
    found = counts_visible(vote, now())
    title = say(vote.blueprint.title, lang())
    context = {
        "vote": vote,
        "slug": vote.campaign.pk,
        "way": way_to_vote(vote, channel),
        "counts": found,
        "counts_words": words.counts_words(vote.stage),
        "as_of": words.minute(vote, found.at) if found else "",
        "rows": _rows(vote, found, channel) if found else "",
        "channels": _channels(vote, found) if found else [],
        "left": _votes_left(vote, found) if found else 0,
        "trail": [
            (title, reverse("campaign-notice", args=[vote.campaign.pk])),
            (words.title(vote), way_to_vote(vote, channel)),
            (_("票数"), ""),
        ],
    }
    return render(request, "vote/counts.html", context)


def _rows(vote: Vote, found: Counts, channel: str) -> SafeString:
    """The table's rows, made once for whoever looks by the same channel while the counts are the same."""
    return _kept.get((vote.known_by, lang(), found.said, channel), lambda: _made(vote, found, channel))


def _made(vote: Vote, found: Counts, channel: str) -> SafeString:
    ordered = sorted(cases_of(vote, lang()).values(), key=lambda c: (-found.votes.get(c.number, 0), c.number))
    rows = [{"case": c, "votes": found.votes.get(c.number, 0)} for c in ordered]
    return render_to_string(
        "vote/counts_rows.html", {"slug": vote.campaign.pk, "rows": rows, "channel": channel}
    )


def _channels(vote: Vote, found: Counts) -> list[tuple[str, int]]:
    """Votes by channel, in the blueprint's order; what came by none last."""
    named = [(say(text, lang()), found.channels.get(i, 0)) for i, text in vote.stage.channels.items()]
    return [*named, (_("其他"), found.channels.get("", 0))] if named else []


def _votes_left(vote: Vote, found: Counts) -> int:
    """The votes of cases that have left: the channels have them, the table has not."""
    there = cases_of(vote, lang())
    return sum(n for number, n in found.votes.items() if number not in there)
