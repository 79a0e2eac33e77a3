"""Where an entry goes by its applicant's province, and whose people decide there."""

from __future__ import annotations

from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.people import Desk
from guiguan.core.blueprint.stages import Screening
from guiguan.core.permissions.roles import Role
from guiguan.core.values.regions import province_code

HOST: tuple[Role, ...] = ("clerk", "screener")
UNDERTAKER: tuple[Role, ...] = ("undertaker",)


def desk_of(blueprint: Blueprint, region: str) -> Desk | None:
    """The desk that receives entries of the region (GB/T 2260), or None where they go to the host."""
    if blueprint.routing is None or not region:
        return None
    province = province_code(region)
    return next((d for d in blueprint.routing.desks if province in d.provinces), None)


def handled_by(blueprint: Blueprint, region: str) -> tuple[str, ...]:
    """The bodies that handle entries of the region, as the blueprint names them: a desk's undertakers together, or the hosts."""
    desk = desk_of(blueprint, region)
    return desk.undertakers if desk is not None else blueprint.organisers.host


def deciders(blueprint: Blueprint, stage: Screening, region: str) -> tuple[Role, ...]:
    """The roles whose people decide at this screening on an entry of the region."""
    if stage.who is None:
        return (*HOST, *UNDERTAKER)
    if stage.who == "host":
        return HOST
    return listers(blueprint, region) if blueprint.routing is not None else UNDERTAKER


def listers(blueprint: Blueprint, region: str) -> tuple[Role, ...]:
    """The roles whose people make the region's list of recommended entries: its undertakers, or the host where it has none."""
    return UNDERTAKER if desk_of(blueprint, region) is not None else HOST
