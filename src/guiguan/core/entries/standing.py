"""What a unit may still do in a campaign at a given time, and why not: every reason names its clause (D6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from guiguan.core.blueprint.base import ends_at, starts_at
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.people import Quota
from guiguan.core.blueprint.stages import Declaration, Registration
from guiguan.core.entries.entry import Entry
from guiguan.core.entries.stages import quota_key
from guiguan.core.values.moment import Instant, instant_text


@dataclass(frozen=True)
class Reason:
    """Why something may not be done. `clause` is the notice's, "" where the blueprint names none."""

    rule: str
    zh: str
    en: str
    clause: str = ""

    def text(self, lang: str = "zh") -> str:
        """The sentence with its clause."""
        if lang == "en":
            return f"{self.en} (notice, {self.clause})" if self.clause else self.en
        return f"{self.zh}（通知{self.clause}）" if self.clause else self.zh


@dataclass(frozen=True)
class Term:
    """When a stage is open: `start` inclusive, `end` exclusive; None where it has no such edge."""

    start: Instant | None
    end: Instant | None

    def holds(self, at: int) -> bool:
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)


def term_of(blueprint: Blueprint, stage: Registration | Declaration) -> Term:
    """The stage's window in the campaign's zone; a rolling one has no end."""
    zone = ZoneInfo(blueprint.zone)
    if stage.window is not None:
        return Term(starts_at(stage.window[0], zone), ends_at(stage.window[1], zone))
    return Term(starts_at(stage.opens, zone) if stage.opens else None, None)


def registration_of(blueprint: Blueprint) -> Registration | None:
    return next((s for s in blueprint.stages if isinstance(s, Registration)), None)


def declaration_of(blueprint: Blueprint) -> Declaration | None:
    return next((s for s in blueprint.stages if isinstance(s, Declaration)), None)


def not_start(blueprint: Blueprint, at: int, mine: Sequence[Entry]) -> tuple[Reason, ...]:
    """Why no new entry may be begun; nothing where one may. `mine` are the unit's entries not given up, drafts too."""
    registration, declaration = registration_of(blueprint), declaration_of(blueprint)
    stages = [s for s in (registration, declaration) if s is not None]
    if registration is not None and registration.needed and not term_of(blueprint, registration).holds(at):
        return (*_closed(blueprint, registration, at), *_full(blueprint, mine))
    open_now = any(term_of(blueprint, s).holds(at) for s in stages)
    closed = () if open_now else tuple(r for s in stages[-1:] for r in _closed(blueprint, s, at))
    return (*closed, *_full(blueprint, mine))


def not_preregister(blueprint: Blueprint, at: int) -> tuple[Reason, ...]:
    """Why an entry may not be pre-registered now."""
    stage = registration_of(blueprint)
    if stage is None:
        return (
            Reason(
                "entries.no-registration",
                "本活动没有报名环节，直接申报即可",
                "this campaign has no pre-registration; declare directly",
            ),
        )
    return _closed(blueprint, stage, at)


def not_submit(
    blueprint: Blueprint,
    at: int,
    entry: Entry,
    others: Sequence[Entry],
    correct_until: int | None = None,
) -> tuple[Reason, ...]:
    """Why an entry may not be handed in now. `others` are the unit's entries already handed in; `correct_until` is the
    end of the term of one returned for correction, which goes by that term instead of the windows; a quota holds for it too,
    since a correction may move it to another category."""
    if correct_until is not None:
        late = Reason(
            "entries.correction-late",
            f"补正期限已过（{_until(blueprint, Instant(correct_until))}）",
            f"the term for correction ended ({_until(blueprint, Instant(correct_until))})",
        )
        return _over_quotas(blueprint, entry, others) if at < correct_until else (late,)
    reasons: list[Reason] = []
    declaration, registration = declaration_of(blueprint), registration_of(blueprint)
    if declaration is not None:
        reasons.extend(_closed(blueprint, declaration, at))
    if registration is not None and registration.needed and not _registered(blueprint, registration, entry):
        reasons.append(
            Reason(
                "entries.not-preregistered",
                "本活动须先报名，这一项没有在报名期内报名",
                "this campaign wants pre-registration, and this entry was not pre-registered in time",
                registration.clause or "",
            )
        )
    return (*reasons, *_over_quotas(blueprint, entry, others))


def _over_quotas(blueprint: Blueprint, entry: Entry, others: Sequence[Entry]) -> tuple[Reason, ...]:
    """Every quota that the others have used up where this entry counts."""
    keys = [(quota, quota_key(quota, entry)) for quota in blueprint.applicants.quotas]
    return tuple(
        _over(quota, " / ".join(k for k in key if k))
        for quota, key in keys
        if key is not None and sum(quota_key(quota, o) == key for o in others) >= quota.max
    )


def _registered(blueprint: Blueprint, stage: Registration, entry: Entry) -> bool:
    return entry.preregistered is not None and term_of(blueprint, stage).holds(entry.preregistered)


def _full(blueprint: Blueprint, mine: Sequence[Entry]) -> tuple[Reason, ...]:
    """Quotas for the whole call that the entries begun so far use up."""
    return tuple(
        _over(quota, "")
        for quota in blueprint.applicants.quotas
        if quota.per == ("applicant",) and len(mine) >= quota.max
    )


_PER = {
    "applicant": ("每个申报单位", "each applicant"),
    "category": ("每个类别", "each category"),
    "area": ("每个领域", "each area"),
    "consortium": ("每个联合体", "each consortium"),
}


def _over(quota: Quota, found: str) -> Reason:
    zh, en = ("".join(_PER[p][0] for p in quota.per), " in ".join(_PER[p][1] for p in quota.per))
    return Reason(
        "entries.over-quota",
        f"{zh}最多申报 {quota.max} 项，名额已用完" + (f"：{found}" if found else ""),
        f"{en} may hand in {quota.max} at most, and that many are there" + (f": {found}" if found else ""),
        quota.clause or "",
    )


def _closed(blueprint: Blueprint, stage: Registration | Declaration, at: int) -> tuple[Reason, ...]:
    term = term_of(blueprint, stage)
    if term.holds(at):
        return ()
    zh, en = ("报名", "pre-registration") if isinstance(stage, Registration) else ("申报", "declaring")
    if term.start is not None and at < term.start:
        when = instant_text(term.start, ZoneInfo(blueprint.zone))[:16].replace("T", " ")
        return (
            Reason(
                "entries.early", f"{zh}尚未开始，{when} 起受理", f"{en} opens at {when}", stage.clause or ""
            ),
        )
    assert term.end is not None
    when = _until(blueprint, term.end)
    return (Reason("entries.late", f"{zh}已于 {when} 截止", f"{en} closed at {when}", stage.clause or ""),)


def _until(blueprint: Blueprint, end: int) -> str:
    """The last minute that still counted, as people write a deadline: an end at 00:00 is the day before, 24:00."""
    zone = ZoneInfo(blueprint.zone)
    text = instant_text(end, zone)[:16]
    return f"{instant_text(end - 1, zone)[:10]} 24:00" if text.endswith("00:00") else text.replace("T", " ")
