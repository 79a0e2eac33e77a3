"""Which screening an entry stands before: the blueprint's screenings, one after the other."""

from __future__ import annotations

from collections.abc import Iterable

from guiguan.apps.screening.models import Screening
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Screening as Stage


def screening_stages(blueprint: Blueprint) -> tuple[Stage, ...]:
    return tuple(s for s in blueprint.stages if isinstance(s, Stage))


def reason_words(stage: Stage, code: str, note: str, lang: str = "zh") -> str:
    """Why an entry was refused: the blueprint's words for the code, and the note."""
    words = say(stage.reasons[code], lang) if code in stage.reasons else ""
    return (": " if lang == "en" else "：").join(t for t in (words, note) if t)


def open_stage(blueprint: Blueprint, decided: Iterable[Screening]) -> Stage | None:
    """The first screening that has not accepted the submission yet; None where all have. `decided` are those of the submission."""
    accepted = {s.stage for s in decided if s.state == "stands" and s.outcome == "accept"}
    return next((s for s in screening_stages(blueprint) if s.id not in accepted), None)
