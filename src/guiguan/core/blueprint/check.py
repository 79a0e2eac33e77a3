"""What a single key cannot see: references, sums, order of stages, colliding dates. Every finding at once."""

from __future__ import annotations

from guiguan.core.blueprint.check_counting import counting_faults
from guiguan.core.blueprint.check_names import name_faults
from guiguan.core.blueprint.check_windows import window_faults
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.yaml_tree import Path
from guiguan.core.values.finding import Finding


def check(blueprint: Blueprint) -> list[tuple[Path, Finding]]:
    """All findings across keys, each with the path that it is about."""
    return [*name_faults(blueprint), *counting_faults(blueprint), *window_faults(blueprint)]
