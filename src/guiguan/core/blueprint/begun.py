"""When a stage begins, as far as the blueprint tells: before that its rules may still be mended, after it not."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from guiguan.core.blueprint.base import ends_at, starts_at
from guiguan.core.blueprint.lookup import input_of, stage_of
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Paper, Screening, Selection, Stage


def begins_at(b: Blueprint, stage_id: str) -> int | None:
    """The instant from which the stage may be at work; None where no date says so, and it may be at any time.

    A selection begins with what it selects by: nobody may know the marks and still move the line. A stage without dates
    begins when the last dated one before it ends (which is when a shortlist stands), or as soon as that opens where it is rolling.
    """
    return _begins(b, stage_of(b, stage_id), len(b.stages))


def has_begun(b: Blueprint, stage_id: str, at: int) -> bool:
    """Whether the stage may be at work at `at`. One that nobody can date counts as begun."""
    begins = begins_at(b, stage_id)
    return begins is None or begins <= at


def ended_at(stage: Stage, zone: ZoneInfo) -> int | None:
    """The exclusive end that the blueprint writes for the stage; None where it writes none."""
    if isinstance(stage, Paper):
        return ends_at(stage.until, zone)
    return ends_at(stage.window[1], zone) if stage.window else None


def _begins(b: Blueprint, stage: Stage, steps: int) -> int | None:
    zone = ZoneInfo(b.zone)
    if stage.window:
        return starts_at(stage.window[0], zone)
    if stage.rolling:
        return starts_at(stage.opens, zone) if stage.opens else None
    before = _depends_on(b, stage) if steps else None
    if before is None:
        return None
    ends = None if _goes_along(stage) else _ends(b, before, steps - 1)
    return _begins(b, before, steps - 1) if ends is None else ends


def _ends(b: Blueprint, stage: Stage, steps: int) -> int | None:
    """When the stage has its outcome at the earliest; None where no date says so."""
    ends = ended_at(stage, ZoneInfo(b.zone))
    before = _depends_on(b, stage) if ends is None and not stage.rolling and steps else None
    return ends if before is None else _ends(b, before, steps - 1)


def _goes_along(stage: Stage) -> bool:
    """Whether the stage begins together with what it depends on, not after it."""
    return isinstance(stage, Selection) or (isinstance(stage, Screening) and stage.during is not None)


def _depends_on(b: Blueprint, stage: Stage) -> Stage | None:
    """What the stage waits for: what a selection goes by, what a screening runs beside, else what it takes from."""
    ids = {s.id for s in b.stages}
    if isinstance(stage, Selection):
        by = stage.by.partition(".")[0]
        for ranking in b.rankings:
            if ranking.id == by:
                by = next((p.source for p in ranking.parts if p.source in ids), ranking.of)
        return stage_of(b, by) if by in ids and by != stage.id else None
    if isinstance(stage, Screening) and stage.during:
        return stage_of(b, stage.during)
    source = input_of(b, stage.id)
    return stage_of(b, source) if source is not None else None
