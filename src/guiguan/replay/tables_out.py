"""The tables that a replay writes: result, awards, funding, rejected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from guiguan.core.blueprint.check_names import RESULT_COLUMNS
from guiguan.core.blueprint.counting import Ranking
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.evidence.result_document import awards_of
from guiguan.core.ranking.campaign import Outcome
from guiguan.core.ranking.composite import Ranked
from guiguan.core.ranking.published import components, published
from guiguan.core.values.exclusion import Exclusion, reason
from guiguan.core.values.money import yuan_text
from guiguan.core.values.rounding import decimal_text, round_to
from guiguan.replay.ballots import ReadBallots

Rows = list[tuple[str, ...]]
REJECTED = ("kind", "id", "line", "scope", "rule", "reason", "detail")


def shown(value: Fraction | None, ranking: Ranking | None) -> str:
    """A published figure, or an empty cell."""
    return "" if value is None else published(value, ranking)


def result_rows(b: Blueprint, o: Outcome) -> tuple[tuple[str, ...], Rows]:
    """`result.csv`: one line per ranking and eligible entry, sorted by group, rank and entry."""
    parts = components(b)
    header = (*RESULT_COLUMNS[:6], *parts, *RESULT_COLUMNS[6:])
    awards = awards_of(o.given)
    rows: list[tuple[tuple[object, ...], tuple[str, ...]]] = []
    for ranking in b.rankings or (None,):
        ranked = {r.entry: r for r in o.rankings[ranking.id]} if ranking else {}
        within = ranking.within if ranking else ()
        for e in o.eligible:
            entry, r = o.entries[e], ranked.get(e)
            group = "/".join(entry.group(within))
            figures = _figures(o, ranking, r, e, parts)
            votes = _votes(o, e)
            place = str(r.rank) if r is not None and r.rank is not None else ""
            cells = (
                group,
                place,
                e,
                entry.title,
                entry.applicant,
                votes,
                *figures,
                ";".join(awards.get(e, [])),
                ranking.id if ranking else "",
            )
            rows.append(((group, place == "", int(place or 0), e), cells))
    return header, [cells for _, cells in sorted(rows, key=lambda r: r[0])]


def _figures(
    o: Outcome, ranking: Ranking | None, r: Ranked | None, entry: str, parts: tuple[str, ...]
) -> list[str]:
    if ranking is None:
        return [*(shown(o.values.get(p, {}).get(entry), None) for p in parts), "", ""]
    scores = {p.source: p.score for p in r.parts} if r is not None else {}
    if r is None or r.composite is None:
        return [*("" for _ in parts), "", ""]
    bonus = shown(r.bonus, ranking) if ranking.bonus is not None else ""
    return [*(shown(scores.get(p), ranking) for p in parts), bonus, shown(r.composite, ranking)]


def _votes(o: Outcome, entry: str) -> str:
    counts = [t.votes[entry] for t in o.tallies.values() if entry in t.votes]
    return str(sum(counts)) if counts else ""


def award_rows(o: Outcome) -> tuple[tuple[str, ...], Rows]:
    """`awards.csv`, in the blueprint's order of awards, then by group and place."""
    header = ("award", "kind", "recipient", "rank", "basis", "entry", "group")
    order = {a: i for i, a in enumerate(dict.fromkeys(g.award for g in o.given))}
    given = sorted(o.given, key=lambda g: (order[g.award], g.group, g.place or 0, g.recipient))
    rows: Rows = [
        (
            g.award,
            g.kind,
            g.recipient,
            str(g.place) if g.place is not None else "",
            f"{g.basis}={decimal_text(round_to(g.value, 2, 'half_up'), 2)}"
            if g.value is not None
            else g.basis,
            g.entry,
            "/".join(g.group),
        )
        for g in given
    ]
    return header, rows


def funding_rows(o: Outcome) -> tuple[tuple[str, ...], Rows]:
    """`funding.csv`, amounts in yuan."""
    header = (
        "funding",
        "entry",
        "investment",
        "percent",
        "ceiling",
        "granted",
        "payments",
        "paid",
        "recovered",
        "because",
    )
    rows: Rows = [
        (
            g.funding,
            g.entry,
            yuan_text(g.base),
            decimal_text(g.percent, 6).rstrip("0").rstrip("."),
            yuan_text(g.ceiling),
            yuan_text(g.granted),
            ";".join(f"{name}={yuan_text(amount)}" for name, amount in g.due),
            yuan_text(g.paid_sum),
            yuan_text(g.recovered),
            g.because,
        )
        for g in o.grants
    ]
    return header, rows


def rejected_rows(
    o: Outcome, left_out: tuple[Exclusion, ...], votes: Mapping[str, ReadBallots], lang: str
) -> Iterator[tuple[str, ...]]:
    """`rejected.csv`: everything left out, with its line, rule and reason, sorted; ballots by their own id where they have one."""
    for x in sorted({*o.exclusions, *left_out}):
        yield (x.kind, x.id, str(x.line or ""), x.scope, x.rule, reason(x.rule, lang), x.detail)
    for stage, read in votes.items():
        for i, rule, at in o.tallies[stage].judged.refused:
            name = read.names.ids[i] if read.names.ids else str(i + 1)
            names = read.columns.names(i)
            scope, detail = ("row", ";".join(names)) if at is None else ("choice", names[at])
            yield ("ballot", name, str(int(read.line[i])), scope, rule, reason(rule, lang), detail)
