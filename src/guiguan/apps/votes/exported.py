"""The ballots of a campaign as replay's table, for everybody once its votes are closed and for nobody before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from guiguan.apps.votes.sequencing import one_view
from guiguan.box.ledger import Log, log_of
from guiguan.box.polls import PollRow, polls
from guiguan.box.published import ballot_columns, ballot_rows
from guiguan.core.values.finding import Finding, InputError


def ballots_table(campaign: str, stage: str | None = None) -> tuple[list[str], Iterator[list[str]]]:
    """Columns and rows of every ballot of one vote, or of all votes of the campaign, void ones among them: that they are void is one
    of the decisions. InputError where there is no such vote or one is not closed."""
    with one_view() as ask:
        found = [p for p in polls(ask).values() if p.campaign == campaign and stage in (None, p.stage)]
        log = log_of(ask, campaign)
    if not found or log is None:
        raise InputError(
            Finding(
                "export.no-vote",
                f"{campaign} 在网站上没有这个投票；由文件计票、制证据包请用 guiguan replay",
                f"{campaign} has no such vote on the site; to count from files, and for their evidence, use guiguan replay",
            )
        )
    still = [p.stage for p in found if p.state != "closed"]
    if still:
        raise InputError(
            Finding(
                "export.vote-open",
                f"投票还没有结束（{'、'.join(still)}）：结束前谁也不能看选票内容",
                f"the vote is not closed ({', '.join(still)}): until then nobody reads its ballots",
            )
        )
    return ballot_columns(found), _rows(log, found)


def _rows(log: Log, found: Sequence[PollRow]) -> Iterator[list[str]]:
    with one_view() as ask:
        yield from ballot_rows(ask, log, found)
