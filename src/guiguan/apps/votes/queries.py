"""Reads votes: the polls of a campaign, what was done with them, and their counts as far as they may be seen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.votes.counted import Counts, counts_lately
from guiguan.apps.votes.memo import Memo
from guiguan.apps.votes.models import Act, Picture, Poll
from guiguan.core.blueprint.base import window
from guiguan.core.blueprint.lookup import ballot_stages
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Ballots
from guiguan.core.values.moment import Window
from guiguan.core.votes.access import Phase, phase_of
from guiguan.core.votes.document import PollDocument, read_poll_text
from guiguan.core.votes.showing import counted_until, shows_all


@dataclass(frozen=True)
class Vote:
    """One vote of a campaign as of an instant. `poll` is None before it was first opened."""

    campaign: Campaign
    blueprint: Blueprint
    stage: Ballots
    window: Window
    poll: Poll | None
    phase: Phase

    @property
    def document(self) -> PollDocument | None:
        return read_document(self.poll.document) if self.poll and self.poll.document else None

    @property
    def known_by(self) -> tuple[object, ...]:
        """Another for every change of state, document or rules in force: which fields are public is a rule."""
        return self.campaign.in_force_id, *(self.poll.known_by if self.poll else ())

    @property
    def closed_at(self) -> int | None:
        return self.poll.closed_at if self.poll else None


@lru_cache(maxsize=32)
def read_document(text: str) -> PollDocument:
    """A poll's document; the same text is read once."""
    return read_poll_text(text)


def votes_of(campaign: Campaign, at: int) -> list[Vote]:
    """Every vote of the campaign, in the blueprint's order."""
    blueprint = blueprint_of(campaign)
    stages = ballot_stages(blueprint)
    polls = {p.stage: p for p in Poll.objects.filter(campaign=campaign.pk)} if stages else {}
    return [_vote(campaign, blueprint, s, polls.get(s.id), at) for s in stages]


def vote_now(campaign: Campaign, at: int) -> Vote | None:
    """The vote that a visitor is led to: the one under way, else the next, else the last; None where the campaign has none."""
    found = votes_of(campaign, at)
    for phases in (("open", "paused"), ("before",)):
        for vote in found:
            if vote.phase in phases:
                return vote
    return found[-1] if found else None


def _vote(campaign: Campaign, blueprint: Blueprint, stage: Ballots, poll: Poll | None, at: int) -> Vote:
    assert stage.window is not None  # the blueprint's own check
    span = window(stage.window, ZoneInfo(blueprint.zone))
    state = poll.state if poll else "draft"
    if campaign.state == "closed" and state in ("draft",):
        state = "closed"
    return Vote(campaign, blueprint, stage, span, poll, phase_of(state, span, at))


_seeds: Memo[str] = Memo(64)


def order_seed(poll: Poll) -> str:
    """The recorded seed of the cases' order."""
    return _seeds.get(poll.known_by, lambda: _seed(poll))


def _seed(poll: Poll) -> str:
    opened = Act.objects.filter(poll=poll.pk, act="open").order_by("pk").first()
    return str(opened.detail["seed"]) if opened else ""


def acts_public(poll: Poll) -> QuerySet[Act]:
    """What the public reads of how the vote was conducted, oldest first; never who it was."""
    return (
        Act.objects.filter(poll=poll.pk)
        .exclude(act__in=("propose", "decline", "take-back"))
        .defer("by", "second_by")
        .order_by("at", "pk")
    )


def counts_visible(vote: Vote, at: int) -> Counts | None:
    """The counts that everybody may see now, by the one rule of core; None where none may be seen. While they may not, the
    counts are not even read: the answer cannot depend on them."""
    until = counted_until(vote.stage, at, vote.closed_at)
    if until is None or vote.poll is None or vote.document is None:
        return None
    if shows_all(vote.stage, at, vote.closed_at):
        return counts_lately(vote.poll, at)
    kept = Picture.objects.filter(poll=vote.poll.pk, at__lte=until).order_by("-at").first()
    if kept is None:
        return Counts(until)
    return Counts(kept.at, kept.counts["votes"], kept.counts["channels"], kept.counts["ballots"])
