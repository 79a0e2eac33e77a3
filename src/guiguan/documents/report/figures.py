"""How figures and groups stand in the report; the exact value is never lost behind a rounded one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.counting import Ranking
from guiguan.core.blueprint.lookup import title_of
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.ranking.published import published
from guiguan.core.ranking.select import Group
from guiguan.core.values.money import yuan_text
from guiguan.core.values.regions import AmbiguousRegion, Regions
from guiguan.core.values.rounding import decimal_text, fraction_text, round_to

READABLE = 4
"""Decimals of a figure that is shown on the way to a published one."""


def published_or_dash(value: Fraction | None, ranking: Ranking | None) -> str:
    """A figure as `result.csv` publishes it; a dash where there is none."""
    return "—" if value is None else published(value, ranking)


def fixed(value: Fraction, digits: int = 2) -> str:
    """A descriptive figure, half up."""
    return decimal_text(round_to(value, digits, "half_up"), digits)


def readable(value: Fraction) -> str:
    """The value in full where four decimals hold it, otherwise `≈` and four decimals."""
    near = round_to(value, READABLE, "half_up")
    text = decimal_text(near, READABLE).rstrip("0").rstrip(".")
    return text if near == value else f"≈ {text}"


def exactly(value: Fraction) -> str:
    """The value with nothing lost: a short decimal, else a fraction in lowest terms."""
    text = readable(value)
    return fraction_text(value) if text.startswith("≈") else text


def money(fen: int) -> str:
    """An amount of fen in yuan, to the fen, thousands set apart for reading: 1,000,000.00."""
    yuan, _, rest = yuan_text(fen).partition(".")
    return f"{int(yuan):,}.{rest}"


def named(b: Blueprint, source: str) -> str:
    """What people call a stage, criterion, ranking or award; a ranking without a title is the 综合排名."""
    untitled = any(r.id == source and r.title is None for r in b.rankings)
    return "综合排名" if untitled else title_of(b, source)


def percent(weight: Decimal | Fraction) -> str:
    """A declared percentage in full; the language allows six decimals."""
    return decimal_text(Fraction(weight), 6).rstrip("0").rstrip(".") + "%"


def group_text(b: Blueprint, names: Sequence[str], group: Group) -> str:
    """A group as people call it: 政务服务类 · 教育; 全部 where nothing is grouped."""
    if not group:
        return "全部"
    return " · ".join(_one(b, name, value) for name, value in zip(names, group, strict=True))


def group_order(b: Blueprint, names: Sequence[str], group: Group) -> tuple[tuple[int, str], ...]:
    """A key that puts groups in the order of the blueprint: categories and areas as the notice lists them."""
    places = {c.id: i for i, c in enumerate(b.categories)}
    category = next((v for n, v in zip(names, group, strict=True) if n == "category"), "")
    listed = next((c.areas for c in b.categories if c.id == category and c.areas != "free"), ())
    areas = {a: i for i, a in enumerate(listed)}
    known = {"category": places, "area": areas}
    return tuple(
        (known.get(n, {}).get(v, len(known.get(n, {}))), v) for n, v in zip(names, group, strict=True)
    )


def _one(b: Blueprint, name: str, value: str) -> str:
    if not value:
        return "（未填）"
    if name == "category":
        return next((say(c.title) for c in b.categories if c.id == value), value)
    if name in ("province", "city"):
        try:
            region = Regions.official().find(value)
        except AmbiguousRegion:
            return value
        return region.name if region is not None else value
    return value
