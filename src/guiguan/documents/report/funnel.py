"""From all entries to the awarded ones: how many passed each stage, and why the others did not."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from guiguan.core.blueprint.lookup import input_of, title_of
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Stage
from guiguan.core.evidence.bundle import Sealed, without_personal
from guiguan.core.ranking.campaign import Outcome
from guiguan.core.values.exclusion import Exclusion, reason

NOT_TAKEN = "未入选"
_NO_STAGE = ("entries.duplicate-id", "entries.blank", "entries.disqualified")


@dataclass(frozen=True)
class Fallen:
    """One entry that a stage did not pass on."""

    entry: str
    title: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """A stage: entries that came, that passed, and those that fell with the count of each reason."""

    title: str
    came: int
    passed: int
    fallen: tuple[Fallen, ...]
    reasons: tuple[tuple[str, int], ...]


def steps(b: Blueprint, sealed: Sealed) -> list[Step]:
    """The stages that entries go through, in order."""
    o = sealed.outcome
    why: dict[str, list[Exclusion]] = defaultdict(list)
    for x in sorted(set(o.exclusions)):
        if x.kind == "entry" and x.id in o.entries:
            why[x.id].append(x)
    return [_step(b, sealed, stage, why) for stage in b.stages]


def _step(b: Blueprint, sealed: Sealed, stage: Stage, why: dict[str, list[Exclusion]]) -> Step:
    o = sealed.outcome
    source = input_of(b, stage.id)
    came = frozenset(o.entries) if source is None else o.passed[source]
    passed = o.passed[stage.id]
    fallen = tuple(
        Fallen(e, o.entries[e].title, _reasons(sealed, stage, e, why[e])) for e in sorted(came - passed)
    )
    counts = Counter(r for f in fallen for r in dict.fromkeys(x.partition("：")[0] for x in f.reasons))
    return Step(
        title_of(b, stage.id),
        len(came),
        len(passed),
        fallen,
        tuple(sorted(counts.items(), key=lambda c: (-c[1], c[0]))),
    )


def _reasons(sealed: Sealed, stage: Stage, entry: str, why: list[Exclusion]) -> tuple[str, ...]:
    """Why this stage did not pass the entry on; a screening's own words go with it."""
    o = sealed.outcome
    if stage.kind in ("selection", "notice"):
        return (reason("entries.disqualified") if entry in o.disqualified else NOT_TAKEN,)
    found = [x.rule for x in why if x.rule not in _NO_STAGE and _belongs(stage, x.rule)]
    return tuple(_told(sealed, stage, entry, rule) for rule in dict.fromkeys(found))


def _belongs(stage: Stage, rule: str) -> bool:
    if stage.kind == "registration":
        return rule == "entries.not-preregistered"
    if stage.kind == "endorsement":
        return rule == "entries.not-endorsed"
    if stage.kind == "screening":
        return rule.startswith("screening.")
    return rule.startswith(("entries.", "form.")) and rule not in (
        "entries.not-preregistered",
        "entries.not-endorsed",
    )


def _told(sealed: Sealed, stage: Stage, entry: str, rule: str) -> str:
    standing = sealed.inputs.decisions.standing
    decision = standing.get(("screening", f"{stage.id}/{entry}")) or standing.get(("screening", entry))
    if rule == "screening.failed" and decision is not None:
        return f"{reason(rule)}：{without_personal(decision.reason)}"
    return reason(rule)


@dataclass(frozen=True)
class LeftOut:
    """How often one rule left something out."""

    rule: str
    reason: str
    count: int


def left_out_by_rule(o: Outcome, more: tuple[Exclusion, ...], *kinds: str) -> list[LeftOut]:
    """Rows left out, by rule; entries that a stage did not pass on are told at the stage."""
    found = {x for x in {*o.exclusions, *more} if x.kind in kinds}
    if "entry" in kinds:
        found = {x for x in found if x.id not in o.entries or x.rule == "entries.duplicate-id"}
    counts = Counter(x.rule for x in found)
    return [LeftOut(r, reason(r), n) for r, n in sorted(counts.items(), key=lambda c: (-c[1], c[0]))]
