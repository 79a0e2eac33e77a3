"""The report of a counted campaign: one page that a member of a committee would like to read."""

from __future__ import annotations

from guiguan.core.blueprint.model import Blueprint
from guiguan.core.evidence.bundle import Sealed
from guiguan.core.values.exclusion import Exclusion
from guiguan.documents.report.page import render


def report(blueprint: Blueprint, sealed: Sealed, left_out: tuple[Exclusion, ...]) -> str:
    """The report as one HTML page that stands alone: no outside address, nothing personal, the same bytes from the same inputs."""
    return render(blueprint, sealed, left_out)
