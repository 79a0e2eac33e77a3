"""Reading a blueprint: its stages by id and kind, its fields, what can be a source of ranks."""

from __future__ import annotations

from collections.abc import Iterator

from guiguan.core.blueprint.base import Text, say
from guiguan.core.blueprint.counting import Ranking
from guiguan.core.blueprint.form import ChoiceField, FormField, Option
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.selection import GROUPS
from guiguan.core.blueprint.stages import STAGE_TITLES, Ballots, Panel, Selection, Stage


def stage_of(blueprint: Blueprint, stage_id: str) -> Stage:
    """The stage with this id; a checked blueprint has it."""
    return next(s for s in blueprint.stages if s.id == stage_id)


def ballot_stages(blueprint: Blueprint) -> tuple[Ballots, ...]:
    return tuple(s for s in blueprint.stages if isinstance(s, Ballots))


def panels(blueprint: Blueprint) -> tuple[Panel, ...]:
    return tuple(s for s in blueprint.stages if isinstance(s, Panel))


def ranking_of(blueprint: Blueprint, ranking_id: str) -> Ranking:
    return next(r for r in blueprint.rankings if r.id == ranking_id)


def fields(blueprint: Blueprint) -> dict[str, FormField]:
    return {f.id: f for f in blueprint.form}


def sources(blueprint: Blueprint) -> set[str]:
    """Everything that can put entries in order: votes, panels, a panel's criterion, rankings."""
    found = {r.id for r in blueprint.rankings} | {b.id for b in ballot_stages(blueprint)}
    for panel in panels(blueprint):
        found |= {panel.id} | {f"{panel.id}.{c.id}" for c in panel.criteria}
    return found


def groupings(blueprint: Blueprint) -> set[str]:
    """Everything that entries can be grouped by."""
    return set(GROUPS) | {f.id for f in blueprint.form if f.kind == "choice"}


def groupings_used(blueprint: Blueprint) -> set[str]:
    """What the blueprint does group by."""
    used = {g for r in blueprint.rankings for g in r.within} | {g for a in blueprint.awards for g in a.per}
    return used | {g for s in blueprint.stages if s.kind == "selection" for g in s.within}


def option_labels(field: ChoiceField) -> Iterator[str]:
    for option in field.options:
        yield option.label if isinstance(option, Option) else option


def input_of(blueprint: Blueprint, stage_id: str) -> str | None:
    """The stage whose passed entries this one takes; None for the first."""
    ids = [s.id for s in blueprint.stages]
    position = ids.index(stage_id)
    return blueprint.stages[position].takes or (ids[position - 1] if position else None)


def grouping_of(blueprint: Blueprint, what: str) -> tuple[str, ...]:
    """By what a selection or an award groups its candidates."""
    found = {s.id: s.within for s in blueprint.stages if isinstance(s, Selection)}
    return (found | {a.id: a.per for a in blueprint.awards}).get(what, ())


def title_of(blueprint: Blueprint, source: str) -> str:
    """A name that people read, for a stage, a panel's criterion, a ranking or an award."""
    head, _, criterion = source.partition(".")
    for stage in blueprint.stages:
        if stage.id == head:
            title = say(stage.title) if stage.title else STAGE_TITLES[stage.kind][0]
            if criterion and isinstance(stage, Panel):
                return f"{title}·{next(say(c.title) for c in stage.criteria if c.id == criterion)}"
            return title
    named: list[tuple[str, Text | None]] = [(r.id, r.title or "综合排名") for r in blueprint.rankings]
    named += [(a.id, a.title) for a in blueprint.awards]
    named += [(a.id, a.title) for a in blueprint.organisation_awards]
    return next((say(title) for name, title in named if name == head and title), source)
