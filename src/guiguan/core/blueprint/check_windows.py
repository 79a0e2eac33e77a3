"""Dates: where a stage must finish before another can start. The notices themselves collide, so these are warnings."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from guiguan.core.blueprint.base import ends_at, starts_at
from guiguan.core.blueprint.check_names import Found
from guiguan.core.blueprint.lookup import input_of
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Paper, Screening
from guiguan.core.values.finding import Finding

DAY_MS = 86_400_000


def window_faults(b: Blueprint) -> Iterator[Found]:
    try:
        zone = ZoneInfo(b.zone)
    except (KeyError, ValueError, OSError):
        return
    ids = [s.id for s in b.stages]
    for i, stage in enumerate(b.stages):
        if isinstance(stage, Paper):
            for before in b.stages[:i]:
                if (
                    before.kind == "declaration"
                    and before.window
                    and ends_at(stage.until, zone) <= ends_at(before.window[1], zone)
                ):
                    yield (
                        ("stages", i, "until"),
                        Finding(
                            "blueprint.paper-same-day",
                            f"纸质材料最迟 {stage.until}，而申报到 {before.window[1]} 才结束：最后一天申报的来不及寄出",
                            f"paper is due on {stage.until}, yet declaring ends on {before.window[1]}",
                            severity="warning",
                        ),
                    )
        if stage.window is None:
            continue
        start = starts_at(stage.window[0], zone)
        source: str | None = input_of(b, stage.id)
        people_between = False
        steps = 0
        while source is not None and source in ids and steps <= len(ids):
            before = b.stages[ids.index(source)]
            people_between = people_between or isinstance(before, Screening)
            if before.window is not None:
                gap = start - ends_at(before.window[1], zone)
                if gap < 0 and not (isinstance(stage, Screening) and stage.during == before.id):
                    yield (
                        ("stages", i, "window"),
                        Finding(
                            "blueprint.windows-overlap",
                            f"“{stage.id}”在“{before.id}”结束（{before.window[1]}）之前或当天就开始了",
                            f"{stage.id} starts before {before.id} ends ({before.window[1]})",
                            severity="warning",
                        ),
                    )
                elif gap < DAY_MS and people_between:
                    yield (
                        ("stages", i, "window"),
                        Finding(
                            "blueprint.no-time-between",
                            f"“{before.id}”在 {before.window[1]} 结束，“{stage.id}”紧接着开始，中间没有审查的时间",
                            f"{stage.id} starts right after {before.id} ends ({before.window[1]}), with no time for screening",
                            severity="warning",
                        ),
                    )
                break
            source = input_of(b, source)
            steps += 1
