"""Which entries stand in a vote: those that pass the stages before it, by the very count that `guiguan replay` makes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.queries import counted
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Ballots, Screening
from guiguan.core.entries.decide import Decisions
from guiguan.core.entries.entry import Decision
from guiguan.core.entries.entry import Entry as Counted
from guiguan.core.entries.register import Register
from guiguan.core.ranking.campaign import Inputs, count
from guiguan.core.votes.rule import BallotRule

OUTCOMES = {"accepted": "pass", "refused": "fail", "returned": "fail"}
"""What an entry's state says of its screening; one that is being corrected has not passed. Others are not decided yet."""


@dataclass(frozen=True)
class Standing:
    """The rule of a vote as of now, and how many entries in it nobody has decided on."""

    rule: BallotRule
    undecided: int


def standing_of(campaign: Campaign, stage: Ballots) -> Standing:
    """Who may be voted for in this stage, were it to open now. Entries are named by their public numbers."""
    blueprint = blueprint_of(campaign)
    rows = list(_handed_in(campaign))
    entries = tuple(_counted(e, blueprint) for e in rows)
    inputs = Inputs(blueprint, Register(entries, (), ()), _decisions(blueprint, rows), {}, ())
    rule = count(inputs).rules[stage.id]
    waiting = {e.number for e in rows if e.state not in OUTCOMES}
    return Standing(rule, len(waiting & rule.votable))


def _handed_in(campaign: Campaign) -> list[Entry]:
    return list(
        Entry.objects.filter(campaign=campaign, number__isnull=False, submitted_at__isnull=False)
        .select_related("organisation")
        .prefetch_related("answers")
        .order_by("number")
    )


def _counted(entry: Entry, blueprint: Blueprint) -> Counted:
    assert entry.number is not None  # asked for above
    return replace(
        counted(entry, blueprint), entry=entry.number, withdrawn=entry.state in ("withdrawn", "abandoned")
    )


def _decisions(blueprint: Blueprint, rows: list[Entry]) -> Decisions:
    """What the screenings decided, by the entry's state: it is accepted only once every screening has passed it."""
    stages = [s.id for s in blueprint.stages if isinstance(s, Screening)]
    made = [
        Decision("screening", f"{stage}/{e.number}", OUTCOMES[e.state], "screening", "")
        for e in rows
        if e.state in OUTCOMES
        for stage in stages
    ]
    return Decisions({(d.kind, d.subject): d for d in made})
