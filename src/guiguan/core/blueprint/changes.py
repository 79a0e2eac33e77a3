"""What may change in a campaign that has opened: one table, asked for every difference between two versions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from guiguan.core.blueprint.base import ends_at, starts_at
from guiguan.core.blueprint.begun import ended_at, has_begun
from guiguan.core.blueprint.differ import Change, differences
from guiguan.core.blueprint.form import FormField
from guiguan.core.blueprint.lookup import ballot_stages, fields, panels, stage_of
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Ballots, Paper, Stage

Verdict = Literal["free", "second", "never"]
"""free: the organiser's lead alone · second: only together with a second person · never: not in this campaign."""


@dataclass(frozen=True)
class Judged:
    """One difference, whether it may come into force, and why, as people read it."""

    change: Change
    verdict: Verdict
    zh: str
    en: str

    def reason(self, lang: str = "zh") -> str:
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True)
class Case:
    """A difference with all that its rule looks at. `known` are stages at work already, whatever their dates say."""

    change: Change
    old: Blueprint
    new: Blueprint
    at: int
    known: frozenset[str]

    @property
    def item(self) -> str:
        """The id in the first brackets of the path, or ""."""
        found = re.match(r"[a-z_]+\[([^\]]*)\]", self.change.path)
        return found[1] if found else ""

    def begun(self, *stages: str) -> bool:
        ids = {s.id for s in self.old.stages}
        return any(s in self.known or has_begun(self.old, s, self.at) for s in stages if s in ids)


Rule = Callable[[Case], tuple[Verdict, str, str]]


def judge(old: Blueprint, new: Blueprint, at: int, known: frozenset[str] = frozenset()) -> tuple[Judged, ...]:
    """Every difference between the version in force and a later one, judged at the instant `at`."""
    return tuple(
        Judged(change, *_rule_of(change.path)(Case(change, old, new, at, known)))
        for change in differences(old, new)
    )


def worst(judged: tuple[Judged, ...]) -> Verdict:
    """What the version as a whole needs."""
    found = {j.verdict for j in judged}
    return "never" if "never" in found else "second" if "second" in found else "free"


def _rule_of(path: str) -> Rule:
    return next(rule for pattern, rule in TABLE if re.match(pattern, path))


def _words(case: Case) -> tuple[Verdict, str, str]:
    return "free", "文字、联系方式、材料和宣传安排可以更正", "wording, contacts and material may be mended"


def _fixed(case: Case) -> tuple[Verdict, str, str]:
    return (
        "never",
        "活动代号、时区和语言版本在发布后不变",
        "the campaign's id, zone and language version stay as opened",
    )


def _promise(case: Case) -> tuple[Verdict, str, str]:
    if case.change.zh.startswith("新增 "):
        return "free", "新增的承诺对申报单位有利", "a promise that is added favours the applicants"
    return (
        "never",
        "发布时的承诺（不收费、用途、查重范围、保存期限、两人决定）不能收回或改动",
        "what was promised at opening (no fee, purpose, scope of comparison, retention, two persons) is not taken back",
    )


def _ruled(case: Case, stages: tuple[str, ...]) -> tuple[Verdict, str, str]:
    """By a second person before any of the stages begins, never after."""
    if case.begun(*stages):
        return (
            "never",
            "所规定的环节已经开始，规则不再改动",
            "the stage that it rules has begun; its rules stay",
        )
    return (
        "second",
        "评选规则在所规定的环节开始前可以改动，须第二人同意",
        "a rule may change before its stage begins, by a second person",
    )


def _of_declaring(case: Case) -> tuple[Verdict, str, str]:
    return _ruled(case, tuple(s.id for s in case.old.stages if s.kind in ("registration", "declaration")))


def _of_counting(case: Case) -> tuple[Verdict, str, str]:
    """Rankings, awards, money: all votes and panels together are what they rule."""
    found = (*ballot_stages(case.old), *panels(case.old))
    return _ruled(case, tuple(s.id for s in found or case.old.stages))


def _of_stage(case: Case) -> tuple[Verdict, str, str]:
    """A rule of one stage; where the stage itself comes, goes or moves, of those after it as well."""
    ids = [s.id for s in case.old.stages]
    if case.change.path == f"stages[{case.item}]" or not case.item:
        return _ruled(case, tuple(_moved_stages(case, ids)))
    return _ruled(case, (case.item,))


def _moved_stages(case: Case, ids: list[str]) -> Iterator[str]:
    """The stages from the first place on at which the two orders differ."""
    news = [s.id for s in case.new.stages]
    same = next(
        (i for i, (a, b) in enumerate(zip(ids, news, strict=False)) if a != b), min(len(ids), len(news))
    )
    yield from ids[same:]


def _deadline(case: Case) -> tuple[Verdict, str, str]:
    """Later is free while it runs, and needs a second person once it is over; earlier is never; a vote keeps its dates."""
    before, after = stage_of(case.old, case.item), stage_of(case.new, case.item)
    if isinstance(before, Ballots):
        return _ruled(case, (before.id,))
    zone = ZoneInfo(case.old.zone)
    if _start(before, zone) != _start(after, zone):
        return _ruled(case, (before.id,))
    return _moved_end(ended_at(before, zone), ended_at(after, zone), case.at)


def _period(case: Case) -> tuple[Verdict, str, str]:
    before, after = case.old.period, case.new.period
    if before is None or after is None or before[0] != after[0]:
        return _fixed_dates()
    zone = ZoneInfo(case.old.zone)
    return _moved_end(ends_at(before[1], zone), ends_at(after[1], zone), case.at)


def _moved_end(before: int | None, after: int | None, at: int) -> tuple[Verdict, str, str]:
    if before is None or after is None or after < before:
        return _fixed_dates()
    if before <= at:
        return (
            "second",
            "期限已过，重新开放须第二人同意",
            "it is over; opening it again needs a second person",
        )
    return "free", "期限可以延长", "a deadline may be extended"


def _fixed_dates() -> tuple[Verdict, str, str]:
    return "never", "期限只能延长，不能提前或取消", "a deadline is extended, never brought forward or dropped"


def _start(stage: Stage, zone: ZoneInfo) -> int | None:
    text = stage.window[0] if stage.window else stage.opens
    return starts_at(text, zone) if text else None


def _field(case: Case) -> tuple[Verdict, str, str]:
    """A form may get optional fields and longer limits while declaring is open; nothing that burdens who has written already."""
    before, after = fields(case.old).get(case.item), fields(case.new).get(case.item)
    declaring = [s for s in case.old.stages if s.kind in ("registration", "declaration")]
    ends = [ended_at(s, ZoneInfo(case.old.zone)) for s in declaring]
    is_open = any(e is None or case.at < e for e in ends)
    if is_open and _eases(case.change.path, before, after):
        return (
            "free",
            "申报期间表单可以增加选填栏、放宽限制",
            "while declaring is open a form may get optional fields and wider limits",
        )
    return _of_declaring(case)


def _eases(path: str, before: FormField | None, after: FormField | None) -> bool:
    if before is None:
        return after is not None and not after.required
    if after is None or type(before) is not type(after):
        return False
    key = path.rpartition("].")[2]
    old, new = getattr(before, key, None), getattr(after, key, None)
    if key in ("max", "at_most", "megabytes"):
        return old is not None and (new is None or new > old)
    if key == "min":
        return old is not None and (new is None or new < old)
    if key == "limit":
        return new == "advisory"
    if key == "required":
        return new is False
    return key in ("none_accepted", "overflow", "other") and new is True


def _paper(case: Case) -> tuple[Verdict, str, str]:
    before, after = stage_of(case.old, case.item), stage_of(case.new, case.item)
    if not isinstance(before, Paper) or not isinstance(after, Paper):
        return _of_stage(case)
    return _deadline(case)


TABLE: tuple[tuple[str, Rule], ...] = (
    (r"(.*\.)?clause$", _words),
    (r"(blueprint|campaign|zone)\b", _fixed),
    (r"(no_fee|purpose|duplicates|retention|two_persons)\b", _promise),
    (r"period$", _period),
    (r"(title|languages|basis|theme|principles|organisers|contacts|documents|warning)\b", _words),
    (
        r"(entitlements|certificates|halls|compendium|directory|events|data_demands|supervision)\b",
        _words,
    ),
    (r"(categories|applicants|endorsers|routing)\b", _of_declaring),
    (r"form$", _words),
    (r"form\[[^\]]*\]\.(label|help)$", _words),
    (r"form\b", _field),
    (r"stages\[[^\]]*\]\.(title|channels|contents|address|marked|layout|partners)\b", _words),
    (r"stages\[[^\]]*\]\.until$", _paper),
    (r"stages\[[^\]]*\]\.(window|opens)$", _deadline),
    (r"stages\b", _of_stage),
    (r"(rankings|awards|organisation_awards|funding)\[[^\]]*\]\.title$", _words),
    (r"(rankings|awards|organisation_awards|funding|budget)\b", _of_counting),
)
"""The first pattern that a difference's path begins with decides. What opened the campaign binds it; so whatever touches
who may apply, how it is counted or who wins is ruled, and a new key of the language must be given its row here."""
