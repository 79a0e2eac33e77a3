"""What was decided about ballots as rows of `replay`'s decisions table, so that anybody counts what the site counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from guiguan.apps.votes.brushing.acts import zone_of
from guiguan.apps.votes.brushing.written import pending
from guiguan.apps.votes.log import ballots_asked
from guiguan.apps.votes.models import Poll, Suspect
from guiguan.apps.votes.voters import names_of
from guiguan.box.ledger import index_of, log_of
from guiguan.box.published import ballot_id
from guiguan.box.rows import Ref
from guiguan.core.values.finding import Finding, InputError
from guiguan.core.votes.void import VOID_REASONS

COLUMNS = ("kind", "subject", "outcome", "reason", "by", "by2", "time")


def void_decisions(campaign: str) -> Iterator[dict[str, str]]:
    """One row for each ballot that is void now. `subject` names it as the table of ballots does; people are pseudonyms. InputError while
    the log does not say yet all that was decided."""
    polls = {p.pk: p for p in Poll.objects.filter(campaign=campaign)}
    if any(pending(poll).exists() for poll in polls):
        raise InputError(
            Finding(
                "export.voiding",
                "有作废或恢复的决定正在写入日志，请几分钟后再导出",
                "a decision about ballots is being written into the log; export again in a few minutes",
            )
        )
    suspects = Suspect.objects.filter(poll__in=polls, suspicion__state="void", restored=False)
    if not suspects.exists():
        return  # nobody is named, and of an old campaign the key of the names may be destroyed
    names = names_of(campaign)
    with ballots_asked() as ask:
        log = log_of(ask, campaign)
        for s in suspects.select_related("suspicion").order_by("poll", "writer", "batch", "place"):
            case, poll = s.suspicion, polls[s.poll]
            index = index_of(ask, log.id, poll.pk, Ref(s.writer, s.batch, s.place)) if log else None
            assert index is not None, "a void ballot has its place in the log"
            when = datetime.fromtimestamp((case.decided_at or 0) / 1000, zone_of(poll))
            yield {
                "kind": "void",
                "subject": ballot_id(index),
                "outcome": "作废",
                "reason": VOID_REASONS[case.reason][0],
                "by": names.person(str(case.by)),
                "by2": names.person(str(case.second_by)),
                "time": when.isoformat(timespec="milliseconds"),
            }
