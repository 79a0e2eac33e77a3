"""Texts that people write."""

from __future__ import annotations

from guiguan.core.values.plain import plain

__all__ = ["plain"]
