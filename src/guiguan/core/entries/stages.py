"""Which entries pass each stage before the count: windows, quotas, endorsement, screening."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from guiguan.core.blueprint.base import window
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.people import Quota
from guiguan.core.blueprint.stages import Declaration, Endorsement, Registration, Screening, StageBase
from guiguan.core.entries.decide import Decisions
from guiguan.core.entries.entry import Entry
from guiguan.core.values.exclusion import Exclusion
from guiguan.core.values.moment import Instant, Window, parse_instant

FAR = Instant(1 << 52)
"""Later than any instant: the end of what has none."""


def _at(when: Instant | None, open_: Window | None) -> str | None:
    if when is None or open_ is None or open_.contains(when):
        return None
    return "entries.early" if when < open_.start else "entries.late"


def open_while(b: Blueprint, stage: StageBase) -> Window | None:
    """When a stage takes things in: its window, or from its first day on; None where it never says."""
    zone = ZoneInfo(b.zone)
    if stage.opens is not None:
        return Window(parse_instant(stage.opens, zone), FAR)
    return window(stage.window, zone) if stage.window else None


def pass_registration(b: Blueprint, stage: Registration, entries: Sequence[Entry]) -> list[Exclusion]:
    """Entries that lack a needed pre-registration within its window."""
    if not stage.needed:
        return []
    span = open_while(b, stage)
    return [
        Exclusion("entry", e.entry, "entries.not-preregistered", line=e.line)
        for e in entries
        if e.preregistered is None or _at(e.preregistered, span) is not None
    ]


def pass_declaration(
    b: Blueprint, stage: Declaration, entries: Sequence[Entry], faulty: frozenset[str]
) -> list[Exclusion]:
    """Entries withdrawn, out of time, or over a quota. `faulty` are out already and use no quota up."""
    span = open_while(b, stage)
    out: list[Exclusion] = []
    for e in entries:
        if e.withdrawn:
            out.append(Exclusion("entry", e.entry, "entries.withdrawn", line=e.line))
        rule = _at(e.submitted, span)
        if rule is not None:
            out.append(Exclusion("entry", e.entry, rule, line=e.line))
    gone = faulty | {x.id for x in out}
    standing = sorted((e for e in entries if e.entry not in gone), key=_earliest)
    for quota in b.applicants.quotas:
        over = _over(quota, standing)
        out.extend(over)
        beyond = {x.id for x in over}
        standing = [e for e in standing if e.entry not in beyond]
    return out


def _earliest(e: Entry) -> tuple[bool, int, str]:
    return (e.submitted is None, e.submitted or 0, e.entry)


def _over(quota: Quota, standing: Sequence[Entry]) -> list[Exclusion]:
    used: dict[tuple[str, ...], int] = defaultdict(int)
    out: list[Exclusion] = []
    for e in standing:
        key = quota_key(quota, e)
        if key is None:
            continue
        used[key] += 1
        if used[key] > quota.max:
            out.append(
                Exclusion(
                    "entry",
                    e.entry,
                    "entries.over-quota",
                    line=e.line,
                    detail=" / ".join(k for k in key if k),
                )
            )
    return out


def quota_key(quota: Quota, e: Entry) -> tuple[str, ...] | None:
    """What a quota counts this entry under; None where it does not concern it (no consortium). An area lies in its category."""
    if "consortium" in quota.per and not e.consortium:
        return None
    parts = {
        "applicant": e.counts_as,
        "category": e.category,
        "area": f"{e.category}/{e.area}",
        "consortium": e.consortium,
    }
    return tuple(parts[p] for p in quota.per)


def pass_endorsement(stage: Endorsement, entries: Sequence[Entry]) -> list[Exclusion]:
    """Entries without the endorsement that the stage needs."""
    if not stage.needed:
        return []
    return [
        Exclusion("entry", e.entry, "entries.not-endorsed", line=e.line)
        for e in entries
        if not any(kind == stage.opinion for _, kind in e.endorsed)
    ]


def pass_screening(stage: Screening, entries: Sequence[Entry], decisions: Decisions) -> list[Exclusion]:
    """Entries that people refused, and those without a decision where the blueprint says that they fail.

    A decision names the entry, or `stage/entry` where there are several screenings.
    """
    out: list[Exclusion] = []
    for e in entries:
        subject = f"{stage.id}/{e.entry}"
        decision = decisions.standing.get(("screening", subject)) or decisions.standing.get(
            ("screening", e.entry)
        )
        if decision is not None and decision.outcome == "fail":
            out.append(Exclusion("entry", e.entry, "screening.failed", line=e.line, detail=decision.reason))
        elif decision is None and stage.undecided == "fails":
            out.append(Exclusion("entry", e.entry, "screening.undecided", line=e.line))
    return out
