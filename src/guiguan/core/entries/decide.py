"""Decisions of people: read, refused where unfit, and looked up by kind and subject."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.entry import DECISION_KINDS, Decision
from guiguan.core.values.chinese import same_text
from guiguan.core.values.exclusion import Exclusion
from guiguan.core.values.money import parse_money

_PASS = ("通过", "pass", "passed", "合格", "是", "yes")
_FAIL = ("不通过", "未通过", "fail", "failed", "不合格", "否", "no")
OUTCOMES: dict[str, dict[str, tuple[str, ...]]] = {
    "screening": {"pass": _PASS, "fail": _FAIL},
    "void": {"void": ("作废", "void")},
    "recusal": {"recused": ("回避", "recused", "recuse")},
    "disqualify": {"disqualified": ("取消资格", "disqualified", "disqualify")},
    "approval": {"approved": ("获批", "approved", *_PASS)},
    "acceptance": {"passed": _PASS, "failed": _FAIL},
    "performance": {"met": ("达标", "met", *_PASS), "missed": ("未达标", "不达标", "missed", *_FAIL)},
}
"""The words that each outcome may be given in. `size` takes a whole number, `listed` a place from 1 on, `merge_area` an area, `grant` an amount."""


@dataclass(frozen=True)
class Decisions:
    """The decisions that stand, by kind and subject."""

    standing: Mapping[tuple[str, str], Decision]

    def outcome(self, kind: str, subject: str) -> str | None:
        decision = self.standing.get((kind, subject))
        return None if decision is None else decision.outcome

    def of(self, kind: str) -> dict[str, Decision]:
        return {d.subject: d for (k, _), d in self.standing.items() if k == kind}

    def size(self, what: str, group: tuple[str, ...]) -> int | None:
        """The size decided for `what` in this group (`what/group`), else for `what` in every group alike."""
        own = self.outcome("size", "/".join((what, *group))) if group else None
        common = self.outcome("size", what)
        found = own if own is not None else common
        return None if found is None else int(found)

    def places(self, what: str) -> dict[str, int]:
        """The places on people's own lists for a selection, by entry."""
        own = {s.partition("/")[2]: d for s, d in self.of("listed").items() if s.partition("/")[0] == what}
        return {entry: int(d.outcome) for entry, d in own.items() if entry}


def settle(blueprint: Blueprint, rows: Iterable[Decision]) -> tuple[Decisions, tuple[Exclusion, ...]]:
    """The decisions that stand, and those that do not with their rules. Two different ones on one subject fall both."""
    standing: dict[tuple[str, str], Decision] = {}
    fallen: set[tuple[str, str]] = set()
    out: list[Exclusion] = []
    for row in sorted(rows, key=lambda d: (d.kind, d.subject, d.outcome, d.reason, d.by, d.by2, d.time)):
        rule = _fault(blueprint, row)
        if rule is not None:
            out.append(
                Exclusion("decision", row.subject, rule, line=row.line, detail=f"{row.kind}：{row.outcome}")
            )
            continue
        row = replace(row, outcome=read_outcome(row.kind, row.outcome) or "")
        key: tuple[str, str] = (row.kind, row.subject)
        if key in standing and standing[key].outcome != row.outcome:
            fallen.add(key)
            out.append(
                Exclusion(
                    "decision",
                    row.subject,
                    "decisions.conflict",
                    line=row.line,
                    detail=f"{row.kind}：{row.outcome}",
                )
            )
        standing.setdefault(key, row)
    for key in sorted(fallen):
        row = standing.pop(key)
        out.append(
            Exclusion(
                "decision",
                row.subject,
                "decisions.conflict",
                line=row.line,
                detail=f"{row.kind}：{row.outcome}",
            )
        )
    return Decisions(standing), tuple(out)


def _fault(blueprint: Blueprint, row: Decision) -> str | None:
    if row.kind not in DECISION_KINDS:
        return "decisions.unknown-kind"
    if not row.subject.strip():
        return "decisions.unknown-subject"
    if read_outcome(row.kind, row.outcome) is None:
        return "decisions.bad-outcome"
    if not row.reason.strip():
        return "decisions.no-reason"
    if row.kind in blueprint.two_persons and (
        not row.by or not row.by2 or same_text(row.by) == same_text(row.by2)
    ):
        return "decisions.second-person"
    return None


def read_outcome(kind: str, text: str) -> str | None:
    """The outcome in its own vocabulary, or None where it cannot be read."""
    plain = same_text(text)
    if kind in ("size", "listed"):
        found = int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 6 else None
        return None if found is None or (kind == "listed" and found == 0) else str(found)
    if kind == "merge_area":
        return text.strip() if plain and "/" not in text else None
    if kind == "grant":
        try:
            return str(parse_money(text, "元"))
        except ValueError:
            return None
    for outcome, words in OUTCOMES.get(kind, {}).items():
        if plain in {same_text(w) for w in words}:
            return outcome
    return None
