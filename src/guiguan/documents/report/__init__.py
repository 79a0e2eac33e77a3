"""The report of a counted campaign: one page that a member of a committee would like to read."""

from __future__ import annotations

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.evidence.bundle import Sealed
from guiguan.core.values.exclusion import Exclusion


def report(blueprint: Blueprint, sealed: Sealed, left_out: tuple[Exclusion, ...]) -> str:
    """The report as one HTML page that stands alone."""
    return f"<!doctype html><meta charset=utf-8><title>{say(blueprint.title)}</title>"
