"""`result.json`: the outcome with its full derivation, free of personal data. Its bytes are the evidence's bytes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from guiguan.core.blueprint.model import Blueprint
from guiguan.core.evidence.rules_document import plain
from guiguan.core.funding.grant import Grant
from guiguan.core.ranking.award import Given
from guiguan.core.ranking.campaign import Outcome
from guiguan.core.ranking.composite import Ranked
from guiguan.core.ranking.select import Cut
from guiguan.core.reviews.aggregate import PanelScore
from guiguan.core.votes.tally import Tally

FORMAT = "gg/result/v1"


def result_document(blueprint: Blueprint, outcome: Outcome, seats: dict[str, str]) -> dict[str, Any]:
    """The outcome as canonical values. `seats` maps reviewers to their seats; no reviewer's name leaves it."""
    found: dict[str, Any] = plain(
        {
            "format": FORMAT,
            "campaign": blueprint.campaign,
            "entries": len(outcome.entries),
            "eligible": list(outcome.eligible),
            "funnel": [{"stage": s.id, "passed": sorted(outcome.passed[s.id])} for s in blueprint.stages],
            "tallies": [_tally(t) for t in outcome.tallies.values()],
            "panels": [
                {"panel": p, "scores": [_score(s, seats) for _, s in sorted(scores.items())]}
                for p, scores in outcome.scores.items()
            ],
            "rankings": [
                {"ranking": i, "entries": [_ranked(r) for r in ranked]}
                for i, ranked in outcome.rankings.items()
            ],
            "cuts": [{"what": w, "groups": [_cut(c) for c in cuts]} for w, cuts in outcome.cuts.items()],
            "bodies": [
                {
                    "award": award,
                    "bodies": [
                        {
                            "body": m.body,
                            "entries": m.entries,
                            "raw": m.raw,
                            "mapped": m.mapped,
                            "score": m.score,
                        }
                        for m in measured
                    ],
                }
                for award, measured in outcome.measured.items()
            ],
            "awards": [_given(g) for g in outcome.given],
            "funding": [_grant(g) for g in outcome.grants],
        }
    )
    return found


def _tally(tally: Tally) -> dict[str, Any]:
    days: dict[str, list[dict[str, Any]]] = defaultdict(list)
    channels: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for (entry, day), votes in tally.by_day.items():
        days[entry].append({"day": day, "votes": votes})
    for (entry, channel), votes in tally.by_channel.items():
        channels[entry].append({"channel": channel, "votes": votes})
    return {
        "stage": tally.stage,
        "ballots": tally.ballots,
        "refused": tally.refused_ballots,
        "votes": [
            {"entry": e, "votes": v, "days": days[e], "channels": channels[e]} for e, v in tally.votes.items()
        ],
    }


def _score(score: PanelScore, seats: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"entry": score.entry, "sheets": score.sheets, "used": score.used}
    if score.score is None:
        return {**found, "rule": score.rule}
    totals = sorted(((seats[r], t) for r, t in score.totals))
    return {
        **found,
        "score": score.score,
        "criteria": [{"criterion": c, "score": v} for c, v in score.criteria.items()],
        "totals": [{"seat": s, "total": t} for s, t in totals],
    }


def _ranked(r: Ranked) -> dict[str, Any]:
    found: dict[str, Any] = {"entry": r.entry, "group": r.group}
    if r.composite is None:
        return {**found, "rule": r.rule}
    return {
        **found,
        "rank": r.rank,
        "parts": [
            {"from": p.source, "raw": p.raw, "score": p.score, "bonus": p.bonus, "weighted": p.weighted}
            for p in r.parts
        ],
        "bonus": r.bonus,
        "exact": r.exact,
        "composite": r.composite,
        "tie": r.tie,
    }


def _cut(cut: Cut) -> dict[str, Any]:
    return {
        "group": cut.group,
        "taken": sorted(cut.taken),
        "seats": cut.seats,
        "base": cut.base,
        "share": cut.share,
        "tied": sorted(cut.tied),
        "decided": cut.decided,
    }


def _given(g: Given) -> dict[str, Any]:
    return {
        "award": g.award,
        "kind": g.kind,
        "recipient": g.recipient,
        "entry": g.entry,
        "group": g.group,
        "place": g.place,
        "basis": g.basis,
        "value": g.value,
    }


def _grant(g: Grant) -> dict[str, Any]:
    return {
        "funding": g.funding,
        "entry": g.entry,
        "base": g.base,
        "percent": g.percent,
        "ceiling": g.ceiling,
        "granted": g.granted,
        "due": [{"payment": name, "amount": amount} for name, amount in g.due],
        "paid": g.paid,
        "recovered": g.recovered,
        "because": g.because,
        "over": g.over,
    }


def awards_of(given: Iterable[Given]) -> dict[str, list[str]]:
    """The awards of each entry, in the blueprint's order."""
    found: dict[str, list[str]] = defaultdict(list)
    for g in given:
        if g.entry:
            found[g.entry].append(g.award)
    return found
