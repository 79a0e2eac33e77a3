"""All that people decided in a campaign, as the rows of replay's decisions table: the campaign counted from files comes out the same."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Entry
from guiguan.apps.recommending.queries import listed_decisions
from guiguan.apps.releasing.queries import released_decisions
from guiguan.apps.releasing.ready import chosen_at
from guiguan.apps.screening.models import Screening
from guiguan.apps.screening.order import reason_words, screening_stages
from guiguan.core.values.moment import Instant, instant_text

COLUMNS = ("kind", "subject", "outcome", "reason", "by", "by2", "time")
ENDORSEMENT_COLUMNS = ("entry", "endorser", "kind")


def decision_rows(campaign: Campaign) -> Iterator[tuple[str, ...]]:
    """Screenings that stand, lists that were handed up, batches that were published; people by their ids alone."""
    blueprint = blueprint_of(campaign)
    zone = ZoneInfo(blueprint.zone)
    selection = chosen_at(blueprint)
    rows = [*_screenings(campaign), *_expired(campaign), *listed_decisions(campaign)]
    rows += released_decisions(campaign, selection.id) if selection else ()
    for *texts, at in rows:
        yield (*map(str, texts), instant_text(Instant(int(str(at))), zone))


def _screenings(campaign: Campaign) -> Iterator[tuple[object, ...]]:
    stages = {s.id: s for s in screening_stages(blueprint_of(campaign))}
    found = Screening.objects.filter(
        submission__entry__campaign=campaign, state="stands", outcome__in=("accept", "refuse")
    ).select_related("submission__entry")
    for s in found.order_by("submission__entry__number", "stage", "pk"):
        accepted = s.outcome == "accept"
        why = reason_words(stages[s.stage], s.reason, s.note) if s.stage in stages else s.note
        number = s.submission.entry.number
        yield (
            "screening",
            f"{s.stage}/{number}" if len(stages) > 1 else number,
            "pass" if accepted else "fail",
            why or ("审查通过" if accepted else "审查未通过"),
            s.by,
            s.second_by or "",
            s.second_at or s.at,
        )


def _expired(campaign: Campaign) -> Iterator[tuple[object, ...]]:
    """Entries whose term for correction went by."""
    stages = screening_stages(blueprint_of(campaign))
    for entry in Entry.objects.filter(campaign=campaign, state="refused").order_by("number"):
        last = Screening.objects.filter(submission__entry=entry, state="stands").order_by("-pk").first()
        if last is not None and last.outcome == "return":
            subject = f"{last.stage}/{entry.number}" if len(stages) > 1 else entry.number
            why = "补正期限已过，没有重新提交"
            yield "screening", subject, "fail", why, "screening.expire", "", last.until
