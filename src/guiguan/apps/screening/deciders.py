"""Who decides on an entry at a screening: the table of permissions, narrowed to the body that the blueprint names."""

from __future__ import annotations

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import held_by
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.queries import about, is_own
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Screening as Stage
from guiguan.core.entries.routing import deciders
from guiguan.core.permissions.roles import Held
from guiguan.core.permissions.table import TABLE, may


def may_decide(person: Person | None, entry: Entry, blueprint: Blueprint, stage: Stage | None) -> bool:
    """Whether the person decides on this entry at this stage; members of its own unit never do."""
    if person is None or stage is None or is_own(person, entry):
        return False
    return _may(held_by(person), entry, blueprint, stage)


def stages_of(person: Person | None, campaign: str, blueprint: Blueprint) -> tuple[Stage, ...]:
    """The screenings at which the person decides on some entry of the campaign."""
    held = [h for h in held_by(person) if h.role in TABLE["screening.decide"] and h.campaign == campaign]
    found = []
    for stage in (s for s in blueprint.stages if isinstance(s, Stage)):
        wanted = {
            r for h in held for region in (h.regions or ("",)) for r in deciders(blueprint, stage, region)
        }
        if stage.who != "host" and blueprint.routing is not None:
            wanted |= {"clerk", "screener"}  # for provinces without an undertaker
        if any(h.role in wanted for h in held):
            found.append(stage)
    return tuple(found)


def _may(held: tuple[Held, ...], entry: Entry, blueprint: Blueprint, stage: Stage) -> bool:
    roles = deciders(blueprint, stage, entry.region)
    return may([h for h in held if h.role in roles], "screening.decide", about(entry))
