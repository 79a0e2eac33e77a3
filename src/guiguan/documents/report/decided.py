"""What people decided, with their reasons; ballots and reviewers without their names."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.entry import DECISION_KINDS, Decision
from guiguan.core.evidence.bundle import Sealed, without_personal
from guiguan.core.values.exclusion import Exclusion
from guiguan.documents.report.figures import money, named
from guiguan.documents.report.words import DECISIONS, OUTCOMES, word


@dataclass(frozen=True)
class Decided:
    """One decision as the public may read it."""

    kind: str
    subject: str
    outcome: str
    reason: str
    people: str
    time: str


def decided(
    b: Blueprint, sealed: Sealed, seats: dict[str, str], left_out: tuple[Exclusion, ...] = ()
) -> list[Decided]:
    """The decisions that stand and concern something that exists, by kind; voided ballots by reason, never by their own id.

    They are put in order as the public reads them: an order by reviewers' names would tell something of the names.
    """
    strange = {
        (x.detail.partition("：")[0], x.id)
        for x in (*sealed.outcome.exclusions, *left_out)
        if x.rule == "decisions.unknown-subject"
    }
    standing = [d for key, d in sealed.inputs.decisions.standing.items() if key not in strange]
    order = {k: i for i, k in enumerate(DECISION_KINDS)}
    shown = [d for d in standing if d.kind != "void"]
    shown.sort(key=lambda d: (order[d.kind], _subject(b, sealed, d, seats), d.outcome))
    lines = [
        Decided(
            word(DECISIONS, d.kind),
            _subject(b, sealed, d, seats),
            _outcome(d),
            without_personal(d.reason),
            _people(d),
            d.time,
        )
        for d in shown
    ]
    voids = Counter((without_personal(d.reason), _people(d)) for d in standing if d.kind == "void")
    lines += [
        Decided(word(DECISIONS, "void"), f"{n} 张选票", "作废", why, people, "")
        for (why, people), n in sorted(voids.items())
    ]
    return lines


def _people(d: Decision) -> str:
    return "两人" if d.by and d.by2 else "一人" if d.by or d.by2 else "未写明"


def _subject(b: Blueprint, sealed: Sealed, d: Decision, seats: dict[str, str]) -> str:
    entries = sealed.outcome.entries
    head, _, tail = d.subject.partition("/")
    match d.kind:
        case "recusal":
            reviewer, _, entry = d.subject.rpartition("/")
            title = entries[entry].title if entry in entries else "?"
            return f"席位 {seats.get(reviewer, '?')} 对《{title}》"
        case "size":
            return " · ".join(t for t in (named(b, head), *_named(b, tail)) if t)
        case "merge_area":
            return " · ".join(_named(b, d.subject))
    entry = d.subject if d.subject in entries else tail
    return f"《{entries[entry].title}》（{entry}）" if entry in entries else without_personal(d.subject)


def _named(b: Blueprint, group: str) -> list[str]:
    """The parts of a group, categories by their titles."""
    titles = {c.id: say(c.title) for c in b.categories}
    return [titles.get(part, without_personal(part)) for part in group.split("/") if part]


def _outcome(d: Decision) -> str:
    match d.kind:
        case "size":
            return f"取 {d.outcome}"
        case "listed":
            return f"第 {d.outcome} 位"
        case "merge_area":
            return f"归入“{d.outcome}”"
        case "grant":
            return f"{money(int(d.outcome))} 元"
    return word(OUTCOMES, d.outcome)
