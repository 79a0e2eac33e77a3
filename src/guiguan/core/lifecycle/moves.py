"""Lifecycles as tables: from which state an act leads to which. What is not listed cannot happen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class NoSuchMove(ValueError):
    """The act is not possible in the state; says which acts are."""


@dataclass(frozen=True)
class Lifecycle:
    """Acts by state: `moves[state][act]` is the state after it."""

    name: str
    first: str
    moves: Mapping[str, Mapping[str, str]]

    def after(self, state: str, act: str) -> str:
        """The state that the act leads to. Raises NoSuchMove."""
        found = self.moves[state].get(act)
        if found is None:
            raise NoSuchMove(
                f"{self.name} {state}: {act} (possible: {', '.join(self.moves[state]) or 'nothing'})"
            )
        return found

    def can(self, state: str, act: str) -> bool:
        return act in self.moves[state]

    @property
    def states(self) -> tuple[str, ...]:
        return tuple(self.moves)


ORGANISATION = Lifecycle(
    "organisation",
    "waiting",
    {
        "waiting": {"approve": "approved", "refuse": "refused"},
        "refused": {"resubmit": "waiting"},
        "approved": {"suspend": "suspended", "change": "approved"},
        "suspended": {"restore": "approved"},
    },
)
"""A unit's registration: 待审核, 未通过, 已通过, 已停用."""

CAMPAIGN = Lifecycle(
    "campaign",
    "draft",
    {
        "draft": {"open": "open", "revise": "draft"},
        "open": {"revise": "open", "close": "closed"},
        "closed": {},
    },
)
"""A campaign: 筹备, 已发布, 已结束."""

ENTRY = Lifecycle(
    "entry",
    "draft",
    {
        "draft": {"preregister": "preregistered", "submit": "submitted", "abandon": "abandoned"},
        "preregistered": {"preregister": "preregistered", "submit": "submitted", "abandon": "abandoned"},
        "submitted": {
            "withdraw": "withdrawn",
            "accept": "accepted",
            "return": "returned",
            "refuse": "refused",
        },
        "returned": {"submit": "submitted", "withdraw": "withdrawn", "expire": "refused"},
        "withdrawn": {"submit": "submitted"},
        "accepted": {},
        "refused": {},
        "abandoned": {},
    },
)
"""An entry: 草稿, 已报名, 已提交, 退回补正, 已撤回, 通过审查, 未通过审查, 已放弃. While declaring is open a withdrawn one may be handed in again."""

RECOMMENDATION = Lifecycle(
    "recommendation",
    "draft",
    {
        "draft": {"hand_up": "handed_up"},
        "handed_up": {"send_back": "draft", "change": "handed_up"},
    },
)
"""A list of entries that go on: 拟定中, 已报送. After it was handed up two persons may change it."""

ENDORSEMENT = Lifecycle(
    "endorsement",
    "asked",
    {
        "asked": {"give": "given", "note": "given", "decline": "declined"},
        "given": {"take_back": "asked"},
        "declined": {"give": "given"},
    },
)
"""What a body says of an entry: 待出具意见, 已出具, 不予推荐. Before the entry is decided on an opinion may be taken back.
Staff notes what a body without an account said on paper (`note`), only where the body has said nothing itself."""

COLLECTION = Lifecycle(
    "collection",
    "draft",
    {
        "draft": {"hand_up": "handed_up"},
        "handed_up": {"send_back": "draft", "collect": "collected"},
        "collected": {},
    },
)
"""A list that a city, county or department collects: 拟定中, 已报送, 已汇总."""

RELEASE = Lifecycle(
    "release",
    "draft",
    {
        "draft": {"propose": "proposed", "drop": "dropped"},
        "proposed": {"send_back": "draft", "publish": "published"},
        "published": {"correct": "published"},
        "dropped": {},
    },
)
"""A batch that is released: 拟定中, 待复核, 已发布, 已取消. What is published changes by corrections alone, in public."""

POLL = Lifecycle(
    "poll",
    "draft",
    {
        "draft": {"open": "open"},
        "open": {"pause": "paused", "close": "closed", "change": "open"},
        "paused": {"resume": "open", "close": "closed", "change": "paused"},
        "closed": {},
    },
)
"""A public vote: 未开始, 投票中, 暂停, 已结束. `change` takes an entry out of the vote; what is closed stays closed."""

SUSPICION = Lifecycle(
    "suspicion",
    "open",
    {
        "open": {"grow": "open", "propose": "proposed"},
        "proposed": {"drop": "open", "void": "void", "keep": "kept"},
        "void": {"restore": "void", "annul": "restored"},
        "kept": {},
        "restored": {},
    },
)
"""Suspected ballots of a vote: 待核查, 待复核, 已作废, 不作废, 已恢复. Each of `void`, `keep` and `annul` takes two persons;
`restore` gives back single ballots upon an appeal, `annul` all of them."""

APPEAL = Lifecycle(
    "appeal",
    "waiting",
    {
        "waiting": {"propose": "proposed"},
        "proposed": {"drop": "waiting", "uphold": "upheld", "reject": "rejected"},
        "upheld": {},
        "rejected": {},
    },
)
"""An appeal against ballots made void: 待答复, 待复核, 成立, 不成立."""

EDITABLE = ("draft", "preregistered", "returned", "withdrawn")
"""States in which the applicant may change an entry's answers."""
