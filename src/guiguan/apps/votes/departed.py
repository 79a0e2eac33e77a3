"""Entries that stood in a vote and stand no more, as `replay` is to read them: disqualified, not withdrawn, since the ballots that named them
stay as they were cast (docs/develop/decisions/0010)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Entry
from guiguan.apps.votes.models import Act, Poll
from guiguan.apps.votes.queries import read_document
from guiguan.apps.votes.voters import names_of
from guiguan.core.values.moment import Instant, instant_text

REASONS = {"withdrawn": "申报单位已撤回申报", "refused": "形式审查未通过"}
WHO = {"withdrawn": "applicant", "refused": "screening"}
"""Who let an entry go that no two people took out of the vote; the second name is the part of the site that acted upon it."""


@dataclass(frozen=True)
class Departure:
    """An entry by its number, and who let it go; `at` in ms, None where nobody noted it. `by` and `by2` are ids of people, or names of WHO
    and of a duty."""

    entry: str
    reason: str
    by: str
    by2: str
    at: int | None


def departures(campaign: str) -> dict[str, Departure]:
    """Every entry that stood in a vote of the campaign and left it, or was withdrawn or refused since, by its number."""
    documents = [read_document(p.document) for p in Poll.objects.filter(campaign=campaign) if p.document]
    removed = frozenset[str]().union(*(d.rule.removed for d in documents))
    stood = removed.union(*(d.rule.votable for d in documents))
    gone = Entry.objects.filter(campaign=campaign, number__in=stood, state__in=REASONS)
    states = {
        str(number): (state, at) for number, state, at in gone.values_list("number", "state", "withdrawn_at")
    }
    polls = Poll.objects.filter(campaign=campaign).values_list("pk", flat=True)
    acts = Act.objects.filter(poll__in=list(polls), act="remove", entry__in=removed).order_by("pk")
    found = {a.entry: _of_act(a, states.get(a.entry, ("", None))[0]) for a in acts}
    for number, (state, at) in states.items():
        found.setdefault(number, Departure(number, REASONS[state], WHO[state], "votes.export", at))
    return dict(sorted(found.items()))


def departure_rows(campaign: Campaign) -> Iterator[list[str]]:
    """The departures as rows of the table of decisions; people by pseudonyms, since their decision is public."""
    left = departures(campaign.pk)
    if not left:
        return
    zone = ZoneInfo(blueprint_of(campaign).zone)
    for d in left.values():
        time = "" if d.at is None else instant_text(Instant(d.at), zone)
        yield [
            "disqualify",
            d.entry,
            "取消资格",
            d.reason,
            _named(campaign.pk, d.by),
            _named(campaign.pk, d.by2),
            time,
        ]


def _of_act(act: Act, state: str) -> Departure:
    if _is_person(act.by):
        return Departure(act.entry, act.reason, act.by, act.second_by, act.at)
    return Departure(act.entry, act.reason, WHO.get(state, "applicant"), act.by, act.at)


def _named(campaign: str, who: str) -> str:
    return names_of(campaign).person(who) if _is_person(who) else who


def _is_person(who: str) -> bool:
    try:
        UUID(who)
    except ValueError:
        return False
    return True
