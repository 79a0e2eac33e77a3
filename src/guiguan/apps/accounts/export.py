"""Registered units as a table; nothing of the persons behind them."""

from __future__ import annotations

from collections.abc import Iterator

from guiguan.apps.accounts.models import Organisation

UNIT_COLUMNS = ("name", "credit_code", "kind", "unit_kind", "parent", "region", "state")


def unit_rows() -> Iterator[list[str]]:
    """One row a unit, by name."""
    units = Organisation.objects.select_related("parent").order_by("name", "pk")
    for u in units.iterator(500):
        parent = u.parent.name if u.parent is not None else u.parent_name
        yield [u.name, u.credit_code or "", u.kind, u.unit_kind, parent, u.region, u.state]
