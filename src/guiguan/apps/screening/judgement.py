"""What a screener says about an entry, held against the blueprint: every fault of it at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Screening as Stage
from guiguan.core.values.finding import Finding, InputError
from guiguan.core.values.plain import plain, unkept

Outcome = Literal["accept", "return", "refuse"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
ANSWERS = ("yes", "no", "n/a")
MOST_DAYS = 20
LONGEST_FAULT, LONGEST_NOTE, MOST_FAULTS = 500, 1_000, 100


@dataclass(frozen=True)
class Fault:
    """One thing to correct: `field` is the form's, "" for the whole entry."""

    field: str
    text: str


@dataclass(frozen=True)
class Judgement:
    """The outcome with what belongs to it. `days` only where the blueprint names no term for correction."""

    outcome: str
    checklist: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    reason: str = ""
    note: str = ""
    days: int | None = None


def points(stage: Stage) -> tuple[str, ...]:
    """The points of the checklist, as they are answered and kept."""
    return tuple(say(point) for point in stage.checklist)


def checked(blueprint: Blueprint, stage: Stage, given: Judgement, returned: int) -> Judgement:
    """The judgement without blanks and with the term that binds; `returned` is how often it was returned before.
    Raises InputError with everything that is missing or does not fit."""
    tidy = replace(
        given,
        checklist={point: answer for point, answer in given.checklist.items() if answer},
        faults=tuple(Fault(f.field, plain(f.text)) for f in given.faults if plain(f.text)),
        note=plain(given.note),
        days=stage.correction.working_days if stage.correction else given.days,
    )
    if tidy.outcome not in OUTCOMES:
        raise InputError(
            Finding("screening.outcome", "请选择审查结论", "choose to accept, to return or to refuse")
        )
    found = [*_checklist(stage, tidy), *_note(tidy), *_odd(blueprint, given)]
    if tidy.outcome == "return":
        found += [*_faults(blueprint, tidy), *_term(stage, tidy, returned)]
        tidy = replace(tidy, reason="")
    elif tidy.outcome == "refuse":
        found += _reason(stage, tidy)
        tidy = replace(tidy, faults=(), days=None)
    else:
        tidy = replace(tidy, faults=(), reason="", days=None)
    if found:
        raise InputError(*found)
    return tidy


def _checklist(stage: Stage, given: Judgement) -> Iterator[Finding]:
    asked = points(stage)
    if set(given.checklist) - set(asked) or set(given.checklist.values()) - set(ANSWERS):
        yield Finding(
            "screening.checklist-changed",
            "审查清单已变更，请刷新页面后重新填写",
            "the checklist has changed; reload the page and answer it again",
        )
    elif given.outcome == "accept":
        for number, point in enumerate(asked, 1):
            if given.checklist.get(point) not in ("yes", "n/a"):
                yield Finding(
                    "screening.checklist",
                    f"清单第 {number} 项“{point}”须为“符合”或“不适用”，才能通过",
                    f"point {number} of the checklist must be answered yes or not applicable before accepting",
                )


def _note(given: Judgement) -> Iterator[Finding]:
    if len(given.note) > LONGEST_NOTE:
        yield Finding(
            "screening.note-long",
            f"说明有 {len(given.note)} 字，最多 {LONGEST_NOTE} 字",
            f"the note has {len(given.note)} characters, at most {LONGEST_NOTE} are kept",
        )


def _odd(blueprint: Blueprint, given: Judgement) -> Iterator[Finding]:
    """What no database keeps as it is, in the note or in a fault."""
    yield from unkept("screening.note-odd", given.note, zh="说明", en="the note")
    known = fields(blueprint)
    for fault in given.faults:
        place = say(known[fault.field].label) if fault.field in known else "总体问题"
        yield from unkept(
            "screening.fault-odd", fault.text, zh=f"“{place}”的问题", en=f"the fault of {place}"
        )


def _faults(blueprint: Blueprint, given: Judgement) -> Iterator[Finding]:
    if not given.faults:
        yield Finding(
            "screening.no-fault",
            "退回补正须一次列明全部问题，请至少写一处",
            "name at least one fault; all of them go out in one notice",
        )
    if len(given.faults) > MOST_FAULTS:
        yield Finding(
            "screening.many-faults",
            f"最多列 {MOST_FAULTS} 处问题，请合并",
            f"at most {MOST_FAULTS} faults can be named",
        )
    known = fields(blueprint)
    for fault in given.faults:
        if fault.field and fault.field not in known:
            yield Finding(
                "screening.unknown-field",
                f"表中没有“{fault.field[:64]}”一栏，请刷新页面",
                f"the form has no field {fault.field[:64]}; reload the page",
            )
        elif len(fault.text) > LONGEST_FAULT:
            where = say(known[fault.field].label) if fault.field else "总体问题"
            yield Finding(
                "screening.fault-long",
                f"{where}：问题有 {len(fault.text)} 字，最多 {LONGEST_FAULT} 字",
                f"{fault.field}: a fault has {len(fault.text)} characters, at most {LONGEST_FAULT} are kept",
            )


def _term(stage: Stage, given: Judgement, returned: int) -> Iterator[Finding]:
    if stage.correction is not None:
        if returned >= stage.correction.times:
            yield Finding(
                "screening.returned-enough",
                f"规则规定最多退回 {stage.correction.times} 次，已经退回 {returned} 次；请通过或不予通过",
                f"the rules allow {stage.correction.times} returns and there were {returned}; accept or refuse",
            )
    elif given.days is None or not 1 <= given.days <= MOST_DAYS:
        yield Finding(
            "screening.days",
            f"规则没有写补正期限，请填写 1 至 {MOST_DAYS} 个工作日",
            f"the rules name no term for correction; give 1 to {MOST_DAYS} working days",
        )


def _reason(stage: Stage, given: Judgement) -> Iterator[Finding]:
    if given.reason not in stage.reasons and (stage.reasons or given.reason):
        yield Finding("screening.reason", "请从列表中选择不通过的理由", "choose the reason from the list")
    if not given.note:
        yield Finding(
            "screening.note",
            "不予通过须写明具体情况，申报单位会原样看到",
            "say why it is refused; the applicant reads it as it is",
        )
