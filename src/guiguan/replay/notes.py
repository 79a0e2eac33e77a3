"""What an organiser should know of a replay: ties, empty cells, quotas that round to nothing, decisions not taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.lookup import ballot_stages, grouping_of, input_of, title_of
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.ranking.award import fits
from guiguan.core.ranking.campaign import Outcome
from guiguan.core.values.finding import Finding
from guiguan.core.values.money import yuan_text
from guiguan.documents.report.figures import group_text
from guiguan.replay.inputs import ReadInputs


def notes_on(read: ReadInputs, o: Outcome) -> tuple[Finding, ...]:
    """Notes and warnings about the outcome, none of them an error."""
    b = read.inputs.blueprint
    return (
        *_missing_files(read, o),
        *_undecided(b, o, read),
        *_cells(b, o),
        *_seats(b, o),
        *_ties(b, o),
        *_lots(b, read),
        *_channels(b, o),
        *_investments(b, o),
        *_idle(b, o),
        *_ungiven(b, o),
        *_prizes(b, o),
    )


def _some(names: Sequence[str]) -> str:
    """The first eight, and 等 where there are more."""
    return "、".join(names[:8]) + ("等" if len(names) > 8 else "")


def _note(rule: str, zh: str, en: str) -> Finding:
    return Finding(rule, zh, en, severity="note")


def _missing_files(read: ReadInputs, o: Outcome) -> Iterator[Finding]:
    for stage in read.inputs.blueprint.stages:
        title = title_of(read.inputs.blueprint, stage.id)
        if stage.kind == "ballots" and stage.id not in o.tallies:
            yield _note(
                "replay.no-ballots",
                f"没有给出选票，“{title}”没有计票",
                f"no ballots were given for {stage.id}",
            )
        if stage.kind == "panel" and o.before.get(stage.id) and not o.values.get(stage.id):
            yield _note(
                "replay.no-scores", f"没有可用的评分，“{title}”没有得分", f"no usable scores for {stage.id}"
            )


def _undecided(b: Blueprint, o: Outcome, read: ReadInputs) -> Iterator[Finding]:
    for stage in b.stages:
        if stage.kind == "screening" and stage.undecided == "passes":
            decided = {s.rpartition("/")[2] for s in read.inputs.decisions.of("screening")}
            open_ = len(o.passed[stage.id] - decided)
            if open_:
                zh = f"{open_} 件没有“{title_of(b, stage.id)}”结论，按蓝图视为通过"
                yield _note(
                    "replay.no-decision", zh, f"{open_} entries have no decision in {stage.id} and pass"
                )
    for what, cuts in o.cuts.items():
        take = next(
            x.take
            for x in (*b.stages, *b.awards, *b.organisation_awards)
            if x.id == what and hasattr(x, "take")
        )
        if take.decided is not None and not any(c.decided for c in cuts):
            told = "全部取用" if take.decided == "all" else "不取"
            zh = f"“{title_of(b, what)}”的数量没有决定（决定表 kind=size，subject={what}），按蓝图{told}"
            yield _note(
                "replay.no-size", zh, f"no size was decided for {what} (decisions: kind=size, subject={what})"
            )


def _cells(b: Blueprint, o: Outcome) -> Iterator[Finding]:
    for ranking in b.rankings:
        sizes = Counter(r.group for r in o.rankings[ranking.id])
        alone = [group_text(b, ranking.within, g) for g, n in sorted(sizes.items()) if n == 1 and g]
        if alone:
            zh = f"“{title_of(b, ranking.id)}”有 {len(alone)} 组只有一件：{_some(alone)}"
            yield _note("replay.single", zh, f"{len(alone)} groups of {ranking.id} hold a single entry")
        if ranking.within == ("category", "area"):
            empty = [
                group_text(b, ranking.within, (c.id, a))
                for c in b.categories
                if c.areas != "free"
                for a in c.areas
                if (c.id, a) not in sizes
            ]
            if empty:
                zh = f"“{title_of(b, ranking.id)}”有 {len(empty)} 个领域没有入围：{_some(empty)}"
                yield _note("replay.empty-cell", zh, f"{len(empty)} areas of {ranking.id} are empty")


def _seats(b: Blueprint, o: Outcome) -> Iterator[Finding]:
    for what, cuts in o.cuts.items():
        names = grouping_of(b, what)
        nothing = [
            group_text(b, names, c.group) for c in cuts if c.share is not None and c.seats == 0 and c.base
        ]
        if nothing:
            zh = f"“{title_of(b, what)}”按比例取整后有 {len(nothing)} 组一个名额也没有：{_some(nothing)}"
            yield _note("replay.rounds-to-nothing", zh, f"{len(nothing)} groups of {what} round to no place")


def _ties(b: Blueprint, o: Outcome) -> Iterator[Finding]:
    for ranking in b.rankings:
        shared = [r.entry for r in o.rankings[ranking.id] if r.tie == "shared"]
        if shared:
            zh = f"“{title_of(b, ranking.id)}”有 {len(shared)} 件并列：{_some(shared)}"
            yield _note("replay.tie", zh, f"{len(shared)} entries of {ranking.id} share a rank")
    for what, cuts in o.cuts.items():
        tied = [e for c in cuts for e in c.tied]
        if tied:
            zh = f"“{title_of(b, what)}”末位并列 {len(tied)} 件，按蓝图一并处理：{_some(tied)}"
            yield _note("replay.tie-at-cut", zh, f"{len(tied)} entries tie at the cut of {what}")


def _lots(b: Blueprint, read: ReadInputs) -> Iterator[Finding]:
    if read.inputs.seed is None and any(r.last == "lot" for r in b.rankings):
        yield _note(
            "replay.no-seed",
            "蓝图规定同分抽签，但没有给出公开种子（--seed），同分仍并列",
            "the blueprint draws lots, but no --seed was given",
        )


def _channels(b: Blueprint, o: Outcome) -> Iterator[Finding]:
    """Votes that came by a channel that the blueprint does not name; they count, apart."""
    for stage in ballot_stages(b):
        if stage.channels and stage.id in o.tallies:
            strange = sorted({c for _, c in o.tallies[stage.id].by_channel} - {*stage.channels, ""})
            if strange:
                zh = f"“{title_of(b, stage.id)}”有选票来自未声明的渠道：{_some(strange)}；已计入并单独列出"
                yield _note("replay.unknown-channel", zh, f"ballots of {stage.id} name undeclared channels")


def _investments(b: Blueprint, o: Outcome) -> Iterator[Finding]:
    """Entries that would be funded, but whose investment cannot be read."""
    for funding in b.funding:
        counted = {g.entry for g in o.grants if g.funding == funding.id}
        lost = [
            e for e in sorted(o.passed[funding.of]) if fits(funding.when, o.entries[e]) and e not in counted
        ]
        if lost:
            zh = f"{len(lost)} 件的投资额不可识别，没有计算“{say(funding.title)}”：{_some(lost)}"
            yield _note(
                "replay.no-investment",
                zh,
                f"{len(lost)} entries have no readable investment for {funding.id}",
            )


def _idle(b: Blueprint, o: Outcome) -> Iterator[Finding]:
    """Votes and panels before which nothing came."""
    for stage in b.stages:
        source = input_of(b, stage.id)
        if stage.kind in ("ballots", "panel") and source is not None and not o.passed[source]:
            title = title_of(b, stage.id)
            yield _note(
                "replay.nothing-before", f"没有申报件进入“{title}”", f"no entry came before {stage.id}"
            )


def _ungiven(b: Blueprint, o: Outcome) -> Iterator[Finding]:
    """Awards that nobody gets; one whose number was left open is told of as such."""
    winners = {g.award for g in o.given}
    awards = [*((a.id, a.take) for a in b.awards), *((a.id, a.take) for a in b.organisation_awards)]
    for award, take in awards:
        undecided = take.decided is not None and not any(c.decided for c in o.cuts.get(award, ()))
        if award not in winners and not undecided:
            title = title_of(b, award)
            yield _note("replay.award-not-given", f"“{title}”没有任何获奖者", f"nobody receives {award}")


def _prizes(b: Blueprint, o: Outcome) -> Iterator[Finding]:
    """Prize money that is left over, or that is not there."""
    if b.budget is None:
        return
    prize = {a.id: a.prize or 0 for a in b.awards}
    spent = sum(prize.get(g.award, 0) for g in o.given)
    total, gap = b.budget.total, b.budget.total - spent
    if gap > 0:
        zh = f"奖金预算 {yuan_text(total)} 元，按结果应发 {yuan_text(spent)} 元，剩余 {yuan_text(gap)} 元没有发出"
        yield _note("replay.prize-left", zh, f"{yuan_text(gap)} yuan of prize money are not given out")
    elif gap < 0:
        zh = (
            f"奖金预算 {yuan_text(total)} 元，按结果应发 {yuan_text(spent)} 元，超出预算 {yuan_text(-gap)} 元"
        )
        yield _note("replay.prize-over", zh, f"prizes exceed the budget by {yuan_text(-gap)} yuan")
