"""An entry as the count sees it, and the decisions that people took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from guiguan.core.values.moment import Instant


@dataclass(frozen=True)
class Entry:
    """The public facts of one entry. Groups are ids: category id, area text, GB/T 2260 codes, batch such as 2025-H1.

    `counts_as` names the applicant under whose name quotas are counted (a group for its branches); `endorsed` are
    (endorser, kind) pairs; `facts` holds only the form fields that counting uses.
    """

    entry: str
    title: str
    applicant: str
    counts_as: str
    category: str = ""
    area: str = ""
    province: str = ""
    city: str = ""
    batch: str = ""
    consortium: str = ""
    submitted: Instant | None = None
    preregistered: Instant | None = None
    withdrawn: bool = False
    endorsed: tuple[tuple[str, str], ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    line: int = 0

    def group(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The ids of the groups that it belongs to, in the order asked."""
        return tuple(getattr(self, n) if n in _GROUP_FIELDS else self.facts.get(n, "") for n in names)


_GROUP_FIELDS = ("category", "area", "province", "city", "batch")

DecisionKind = Literal[
    "screening",
    "void",
    "recusal",
    "disqualify",
    "size",
    "listed",
    "merge_area",
    "grant",
    "approval",
    "acceptance",
    "performance",
]
DECISION_KINDS: tuple[DecisionKind, ...] = get_args(DecisionKind)


@dataclass(frozen=True)
class Decision:
    """What people decided about one subject. `outcome` is in the vocabulary of its kind (`core/entries/decide`)."""

    kind: DecisionKind
    subject: str
    outcome: str
    reason: str
    by: str
    by2: str = ""
    time: str = ""
    line: int = 0
