"""Moments in templates."""

from __future__ import annotations

from django import template

from guiguan.web.common.moments import moment as shown

register = template.Library()


@register.filter
def moment(at: int | None) -> str:
    """2026-04-01 12:00 of milliseconds; empty where there is none."""
    return "" if at is None else shown(at)
