"""What was decided in screening, as the table of decisions that `guiguan replay` reads."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID
from zoneinfo import ZoneInfo

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Entry
from guiguan.apps.screening.deciding import reason_text
from guiguan.apps.screening.models import Screening
from guiguan.apps.screening.order import screening_stages
from guiguan.core.values.moment import instant_text

DECISION_COLUMNS = ("kind", "subject", "outcome", "reason", "by", "by2", "time")
_EXPIRED = "补正期限已过，没有重新提交"
_OUTCOMES = {"accept": "pass", "refuse": "fail"}


def decision_rows(campaign: Campaign, departed: Collection[str] = ()) -> Iterator[list[str]]:
    """One row for each entry and stage that was accepted or refused, the last word of several, by entry. People by their ids. Of an entry
    that departed from a vote the last acceptance, by which it stood in it."""
    blueprint = blueprint_of(campaign)
    zone, stages = ZoneInfo(blueprint.zone), screening_stages(blueprint)
    found = (
        Screening.objects.filter(submission__entry__campaign=campaign, state="stands", outcome__in=_OUTCOMES)
        .select_related("submission__entry")
        .order_by("submission__entry__number", "stage", "submission__number")
    )
    last = {
        (s.submission.entry_id, s.stage): s
        for s in found.iterator(500)
        if s.outcome == "accept" or s.submission.entry.number not in departed
    }
    for screening in last.values():
        stage, entry = next((s for s in stages if s.id == screening.stage), None), screening.submission.entry
        decided = entry.state in ("accepted", "refused", "submitted") or entry.number in departed
        if not decided or stage is None:
            continue
        yield [
            "screening",
            f"{screening.stage}/{screening.submission.entry.number}",
            _OUTCOMES[screening.outcome],
            reason_text(stage, screening) or "符合要求",
            str(screening.by),
            str(screening.second_by or ""),
            instant_text(screening.second_at or screening.at, zone),
        ]
    yield from _expired(campaign, [s.id for s in stages], {entry for entry, _ in last}, departed)


def _expired(
    campaign: Campaign, stages: list[str], decided: set[UUID], departed: Collection[str]
) -> Iterator[list[str]]:
    """Returned entries that did not come back in time: refused by the clock, which no row of a person tells."""
    late = Entry.objects.filter(campaign=campaign, state="refused").exclude(pk__in=decided).order_by("number")
    for number in late.exclude(number__in=departed).values_list("number", flat=True):
        yield ["screening", f"{stages[0]}/{number}", "fail", _EXPIRED, "screening.expire", "", ""]
