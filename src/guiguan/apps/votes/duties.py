"""What the worker does for votes: opens and closes them by the clock, lets entries go, keeps pictures of delayed counts."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import IntegrityError, transaction

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of, campaigns
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.public import public_cases
from guiguan.apps.files.models import File
from guiguan.apps.votes.counted import counts_now
from guiguan.apps.votes.departed import REASONS
from guiguan.apps.votes.models import Act, Picture, Poll
from guiguan.apps.votes.pictures import SIZES, drawn
from guiguan.apps.votes.queries import Vote, read_document, votes_of
from guiguan.apps.votes.services.acting import ballots_database, tell_trail
from guiguan.apps.votes.services.conduct import close_poll, open_poll
from guiguan.apps.votes.services.departures import remove_entry
from guiguan.core.values.finding import InputError
from guiguan.core.votes.document import NoDocument
from guiguan.core.votes.showing import MINUTE

AGAIN = MINUTE
"""A vote that cannot open is tried again so much later: counting who stands in it is not for every second."""
DRAWN_A_ROUND = 4
_tried: dict[tuple[str, str], int] = {}
_drawn: set[tuple[int, int]] = set()
"""What this process has tried and drawn; forgotten with it, which costs one more look."""


def open_due(at: int) -> int:
    """Votes whose window has begun are open, as far as they can be; how many."""
    return sum(_open(vote, at) for vote in _votes(at) if vote.phase == "before" and vote.window.contains(at))


def close_due(at: int) -> int:
    """Votes whose window is over, and those of ended campaigns, are closed for good; how many."""
    opened = Poll.objects.filter(state__in=("open", "paused")).values_list("campaign", "stage")
    due = 0
    for slug, stage in opened:
        campaign = campaigns().filter(pk=slug).first()
        found = [v for v in votes_of(campaign, at) if v.stage.id == stage] if campaign else []
        if any(v.phase == "ended" or v.campaign.state == "closed" for v in found):
            close_poll("votes.close", at, slug, stage)
            due += 1
    return due


def leave_due(at: int) -> int:
    """Entries that were withdrawn or refused while they stood in a vote are out of it, with the reason; how many."""
    gone = 0
    for poll in Poll.objects.filter(state__in=("open", "paused")):
        try:
            votable = read_document(poll.document).rule.votable
        except NoDocument:  # somebody changed it; the sequencer raises the alarm
            continue
        left = Entry.objects.filter(campaign=poll.campaign, number__in=votable, state__in=REASONS)
        for number, state in left.values_list("number", "state"):
            remove_entry("votes.leave", at, poll.campaign, poll.stage, str(number), REASONS[state])
            gone += 1
    return gone


def record_acts(at: int) -> int:
    """Acts whose record a crash left out of the audit trail stand in it; how many."""
    missing = list(Act.objects.filter(recorded=None, at__lt=at - MINUTE).order_by("pk")[:50])
    for act in missing:
        poll = Poll.objects.get(pk=act.poll)
        with transaction.atomic():
            tell_trail(act, poll.campaign, poll.stage)
    return len(missing)


def take_pictures(at: int) -> int:
    """A vote whose counts are shown with a delay has a picture of them for each minute; those long past are gone."""
    minute, taken = at - at % MINUTE, 0
    for vote in _votes(at):
        if vote.stage.counts != "delayed" or vote.poll is None or not vote.poll.document:
            continue
        kept = Picture.objects.filter(poll=vote.poll.pk)
        if kept.filter(at__gte=minute).exists():
            continue
        counts = counts_now(vote.poll, at)
        newest = kept.order_by("-at").first()
        held = {"votes": dict(counts.votes), "channels": dict(counts.channels), "ballots": counts.ballots}
        if newest is not None and newest.counts == held:
            continue
        try:
            with transaction.atomic(using=ballots_database()):
                Picture.objects.create(poll=vote.poll.pk, at=at, counts=held)
        except IntegrityError:
            continue  # another worker took it
        assert vote.stage.delay_minutes is not None
        seen = kept.filter(at__lte=at - vote.stage.delay_minutes * MINUTE).order_by("-at").first()
        if seen is not None:
            kept.filter(at__lt=seen.at).delete()
        taken += 1
    return taken


def draw_pictures(at: int) -> int:
    """The cases' small pictures are made before the first voter asks for them, a few a round."""
    made = 0
    for poll in Poll.objects.filter(state__in=("open", "paused")):
        if (poll.pk, poll.version) in _drawn:
            continue
        for file in _pictures(poll):
            for width in SIZES:
                if not drawn(file, width):
                    made += 1
            if made >= DRAWN_A_ROUND:
                return made
        _drawn.add((poll.pk, poll.version))
    return made


def _votes(at: int) -> Iterator[Vote]:
    for campaign in campaigns().filter(state="open"):
        yield from votes_of(campaign, at)


def _open(vote: Vote, at: int) -> int:
    key = (vote.campaign.pk, vote.stage.id)
    if at - _tried.get(key, -AGAIN) < AGAIN:
        return 0
    _tried[key] = at
    try:
        open_poll("votes.open", at, *key)
    except InputError:
        return 0  # the organiser's page says why, by the same rule
    return 1


def _pictures(poll: Poll) -> list[File]:
    """The first picture of each case. A vote whose campaign is not in this site's database (one of the two was restored) has none, nor has
    one whose document somebody changed."""
    campaign = Campaign.objects.select_related("in_force").filter(pk=poll.campaign).first()
    if campaign is None:
        return []
    try:
        rule = read_document(poll.document).rule
    except NoDocument:  # the sequencer raises the alarm
        return []
    cases = public_cases(campaign, blueprint_of(campaign), rule.votable)
    first = [c.pictures[0] for c in cases.values() if c.pictures]
    return list(File.objects.filter(pk__in=first))
