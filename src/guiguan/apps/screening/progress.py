"""How far an entry has come, without anything personal: what was done when, and what comes next by the blueprint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.campaigns.windows import StageWindow, stage_windows
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.papers import paper_boxes
from guiguan.apps.screening.models import Screening
from guiguan.apps.screening.order import screening_stages
from guiguan.apps.screening.queries import decisions_of
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.publishing import Event
from guiguan.core.blueprint.stages import STAGE_TITLES, Declaration, Paper, Registration, Stage
from guiguan.core.blueprint.stages import Screening as ScreeningStage

What = Literal[
    "registered",
    "submitted",
    "resubmitted",
    "return",
    "accept",
    "refuse",
    "expired",
    "withdrawn",
    "sent",
    "arrived",
    "reviewing",
    "correcting",
    "stage",
]


@dataclass(frozen=True)
class Step:
    """One step: `what` happened, is on, or comes; `title` only for a stage; `detail` is a count, a reason or a deadline."""

    what: What
    state: Literal["done", "now", "next", "stopped"]
    at: int | None = None
    until: int | None = None
    title: str = ""
    reason: str = ""
    faults: int = 0


def timeline_of(entry: Entry, at: int, lang: str = "zh") -> tuple[Step, ...]:
    """Done in the order of time, then what is on, then what the blueprint has next; nothing comes after an end."""
    blueprint = blueprint_of(entry.campaign)
    decisions = [s for s in decisions_of(entry) if s.state == "stands"]
    done = [
        *_handed_in(entry),
        *(_decided(s, blueprint, lang) for s in decisions),
        *_papers(entry, blueprint),
    ]
    if entry.state == "withdrawn":
        done.append(Step("withdrawn", "stopped", entry.withdrawn_at))
    if entry.state == "refused" and decisions and decisions[-1].outcome == "return":
        done.append(Step("expired", "stopped", decisions[-1].until))
    done.sort(key=lambda s: s.at or 0)
    if entry.state in ("withdrawn", "refused", "abandoned"):
        return tuple(done)
    if entry.state == "submitted" and screening_stages(blueprint):
        done.append(Step("reviewing", "now"))
    elif entry.state == "returned":
        done.append(Step("correcting", "now", until=entry.correct_until))
    return (*done, *_coming(entry, blueprint, at, lang))


def _handed_in(entry: Entry) -> list[Step]:
    found, declared = [], False
    for submission in entry.submissions.order_by("number"):
        what: What = "registered"
        if submission.kind == "declaration":
            what, declared = ("resubmitted" if declared else "submitted"), True
        found.append(Step(what, "done", submission.at))
    return found


def _decided(screening: Screening, blueprint: Blueprint, lang: str) -> Step:
    """The decision with the blueprint's own words for its reason; the screener's note is for who signs in."""
    stage = next((s for s in screening_stages(blueprint) if s.id == screening.stage), None)
    words = say(stage.reasons[screening.reason], lang) if stage and screening.reason in stage.reasons else ""
    outcome: What = "accept"
    if screening.outcome == "return":
        outcome = "return"
    elif screening.outcome == "refuse":
        outcome = "refuse"
    return Step(
        outcome,
        "stopped" if outcome == "refuse" else "done",
        screening.second_at or screening.at,
        until=screening.until,
        title=_title(stage, lang) if stage else "",
        reason=words,
        faults=len(screening.faults),
    )


def _papers(entry: Entry, blueprint: Blueprint) -> list[Step]:
    found = []
    for box in paper_boxes(entry, blueprint):
        if box.sent_at is not None:
            found.append(Step("sent", "done", box.sent_at, title=box.title))
        if box.arrived_at is not None:
            found.append(Step("arrived", "done", box.arrived_at, title=box.title))
    return found


def _coming(entry: Entry, blueprint: Blueprint, at: int, lang: str) -> list[Step]:
    """The stages that are not over and that the entry has not been through, in the blueprint's order."""
    behind: list[type] = [Event, Registration, Paper]
    if entry.state not in ("draft", "preregistered"):
        behind += [Declaration, ScreeningStage]
    return [
        Step("stage", _state(w), w.start, w.end, title=_title(w.of, lang))
        for w in stage_windows(blueprint, at)
        if not isinstance(w.of, tuple(behind)) and not w.correction and w.state != "past"
    ]


def _state(window: StageWindow) -> Literal["now", "next"]:
    return "now" if window.state == "now" else "next"


def _title(stage: Stage | Event, lang: str) -> str:
    if isinstance(stage, Event):
        return say(stage.title, lang)
    return say(stage.title, lang) if stage.title else STAGE_TITLES[stage.kind][lang == "en"]
