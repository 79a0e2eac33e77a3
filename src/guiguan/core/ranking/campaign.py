"""The whole campaign counted: stage by stage, from entries, ballots, marks and decisions to awards and money.

One pure function that browser, command line and replay share. Nothing here reads a clock, a file or chance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from guiguan.core.blueprint.counting import Ranking
from guiguan.core.blueprint.funding import Funding
from guiguan.core.blueprint.lookup import fields, input_of, panels, ranking_of
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import (
    Ballots,
    Declaration,
    Endorsement,
    Panel,
    Registration,
    Screening,
    Selection,
    Stage,
)
from guiguan.core.entries.decide import Decisions
from guiguan.core.entries.entry import Entry
from guiguan.core.entries.fill import read_number
from guiguan.core.entries.register import Register
from guiguan.core.entries.stages import pass_declaration, pass_endorsement, pass_registration, pass_screening
from guiguan.core.funding.grant import Facts, Grant, base_in_fen, grant
from guiguan.core.ranking.award import Given, Measured, fits, give, give_bodies, measure_bodies
from guiguan.core.ranking.composite import Ranked, rank
from guiguan.core.ranking.select import Candidate, Cut, Group, listed, select
from guiguan.core.reviews.aggregate import PanelScore, aggregate
from guiguan.core.reviews.mark import Mark, MarkRow, read_marks
from guiguan.core.values.exclusion import Exclusion
from guiguan.core.values.money import Fen
from guiguan.core.votes.columns import BallotColumns
from guiguan.core.votes.rule import BallotRule, ballot_rule
from guiguan.core.votes.tally import Tally, tally

GATES = ("registration", "declaration", "endorsement", "screening", "paper")


@dataclass(frozen=True)
class Inputs:
    """All that a campaign is counted from. `ballots` by stage id; `seed` decides lots, where the blueprint draws any."""

    blueprint: Blueprint
    register: Register
    decisions: Decisions
    ballots: Mapping[str, BallotColumns]
    score_rows: tuple[MarkRow, ...]
    seed: str | None = None


@dataclass
class Outcome:
    """Everything that was counted, with what it came from."""

    entries: dict[str, Entry]
    passed: dict[str, frozenset[str]] = field(default_factory=dict)
    eligible: tuple[str, ...] = ()
    rules: dict[str, BallotRule] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)
    marks: tuple[Mark, ...] = ()
    before: dict[str, frozenset[str]] = field(default_factory=dict)
    scores: dict[str, dict[str, PanelScore]] = field(default_factory=dict)
    values: dict[str, dict[str, Fraction]] = field(default_factory=dict)
    rankings: dict[str, tuple[Ranked, ...]] = field(default_factory=dict)
    cuts: dict[str, tuple[Cut, ...]] = field(default_factory=dict)
    given: list[Given] = field(default_factory=list)
    measured: dict[str, tuple[Measured, ...]] = field(default_factory=dict)
    grants: list[Grant] = field(default_factory=list)
    exclusions: list[Exclusion] = field(default_factory=list)
    disqualified: frozenset[str] = frozenset()


def count(inputs: Inputs) -> Outcome:
    """The campaign's outcome. The same inputs give the same outcome, in whatever order their rows stood."""
    return _Count(inputs).run()


class _Count:
    def __init__(self, inputs: Inputs) -> None:
        self.inputs, self.b, self.decisions = inputs, inputs.blueprint, inputs.decisions
        self.o = Outcome({e.entry: e for e in inputs.register.entries})
        self.o.disqualified = frozenset(self.decisions.of("disqualify")) & frozenset(self.o.entries)

    def run(self) -> Outcome:
        o = self.o
        o.exclusions += [*self.inputs.register.rejected, *self.inputs.register.given]
        self.o.before = {p.id: frozenset() for p in panels(self.b)}
        measured = False
        eligible = frozenset(o.entries)
        for stage in self.b.stages:
            source = input_of(self.b, stage.id)
            coming = frozenset(o.entries) if source is None else o.passed[source]
            o.passed[stage.id] = self.stage(stage, coming)
            measured = measured or stage.kind not in GATES
            if not measured:
                eligible = o.passed[stage.id]
        o.eligible = tuple(sorted(eligible))
        self.marks_left_out()
        for ranking in self.b.rankings:
            self.ranking(ranking)
        self.awards()
        self.money()
        o.exclusions += [
            Exclusion("entry", e, "entries.disqualified", line=o.entries[e].line)
            for e in sorted(o.disqualified)
        ]
        return o

    def stage(self, stage: Stage, coming: frozenset[str]) -> frozenset[str]:
        """The entries that pass a stage, its measures taken on the way."""
        entries = [self.o.entries[e] for e in sorted(coming)]
        out: list[Exclusion] = []
        match stage:
            case Registration():
                out = pass_registration(self.b, stage, entries)
            case Declaration():
                faulty = frozenset(x.id for x in self.inputs.register.given)
                out = pass_declaration(self.b, stage, entries, faulty)
                coming = coming - faulty
            case Endorsement():
                out = pass_endorsement(stage, entries)
            case Screening():
                out = pass_screening(stage, entries, self.decisions)
            case Ballots():
                self.vote(stage, coming)
            case Panel():
                self.panel(stage, coming)
            case Selection():
                return self.selection(stage, coming)
            case _ if stage.kind == "notice":
                return coming - self.o.disqualified
            case _:
                return coming
        self.o.exclusions += out
        return coming - {x.id for x in out}

    def vote(self, stage: Ballots, coming: frozenset[str]) -> None:
        rule = ballot_rule(self.b, stage, coming, frozenset(self.o.entries))
        self.o.rules[stage.id] = rule
        ballots = self.inputs.ballots.get(stage.id)
        if ballots is None:
            return
        counted = tally(rule, ballots)
        self.o.tallies[stage.id] = counted
        self.o.values[stage.id] = {e: Fraction(v) for e, v in counted.votes.items()}

    def panel(self, stage: Panel, coming: frozenset[str]) -> None:
        self.o.before[stage.id] = coming
        own = [r for r in self.inputs.score_rows if (r.panel or self.only_panel()) == stage.id]
        recused = frozenset(_pair(s) for s in self.decisions.of("recusal"))
        marks, out = read_marks((stage,), own, frozenset(self.o.entries), {stage.id: coming}, recused)
        scores, sheets_out = aggregate(stage, marks, sorted(coming))
        self.o.exclusions += [*out, *sheets_out]
        self.o.marks = tuple(
            sorted(
                (*self.o.marks, *marks), key=lambda m: (m.panel, m.round, m.entry, m.reviewer, m.criterion)
            )
        )
        self.o.scores[stage.id] = scores
        self.o.values[stage.id] = {e: s.score for e, s in scores.items() if s.score is not None}
        for c in stage.criteria:
            self.o.values[f"{stage.id}.{c.id}"] = {
                e: s.criteria[c.id] for e, s in scores.items() if c.id in s.criteria
            }

    def only_panel(self) -> str:
        found = panels(self.b)
        return found[0].id if len(found) == 1 else ""

    def marks_left_out(self) -> None:
        """Score rows that name no panel of the campaign."""
        known = {p.id for p in panels(self.b)}
        for r in self.inputs.score_rows:
            if (r.panel or self.only_panel()) not in known:
                self.o.exclusions.append(
                    Exclusion("score", r.name, "scores.unknown-panel", line=r.line, detail=r.panel)
                )

    def selection(self, stage: Selection, coming: frozenset[str]) -> frozenset[str]:
        standing = coming - self.o.disqualified
        pool = {e: self.o.entries[e].group(stage.within) for e in sorted(standing)}
        measured = self.candidates(stage.by, standing, stage.within)
        places = self.decisions.places(stage.id) if stage.lists else {}
        candidates = listed(stage.take, measured, places, pool)
        cuts = select(
            stage.id, stage.take, candidates, self.decisions, self.base(stage.take.of, stage.within)
        )
        self.o.cuts[stage.id] = cuts
        return frozenset(e for cut in cuts for e in cut.taken)

    def candidates(self, by: str, entries: frozenset[str], within: Group) -> list[Candidate]:
        """The entries in the order that a source puts them in; those that it does not measure have no value."""
        of = {e: self.o.entries[e].group(within) for e in sorted(entries)}
        if by in {r.id for r in self.b.rankings}:
            ranked = {r.entry: r for r in self.ranking(ranking_of(self.b, by))}
            return [
                Candidate(e, g, ranked[e].composite, ranked[e].order) for e, g in of.items() if e in ranked
            ]
        values = self.o.values.get(by, {})
        return [Candidate(e, g, values.get(e), (-values[e],) if e in values else ()) for e, g in of.items()]

    def base(self, of: str | None, within: Group) -> Callable[[Group], int]:
        """How many entries that passed `of` belong to a group."""
        counts = Counter(self.o.entries[e].group(within) for e in self.o.passed[of]) if of else Counter()
        return lambda group: counts[group]

    def ranking(self, ranking: Ranking) -> tuple[Ranked, ...]:
        """The ranking, made once, when something first asks for it."""
        if ranking.id not in self.o.rankings:
            standing = sorted(self.o.passed[ranking.of] - self.o.disqualified)
            made = rank(ranking, [self.o.entries[e] for e in standing], self.o.values, self.inputs.seed)
            self.o.rankings[ranking.id] = made
            for r in made:
                if r.rule:
                    rule = next(
                        (s[r.entry].rule for s in self.o.scores.values() if r.entry in s and s[r.entry].rule),
                        r.rule,
                    )
                    self.o.exclusions.append(
                        Exclusion(
                            "entry", r.entry, rule, line=self.o.entries[r.entry].line, detail=ranking.id
                        )
                    )
        return self.o.rankings[ranking.id]

    def awards(self) -> None:
        winners: dict[str, frozenset[str]] = {}
        for award in self.b.awards:
            pool = self.o.passed[award.of] if award.of else frozenset(self.o.entries)
            if award.by and not award.of:
                pool = self.measured_by(award.by)
            pool = pool - self.o.disqualified
            if award.by:
                found = self.candidates(award.by, pool, award.per)
            else:
                found = [Candidate(e, self.o.entries[e].group(award.per), None, ()) for e in sorted(pool)]
            given, cuts = give(
                award, found, self.o.entries, self.decisions, self.base(award.take.of, award.per), winners
            )
            winners[award.id] = frozenset(e for cut in cuts for e in cut.taken)
            self.o.given += given
            self.o.cuts[award.id] = cuts
        composites = {
            i: {r.entry: r.composite for r in rs if r.composite is not None}
            for i, rs in self.o.rankings.items()
        }
        standing = [e for e in self.o.entries.values() if e.entry not in self.o.disqualified]
        for body_award in self.b.organisation_awards:
            measured = measure_bodies(body_award, standing, self.o.passed, composites)
            given, cuts = give_bodies(body_award, measured, self.decisions)
            self.o.measured[body_award.id] = measured
            self.o.given += given
            self.o.cuts[body_award.id] = cuts

    def measured_by(self, source: str) -> frozenset[str]:
        """The entries that a source puts in order: a ranking's own, or those before the vote or panel."""
        if source in {r.id for r in self.b.rankings}:
            return frozenset(r.entry for r in self.o.rankings[source])
        stage = source.partition(".")[0]
        before = input_of(self.b, stage)
        return self.o.passed[before] if before is not None else frozenset(self.o.entries)

    def money(self) -> None:
        known = fields(self.b)
        for funding in self.b.funding:
            unit = getattr(known[funding.base], "unit", None) or "元"
            for e in sorted(self.funded(funding)):
                entry = self.o.entries[e]
                value = read_number(entry.facts.get(funding.base, ""))
                base = base_in_fen(value, unit) if value is not None else None
                if fits(funding.when, entry) and base is not None:
                    self.o.grants.append(grant(funding, e, base, self.facts(e)))

    def funded(self, funding: Funding) -> frozenset[str]:
        """Whose money is worked out: who passed and stands, and who was granted and then disqualified, where that is clawed back."""
        standing = self.o.passed[funding.of] - self.o.disqualified
        if not any(c.when == "false_material" for c in funding.clawback):
            return standing
        return standing | (self.o.disqualified & frozenset(self.decisions.of("grant")))

    def facts(self, entry: str) -> Facts:
        def said(kind: str, yes: str) -> bool | None:
            outcome = self.decisions.outcome(kind, entry)
            return None if outcome is None else outcome == yes

        granted = self.decisions.outcome("grant", entry)
        return Facts(
            granted=None if granted is None else Fen(int(granted)),
            approved=said("approval", "approved"),
            accepted=said("acceptance", "passed"),
            targets_met=said("performance", "met"),
            disqualified=entry in self.o.disqualified,
        )


def _pair(subject: str) -> tuple[str, str]:
    """A recusal's subject, `reviewer/entry`."""
    reviewer, _, entry = subject.rpartition("/")
    return reviewer, entry
