"""What the templates under ``common/`` cannot say themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django import template
from django.core.paginator import Paginator

register = template.Library()


@register.filter
def paired(columns: Sequence[object], cells: Iterable[object]) -> list[tuple[object, object]]:
    """Each column with its cell; a row that does not fit its head is refused rather than shown shifted."""
    return list(zip(columns, cells, strict=True))


@register.filter
def shortened(text: str, most: int) -> str:
    """At most so many characters, the last of them "…" where some are left out: in Chinese, too, where Django's own writes three dots."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


@register.filter
def page_range(paginator: Paginator[object], number: int) -> list[int | None]:
    """The page numbers worth showing around this one, None where some are left out."""
    return [
        entry if isinstance(entry, int) else None
        for entry in paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)
    ]
