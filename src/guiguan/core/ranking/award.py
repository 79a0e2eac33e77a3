"""Awards to entries and applicants, and awards to bodies that organised well."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from guiguan.core.blueprint.counting import Award, OrganisationAward
from guiguan.core.entries.decide import Decisions
from guiguan.core.entries.entry import Entry
from guiguan.core.ranking.composite import rounded
from guiguan.core.ranking.mapping import MAPPINGS
from guiguan.core.ranking.select import Candidate, Cut, Group, select
from guiguan.core.values.chinese import same_text


@dataclass(frozen=True)
class Given:
    """One award given. `place` is None where the list has no order; `basis` names the measure and its value."""

    award: str
    kind: str
    recipient: str
    entry: str
    group: Group
    place: int | None
    basis: str
    value: Fraction | None


@dataclass(frozen=True)
class Measured:
    """One body's work: entries that count, and its figures before and after mapping."""

    body: str
    entries: tuple[str, ...]
    raw: tuple[Fraction, ...]
    mapped: tuple[Fraction, ...]
    score: Fraction


def give(
    award: Award,
    candidates: Sequence[Candidate],
    entries: Mapping[str, Entry],
    decisions: Decisions,
    base_of: Callable[[Group], int],
    winners: Mapping[str, frozenset[str]],
) -> tuple[tuple[Given, ...], tuple[Cut, ...]]:
    """Who receives this award. Entries that hold an award named in `after` keep their place but are not taken again."""
    fit = [c for c in candidates if fits(award.when, entries[c.id])]
    out = frozenset().union(*(winners[a] for a in award.after)) if award.after else frozenset()
    cuts = select(award.id, award.take, fit, decisions, base_of, out)
    values = {c.id: c.value for c in fit}
    given: list[Given] = []
    seen: set[str] = set()
    for cut in cuts:
        for entry in cut.taken:
            recipient = entry if award.to == "entry" else entries[entry].counts_as
            if recipient in seen:
                continue
            seen.add(recipient)
            place = cut.places.get(entry) if award.listed == "ranked" else None
            given.append(
                Given(
                    award.id,
                    award.to,
                    recipient,
                    entry,
                    cut.group,
                    place,
                    award.by or award.of or "",
                    values[entry],
                )
            )
    return tuple(given), cuts


def fits(when: Mapping[str, tuple[str, ...]] | None, entry: Entry) -> bool:
    """Whether the entry's facts are what the condition names."""
    return all(
        same_text(entry.facts.get(f, "")) in {same_text(v) for v in wanted}
        for f, wanted in (when or {}).items()
    )


def measure_bodies(
    award: OrganisationAward,
    entries: Sequence[Entry],
    passed: Mapping[str, frozenset[str]],
    composites: Mapping[str, Mapping[str, Fraction]],
) -> tuple[Measured, ...]:
    """Every body with enough entries, by number and quality of what it endorsed (or declared, where `to` is applicant)."""
    counting = [p.of for p in award.parts if p.source == "count"]
    known = (
        frozenset().union(*(passed[s] for s in counting)) if counting else frozenset(e.entry for e in entries)
    )
    work: dict[str, list[Entry]] = defaultdict(list)
    names: dict[str, str] = {}
    for e in entries:
        bodies = {name for name, _ in e.endorsed} if award.to == "endorser" else {e.counts_as}
        for body in bodies if e.entry in known else ():
            names[same_text(body)] = min(names.get(same_text(body), body), body)
            work[same_text(body)].append(e)
    raw: dict[str, tuple[Fraction, ...]] = {}
    for key, own in work.items():
        ids = sorted({e.entry for e in own})
        if len(ids) >= award.at_least:
            raw[key] = tuple(_raw(p.source, p.of, ids, passed, composites) for p in award.parts)
    maps = [
        MAPPINGS[p.mapping]([f[i] for f in raw.values()] or [Fraction(0)]) for i, p in enumerate(award.parts)
    ]
    mapped = {key: tuple(m(f) for m, f in zip(maps, figures, strict=True)) for key, figures in raw.items()}
    done = [
        Measured(
            names[key],
            tuple(sorted({e.entry for e in work[key]})),
            raw[key],
            mapped[key],
            rounded(award.rounding, "composite", _weighted(award, mapped[key])),
        )
        for key in raw
    ]
    return tuple(sorted(done, key=lambda m: (-m.score, m.body)))


def _raw(
    source: str,
    of: str,
    ids: Sequence[str],
    passed: Mapping[str, frozenset[str]],
    composites: Mapping[str, Mapping[str, Fraction]],
) -> Fraction:
    if source == "count":
        return Fraction(sum(i in passed[of] for i in ids))
    scores = [composites[of][i] for i in ids if i in composites[of]]
    return sum(scores, Fraction(0)) / len(scores) if scores else Fraction(0)


def _weighted(award: OrganisationAward, mapped: Sequence[Fraction]) -> Fraction:
    parts = [rounded(award.rounding, "part", m) for m in mapped]
    weighted = [
        rounded(award.rounding, "weighted", Fraction(p.weight) / 100 * m)
        for p, m in zip(award.parts, parts, strict=True)
    ]
    return sum(weighted, Fraction(0))


def give_bodies(
    award: OrganisationAward, measured: Sequence[Measured], decisions: Decisions
) -> tuple[tuple[Given, ...], tuple[Cut, ...]]:
    """Who among the bodies receives the award; equal scores share a place."""
    candidates = [Candidate(m.body, (), m.score, (-m.score,)) for m in measured]
    cuts = select(award.id, award.take, candidates, decisions, lambda _: len(candidates))
    scores = {m.body: m.score for m in measured}
    given = [
        Given(
            award.id,
            award.to,
            body,
            "",
            (),
            cut.places[body] if award.listed == "ranked" else None,
            award.id,
            scores[body],
        )
        for cut in cuts
        for body in cut.taken
    ]
    return tuple(given), cuts
